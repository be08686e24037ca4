"""Answers: what a holder says about purposes, on an account, a set or a track. Nothing is overwritten."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.consent.core.answers import WAIT
from antiphon.consent.core.purposes import BY_SLUG, CONSTANT, GUARDED_MASK, PURPOSES, Purpose, table_hash
from antiphon.consent.models import Act, Answer, Holder, Party, Subject, SubjectSet
from antiphon.consent.service import acts, folding, letters
from antiphon.consent.service.parties import holder_name, party_of
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, NotFound

Answers = Mapping[str, str]  # purpose's slug: yes, ask, no, nothing
MOST_AT_ONCE = 20_000
ACCOUNT, SET, TRACK = Answer.Scope.ACCOUNT, Answer.Scope.SET, Answer.Scope.TRACK


@dataclass(frozen=True)
class Scope:
    """Where an answer holds: everywhere a party holds rights, in one set, or for one recording."""

    kind: str
    id: int = 0


EVERYWHERE = Scope(ACCOUNT)


@dataclass(frozen=True)
class Change:
    """How the gate's answer to one purpose changes: for how many recordings, from what to what."""

    purpose: str
    now_allowed: int
    now_refused: int
    waiting_until: datetime | None  # when a yes comes to count that does not count at once


def answer(
    user: accounts.User, answers: Answers, scopes: Iterable[Scope] = (EVERYWHERE,), *, via: str = "studio"
) -> Act:
    """Say something about purposes, in one act with one receipt. Raises `BadInput`, `NotFound`."""
    with transaction.atomic():
        return answer_as(party_of(user), answers, scopes, via=via, by=user)


def answer_as(
    party: Party, answers: Answers, scopes: Iterable[Scope], *, via: str, by: accounts.User | None = None
) -> Act:
    """The same for a party, who may have no account. One transaction: events, masks and the ledger's outbox."""
    said, where = _checked(answers), list(dict.fromkeys(scopes))
    with transaction.atomic():
        acts.grow()  # first: writers meet here, so nobody reads what another is about to supersede
        reached = _reached(party, where)
        at = clock.now()
        told = {
            "answers": {purpose.slug: word for purpose, word in said.items()},
            "where": [[scope.kind, scope.id] for scope in where],
            "words": table_hash(),
        }
        act = acts.write(Act.Kind.ANSWER, party=party, by=by, via=via, told=told, at=at)
        waiting = _supersede(party, said, where, act, at)
        folding.fold(reached)
        if waiting:
            letters.yes_waits(party, waiting, reached, at + WAIT, act)
    return act


def preview(user: accounts.User, answers: Answers, scopes: Iterable[Scope] = (EVERYWHERE,)) -> list[Change]:
    """Say what an answer would change at the gate, without changing it: it is given, looked at, and undone."""
    said, where = _checked(answers), list(dict.fromkeys(scopes))
    changes: list[Change] = []
    with transaction.atomic():
        party = party_of(user)
        mark = transaction.savepoint()
        reached = _reached(party, where)
        before = folding.allowed_masks(reached)
        at = clock.now()
        act = Act.objects.create(uid="preview", kind=Act.Kind.ANSWER, party=party, via="preview", at=at)
        waiting = _supersede(party, said, where, act, at)
        folding.fold(reached, quiet=True)
        after = folding.allowed_masks(reached)
        transaction.savepoint_rollback(mark)
    for purpose in said:
        gains = sum(1 for pk in reached if after[pk] & ~before[pk] & purpose.bit)
        losses = sum(1 for pk in reached if before[pk] & ~after[pk] & purpose.bit)
        changes.append(Change(purpose.slug, gains, losses, at + WAIT if purpose in waiting else None))
    return changes


def everything(word: str) -> dict[str, str]:
    """Return that word for every purpose that can be answered: for one click that says no to all of it."""
    return {purpose.slug: word for purpose in PURPOSES if purpose.slug not in CONSTANT}


def said_by(party: Party, scope: Scope) -> dict[str, Answer]:
    """Return what a party says at one place, by purpose."""
    rows = Answer.objects.filter(party=party, scope=scope.kind, scope_id=scope.id, superseded_by=None)
    return {PURPOSES[row.purpose - 1].slug: row for row in rows.exclude(said=Answer.Said.NOTHING)}


def _checked(answers: Answers) -> dict[Purpose, str]:
    faults: dict[str, str] = {}
    said: dict[Purpose, str] = {}
    for slug, word in answers.items():
        if slug not in BY_SLUG:
            faults[slug] = _("There is no such purpose.")
        elif slug in CONSTANT:
            faults[slug] = _("This one is needed to run the place and cannot be answered.")
        elif word not in Answer.Said.values:
            faults[slug] = _("An answer is yes, ask, no or nothing.")
        else:
            said[BY_SLUG[slug]] = word
    if faults or not said:
        raise BadInput(_("This is not an answer."), hint=_("Say yes, ask or no to a purpose."), fields=faults)
    return said


