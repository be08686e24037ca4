"""Appeals: whom a decision concerns says once why it is wrong, and another moderator answers where there is one."""

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.catalogue.core import care, words
from antiphon.catalogue.models import Appeal, Case, Ruling
from antiphon.catalogue.service import cases, rulings, telling, trail
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict, NotAllowed, NotFound


def rulings_about(user: accounts.User, limit: int = 100) -> list[Ruling]:
    """Return what was decided about somebody's things, the latest first; what was left as it was is not told."""
    rows = Ruling.objects.filter(case__owner=user).exclude(Q(verdict=Ruling.Verdict.LEAVE) & Q(on_appeal=False))
    rows = rows.select_related("case", "appeal").annotate(has_later=cases.later_ruling())
    return list(rows.order_by("-at", "-pk")[:limit])


def ruling_for(user: accounts.User | None, ruling_id: int, key: str = "") -> Ruling:
    """Return a decision to whom it concerns: its owner, signed in or by the key of the letter. Raises `NotFound`."""
    row = Ruling.objects.select_related("case__owner", "appeal").filter(pk=ruling_id).first()
    theirs = row is not None and user is not None and row.case.owner_id == user.pk
    if row is None or not (theirs or (key and _opens(key, row))):
        raise NotFound(_("There is no such decision about anything of yours."))
    return row


def may_appeal(ruling: Ruling) -> bool:
    """Tell whether something may still be said against a decision: once, while it is the latest of its case."""
    if ruling.verdict not in care.HARSH or ruling.on_appeal or hasattr(ruling, "appeal"):
        return False
    known: bool | None = getattr(ruling, "has_later", None)
    return not (Ruling.objects.filter(case_id=ruling.case_id, pk__gt=ruling.pk).exists() if known is None else known)


def appeal(user: accounts.User | None, ruling_id: int, said: str, *, key: str = "") -> Appeal:
    """Say why a decision is wrong. Raises `NotFound`, `BadInput` without words, `Conflict` the second time."""
    clean = words.lines(said, 4000)
    with transaction.atomic():
        ruling = ruling_for(user, ruling_id, key)
        case = Case.objects.select_for_update().get(pk=ruling.case_id)
        if not may_appeal(ruling):
            raise Conflict(_("You can appeal once against a decision, and this is not open to appeal any more."))
        if not clean:
            raise BadInput(_("Say what is wrong with the decision."), fields={"words": _("Say what is wrong.")})
        try:
            with transaction.atomic():
                made = Appeal.objects.create(ruling=ruling, by=case.owner, words=clean)
        except IntegrityError as error:
            raise Conflict(_("You have appealed already.")) from error
        case.state, case.claimed_by, case.claimed_at = Case.State.APPEALED, None, None
        case.save(update_fields=["state", "claimed_by", "claimed_at"])
    return made


def answer_appeal(moderator: accounts.User, case_id: int, *, keep: bool, because: str) -> Appeal:
    """Answer an appeal: the decision stays, or what it took away comes back. The owner is told either way.

    Raises `Conflict` when nothing waits for an answer, `NotAllowed` for whoever decided first while there are others.
    """
    cases.check(moderator)
    why = rulings.reason_of(because)
    with transaction.atomic():
        case = Case.objects.select_for_update().filter(pk=case_id).first()
        if case is None:
            raise NotFound(_("There is no such case."))
        rows = Appeal.objects.select_related("ruling__case__owner").filter(ruling__case=case)
        row = rows.filter(outcome=Appeal.Outcome.WAITING).first()
        if row is None or case.state != Case.State.APPEALED:
            raise Conflict(_("No appeal waits for an answer."))
        cases.check_free(moderator, case)
        if barred := cases.why_not(moderator, case, Ruling.objects.filter(case=case)):
            raise NotAllowed(barred)
        after = {} if keep else rulings.undo(moderator, row.ruling)
        row.outcome = Appeal.Outcome.KEPT if keep else Appeal.Outcome.CHANGED
        row.answered_by, row.answered_at, row.answer = moderator, clock.now(), why
        row.save()
        verdict = row.ruling.verdict if keep else Ruling.Verdict.SHOW
        said = Ruling.objects.create(case=case, verdict=verdict, by=moderator, because=why, on_appeal=True)
        case.state, case.decided_at, case.claimed_by, case.claimed_at = Case.State.DECIDED, said.at, None, None
        case.save(update_fields=["state", "decided_at", "claimed_by", "claimed_at"])
        what = "appeal-kept" if keep else "appeal-changed"
        trail.record(
            moderator, what, case.kind, case.subject_id, case_id=case.pk, why=why,
            before={"verdict": row.ruling.verdict}, after=after,
        )  # fmt: skip
        telling.owner(case, said)
    return row


def forget_words(user_id: int) -> None:
    """An account ends: what its things said, and what it said in appeals, goes; that something was decided stays."""
    Case.objects.filter(owner_id=user_id).update(name="", address="", words={})
    for case in Case.objects.filter(owner_id=user_id).only("pk"):
        case.reports.exclude(snapshot=None).update(snapshot=None)
    Appeal.objects.filter(by_id=user_id).update(words="")


def _opens(key: str, ruling: Ruling) -> bool:
    try:
        said: object = signing.loads(key, salt=telling.SALT)
    except signing.BadSignature:
        return False
    return said == [ruling.pk, ruling.case.owner_id]
