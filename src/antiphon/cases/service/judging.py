"""What moderators do in cases: take one, let a screened one through, note, decide, answer an appeal."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.cases.core.course import FOR_MODERATORS, Act, Outcome, Side, Stage
from antiphon.cases.models import CaseEntry, CaseFile
from antiphon.cases.service import files
from antiphon.catalogue.core import care
from antiphon.catalogue.core import words as cleaning
from antiphon.catalogue.service import trail
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict, NotAllowed, NotFound

WAITING = [stage.value for stage in FOR_MODERATORS]


def claim(moderator: accounts.User, file_id: int) -> CaseFile:
    """Say that one is at a case, so that nobody else does the same. Raises `Conflict` when somebody is already."""
    check(moderator)
    now = clock.now()
    rows = CaseFile.objects.filter(pk=file_id, stage__in=WAITING).filter(free(moderator, now))
    hit = rows.update(claimed_by=moderator, claimed_at=now)
    file = CaseFile.objects.select_related("claimed_by").filter(pk=file_id).first()
    if file is None:
        raise _missing()
    if not hit:
        raise _taken(file)
    trail.record(moderator, "claim", file.kind, file.pk)
    return file


def unclaim(moderator: accounts.User, file_id: int) -> None:
    """Leave a case to others. Nothing happens when it is not this moderator's."""
    check(moderator)
    file = CaseFile.objects.filter(pk=file_id).first()
    if file is None:
        raise _missing()
    if CaseFile.objects.filter(pk=file_id, claimed_by=moderator).update(claimed_by=None, claimed_at=None):
        trail.record(moderator, "unclaim", file.kind, file.pk)


def note(moderator: accounts.User, file_id: int, said: str) -> CaseEntry:
    """Write something down for the other moderators. Raises `BadInput` for nothing."""
    check(moderator)
    clean = cleaning.lines(said, 4000)
    if not clean:
        raise BadInput(_("Write something down first."), fields={"words": _("Write something.")})
    return _step(moderator, file_id, Act.NOTE, clean)


def let_through(moderator: accounts.User, file_id: int) -> CaseEntry:
    """Let a case that waited for this go on to the uploader, who hears of it now."""
    check(moderator)
    return _step(moderator, file_id, Act.PASS, "")


def decide(
    moderator: accounts.User, file_id: int, outcome: Outcome, because: str, *, is_abuse: bool = False
) -> CaseEntry:
    """Decide a case, with the reasons that both sides read.

    is_abuse: what the holder said was said in bad faith, which counts against what they say later; only with
    `Outcome.FREE`. Raises `Conflict` where nothing is to decide or another moderator is at it, `NotAllowed` for one's
    own, `BadInput` without a reason.
    """
    check(moderator)
    if outcome not in (Outcome.FREE, Outcome.AGAINST):
        raise BadInput(_("Choose what is to happen."), fields={"verdict": _("Choose one.")})
    if is_abuse and outcome is not Outcome.FREE:
        raise BadInput(_("Who is right has not abused anything."), fields={"abuse": _("Not with this decision.")})
    return _step(moderator, file_id, Act.DECIDE, reason_of(because), outcome=outcome, is_abuse=is_abuse)


def answer_appeal(moderator: accounts.User, file_id: int, *, keep: bool, because: str) -> CaseEntry:
    """Answer an appeal: the decision stays, or is turned round. Raises as `decide` does."""
    check(moderator)
    return _step(moderator, file_id, Act.KEEP if keep else Act.CHANGE, reason_of(because))


def why_not(moderator: accounts.User, file: CaseFile) -> str:
    """Say why this moderator may not decide: a side is theirs, or an appeal against themselves, while others could.

    A site with one moderator is better served by a decision of that one than by none.
    """
    sides = {file.uploader_id, file.holder_id} - {None}
    first = {file.decided_by_id} - {None} if file.stage == Stage.APPEALED.value else set()
    concerned = [pk for pk in sides | first if pk is not None]
    if moderator.pk not in concerned or not accounts.moderators_besides(concerned):
        return ""
    if moderator.pk in sides:
        return _("This is yours. Somebody else decides about it.")
    return _("You decided this. Somebody else answers the appeal.")


def check(moderator: accounts.User) -> None:
    """Raise `NotAllowed` for anybody who is no moderator."""
    if not accounts.is_moderator(moderator):
        raise NotAllowed(_("Only moderators decide this."))


def free(moderator: accounts.User, now: datetime) -> Q:
    """Whether nobody else is at a case, as part of a query."""
    return Q(claimed_by=None) | Q(claimed_by=moderator) | Q(claimed_at__lt=now - care.CLAIM_LASTS)


def reason_of(text: str) -> str:
    """Return a reason, cleaned. Raises `BadInput` without one."""
    why = cleaning.lines(text, 2000)
    if not why:
        raise BadInput(_("Say why."), hint=_("Both sides will read it."), fields={"because": _("Say why.")})
    return why


def _step(
    moderator: accounts.User, file_id: int, act: Act, words: str, *, outcome: Outcome = Outcome.NONE,
    is_abuse: bool = False,
) -> CaseEntry:  # fmt: skip
    now = clock.now()
    with transaction.atomic():
        file = files.locked(file_id, act)
        if act is not Act.NOTE:
            _check_turn(moderator, file, now)
        before = {"stage": file.stage, "outcome": file.outcome}
        if act is Act.DECIDE:
            file.decided_by = moderator
        entry = files.step(
            file, Side.MODERATOR, act, by=moderator.pk, at=now, words=words, outcome=outcome,
            told={"abuse": True} if is_abuse else None,
        )  # fmt: skip
        after = {"stage": file.stage, "outcome": file.outcome}
        trail.record(
            moderator, f"case-{act.value}", file.kind, file.pk, why=_line(act, words), before=before, after=after
        )
    return entry


def _line(act: Act, words: str) -> str:
    # What moderators note for each other stands in the case; the trail says that they did.
    return "" if act is Act.NOTE else cleaning.one_line(words, 500)


def _check_turn(moderator: accounts.User, file: CaseFile, now: datetime) -> None:
    others = file.claimed_by_id is not None and file.claimed_by_id != moderator.pk
    lasts: timedelta = care.CLAIM_LASTS
    if others and file.claimed_at is not None and file.claimed_at > now - lasts:
        raise _taken(file)
    if barred := why_not(moderator, file):
        raise NotAllowed(barred)


def _missing() -> NotFound:
    return NotFound(_("There is no such case."))


def _taken(file: CaseFile) -> Conflict:
    if file.stage not in WAITING:
        return Conflict(_("This case does not wait for a moderator."))
    by = file.claimed_by.email if file.claimed_by else _("Somebody else")
    return Conflict(_("%(who)s is at this case.") % {"who": by}, hint=_("Ask them, or take another."))
