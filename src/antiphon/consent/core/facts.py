"""What a decision knows about one recording, one purpose, one actor and one moment; and how each fact is read.

`READINGS` is the only place that says from which column a fact comes and what it is when nobody knows: the Python,
NumPy and SQL forms all load by it. A value that is missing, None, NaN, or not exactly of its type is read as the side
that denies, and it makes `complete` false. What the facts lead to is said in `rules`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum
from functools import cache, lru_cache
from typing import TypeGuard

from antiphon.consent.core.permits import SITE
from antiphon.consent.core.purposes import ALL_MASK, BY_SLUG, CONSTANT_MASK, GUARDED_MASK, LABEL_MASK, MODELS_MASK

U16 = 0xFFFF


class Source(Enum):
    """Where a fact is read."""

    PURPOSE = "whether the purpose is one of `within`"
    ASKER = "told by whoever asks"
    FLAG = "a boolean column, for the purposes of `within`"
    BIT = "the purpose's bit in a column of masks"
    MASK = "whether a column of masks holds one at all"
    ROW = "whether the row is known and no column of it is missing"


@dataclass(frozen=True)
class Reading:
    """How one fact is read. `unknown` is what it is when it cannot be: always the side that denies."""

    fact: str
    source: Source
    unknown: bool
    column: str = ""
    within: int = ALL_MASK


READINGS: tuple[Reading, ...] = (
    Reading("known_purpose", Source.PURPOSE, unknown=False, within=ALL_MASK),
    Reading("known_actor", Source.ASKER, unknown=False),
    Reading("known_terms", Source.MASK, unknown=False, column="terms_forbid"),
    Reading("complete", Source.ROW, unknown=False),
    Reading("withdrawn", Source.FLAG, unknown=True, column="withdrawn"),
    Reading("constant", Source.PURPOSE, unknown=False, within=CONSTANT_MASK),
    Reading("outsider", Source.ASKER, unknown=True),
    Reading("label_barred", Source.FLAG, unknown=True, column="label", within=LABEL_MASK),
    Reading("sealed", Source.FLAG, unknown=True, column="sealed", within=MODELS_MASK),
    Reading("match_unresolved", Source.BIT, unknown=True, column="match_no"),
    Reading("any_no", Source.BIT, unknown=True, column="any_no"),
    Reading("terms_forbid", Source.BIT, unknown=True, column="terms_forbid"),
    Reading("asks", Source.BIT, unknown=True, column="any_ask"),
    Reading("guarded", Source.PURPOSE, unknown=True, within=GUARDED_MASK),
    Reading("covered", Source.BIT, unknown=False, column="covered"),
    Reading("all_yes", Source.BIT, unknown=False, column="all_yes"),
)
BY_FACT = {reading.fact: reading for reading in READINGS}

FLAGS = ("withdrawn", "label", "sealed")
MASKS = ("match_no", "any_no", "any_ask", "all_yes")
# `known`, `FLAGS` and `MASKS` make a row complete; `terms_forbid` has a rule of its own, and no grant is no gap.
COLUMNS = ("known", *FLAGS, *MASKS, "terms_forbid")


@dataclass(frozen=True, slots=True)
class Facts:
    """The named facts that a rule sees. Each one left out is on the side that denies."""

    known_purpose: bool = False  # the purpose is in the table of sixteen
    known_actor: bool = False  # this site, or somebody in the register
    known_terms: bool = False  # the terms version accepted at upload is one we have
    complete: bool = False  # nothing that a decision needs is missing
    withdrawn: bool = True  # the track has left the platform
    constant: bool = False  # the purpose is needed to run the place
    outsider: bool = True  # whoever asks is not this site
    label_barred: bool = True  # a label delivered it, and the purpose is a model or an answer machine
    sealed: bool = True  # a holder locked it, and the purpose is in models
    match_unresolved: bool = True  # it sounds like music whose holders said no to this
    any_no: bool = True  # a holder said no
    terms_forbid: bool = True  # the terms accepted at upload forbid it
    asks: bool = True  # a holder wants to be asked first
    guarded: bool = True  # the purpose is in models or outputs
    covered: bool = False  # a grant covers actor, purpose and time, and with it every holder says yes
    all_yes: bool = False  # there are holders, the list is whole, and each one says yes

    @classmethod
    def of(cls, told: Mapping[str, object]) -> "Facts":
        """Read facts by name. One that is missing or not exactly a bool denies, and then nothing is complete."""
        read = {r.fact: value if type(value := told.get(r.fact)) is bool else r.unknown for r in READINGS}
        if any(type(told.get(reading.fact)) is not bool for reading in READINGS):
            read["complete"] = False
        return cls(**read)


NAMES = tuple(field.name for field in fields(Facts))
_PLACE = {name: 1 << place for place, name in enumerate(NAMES)}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is stored of one recording, folded: the columns that the facts are read from. None is "nobody knows".

    Masks are u16, one bit a purpose. `match_no` holds the noes of every track that an unresolved match points to;
    `terms_forbid` what the terms accepted at upload forbid, None for a version nobody knows. `any_no`, `any_ask` and
    `all_yes` are folded by `answers`, without grants.
    """

    known: bool | None = None
    withdrawn: bool | None = None
    label: bool | None = None
    sealed: bool | None = None
    match_no: int | None = None
    any_no: int | None = None
    any_ask: int | None = None
    all_yes: int | None = None
    terms_forbid: int | None = None


