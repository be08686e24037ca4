"""Folding: what every holder said about one recording becomes bit masks, one bit a purpose, before anything is decided.

Owns whose word counts, from when, and which stands before which. Knows no rule: a mask says what people said, and
`rules` says what follows from it. Time is an argument; every instant is aware.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter

from antiphon.consent.core.permits import SITE
from antiphon.consent.core.purposes import GUARDED_MASK, PURPOSES, Purpose

# A stolen password must not license a catalogue: every holder is told by e-mail, and has this long to say no.
WAIT = timedelta(hours=72)
# A purpose we do not know waits too.
_AT_ONCE = frozenset(purpose.slug for purpose in PURPOSES if not purpose.bit & GUARDED_MASK)
PERFORMERS_OWN = "voice-likeness"


class Answer(StrEnum):
    YES = "yes"
    ASK = "ask"
    NO = "no"


class Scope(StrEnum):
    TRACK = "track"
    SET = "set"
    ACCOUNT = "account"


class Role(StrEnum):
    RECORDING = "recording"
    COMPOSITION = "composition"
    PERFORMANCE = "performance"


@dataclass(frozen=True, slots=True)
class Said:
    """One thing a holder said about one purpose. Never changed, only followed by another.

    An answer of None takes back what was said there, so that the wider scope speaks again. `effective_at` can make a
    yes wait longer (after a password was reset, or until a track has been in a set for a while), never shorter.
    """

    id: int
    purpose: str
    answer: Answer | None
    said_at: datetime
    scope: Scope = Scope.TRACK
    place: int = 0  # which set it was said on
    effective_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with a share of the rights, and all they have said on this track, its sets and their account."""

    id: int
    name: str
    roles: frozenset[Role]
    said: Sequence[Said] = ()
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Grant:
    """A holder's yes for one actor, one purpose and a stretch of time, which contains its start and not its end."""

    id: int
    holder: int
    actor: str
    purpose: str
    granted_at: datetime
    start: datetime
    end: datetime
    revoked_at: datetime | None = None

    def is_live(self, actor: str, at: datetime) -> bool:
        """Whether it holds for this actor at this moment. Revoked is revoked from that instant on."""
        begins = max(self.start, counts_from(self.purpose, self.granted_at))
        ended = self.revoked_at is not None and self.revoked_at <= at
        return self.actor == actor and begins <= at < self.end and not ended


@dataclass(frozen=True, slots=True)
class Seal:
    """A holder's lock, "never for models". Opens when all holders have asked for it and 30 public days have passed."""

    id: int
    holder: int
    sealed_at: datetime
    opens_at: datetime | None = None

    def is_shut(self, at: datetime) -> bool:
        return self.sealed_at <= at and (self.opens_at is None or at < self.opens_at)


@dataclass(frozen=True, slots=True)
class Statement:
    """Something somebody said that made a bit, for explanations. `id` is that of what was said, granted or sealed."""

    id: int
    holder: int
    name: str
    said: str  # yes, ask, no, grant or seal
    at: datetime


@dataclass(frozen=True, slots=True)
class Statements:
    """What stands behind the facts of one purpose. Holds names: for the holders alone."""

    noes: tuple[Statement, ...] = ()
    asks: tuple[Statement, ...] = ()
    yeses: tuple[Statement, ...] = ()
    grants: tuple[Statement, ...] = ()
    seals: tuple[Statement, ...] = ()
    silent: tuple[str, ...] = ()  # names of those whose yes is wanted and who have said neither yes, ask nor no
    minor: bool = False  # a performer whose yes is wanted is a minor, so there can be none


NOTHING_SAID = Statements()


@dataclass(frozen=True, slots=True)
class Masks:
    """u16, one bit a purpose. `any_no` and `any_ask` know no grants, and so are the same for every actor."""

    any_no: int = 0
    all_yes: int = 0
    any_ask: int = 0
    covered: int = 0  # at least one live grant, and counting grants as their holders' yes, nobody is missing


@dataclass(frozen=True, slots=True)
class Folded:
    """The masks of one recording, its seal, and what was said that made them."""

    masks: Masks
    sealed: bool
    by_purpose: Mapping[str, Statements] = field(repr=False)

    def statements(self, purpose: str) -> Statements:
        return self.by_purpose.get(purpose, NOTHING_SAID)


def counts_from(purpose: str, said_at: datetime) -> datetime:
    """When a yes to this purpose counts: at once, or after 72 hours in models and outputs."""
    return said_at if purpose in _AT_ONCE else said_at + WAIT


