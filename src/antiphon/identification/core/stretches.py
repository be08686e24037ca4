"""Which matches are kept as rows: of the later recording, no stretch twice, and no more than a person can look at."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from antiphon.identification.core.use import HOLDS

MOST = 40  # of one comparison
MOST_OF_ONE = 8  # stretches of one other recording


@dataclass(frozen=True)
class Stretch:
    """What is kept of a match. recording: the later one; other: the earlier; places and lengths in milliseconds."""

    recording: int
    other: int
    at_ms: int
    length_ms: int
    other_at_ms: int
    other_length_ms: int
    tempo: float
    pitch: float
    score: float
    chance: float
    is_certain: bool

    def turned(self) -> "Stretch":
        """Return it as the other recording has it."""
        return Stretch(
            recording=self.other,
            other=self.recording,
            at_ms=self.other_at_ms,
            length_ms=self.other_length_ms,
            other_at_ms=self.at_ms,
            other_length_ms=self.length_ms,
            tempo=1 / self.tempo,
            pitch=-self.pitch,
            score=self.score,
            chance=self.chance,
            is_certain=self.is_certain,
        )

    def is_in(self, known: "Iterable[Stretch]") -> bool:
        """Tell whether one of these is the same stretch, as it was found another time."""
        return any(
            (self.recording, self.other) == (one.recording, one.other)
            and _overlap(self.at_ms, self.length_ms, one.at_ms, one.length_ms)
            and _overlap(self.other_at_ms, self.other_length_ms, one.other_at_ms, one.other_length_ms)
            for one in known
        )


def is_certain(chance: float, certain: bool) -> bool:
    """Tell whether a match holds an upload back: the method is certain, and chance is as good as ruled out."""
    return certain and chance <= HOLDS


def chosen(found: Iterable[Stretch], known: Iterable[Stretch]) -> list[Stretch]:
    """Return what to keep of what was found, besides what is known: certain ones first, then the likeliest."""
    return unknown((one if one.recording > one.other else one.turned() for one in found), known)


def unknown(found: Iterable[Stretch], known: Iterable[Stretch]) -> list[Stretch]:
    """Return what to keep of these, as they are: see `chosen`."""
    kept: list[Stretch] = []
    known = list(known)
    of: Counter[tuple[int, int]] = Counter()
    for one in sorted(found, key=lambda one: (not one.is_certain, -one.score, one.other, one.at_ms)):
        pair = (one.recording, one.other)
        if len(kept) < MOST and of[pair] < MOST_OF_ONE and not one.is_in(kept) and not one.is_in(known):
            of[pair] += 1
            kept.append(one)
    return kept


def _overlap(at: int, length: int, other_at: int, other_length: int) -> bool:
    return at <= other_at + other_length and other_at <= at + length