def is_mask(value: object) -> TypeGuard[int]:
    return type(value) is int and 0 <= value <= U16


def facts_of(
    standing: Standing, purpose: str, *, actor: str = SITE, known_actor: bool = True, covered: int = 0
) -> Facts:
    """Load the facts of one recording for one purpose and one actor.

    `covered` is the mask of purposes that grants cover for this actor and moment: `answers.Masks.covered`. An unknown
    purpose is not an error here: it makes a fact that denies.
    """
    plan = _plan(purpose if type(purpose) is str and purpose in BY_SLUG else "")
    point = plan.settled
    for place, column, unknown in plan.flags:
        flag = getattr(standing, column)
        if flag is True or (unknown and flag is not False):
            point |= place
    for place, column, unknown in plan.bits:
        mask = covered if column == "covered" else getattr(standing, column)
        if mask & plan.bit if type(mask) is int and 0 <= mask <= U16 else unknown:
            point |= place
    for place, column in plan.masks:
        if is_mask(getattr(standing, column)):
            point |= place
    told = settled_by_actor(actor, known_actor) | {"complete": is_complete(standing)}
    return _at(point | sum(_PLACE[fact] for fact in told if told[fact]))


@dataclass(frozen=True)
class _Plan:
    """What is left to read for one purpose: which column makes which fact, and what it is when it cannot be read."""

    bit: int
    settled: int  # the facts that are true already, by place
    flags: list[tuple[int, str, bool]]
    bits: list[tuple[int, str, bool]]
    masks: list[tuple[int, str]]


@cache
def _plan(purpose: str) -> _Plan:
    settled = settled_by(purpose)
    bit = BY_SLUG[purpose].bit if purpose else 0
    plan = _Plan(bit, sum(_PLACE[fact] for fact in settled if settled[fact]), [], [], [])
    for reading in READINGS:
        place = _PLACE[reading.fact]
        if reading.fact in settled:
            continue
        if reading.source is Source.FLAG:
            plan.flags.append((place, reading.column, reading.unknown))
        elif reading.source is Source.BIT:
            plan.bits.append((place, reading.column, reading.unknown))
        elif reading.source is Source.MASK:
            plan.masks.append((place, reading.column))
    return plan


@lru_cache(maxsize=8192)
def _at(point: int) -> Facts:
    # One object a combination: to make one takes longer than to read all its columns.
    return Facts(*[bool(point & place) for place in _PLACE.values()])


def settled_by(purpose: str) -> dict[str, bool]:
    """The facts that the purpose alone settles. A purpose that is not in the table settles all it can to deny."""
    known = BY_SLUG.get(purpose)
    settled = {}
    for reading in READINGS:
        if reading.source is Source.PURPOSE:
            settled[reading.fact] = bool(known.bit & reading.within) if known else reading.unknown
        elif reading.source is Source.BIT and known is None:
            settled[reading.fact] = reading.unknown
        elif reading.source is Source.FLAG and known is not None and not known.bit & reading.within:
            settled[reading.fact] = False
    return settled


def settled_by_actor(actor: str, known_actor: bool) -> dict[str, bool]:
    """The facts that whoever asks settles: this site is always known, and nobody without a name is."""
    named = type(actor) is str and actor != ""
    site = named and actor == SITE
    return {"known_actor": site or (named and known_actor is True), "outsider": not site}


def is_complete(standing: Standing) -> bool:
    """Whether the row is known and every column that a decision reads holds a value of its type."""
    if standing.known is not True:
        return False
    for name in FLAGS:
        if type(getattr(standing, name)) is not bool:
            return False
    return all([is_mask(getattr(standing, name)) for name in MASKS])  # noqa: C419  # a list is twice as fast here
