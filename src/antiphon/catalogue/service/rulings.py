"""Decisions of moderators: leave, hide, withdraw from public view, suspend; and what people say against them."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.catalogue.core import care, words
from antiphon.catalogue.models import Appeal, Case, Report, Ruling
from antiphon.catalogue.ports import Subject
from antiphon.catalogue.service import cases, telling, trail
from antiphon.catalogue.service.kinds import kind_of, subject_of
from antiphon.catalogue.service.reports import open_case
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict, NotAllowed, NotFound

Verdict = Ruling.Verdict
VERDICTS = (Verdict.LEAVE, Verdict.HIDE, Verdict.WITHDRAW, Verdict.SUSPEND)


def rule(moderator: accounts.User, case_id: int, verdict: str, because: str) -> Ruling:
    """Decide a case, with the reason that the person concerned reads; owner and reporters are told.

    Raises `Conflict` when it is decided or another moderator is at it, `NotAllowed` for what is one's own and, to
    whoever does not run the site, for suspending.
    """
    cases.check(moderator)
    why = reason_of(because)
    if verdict not in VERDICTS:
        raise BadInput(_("Choose what is to happen."), fields={"verdict": _("Choose one.")})
    with transaction.atomic():
        case = Case.objects.select_for_update().filter(pk=case_id).first()
        if case is None:
            raise NotFound(_("There is no such case."))
        if case.state != Case.State.OPEN:
            raise Conflict(_("Somebody has decided this already."))
        cases.check_free(moderator, case)
        if barred := cases.why_not(moderator, case):
            raise NotAllowed(barred)
        return _decide(moderator, case, verdict, why)


def decide_report(moderator: accounts.User, report_id: int, *, uphold: bool, decision: str) -> Report:
    """Decide the case of a report: uphold, which hides its subject, or dismiss. Raises as `rule` does."""
    cases.check(moderator)
    reason_of(decision)
    row = Report.objects.filter(pk=report_id).first()
    if row is None or row.case_id is None:
        raise NotFound(_("There is no such report."))
    rule(moderator, row.case_id, Verdict.HIDE if uphold else Verdict.LEAVE, decision)
    row.refresh_from_db()
    return row


def hide(moderator: accounts.User, kind: str, subject_id: int, because: str) -> None:
    """Take something out of everybody's sight but its owner's and the moderators', with a reason the owner reads.

    It need not have been reported; what is open about it is decided by this.
    """
    cases.check(moderator)
    why = reason_of(because)
    with transaction.atomic():
        case = open_case(kind, subject_id)
        cases.check_free(moderator, case)
        cases.check_not_own(moderator, case.owner_id)
        _decide(moderator, case, Verdict.HIDE, why)


def unhide(moderator: accounts.User, kind: str, subject_id: int, because: str = "") -> None:
    """Show something again. Its owner is told; what they have appealed against is thereby answered."""
    cases.check(moderator)
    with transaction.atomic():
        subject = subject_of(kind, subject_id)
        cases.check_not_own(moderator, kind_of(kind).owner_of(subject))
        rows = Case.objects.select_for_update().filter(kind=kind, subject_id=subject_id)
        case = rows.exclude(state=Case.State.OPEN).order_by("-pk").first()
        before = _state(subject)
        kind_of(kind).unhide(moderator, subject)
        subject = subject_of(kind, subject_id)
        why = words.one_line(because, 500) or _("It is shown again.")
        after = _state(subject)
        if before == after:
            return
        trail.record(
            moderator, "show", kind, subject_id, case_id=case.pk if case else None, why=why, before=before, after=after
        )
        if case is None:
            return
        ruling = Ruling.objects.create(case=case, verdict=Verdict.SHOW, by=moderator, because=why)
        waiting = Appeal.objects.filter(ruling__case=case, outcome=Appeal.Outcome.WAITING)
        waiting.update(outcome=Appeal.Outcome.CHANGED, answered_by=moderator, answered_at=clock.now(), answer=why)
        _close(case)
        telling.owner(case, ruling)


def suspend(operator: accounts.User, user: accounts.User, because: str) -> accounts.User:
    """Shut somebody out, and write it into the trail. Raises as `accounts.suspend` does."""
    with transaction.atomic():
        accounts.suspend(operator, user, because)
        trail.record(operator, "suspend", "account", user.pk, why=because, before=_open, after=_shut)
        telling.suspended(user)
    return user


def unsuspend(operator: accounts.User, user: accounts.User) -> accounts.User:
    """Let somebody in again, and write it into the trail."""
    with transaction.atomic():
        accounts.unsuspend(user)
        trail.record(operator, "unsuspend", "account", user.pk, before=_shut, after=_open)
    return user


def undo(moderator: accounts.User, ruling: Ruling) -> dict[str, Any]:
    """Bring back what a ruling took away, unless it is gone; return how its subject stands then."""
    case = ruling.case
    if ruling.verdict == Verdict.SUSPEND:
        if case.owner is not None and case.owner.suspended_at is not None:
            accounts.unsuspend(case.owner)
        return _open
    found = kind_of(case.kind)
    subject = found.subject_of(case.subject_id)
    if subject is None:
        return {}
    if ruling.verdict == Verdict.HIDE:
        found.unhide(moderator, subject)
    elif ruling.verdict == Verdict.WITHDRAW:
        found.restore(subject, ruling.undo)
    changed = found.subject_of(case.subject_id)
    return _state(changed) if changed is not None else {}


def reason_of(text: str) -> str:
    """Return a reason as one clean line. Raises `BadInput` without one."""
    why = words.one_line(text, 500)
    if not why:
        raise BadInput(_("Say why."), hint=_("The person concerned will read it."), fields={"because": _("Say why.")})
    return why


_open, _shut = {"suspended": False}, {"suspended": True}


def _decide(moderator: accounts.User, case: Case, verdict: str, why: str) -> Ruling:
    before, after, back = _carry_out(moderator, case, verdict, why)
    ruling = Ruling.objects.create(case=case, verdict=verdict, by=moderator, because=why, undo=back)
    upheld = Report.State.UPHELD if verdict in care.HARSH else Report.State.DISMISSED
    told = list(case.reports.filter(state=Report.State.OPEN, wants_answer=True).select_related("reporter"))
    case.reports.filter(state=Report.State.OPEN).update(
        state=upheld, decided_by=moderator, decided_at=ruling.at, decision=why
    )
    if verdict == Verdict.LEAVE:
        # Nothing was wrong with it: nobody needs a copy of somebody's words any more.
        case.words = {}
        case.reports.exclude(snapshot=None).update(snapshot=None)
    _close(case)
    trail.record(moderator, verdict, case.kind, case.subject_id, case_id=case.pk, why=why, before=before, after=after)
    if verdict != Verdict.LEAVE:
        telling.owner(case, ruling)
    telling.reporters(case, ruling, told)
    return ruling


def _carry_out(
    moderator: accounts.User, case: Case, verdict: str, why: str
) -> tuple[dict[str, Any], dict[str, Any], dict[str, str]]:
    """Do what a verdict says; return how things stood, how they stand, and what brings them back."""
    if verdict == Verdict.SUSPEND:
        if not accounts.is_operator(moderator):
            raise NotAllowed(_("Only whoever runs this site suspends accounts."), hint=_("Write them a note."))
        if case.owner is None:
            raise NotFound(_("The account is not there any more."))
        accounts.suspend(moderator, case.owner, why)
        return _open, _shut, {}
    found = kind_of(case.kind)
    subject = found.subject_of(case.subject_id)
    if subject is None:
        if verdict != Verdict.LEAVE:
            raise NotFound(_("What you mean is not there any more."), hint=_("Leave it as it is."))
        return {}, {}, {}
    before, back = _state(subject), {}
    if verdict == Verdict.HIDE:
        found.hide(moderator, subject, why)
    elif verdict == Verdict.WITHDRAW:
        if not found.can_withdraw:
            raise BadInput(_("This cannot be withdrawn from public view."), hint=_("Hide it, or leave it."))
        back = found.withdraw(subject)
    # Read again: a room may keep whether it is hidden in its own way.
    changed = found.subject_of(case.subject_id)
    after = _state(changed) if changed is not None else {}
    found.decided(subject)
    return before, after, back


def _close(case: Case) -> None:
    case.state, case.decided_at = Case.State.DECIDED, clock.now()
    case.claimed_by, case.claimed_at = None, None
    case.save(update_fields=["state", "decided_at", "claimed_by", "claimed_at", "words"])


def _state(subject: Subject) -> dict[str, Any]:
    said: dict[str, Any] = {"hidden": subject.hidden_at is not None}
    if sharing := getattr(subject, "sharing", ""):
        said["sharing"] = str(sharing)
    return said
