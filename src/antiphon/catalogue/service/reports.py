"""Reports: somebody says that something here should not be. All about one thing are one case."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from antiphon.accounts import service as accounts
from antiphon.catalogue.core import care, words
from antiphon.catalogue.models import Case, Report
from antiphon.catalogue.ports import Snapshot
from antiphon.catalogue.service.kinds import kind_of, subject_of
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, TooMany

REASONS = {
    "not-theirs": _lazy("This is my music, or somebody else's"),
    "hate": _lazy("Hate or threats"),
    "illegal": _lazy("Something illegal"),
    "private": _lazy("It tells something private about a person"),
    "spam": _lazy("Spam or deception"),
    "other": _lazy("Something else"),
}


def report(
    reporter: accounts.User | None,
    kind: str,
    subject_id: int,
    reason: str,
    said: str = "",
    *,
    wants_answer: bool = False,
) -> Report:
    """Tell the moderators of something. The same person's open report on the same thing is kept, not doubled.

    Raises `NotFound`, `BadInput`, and `TooMany` when an account has sent what it may in a day.
    """
    found = kind_of(kind)
    subject = subject_of(kind, subject_id)
    if reason not in REASONS:
        raise BadInput(_("Choose what is wrong with it."), fields={"reason": _("Choose one.")})
    if reporter is not None:
        rows = Report.objects.filter(
            kind=kind, subject_id=subject_id, reporter=reporter, reason=reason, state=Report.State.OPEN
        )
        if before := rows.first():
            return before
        _check_number(reporter)
    shown = found.snapshot(subject)
    with transaction.atomic():
        case = _open_case(kind, subject_id, shown, found.owner_of(subject), found.address(subject))
        row = Report.objects.create(
            case=case,
            kind=kind,
            subject_id=subject_id,
            reporter=reporter,
            reason=reason,
            words=words.lines(said, 4000),
            wants_answer=wants_answer and reporter is not None,
            snapshot=None if shown.words == case.words else shown.words,
        )
        weigh(case)
    return row


def open_case(kind: str, subject_id: int) -> Case:
    """Return the open case of a thing, locked; it is opened where there is none. Inside a transaction."""
    found, subject = kind_of(kind), subject_of(kind, subject_id)
    return _open_case(kind, subject_id, found.snapshot(subject), found.owner_of(subject), found.address(subject))


def is_reported(kind: str, subject_id: int) -> bool:
    """Tell whether something waits for a decision of the moderators."""
    return Case.objects.filter(kind=kind, subject_id=subject_id).exclude(state=Case.State.DECIDED).exists()


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


def reports_by(user: accounts.User, limit: int = 100) -> list[Report]:
    """Return what somebody reported, the latest first, with the case of each."""
    return list(Report.objects.filter(reporter=user).select_related("case").order_by("-created_at", "-pk")[:limit])


def standings(user_ids: set[int]) -> dict[int, care.Standing]:
    """Return what became of people's earlier reports: one query."""
    decided = Report.objects.filter(reporter_id__in=user_ids).values("reporter_id")
    rows = decided.annotate(
        upheld=Count("pk", filter=Q(state=Report.State.UPHELD)),
        dismissed=Count("pk", filter=Q(state=Report.State.DISMISSED)),
    )
    known = {row["reporter_id"]: care.Standing(row["upheld"], row["dismissed"]) for row in rows}
    return {pk: known.get(pk, care.Standing()) for pk in user_ids}


def weigh(case: Case) -> None:
    """Count the voices of a case and put it where the rules say. Inside the transaction that holds it."""
    reporters = set(Report.objects.filter(case=case).values_list("reporter_id", flat=True).distinct())
    known = standings({pk for pk in reporters if pk is not None})
    # Whoever has no account could be one person ten times.
    voices = [*known.values(), *([care.Standing()] if None in reporters else [])]
    case.voices, case.rank = len(voices), care.rank(voices)
    case.save(update_fields=["voices", "rank"])


def _open_case(kind: str, subject_id: int, shown: Snapshot, owner_id: int | None, address: str) -> Case:
    rows = Case.objects.select_for_update().filter(kind=kind, subject_id=subject_id, state=Case.State.OPEN)
    if case := rows.first():
        return case
    try:
        with transaction.atomic():
            return Case.objects.create(
                kind=kind,
                subject_id=subject_id,
                owner_id=owner_id,
                name=shown.name[:300],
                address=address[:300],
                words=shown.words,
            )
    except IntegrityError:
        # Somebody else reported it in the same moment.
        return rows.get()


def _check_number(reporter: accounts.User) -> None:
    now = clock.now()
    most = care.reports_a_day(now - reporter.date_joined)
    lately = Report.objects.filter(reporter=reporter, created_at__gt=now - timedelta(days=1)).order_by("-created_at")
    sent = list(lately.values_list("created_at", flat=True)[:most])
    if len(sent) < most:
        return
    wait = int((sent[-1] + timedelta(days=1) - now).total_seconds()) + 1
    new = now - reporter.date_joined < care.NEW_ACCOUNT
    words_for = (
        _("A new account sends at most %(most)d reports a day.") if new else _("You have sent %(most)d reports today.")
    )
    hint = _("What you have sent is read. Write to whoever runs this site if it cannot wait.")
    raise TooMany(words_for % {"most": most}, retry_after_s=wait, hint=hint)
