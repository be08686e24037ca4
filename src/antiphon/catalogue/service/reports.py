"""Reports, and what moderators do about them: hide, show again, and say why."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from antiphon.accounts import service as accounts
from antiphon.catalogue.core import words
from antiphon.catalogue.models import MusicSet, Report, Track
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict, NotAllowed, NotFound

REASONS = {
    "not-theirs": _lazy("This is my music, or somebody else's"),
    "hate": _lazy("Hate or threats"),
    "illegal": _lazy("Something illegal"),
    "private": _lazy("It tells something private about a person"),
    "spam": _lazy("Spam or deception"),
    "other": _lazy("Something else"),
}
Reportable = Track | MusicSet | accounts.Profile


def subject_of(kind: str, subject_id: int) -> Reportable:
    """Return what a report is about. Raises `NotFound`."""
    found: Reportable | None = None
    if kind == "track":
        found = Track.objects.select_related("profile").filter(pk=subject_id).first()
    elif kind == "set":
        found = MusicSet.objects.select_related("profile").filter(pk=subject_id).first()
    elif kind == "profile":
        found = accounts.Profile.objects.filter(pk=subject_id).first()
    if found is None:
        raise NotFound(_("What you mean is not there any more."))
    return found


def report(reporter: accounts.User | None, kind: str, subject_id: int, reason: str, said: str = "") -> Report:
    """Tell the moderators of something. The same person's open report on the same thing is kept, not doubled."""
    subject_of(kind, subject_id)
    if reason not in REASONS:
        raise BadInput(_("Choose what is wrong with it."), fields={"reason": _("Choose one.")})
    clean = words.lines(said, 4000)
    if reporter is not None:
        rows = Report.objects.filter(
            kind=kind, subject_id=subject_id, reporter=reporter, reason=reason, state=Report.State.OPEN
        )
        if before := rows.first():
            return before
    return Report.objects.create(kind=kind, subject_id=subject_id, reporter=reporter, reason=reason, words=clean)


def open_reports(limit: int = 200) -> list[Report]:
    """Return the reports nobody has decided, the oldest first."""
    return list(
        Report.objects.filter(state=Report.State.OPEN).select_related("reporter").order_by("created_at")[:limit]
    )


def decided_reports(limit: int = 100) -> list[Report]:
    """Return the latest decisions with who made them."""
    return list(
        Report.objects.exclude(state=Report.State.OPEN).select_related("decided_by").order_by("-decided_at")[:limit]
    )


def decide_report(moderator: accounts.User, report_id: int, *, uphold: bool, decision: str) -> Report:
    """Uphold a report, which hides its subject, or dismiss it; either way with the reason. Raises `Conflict`."""
    _check(moderator)
    why = _reason(decision)
    with transaction.atomic():
        row = Report.objects.select_for_update().filter(pk=report_id).first()
        if row is None:
            raise NotFound(_("There is no such report."))
        if row.state != Report.State.OPEN:
            raise Conflict(_("Somebody has decided this already."))
        row.state = Report.State.UPHELD if uphold else Report.State.DISMISSED
        row.decided_by, row.decided_at, row.decision = moderator, clock.now(), why
        row.save()
        if uphold:
            hide(moderator, row.kind, row.subject_id, why)
    return row


def hide(moderator: accounts.User, kind: str, subject_id: int, because: str) -> None:
    """Take something out of everybody's sight but its owner's and the moderators', with a reason the owner reads."""
    _check(moderator)
    subject = subject_of(kind, subject_id)
    subject.hidden_at, subject.hidden_because = clock.now(), _reason(because)
    subject.save(update_fields=["hidden_at", "hidden_because"])


def unhide(moderator: accounts.User, kind: str, subject_id: int) -> None:
    """Show something again."""
    _check(moderator)
    subject = subject_of(kind, subject_id)
    subject.hidden_at, subject.hidden_because = None, ""
    subject.save(update_fields=["hidden_at", "hidden_because"])


def _check(moderator: accounts.User) -> None:
    if not accounts.is_moderator(moderator):
        raise NotAllowed(_("Only moderators decide this."))


def _reason(text: str) -> str:
    why = words.one_line(text, 500)
    if not why:
        raise BadInput(_("Say why."), hint=_("The person concerned will read it."), fields={"decision": _("Say why.")})
    return why
