"""The numbers that peaks are found by: pairs and triples of peaks in absolute coordinates.

A pair is (f1, f2 - f1, t2 - t1): the landmarks of Wang, "An industrial-strength audio search algorithm", ISMIR 2003,
in logarithmic frequency and with logarithmic steps of time, so that a change of pitch adds to f1 and nothing else, and
a change of tempo multiplies t2 - t1 and nothing else. A triple joins two pairs with one first peak.
"""

import numpy as np
import numpy.typing as npt
from numba import njit

U16 = npt.NDArray[np.uint16]
U32 = npt.NDArray[np.uint32]

BIN_ONE = 4  # a bin of 1/48 octave in the fixed point of peaks
PAIR_BITS = 19  # 6 of f1, 7 of f2 - f1, 6 of t2 - t1
TRIPLE_BITS = 30  # 6 of f1, and 6 of each difference

NEAR_BINS = 6  # no two peaks are closer than this in both directions
NEAR_FRAMES = 4
LEAST_APART = (NEAR_BINS - 1) * BIN_ONE  # places are finer than bins, and may lie as much nearer

FIRST_STEP = 5 * BIN_ONE  # f1 in steps of 1.25 semitones
SPREAD_BINS = 48  # f2 is at most an octave from f1
NEAREST = 4  # frames from the first peak to the second, at least
FARTHEST = 96  # and at most: 2.2 s
FAN = 5  # seconds of a first peak: the nearest in time
TRIPLE_FAN = 3  # of which this many make triples

TIME_STEPS = 64  # of a difference of times, 5 % each
TRIPLE_RISE = 2 * SPREAD_BINS * BIN_ONE // 64  # a step of a difference of places in a triple: one and a half bins
_TIME_SCALE = (TIME_STEPS - 1) / float(np.log(FARTHEST / NEAREST))


@njit(cache=True)
def time_step(frames: float) -> float:
    """Return the place of a difference of times on its scale: below `TIME_STEPS` up to `FARTHEST`."""
    return float(_TIME_SCALE * np.log(frames / NEAREST))


@njit(cache=True)
def crowded(frame: U32, place: U16) -> bool:
    """Say whether any two peaks are closer than local maxima can be."""
    for i in range(len(frame)):
        for j in range(i + 1, len(frame)):
            if frame[j] - frame[i] > NEAR_FRAMES:
                break
            if abs(int(place[j]) - int(place[i])) < LEAST_APART:
                return True
    return False


@njit(cache=True)
def pairs(frame: U32, place: U16) -> tuple[U32, U32]:
    """Return (hash, frame of the first peak) of the pairs that are indexed: uint32[n] each, ascending by frame."""
    hashed = np.empty(len(frame) * FAN, np.uint32)
    first = np.empty(len(frame) * FAN, np.uint32)
    n = 0
    for i in range(len(frame)):
        found = 0
        for j in range(i + 1, len(frame)):
            apart = int(frame[j]) - int(frame[i])
            if apart > FARTHEST or found == FAN:
                break
            rise = int(place[j]) - int(place[i])
            if apart < NEAREST or abs(rise) >= SPREAD_BINS * BIN_ONE:
                continue
            step = int(time_step(apart))
            up = (rise + SPREAD_BINS * BIN_ONE) // BIN_ONE
            hashed[n] = ((int(place[i]) // FIRST_STEP) << 13) | (up << 6) | step
            first[n] = frame[i]
            n += 1
            found += 1
    return hashed[:n].copy(), first[:n].copy()


@njit(cache=True)
def triples(frame: U32, place: U16) -> tuple[U32, U32]:
    """Return (hash, frame of the first peak) of the triples that are indexed: uint32[n] each, ascending by frame."""
    most = TRIPLE_FAN * (TRIPLE_FAN - 1) // 2
    hashed = np.empty(len(frame) * most, np.uint32)
    first = np.empty(len(frame) * most, np.uint32)
    rises = np.empty(TRIPLE_FAN, np.int64)
    steps = np.empty(TRIPLE_FAN, np.int64)
    n = 0
    for i in range(len(frame)):
        found = 0
        for j in range(i + 1, len(frame)):
            apart = int(frame[j]) - int(frame[i])
            if apart > FARTHEST or found == TRIPLE_FAN:
                break
            rise = int(place[j]) - int(place[i])
            if apart < NEAREST or abs(rise) >= SPREAD_BINS * BIN_ONE:
                continue
            rises[found] = (rise + SPREAD_BINS * BIN_ONE) // TRIPLE_RISE
            steps[found] = int(time_step(apart))
            found += 1
        for a in range(found):
            for b in range(a + 1, found):
                pitch = ((int(place[i]) // FIRST_STEP) << 12) | (rises[a] << 6) | rises[b]
                hashed[n] = (pitch << 12) | (steps[a] << 6) | steps[b]
                first[n] = frame[i]
                n += 1
    return hashed[:n].copy(), first[:n].copy()
