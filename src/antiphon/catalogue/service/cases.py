"""The queue of moderators, and one case: what was said, what is known, who is at it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.catalogue.core import care, words
from antiphon.catalogue.models import Appeal, Case, CaseNote, Report, Ruling
from antiphon.catalogue.ports import Subject
from antiphon.catalogue.service import trail
from antiphon.catalogue.service.kinds import kind_of
from antiphon.catalogue.service.reports import standings
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict, NotAllowed, NotFound

SHOWN = ("open", "mine", "appealed", "decided")
A_PAGE = 50


@dataclass(frozen=True)
class Line:
    """A case as the queue shows it: its reports' reasons, the most frequent first."""

    case: Case
    reasons: list[tuple[str, int]]
    appeal: Appeal | None


@dataclass(frozen=True)
class Said:
    """A report, and whether most of what its reporter sent before was dismissed."""

    report: Report
    often_dismissed: bool


@dataclass(frozen=True)
class Opened:
    """A case with all that a moderator reads before deciding. `subject` is None when it is gone."""

    case: Case
    subject: Subject | None
    address: str
    parts: list[tuple[str, str, str, bool]]  # see `care.differences`
    earlier_words: list[tuple[datetime, str]]
    can_withdraw: bool
    said: list[Said]
    notes: list[CaseNote]
    rulings: list[Ruling]
    appeal: Appeal | None  # that waits for an answer
    before: list[Ruling]  # about the same thing
    of_owner: list[Ruling]  # about other things of the same person
    must_leave: str  # why this moderator may not decide, empty when they may


def queue(
    moderator: accounts.User, shown: str = "open", *, kind: str = "", reason: str = "", skip: int = 0
) -> list[Line]:
    """Return a page of cases: those to decide as the rules rank them and the oldest first, decided ones latest first.

    At most `A_PAGE` + 1, by which a page knows that there is another.
    """
    check(moderator)
    rows = _shown(Case.objects.select_related("owner", "claimed_by"), shown, moderator)
    if kind:
        rows = rows.filter(kind=kind)
    if reason:
        rows = rows.filter(Exists(Report.objects.filter(case=OuterRef("pk"), reason=reason)))
    rows = rows.prefetch_related(
        Prefetch("reports", Report.objects.only("case_id", "reason")),
        Prefetch("rulings", Ruling.objects.select_related("appeal", "by").order_by("-pk")),
    )
    return [_line(case) for case in rows[skip : skip + A_PAGE + 1]]


def counts(moderator: accounts.User) -> dict[str, int]:
    """Return how many cases are open, this moderator's, and appealed: one query."""
    rows = Case.objects.exclude(state=Case.State.DECIDED).values_list("state", "claimed_by_id")
    found = Counter[str]()
    for state, claimed_by in rows:
        found["open" if state == Case.State.OPEN else "appealed"] += 1
        found["mine"] += claimed_by == moderator.pk
    return {name: found[name] for name in ("open", "mine", "appealed")}


def open_cases() -> int:
    """Return how many cases wait for a moderator."""
    return Case.objects.exclude(state=Case.State.DECIDED).count()


def case_for(moderator: accounts.User, case_id: int) -> Opened:
    """Return a case with all that a moderator reads. Raises `NotFound`."""
    check(moderator)
    case = Case.objects.select_related("owner", "claimed_by").filter(pk=case_id).first()
    if case is None:
        raise _missing()
    found = kind_of(case.kind)
    subject = found.subject_of(case.subject_id)
    now = found.snapshot(subject).words if subject is not None else {}
    reports = list(case.reports.select_related("reporter").order_by("created_at", "pk"))
    known = standings({row.reporter_id for row in reports if row.reporter_id is not None})
    rulings = list(_rulings(Ruling.objects.filter(case=case)))
    waiting = [row.appeal for row in rulings if hasattr(row, "appeal") and not row.appeal.outcome]
    same = Ruling.objects.filter(case__kind=case.kind, case__subject_id=case.subject_id).exclude(case=case)
    theirs = Ruling.objects.filter(case__owner_id=case.owner_id) if case.owner_id else Ruling.objects.none()
    theirs = theirs.exclude(case__kind=case.kind, case__subject_id=case.subject_id)
    return Opened(
        case=case,
        subject=subject,
        address=found.address(subject) if subject is not None else "",
        parts=care.differences(case.words, now),
        earlier_words=found.earlier_words(subject) if subject is not None else [],
        can_withdraw=subject is not None and found.can_withdraw,
        said=[Said(row, known.get(row.reporter_id or 0, care.Standing()).is_often_dismissed) for row in reports],
        notes=list(case.notes.select_related("by").order_by("at", "pk")),
        rulings=rulings,
        appeal=waiting[0] if waiting else None,
        before=list(_rulings(same).reverse()[:20]),
        of_owner=list(_rulings(theirs).reverse()[:20]),
        must_leave=why_not(moderator, case, rulings),
    )


def next_open(moderator: accounts.User, after: Case) -> Case | None:
    """Return the next case that nobody else is at, for whoever has decided one."""
    rows = _shown(Case.objects.all(), "open", moderator).exclude(pk=after.pk)
    return rows.filter(_free(moderator, clock.now())).first()


