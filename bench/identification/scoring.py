"""From answers to figures: one threshold a system, the share of right answers above it, and how sure that share is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Outcome:
    """One question, as one system answered it. `right`: the track is the one it was taken from."""

    group: str
    seconds: int
    known: bool
    counts: bool  # among the 25 conditions
    score: float
    right: bool
    off_s: float
    cpu_s: float


def threshold(outcomes: Sequence[Outcome], answered: float) -> float:
    """Return the lowest score above which at most this share of the questions about unknown music is answered."""
    scores = np.sort([one.score for one in outcomes if not one.known])[::-1]
    allowed = int(answered * len(scores))
    return float(scores[allowed]) if len(scores) > allowed else 0.0


def scaled(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return a system's outcomes with the scores that suit it best: over some power of the seconds.

    A peer made for one length of clip would lose by its threshold and not by its method.
    """

    def by(power: float) -> list[Outcome]:
        return [Outcome(**{**one.__dict__, "score": one.score / one.seconds**power}) for one in outcomes]

    return max(
        (by(power) for power in (-0.25, 0.0, 0.25, 0.5, 1.0)), key=lambda some: recall(some, threshold(some, 0.01))[0]
    )


def recall(outcomes: Sequence[Outcome], above: float) -> tuple[float, float, float]:
    """Return (share right, low, high) of the known ones: Wilson's interval at 95 %."""
    known = [one for one in outcomes if one.known and one.counts]
    return share(sum(one.right and one.score > above for one in known), len(known))


def share(right: int, of: int) -> tuple[float, float, float]:
    """Return a share and its Wilson interval at 95 % (Wilson, 1927)."""
    if not of:
        return 0.0, 0.0, 1.0
    z, p = 1.96, right / of
    middle = (p + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * (p * (1 - p) / of + z * z / (4 * of * of)) ** 0.5
    return p, max(0.0, middle - half), min(1.0, middle + half)


def curve(outcomes: Sequence[Outcome], points: int = 200) -> list[tuple[float, float]]:
    """Return (share of unknown music answered, share of known music not answered right), from strict to lax."""
    shares = np.geomspace(1e-3, 1.0, points)
    return [(float(s), 1 - recall(outcomes, threshold(outcomes, float(s)))[0]) for s in shares]
