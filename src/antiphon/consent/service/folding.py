"""Folding what is stored into masks, in the transaction that changes it. Owns reading for `core.answers`, and writing.

Whoever folds has counted one more change before (`acts.grow`), which is where writers wait for each other.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from django.db import transaction
from django.db.models import Q, Subquery

from antiphon.consent.core import answers as core
from antiphon.consent.core.permits import SITE
from antiphon.consent.core.purposes import GUARDED_MASK, PURPOSES
from antiphon.consent.models import Answer, Cover, Grant, Holder, Size, Subject, SubjectSet
from antiphon.consent.service import acts, artefacts, changes, deciding, matches
from antiphon.kernel import clock
from antiphon.terms import service as terms

_CHUNK = 1000
# What was said before a yes that waits counts until then; older history cannot matter any more.
_MEMORY = core.WAIT + timedelta(hours=8)


@dataclass
class Read:
    """Everything that was said about some recordings, by recording, party and place."""

    holders: dict[int, list[Holder]] = field(default_factory=lambda: defaultdict(list))
    sets: dict[int, dict[int, SubjectSet]] = field(default_factory=lambda: defaultdict(dict))
    grants: dict[int, list[Grant]] = field(default_factory=lambda: defaultdict(list))
    said: dict[tuple[int, str, int], list[Answer]] = field(default_factory=lambda: defaultdict(list))

    def of(self, holder: Holder, subject: Subject) -> list[Answer]:
        """Return what a holder said that reaches a recording. What is said on a set is its owner's alone."""
        said = [row for place in (("account", 0), ("track", subject.pk)) for row in self._at(holder, *place)]
        if holder.party_id != subject.owner_id:
            return said
        for set_id, member in self.sets[subject.pk].items():
            is_bound = member.left_at is None or member.only_refuses
            said += [row for row in self._at(holder, "set", set_id) if is_bound or _outlives(row, member)]
        return said

    def _at(self, holder: Holder, kind: str, place: int) -> list[Answer]:
        return self.said.get((holder.party_id, kind, place), [])


def _outlives(row: Answer, member: SubjectSet) -> bool:
    """Tell whether an answer counts still for a recording that left the set: a no to models, for as long as a yes to
    them waits. Taking a track out of a set must not be quicker than taking the no back.
    """
    guarded = bool(PURPOSES[row.purpose - 1].bit & GUARDED_MASK)
    return guarded and row.said in (Answer.Said.NO, Answer.Said.ASK) and row.at <= (member.left_at or row.at)


@dataclass(frozen=True)
class Outcome:
    """What one recording is folded to."""

    values: dict[str, object]
    covers: tuple[tuple[str, int, datetime, datetime], ...] = ()


def fold(recording_ids: Iterable[int], *, quiet: bool = False, withdrawn: bool | None = None) -> None:
    """Fold recordings and write their masks; what is not allowed any more is recalled, unless `quiet` (a preview).

    `withdrawn` is written with them when it is given.
    """
    ids, now = sorted(set(recording_ids)), clock.now()
    with transaction.atomic():
        refused, changed = _fold(ids, now, withdrawn)
        if refused and not quiet:
            artefacts.recall(refused)
        if changed and not quiet:
            changes.tell(changed)


def _fold(ids: list[int], now: datetime, withdrawn: bool | None) -> tuple[dict[int, dict[int, str]], dict[int, int]]:
    """Fold and write.

    Return what is not allowed any more, by purpose and recording, with the rule; and each recording whose allowed
    purposes are others now, with the mask of those that changed.
    """
    refused: dict[int, dict[int, str]] = defaultdict(dict)
    changed: dict[int, int] = {}
    for start in range(0, len(ids), _CHUNK):
        subjects = list(Subject.objects.select_for_update().filter(pk__in=ids[start : start + _CHUNK]).order_by("pk"))
        outcomes = outcomes_of(subjects, now)
        before = deciding.allow_masks(subjects)
        _write(subjects, outcomes, now, withdrawn)
        after = deciding.allow_masks(subjects)
        for row in subjects:
            if before[row.pk] != after[row.pk]:
                changed[row.pk] = before[row.pk] ^ after[row.pk]
            lost = before[row.pk] & ~after[row.pk]
            for purpose in PURPOSES:
                if lost & purpose.bit:
                    refused[purpose.number][row.pk] = deciding.rule_of(row, purpose.slug)
    return refused, changed