def claim(moderator: accounts.User, case_id: int) -> Case:
    """Say that one is at a case, so that nobody else does the same. Raises `Conflict` when somebody is already.

    A claim lasts `care.CLAIM_LASTS`.
    """
    check(moderator)
    now = clock.now()
    rows = Case.objects.filter(pk=case_id).exclude(state=Case.State.DECIDED)
    if not rows.filter(_free(moderator, now)).update(claimed_by=moderator, claimed_at=now):
        case = Case.objects.select_related("claimed_by").filter(pk=case_id).first()
        raise _missing() if case is None else _taken(case)
    case = Case.objects.get(pk=case_id)
    trail.record(moderator, "claim", case.kind, case.subject_id, case_id=case.pk)
    return case


def unclaim(moderator: accounts.User, case_id: int) -> Case:
    """Leave a case to others. Nothing happens when it is not this moderator's."""
    check(moderator)
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise _missing()
    if Case.objects.filter(pk=case_id, claimed_by=moderator).update(claimed_by=None, claimed_at=None):
        trail.record(moderator, "unclaim", case.kind, case.subject_id, case_id=case.pk)
    return case


def note(moderator: accounts.User, case_id: int, said: str) -> CaseNote:
    """Write something down for the other moderators; it is never changed. Raises `BadInput` for nothing."""
    check(moderator)
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise _missing()
    clean = words.lines(said, 4000)
    if not clean:
        raise BadInput(_("Write something down first."), fields={"words": _("Write something.")})
    made = CaseNote.objects.create(case=case, by=moderator, words=clean)
    trail.record(moderator, "note", case.kind, case.subject_id, case_id=case.pk)
    return made


def why_not(moderator: accounts.User, case: Case, rulings: Iterable[Ruling] = ()) -> str:
    """Say why this moderator may not decide: what is theirs, or an appeal against themselves, while there are others.

    A site with one moderator is better served by a decision of that one than by none.
    """
    first = [row.by_id for row in rulings if not row.on_appeal and row.by_id is not None]
    concerned = {case.owner_id, *first} if case.state == Case.State.APPEALED else {case.owner_id}
    if moderator.pk not in concerned or not accounts.moderators_besides(pk for pk in concerned if pk):
        return ""
    if moderator.pk == case.owner_id:
        return _("This is yours. Somebody else decides about it.")
    return _("You decided this. Somebody else answers the appeal.")


def check_not_own(moderator: accounts.User, owner_id: int | None) -> None:
    """Raise `NotAllowed` for what is the moderator's own, while there is another."""
    if moderator.pk == owner_id and accounts.moderators_besides([moderator.pk]):
        raise NotAllowed(_("This is yours. Somebody else decides about it."))


def later_ruling() -> Exists:
    """Whether a ruling was followed by another in its case, as part of a query."""
    return Exists(Ruling.objects.filter(case_id=OuterRef("case_id"), pk__gt=OuterRef("pk")))


def check(moderator: accounts.User) -> None:
    """Raise `NotAllowed` for anybody who is no moderator."""
    if not accounts.is_moderator(moderator):
        raise NotAllowed(_("Only moderators decide this."))


def check_free(moderator: accounts.User, case: Case) -> None:
    """Raise `Conflict` while another moderator is at a case."""
    others = case.claimed_by_id is not None and case.claimed_by_id != moderator.pk
    if others and case.claimed_at is not None and case.claimed_at > clock.now() - care.CLAIM_LASTS:
        raise _taken(case)


def _shown(rows: "QuerySet[Case]", shown: str, moderator: accounts.User) -> "QuerySet[Case]":
    if shown == "decided":
        return rows.filter(state=Case.State.DECIDED).order_by("-decided_at", "-pk")
    if shown == "mine":
        rows = rows.exclude(state=Case.State.DECIDED).filter(claimed_by=moderator)
    elif shown == "appealed":
        rows = rows.filter(state=Case.State.APPEALED)
    else:
        rows = rows.filter(state=Case.State.OPEN)
    return rows.order_by("rank", "opened_at", "pk")


def _line(case: Case) -> Line:
    reasons = Counter(row.reason for row in case.reports.all()).most_common()
    appeals = [row.appeal for row in case.rulings.all() if hasattr(row, "appeal")]
    return Line(case, reasons, appeals[0] if appeals else None)


def _rulings(rows: "QuerySet[Ruling]") -> "QuerySet[Ruling]":
    rows = rows.select_related("case", "by", "appeal", "appeal__answered_by").order_by("at", "pk")
    return rows.annotate(has_later=later_ruling())


def _free(moderator: accounts.User, now: datetime) -> Q:
    return Q(claimed_by=None) | Q(claimed_by=moderator) | Q(claimed_at__lt=now - care.CLAIM_LASTS)


def _missing() -> NotFound:
    return NotFound(_("There is no such case."))


def _taken(case: Case) -> Conflict:
    if case.state == Case.State.DECIDED:
        return Conflict(_("Somebody has decided this already."))
    by = case.claimed_by.email if case.claimed_by else _("Somebody else")
    return Conflict(_("%(who)s is at this case.") % {"who": by}, hint=_("Ask them, or take another."))
