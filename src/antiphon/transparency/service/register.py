"""The public register of systems, with what each asked and was answered."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

from antiphon.consent import service as consent
from antiphon.consent.core.purposes import PURPOSES, Purpose
from antiphon.kernel import clock

_KEY, _FOR_S = "transparency:tallies", 60


@dataclass(frozen=True)
class SystemLine:
    """A system as the register shows it. What it asked is counted once, beside its latest version."""

    name: str
    purpose: Purpose
    owner: str
    reads: str
    version: str
    approved_by: tuple[str, ...]
    announced_at: datetime
    active_from: datetime
    ended_at: datetime | None
    entry: int | None  # its row in the ledger
    questions: int = 0
    considered: int = 0
    allowed: int = 0

    @property
    def refused(self) -> int:
        return self.considered - self.allowed

    def may_ask(self, at: datetime) -> bool:
        """Whether its days of notice are over and it has not ended."""
        return self.active_from <= at and (self.ended_at is None or at < self.ended_at)

    @property
    def is_waiting(self) -> bool:
        return self.active_from > clock.now()

    @property
    def is_ended(self) -> bool:
        return self.ended_at is not None and self.ended_at <= clock.now()


@dataclass(frozen=True)
class PurposeCount:
    """What was asked for one purpose, by all systems together, counted in recordings."""

    purpose: Purpose
    questions: int
    considered: int
    allowed: int

    @property
    def refused(self) -> int:
        return self.considered - self.allowed


def register() -> list[SystemLine]:
    """Return every system that is or was entered, by name, the latest version first. Counts are up to a minute old."""
    tallies = {(tally.system, tally.purpose.number): tally for tally in _tallies()}
    lines = []
    for row in consent.systems():
        tally = tallies.pop((row.name, row.purpose), None)
        lines.append(
            SystemLine(
                row.name, PURPOSES[row.purpose - 1], row.owner, row.reads, row.version, tuple(row.approved_by),
                row.announced_at, row.active_from, row.ended_at, row.entry,
                *((tally.questions, tally.considered, tally.allowed) if tally else (0, 0, 0)),
            )
        )  # fmt: skip
    return lines


def counts_by_purpose() -> list[PurposeCount]:
    """Return what was asked, allowed and refused for each of the sixteen, also where nobody asked; a minute old."""
    found = {purpose.number: [0, 0, 0] for purpose in PURPOSES}
    for tally in _tallies():
        sums = found[tally.purpose.number]
        for at, count in enumerate((tally.questions, tally.considered, tally.allowed)):
            sums[at] += count
    return [PurposeCount(purpose, *found[purpose.number]) for purpose in PURPOSES]


def _tallies() -> list[consent.Tally]:
    # Counting reads every question there ever was, and anybody may ask for it as often as they like.
    found: list[consent.Tally] | None = cache.get(_KEY)
    if found is None:
        found = consent.counts()
        cache.set(_KEY, found, _FOR_S)
    return found