def fold_due(now: datetime) -> int:
    """Fold what a waiting yes or an opening seal has reached by now; return how many recordings that were."""
    due = list(Subject.objects.filter(refold_at__lte=now).values_list("pk", flat=True)[:20_000])
    if due:
        with transaction.atomic():
            acts.grow()
            fold(due)
    return len(due)


def allowed_masks(recording_ids: Iterable[int]) -> dict[int, int]:
    """Return what this site itself may do with each recording, as masks of purposes."""
    ids = list(recording_ids)
    found = dict.fromkeys(ids, 0)
    for start in range(0, len(ids), _CHUNK):
        found |= deciding.allow_masks(list(Subject.objects.filter(pk__in=ids[start : start + _CHUNK])))
    return found


def read(subjects: Sequence[Subject], at: datetime) -> Read:
    """Read what was said about these recordings, in five queries."""
    ids = [row.pk for row in subjects]
    found = Read()
    for holder in Holder.objects.filter(subject_id__in=ids).select_related("party__user").order_by("pk"):
        found.holders[holder.subject_id].append(holder)
    members = SubjectSet.objects.filter(
        Q(left_at=None) | Q(only_refuses=True) | Q(left_at__gt=at - core.WAIT), subject_id__in=ids
    )
    for member in members:
        found.sets[member.subject_id][member.set_id] = member
    # Nobody is there to stand by a grant whose giver has ended; their yes does not count either.
    for grant in Grant.objects.filter(subject_id__in=ids, party__ended_at=None).select_related("act"):
        found.grants[grant.subject_id].append(grant)
    parties = {holder.party_id for rows in found.holders.values() for holder in rows}
    sets = {set_id for rows in found.sets.values() for set_id in rows}
    places = Q(scope="account") | Q(scope="track", scope_id__in=ids) | Q(scope="set", scope_id__in=sets)
    recent = Q(superseded_by=None) | Q(superseded_by__at__gt=at - _MEMORY)
    for row in Answer.objects.filter(places, recent, party_id__in=parties).order_by("at", "pk"):
        found.said[row.party_id, row.scope, row.scope_id].append(row)
    return found


def outcomes_of(subjects: Sequence[Subject], at: datetime) -> dict[int, Outcome]:
    """Fold each recording. Those with the same holders, answers and locks are folded once."""
    heard = read(subjects, at)
    forbidden = terms.forbidden(row.terms for row in subjects)
    noes = matches.noes_of([row.pk for row in subjects])
    known: dict[object, Outcome] = {}
    outcomes = {}
    for subject in subjects:
        key = (
            subject.terms, subject.delivery, subject.disputed, subject.sealed_at, subject.opens_at,
            noes.get(subject.pk),
            tuple(
                sorted(
                    (one.set_id, one.joined_at, one.left_at, one.only_refuses)
                    for one in heard.sets[subject.pk].values()
                )
            ),
            subject.owner_id,
            subject.sealed_by_id,
            tuple(
                (
                    row.party_id, row.roles, row.state, row.is_minor, row.named,
                    tuple(one.pk for one in heard.of(row, subject)),
                )
                for row in heard.holders[subject.pk]
            ),
            tuple((grant.pk, grant.revoked_at) for grant in heard.grants[subject.pk]),
        )  # fmt: skip
        if key not in known:
            known[key] = _outcome(subject, heard, forbidden[subject.terms], noes.get(subject.pk), at)
        outcomes[subject.pk] = known[key]
    return outcomes


def folded(subject: Subject, heard: Read, at: datetime, *, actor: str = SITE) -> tuple[core.Folded, list[core.Holder]]:
    """Fold one recording for an actor, with the statements behind it."""
    members = heard.sets[subject.pk]
    people = [deciding.holder_of(row, heard.of(row, subject), members) for row in heard.holders[subject.pk]]
    made = core.fold(
        people,
        whole=_is_whole(subject, heard.holders[subject.pk]),
        at=at,
        actor=actor,
        grants=[deciding.grant_of(grant, heard.holders[subject.pk]) for grant in heard.grants[subject.pk]],
        seals=deciding.seals_of(subject, heard.holders[subject.pk]),
    )
    return made, people


def _is_whole(subject: Subject, holders: Sequence[Holder]) -> bool:
    """Tell whether the list of holders is complete and nobody doubts it. In doubt, nobody has said yes."""
    confirmed = bool(holders) and all(row.state == Holder.State.CONFIRMED for row in holders)
    return confirmed and not subject.disputed and sum(row.share_ppm for row in holders) == 1_000_000