def fold(
    holders: Sequence[Holder],
    *,
    whole: bool,
    at: datetime,
    actor: str = SITE,
    grants: Iterable[Grant] = (),
    seals: Iterable[Seal] = (),
) -> Folded:
    """Fold what was said into masks as they stand at `at`.

    `whole` is whether the list of holders is complete and undisputed. Without grants the masks are those to store;
    with grants they are those of `actor`, and `covered` is the one mask that differs between actors beside `all_yes`.
    """
    names = {holder.id: holder.name for holder in holders}
    shut = tuple(
        Statement(seal.id, seal.holder, names.get(seal.holder, ""), "seal", seal.sealed_at)
        for seal in seals
        if seal.is_shut(at)
    )
    live: dict[str, list[Statement]] = {}
    for grant in grants:
        if grant.holder in names and grant.is_live(actor, at):
            made_it = Statement(grant.id, grant.holder, names[grant.holder], "grant", grant.granted_at)
            live.setdefault(grant.purpose, []).append(made_it)
    stands = [(holder, _stands(holder, at)) for holder in holders]
    no = yes = ask = covered = 0
    by_purpose = {}
    for purpose in PURPOSES:
        wanted = wanted_of(purpose, holders)
        made = _statements(purpose, stands, wanted, live.get(purpose.slug, ()), shut)
        by_purpose[purpose.slug] = made
        no |= purpose.bit if made.noes else 0
        ask |= purpose.bit if made.asks else 0
        if whole is True and _everybody_agrees(wanted, made):
            yes |= purpose.bit
            covered |= purpose.bit if _is_licensed(wanted, made) else 0
    return Folded(Masks(no, yes, ask, covered), bool(shut), by_purpose)


def wanted_of(purpose: Purpose, holders: Sequence[Holder]) -> Sequence[Holder]:
    """Whose yes it takes: everybody's, but for a voice the performers'."""
    if purpose.slug == PERFORMERS_OWN:
        return [holder for holder in holders if Role.PERFORMANCE in holder.roles]
    return holders


def _everybody_agrees(wanted: Sequence[Holder], made: Statements) -> bool:
    # Nobody to ask is nobody who said yes; and no grant speaks louder than its holder's own no.
    if not wanted or made.minor or made.noes:
        return False
    agreed = {one.holder for one in made.yeses} | {one.holder for one in made.grants}
    return all(holder.id in agreed for holder in wanted)


def _is_licensed(wanted: Sequence[Holder], made: Statements) -> bool:
    """Whether somebody whose yes it takes granted it, and so did everybody who wants to be asked."""
    gave = {grant.holder for grant in made.grants}
    return any(holder.id in gave for holder in wanted) and all(one.holder in gave for one in made.asks)


def _statements(
    purpose: Purpose,
    stands: Sequence[tuple[Holder, Mapping[str, Said]]],
    wanted: Sequence[Holder],
    grants: Sequence[Statement],
    shut: tuple[Statement, ...],
) -> Statements:
    noes, asks, yeses, silent = [], [], [], []
    gave = {one.holder for one in grants}
    own = purpose.slug == PERFORMERS_OWN
    for holder, words in stands:
        said = words.get(purpose.slug)
        counts = not own or holder in wanted
        if said is None or said.answer not in _ANSWERS:
            if counts and holder.id not in gave:
                silent.append(holder.name)
            continue
        stated = Statement(said.id, holder.id, holder.name, str(said.answer), said.said_at)
        if said.answer == Answer.NO:
            noes.append(stated)
        elif said.answer == Answer.ASK:
            asks.append(stated)
        elif counts:
            yeses.append(stated)
    minor = own and any(holder.minor is not False for holder in wanted)
    return Statements(tuple(noes), tuple(asks), tuple(yeses), tuple(grants), shut, tuple(silent), minor)


def _stands(holder: Holder, at: datetime) -> dict[str, Said]:
    """What this holder's word is, by purpose: track before set, set before account."""
    track: dict[str, list[Said]] = {}
    account: dict[str, list[Said]] = {}
    sets: dict[str, dict[int, list[Said]]] = {}
    for said in sorted(holder.said, key=_IN_ORDER):
        if not _in_force(said, at):
            continue
        if said.scope == Scope.SET:
            sets.setdefault(said.purpose, {}).setdefault(said.place, []).append(said)
        else:
            (account if said.scope == Scope.ACCOUNT else track).setdefault(said.purpose, []).append(said)
    stands = {}
    for purpose in account.keys() | sets.keys() | track.keys():
        word = _word(account.get(purpose, ()), None, at)
        if purpose in sets:
            # A track may be in several sets that say different things: the one that refuses more stands.
            word = min((_word(history, word, at) for history in sets[purpose].values()), key=_strictness)
        word = _word(track.get(purpose, ()), word, at)
        if word is not None:
            stands[purpose] = word
    return stands


_ANSWERS = frozenset(Answer)
_IN_ORDER = attrgetter("said_at", "id")


def _in_force(said: Said, at: datetime) -> bool:
    """Whether it has been said by then; and of a yes, whether it has waited long enough. A no never waits."""
    if said.answer != Answer.YES:
        return said.said_at <= at
    earliest = counts_from(said.purpose, said.said_at)
    return max(earliest, said.effective_at or earliest) <= at


def _word(history: Sequence[Said], below: Said | None, at: datetime) -> Said | None:
    """What stands in one scope: the last thing said; and where that was taken back, what the wider scope says."""
    if not history:
        return below
    last = history[-1]
    if last.answer is not None:
        return last
    # Taking back a no under a wider yes gives a yes: it waits as long as saying yes would.
    gives_yes = below is not None and below.answer == Answer.YES
    counts = counts_from(last.purpose, last.said_at)
    if gives_yes and at < max(counts, last.effective_at or counts):
        return _word(history[:-1], below, at)
    return below


def _strictness(said: Said | None) -> int:
    order: tuple[Answer | None, ...] = (Answer.NO, Answer.ASK, None, Answer.YES)
    answer = said.answer if said is not None else None
    return order.index(answer)