def _reached(party: Party, where: list[Scope]) -> list[int]:
    """Return the recordings whose folds an answer there can change. Raises `NotFound` for what is not the party's."""
    if not where or len(where) > MOST_AT_ONCE:
        raise BadInput(_("At most %d places at once.") % MOST_AT_ONCE, hint=_("Choose fewer, and repeat."))
    mine = Holder.objects.filter(party=party).exclude(state=Holder.State.DECLINED)
    if any(scope.kind == ACCOUNT for scope in where):
        return list(mine.values_list("subject_id", flat=True))
    reached: set[int] = set()
    tracks = {scope.id for scope in where if scope.kind == TRACK}
    held = set(mine.filter(subject_id__in=tracks).values_list("subject_id", flat=True))
    sets = {scope.id for scope in where if scope.kind == SET}
    in_sets = SubjectSet.objects.filter(
        Q(left_at=None) | Q(only_refuses=True),
        set_id__in=sets,
        subject__in=mine.values("subject"),
        subject__owner=party,
    )
    by_set = set(in_sets.filter(left_at=None).values_list("set_id", flat=True))
    if tracks - held or sets - by_set:
        raise NotFound(_("You hold no rights there."), hint=_("Reload the page and try again."))
    reached |= held | set(in_sets.values_list("subject_id", flat=True))
    return sorted(reached)


def _supersede(party: Party, said: dict[Purpose, str], where: list[Scope], act: Act, at: datetime) -> list[Purpose]:
    """Write the answers and supersede those before; return the purposes whose yes has to wait."""
    numbers = [purpose.number for purpose in said]
    current = {
        (row.scope, row.scope_id, row.purpose): row
        for row in Answer.objects.filter(party=party, superseded_by=None, purpose__in=numbers)
    }
    doubtful = party.doubtful_until is not None and party.doubtful_until > at
    wider = set(
        Answer.objects.filter(
            party=party, superseded_by=None, said=Answer.Said.YES, scope__in=(ACCOUNT, SET), purpose__in=numbers
        ).values_list("purpose", flat=True)
    )
    rows, superseded, waiting = [], [], []
    for scope in where:
        for purpose, word in said.items():
            old = current.get((scope.kind, scope.id, purpose.number))
            effective = at
            # Taking back a no under a wider yes says yes, and waits as that would.
            says_yes = word == Answer.Said.YES or (word == Answer.Said.NOTHING and purpose.number in wider)
            if says_yes and (doubtful or purpose.bit & GUARDED_MASK) and not _is_yes(old, at):
                effective = at + WAIT
                waiting.append(purpose)
            rows.append(
                Answer(
                    party=party, scope=scope.kind, scope_id=scope.id, purpose=purpose.number, said=word, at=at,
                    effective_at=effective, table=table_hash(), act=act,
                )
            )  # fmt: skip
            if old is not None:
                superseded.append(old)
    _write(rows, superseded)
    return list(dict.fromkeys(waiting))


def _write(rows: list[Answer], superseded: list[Answer]) -> None:
    """Insert the new answers and point the old ones at them. The old give way first: one current answer a place."""
    # Pointing at itself for a moment frees the place without forgetting anything.
    for old in superseded:
        old.superseded_by = old
    Answer.objects.bulk_update(superseded, ["superseded_by"], batch_size=2000)
    made = Answer.objects.bulk_create(rows, batch_size=2000)
    new = {(row.scope, row.scope_id, row.purpose): row for row in made}
    for old in superseded:
        old.superseded_by = new[(old.scope, old.scope_id, old.purpose)]
    Answer.objects.bulk_update(superseded, ["superseded_by"], batch_size=2000)


def _is_yes(row: Answer | None, at: datetime) -> bool:
    """Tell whether a yes counts at a place at this moment: saying it again is no news to anybody."""
    return row is not None and row.said == Answer.Said.YES and row.effective_at <= at


def who_said(recording_id: int) -> list[tuple[str, Holder]]:
    """Return the holders of a recording by the name under which they know each other."""
    rows = Holder.objects.filter(subject_id=recording_id).select_related("party__user").order_by("pk")
    return [(holder_name(row), row) for row in rows]


def subject_of(recording_id: int) -> Subject:
    """Return a recording as the gate sees it. Raises `NotFound`."""
    row = Subject.objects.filter(pk=recording_id).first()
    if row is None:
        raise NotFound(_("The gate does not know this recording."), subject=f"recording:{recording_id}")
    return row
