"""Folding: what every holder said about one recording becomes bit masks, one bit a purpose, before anything is decided.

Owns whose word counts, from when, and which stands before which. Knows no rule: a mask says what people said, and
`rules` says what follows from it. Time is an argument; every instant is aware.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from antiphon.consent.core.permits import SITE
from antiphon.consent.core.purposes import BY_SLUG, GUARDED_MASK, PURPOSES, Purpose

# A stolen password must not license a catalogue: every holder is told by e-mail, and has this long to say no.
WAIT = timedelta(hours=72)
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
    return said_at + WAIT if _is_guarded(purpose) else said_at


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
    live = [grant for grant in grants if grant.is_live(actor, at)]
    names = {holder.id: holder.name for holder in holders}
    shut = tuple(
        Statement(seal.id, seal.holder, names.get(seal.holder, ""), "seal", seal.sealed_at)
        for seal in seals
        if seal.is_shut(at)
    )
    stands = {holder.id: _stands(holder, at) for holder in holders}
    no = yes = ask = covered = 0
    by_purpose = {}
    for purpose in PURPOSES:
        made = _statements(purpose, holders, stands, live, shut)
        by_purpose[purpose.slug] = made
        no |= purpose.bit if made.noes else 0
        ask |= purpose.bit if made.asks else 0
        if whole is True and _everybody_agrees(purpose, holders, made):
            yes |= purpose.bit
            granted = {grant.holder for grant in made.grants}
            if granted and all(one.holder in granted for one in made.asks):
                covered |= purpose.bit
    return Folded(Masks(no, yes, ask, covered), bool(shut), by_purpose)


def wanted(purpose: str, holders: Sequence[Holder]) -> list[Holder]:
    """Whose yes it takes: everybody's, but for a voice the performers'."""
    if purpose == PERFORMERS_OWN:
        return [holder for holder in holders if Role.PERFORMANCE in holder.roles]
    return list(holders)


def _everybody_agrees(purpose: Purpose, holders: Sequence[Holder], made: Statements) -> bool:
    agreed = {one.holder for one in (*made.yeses, *made.grants)}
    asked = wanted(purpose.slug, holders)
    # Nobody to ask is nobody who said yes; and no grant speaks louder than its holder's own no.
    return bool(asked) and not made.minor and not made.noes and all(holder.id in agreed for holder in asked)


def _statements(
    purpose: Purpose,
    holders: Sequence[Holder],
    stands: Mapping[int, Mapping[str, Said]],
    live: Iterable[Grant],
    shut: tuple[Statement, ...],
) -> Statements:
    found: dict[str, list[Statement]] = {Answer.NO: [], Answer.ASK: [], Answer.YES: []}
    silent = []
    asked = {holder.id for holder in wanted(purpose.slug, holders)}
    names = {holder.id: holder.name for holder in holders}
    granted = [
        Statement(grant.id, grant.holder, names[grant.holder], "grant", grant.granted_at)
        for grant in live
        if grant.purpose == purpose.slug and grant.holder in asked | stands.keys()
    ]
    gave = {one.holder for one in granted}
    for holder in holders:
        said = stands[holder.id].get(purpose.slug)
        if said is not None and said.answer in found:
            found[said.answer].append(Statement(said.id, holder.id, holder.name, str(said.answer), said.said_at))
        elif holder.id in asked and holder.id not in gave:
            silent.append(holder.name)
    return Statements(
        noes=tuple(found[Answer.NO]),
        asks=tuple(found[Answer.ASK]),
        yeses=tuple(one for one in found[Answer.YES] if one.holder in asked),
        grants=tuple(granted),
        seals=shut,
        silent=tuple(silent),
        minor=purpose.slug == PERFORMERS_OWN and any(h.minor is not False for h in holders if h.id in asked),
    )


def _stands(holder: Holder, at: datetime) -> dict[str, Said]:
    """What this holder's word is, by purpose: track before set, set before account."""
    heard: dict[str, dict[Scope, dict[int, list[Said]]]] = {}
    for said in sorted(holder.said, key=lambda one: (one.said_at, one.id)):
        if _in_force(said, at):
            places = heard.setdefault(said.purpose, {}).setdefault(said.scope, {})
            places.setdefault(said.place if said.scope == Scope.SET else 0, []).append(said)
    stands = {}
    for purpose, scopes in heard.items():
        word: Said | None = None
        for scope in (Scope.ACCOUNT, Scope.SET, Scope.TRACK):
            below = word
            words = [_word(history, below, at) for history in scopes.get(scope, {}).values()]
            # A track may be in several sets that say different things: the one that refuses more stands.
            word = min(words, key=_strictness) if words else below
        if word is not None:
            stands[purpose] = word
    return stands


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
    if gives_yes and at < counts_from(last.purpose, last.said_at):
        return _word(history[:-1], below, at)
    return below


def _strictness(said: Said | None) -> int:
    order: tuple[Answer | None, ...] = (Answer.NO, Answer.ASK, None, Answer.YES)
    answer = said.answer if said is not None else None
    return order.index(answer)


def _is_guarded(purpose: str) -> bool:
    # A purpose we do not know waits too.
    return purpose not in BY_SLUG or bool(BY_SLUG[purpose].bit & GUARDED_MASK)
