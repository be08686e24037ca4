"""The question, altered: what to look for if the clip was played at another speed, pitch or tempo.

The index is made once, of music as it is. A clip's peaks are moved instead: another pitch adds to their places, another
tempo multiplies the times between them, and speed does both. Hashes of ratios (Six and Leman, ISMIR 2014; Sonnleitner
and Widmer, 2016) need no sweep, and need three or four peaks to survive where a pair needs two.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from antiphon.identification.core.hashes import (
    BIN_ONE,
    FARTHEST,
    FIRST_STEP,
    NEAREST,
    SPREAD_BINS,
    TIME_STEPS,
    TRIPLE_RISE,
    time_step,
)
from antiphon.identification.core.prints import BINS, I64, U32, Kind, Prints

F32 = npt.NDArray[np.float32]

# Second peaks of each first one. A question has twice as many peaks as what is stored, so that it looks farther. The
# work of triples goes with the square: among 10,000 tracks, 76 of 77 clips for tuning are found with 8, 75 with 6, 72
# with 5 (8 and 6 were asked about the clips that 5 misses, and the others taken as found).
PAIR_FAN, TRIPLE_FAN, ALTERED_FAN = 10, 8, 6
MOST_HASHES = 400_000  # of one question under one hypothesis: ten seconds of the densest music need half of it


@dataclass(frozen=True)
class Hypothesis:
    """How the clip may have been altered: by how many bins its pitch was raised, and how much faster it runs."""

    bins: float
    tempo: float


def speed(factor: float) -> Hypothesis:
    """A record played at another speed."""
    return Hypothesis(48 * float(np.log2(factor)), factor)


BINS_A_SEMITONE = 4
PLAIN = Hypothesis(0.0, 1.0)
# A step of 4 % is never more than 2 % from the truth, which costs nothing at all: 3 % begins to.
_STEP = 0.042


def near() -> list[Hypothesis]:
    """Speed from 0.73 to 1.37; pitch within an eighth of an octave together with tempo within 16 %."""
    speeds = [speed(float(np.exp(k * _STEP))) for k in range(-7, 8) if k]
    bent = [Hypothesis(bins, float(np.exp(k * 0.05))) for bins in (-6.0, -3.0, 0.0, 3.0, 6.0) for k in range(-3, 4)]
    return speeds + [hypothesis for hypothesis in bent if hypothesis != PLAIN]


def wide() -> list[Hypothesis]:
    """Beyond that: speed from a half to one and a half; pitch from nine semitones down to twelve up."""
    speeds = [speed(float(np.exp(k * _STEP))) for k in (*range(-17, -7), *range(8, 11))]
    return speeds + [Hypothesis(float(bins), 1.0) for bins in (*range(-36, -6, 3), *range(9, 50, 3))]


def asked(clip: Prints, hypothesis: Hypothesis, kind: Kind, border: float) -> tuple[U32, F32]:
    """Return what to look up for a clip under a hypothesis, and where the clip's own part of each begins.

    uint32[n], and float32[n]: the first peak's frame, as it would be in the track. border: a value that is nearer than
    this part of a step to the next cell is looked for there, too.
    """
    look, fan = (
        (_pairs, PAIR_FAN) if kind == "pairs" else (_triples, TRIPLE_FAN if hypothesis == PLAIN else ALTERED_FAN)
    )
    shift = -hypothesis.bins * BIN_ONE
    return look(clip.frame.astype(np.int64), clip.bin.astype(np.int64), shift, hypothesis.tempo, border, fan)


@njit(cache=True)
def _cells(value: float, border: float) -> tuple[int, int]:
    """Return the cell of a value, and the next one where it is near to the border, else -1."""
    cell = int(np.floor(value))
    over = value - cell
    if over < border:
        return cell, cell - 1
    if over > 1 - border:
        return cell, cell + 1
    return cell, -1


@njit(cache=True)
def _seconds(frame: I64, place: I64, i: int, tempo: float, fan: int, rises: I64, aparts: F32) -> int:
    """Fill in the second peaks of a first one, nearest first: how much higher, how much later. Return how many."""
    found = 0
    for j in range(i + 1, len(frame)):
        apart = (frame[j] - frame[i]) * tempo
        if apart > FARTHEST or found == fan:
            break
        rise = place[j] - place[i]
        if apart >= NEAREST - 0.5 and abs(rise) < SPREAD_BINS * BIN_ONE:
            rises[found], aparts[found] = rise, apart
            found += 1
    return found


@njit(cache=True)
def _pairs(frame: I64, place: I64, shift: float, tempo: float, border: float, fan: int) -> tuple[U32, F32]:
    most = min(MOST_HASHES, 8 * fan * len(frame))
    hashed, first = np.empty(most, np.uint32), np.empty(most, np.float32)
    rises, aparts = np.empty(fan, np.int64), np.empty(fan, np.float32)
    n = 0
    for i in range(len(frame)):
        where = (place[i] + shift) / FIRST_STEP
        if not 0 <= where < BINS * BIN_ONE / FIRST_STEP or n + 8 * fan > most:
            continue
        for k in range(_seconds(frame, place, i, tempo, fan, rises, aparts)):
            up = (rises[k] + 0.5) / BIN_ONE + SPREAD_BINS
            for a in _cells(where, border):
                for b in _cells(up, border):
                    for c in _cells(max(0.0, time_step(aparts[k])), border):
                        if a >= 0 and 0 <= b < 2 * SPREAD_BINS and 0 <= c < TIME_STEPS:
                            hashed[n], first[n] = (a << 13) | (b << 6) | c, frame[i] * tempo
                            n += 1
    return hashed[:n].copy(), first[:n].copy()


@njit(cache=True)
def _triples(frame: I64, place: I64, shift: float, tempo: float, border: float, fan: int) -> tuple[U32, F32]:
    room = 32 * fan * (fan - 1) // 2
    most = min(MOST_HASHES, room * len(frame))
    hashed, first = np.empty(most, np.uint32), np.empty(most, np.float32)
    rises, aparts = np.empty(fan, np.int64), np.empty(fan, np.float32)
    ups, steps = np.empty((fan, 2), np.int64), np.empty((fan, 2), np.int64)
    n = 0
    for i in range(len(frame)):
        where = (place[i] + shift) / FIRST_STEP
        if not 0 <= where < BINS * BIN_ONE / FIRST_STEP or n + room > most:
            continue
        found = _seconds(frame, place, i, tempo, fan, rises, aparts)
        for k in range(found):
            ups[k, 0], ups[k, 1] = _cells((rises[k] + 0.5 + SPREAD_BINS * BIN_ONE) / TRIPLE_RISE, border)
            steps[k, 0], steps[k, 1] = _cells(max(0.0, time_step(aparts[k])), border)
        for a in _cells(where, border):
            for k in range(found):
                for m in range(k + 1, found):
                    for pick in range(16):
                        up, other = ups[k, pick & 1], ups[m, pick >> 1 & 1]
                        step, later = steps[k, pick >> 2 & 1], steps[m, pick >> 3]
                        if min(a, up, other, step, later) < 0 or max(up, other, step, later) >= TIME_STEPS:
                            continue
                        hashed[n] = (((a << 12) | (up << 6) | other) << 12) | (step << 6) | later
                        first[n] = frame[i] * tempo
                        n += 1
    return hashed[:n].copy(), first[:n].copy()