def _outcome(subject: Subject, heard: Read, forbids: int | None, match_no: int | None, at: datetime) -> Outcome:
    made, people = folded(subject, heard, at)
    masks = made.masks
    values: dict[str, object] = {
        "known": bool(people),
        "label": subject.delivery != Subject.Delivery.CREATOR,
        "sealed": made.sealed,
        "any_no": masks.any_no,
        "any_ask": masks.any_ask,
        "all_yes": masks.all_yes,
        "ask_all": _all_open(made, people) & masks.any_ask if _is_whole(subject, heard.holders[subject.pk]) else 0,
        "match_no": match_no if match_no is not None else 0xFFFF,
        "terms_forbid": forbids,
        "refold_at": _next_moment(subject, heard, at),
    }
    return Outcome(values, tuple(_covers(subject, heard, at)))


def _all_open(made: core.Folded, people: Sequence[core.Holder]) -> int:
    """Return the purposes to which each holder says yes or ask."""
    mask = 0
    for purpose in PURPOSES:
        said = made.statements(purpose.slug)
        if not said.noes and not said.silent and not said.minor and core.wanted_of(purpose, people):
            mask |= purpose.bit
    return mask


def _next_moment(subject: Subject, heard: Read, at: datetime) -> datetime | None:
    moments = [subject.opens_at] if subject.opens_at else []
    moments += [one.left_at + core.WAIT for one in heard.sets[subject.pk].values() if one.left_at]
    for holder in heard.holders[subject.pk]:
        for row in heard.of(holder, subject):
            slug = PURPOSES[row.purpose - 1].slug
            moments += [row.effective_at, core.counts_from(slug, row.at)]
            if row.scope == Answer.Scope.SET:
                moments.append(core.counts_from(slug, heard.sets[subject.pk][row.scope_id].joined_at))
    return min((moment for moment in moments if moment > at), default=None)


def _covers(subject: Subject, heard: Read, at: datetime) -> Iterable[tuple[str, int, datetime, datetime]]:
    """Yield the stretches of time, from now on, in which grants cover an actor and a purpose."""
    grants = heard.grants[subject.pk]
    for actor, number in sorted({(grant.actor, grant.purpose) for grant in grants}):
        same = [grant for grant in grants if (grant.actor, grant.purpose) == (actor, number)]
        slug, bit = PURPOSES[number - 1].slug, PURPOSES[number - 1].bit
        edges = {at}
        for grant in same:
            edges |= {grant.starts_at, grant.ends_at, core.counts_from(slug, grant.act.at)}
            edges |= {grant.revoked_at} if grant.revoked_at else set()
        for holder in heard.holders[subject.pk]:
            edges |= {core.counts_from(slug, row.at) for row in heard.of(holder, subject) if row.purpose == number}
        ordered = sorted(edge for edge in edges if edge >= at)
        for start, end in pairwise(ordered):
            if folded(subject, heard, start, actor=actor)[0].masks.covered & bit:
                yield actor, number, start, end


def _write(subjects: Sequence[Subject], outcomes: dict[int, Outcome], now: datetime, withdrawn: bool | None) -> None:
    # Most recordings are folded to the same: one statement for all that are alike, not a case for each row.
    alike: dict[tuple[object, ...], tuple[dict[str, object], list[int]]] = {}
    for row in subjects:
        values = outcomes[row.pk].values | ({} if withdrawn is None else {"withdrawn": withdrawn})
        if any(getattr(row, name) != value for name, value in values.items()):
            said = any(getattr(row, name) != value for name, value in values.items() if name != "refold_at")
            for name, value in values.items():
                setattr(row, name, value)
            # That a yes waits is nobody's to know: only what is allowed makes the label another.
            row.since = now if said else row.since
            alike.setdefault((said, *values.values()), (values, []))[1].append(row.pk)
    this_change = Subquery(Size.objects.filter(pk=1).values("changes")[:1])
    for key, (values, pks) in alike.items():
        since = {"since": now} if key[0] else {}
        Subject.objects.filter(pk__in=pks).update(**values, **since, changed_in=this_change)
    granted = [row.pk for row in subjects if outcomes[row.pk].covers]
    gone, _by_table = Cover.objects.filter(subject__in=subjects).delete()
    if gone or granted:
        Subject.objects.filter(pk__in=[row.pk for row in subjects]).update(changed_in=this_change)
    Cover.objects.bulk_create(
        Cover(subject_id=pk, actor=actor, purpose=number, starts_at=start, ends_at=end)
        for pk in granted
        for actor, number, start, end in outcomes[pk].covers
    )
