"""Looking closely: peak by peak, does this stretch of this track explain the clip, and better than chance does?

A guess becomes a line through time (frame in the track = start + tempo * frame in the clip) and a shift of pitch, both
refined by least squares. What agrees along the line is compared with what agrees at pitches and times that mean
nothing, of which the best count as much as the mean: music repeats itself, and a beat beside the right one is no proof.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from antiphon.identification.core.hashes import BIN_ONE
from antiphon.identification.core.prints import FRAMES_PER_SECOND, Prints

F64 = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

FRAMES, CLOSE = 1.5, 0.8  # a peak agrees within 35 ms and 0.8 of 1/48 octave
_FEWEST = 4  # peaks that agree, for a line through them
_TOP = 3  # of the wrong places, so many count as the best ones
_LIKELY = 0.3  # of the peaks of a stretch that is the track's agree, even where other music is as loud
_UNLIKELY = 0.02  # and no fewer than this where it is not
# A score of s seconds is divided by s ** 0.1. Chance alone gives longer clips no higher deviance, resemblance one that
# grows with the root: of 2,316 clips of unknown music for tuning, one in a hundred of each length is then
# above nearly the same score: 4.05 of those of 3 s, 4.08 of 5 s, 3.76 of 10 s.
_LENGTH = 0.1

# Where nothing is meant: other pitches, no octave and no fifth; other times, no simple parts of each other.
_PITCHES = (-23.0, -17.0, -13.0, -11.0, -7.0, -5.0, 5.0, 7.0, 11.0, 13.0, 17.0, 23.0)
_TIMES = (-139.0, -113.0, -89.0, -71.0, -53.0, -37.0, -29.0, -19.0, -11.0)
_SHIFTS: F64 = np.array(
    [(0.0, 0.0)] + [(0.0, p) for p in _PITCHES] + [(t, 0.0) for t in (*_TIMES, *(-t for t in _TIMES))]
)
_MARGIN = 150  # frames of the track beside the stretch that are looked at


@dataclass(frozen=True)
class Line:
    """Where a clip lies in a track: frame there = start + tempo * frame here; the clip is higher by so many bins."""

    start: float
    tempo: float
    bins: float


@dataclass(frozen=True)
class Peaks:
    """Peaks as the arithmetic wants them. frame: float64, hops. place: float64, bins of 1/48 octave. Ascending."""

    frame: F64
    place: F64

    @classmethod
    def of(cls, prints: Prints) -> "Peaks":
        return cls(prints.frame.astype(np.float64), prints.bin.astype(np.float64) / BIN_ONE)

    def between(self, first: float, last: float) -> "Peaks":
        """Return those from one frame up to another."""
        low, high = np.searchsorted(self.frame, (first, last))
        return Peaks(self.frame[low:high], self.place[low:high])

    def __len__(self) -> int:
        return len(self.frame)


def beside(track: Peaks, clip: Peaks, line: Line) -> Peaks:
    """Return the part of a track that a clip may lie in, or be compared with."""
    first = line.start + line.tempo * clip.frame[0] - _MARGIN
    return track.between(first, line.start + line.tempo * clip.frame[-1] + _MARGIN)


def refined(clip: Peaks, track: Peaks, line: Line) -> Line:
    """Return the line moved to where the most peaks agree: least squares, with a tolerance that shrinks."""
    return Line(*_refined(clip.frame, clip.place, track.frame, track.place, line.start, line.tempo, line.bins))


def agreeing(clip: Peaks, track: Peaks, line: Line) -> Flags:
    """Say of each peak of the clip whether the track has one where the line says: bool[n]."""
    return _agreeing(clip.frame, clip.place, track.frame, track.place, line.start, line.tempo, line.bins)


def deviance(clip: Peaks, track: Peaks, line: Line) -> tuple[float, int, float]:
    """Return (deviance, matches, chance): how far beyond chance the agreement is.

    The signed root of the Poisson deviance (McCullagh and Nelder, 1989, 2.3): about as many standard deviations as
    chance would have to err by. Chance is the mean of what agrees at wrong pitches or at wrong times, whichever is
    more, averaged with the best three of them all.
    """
    counts = _counts(clip.frame, clip.place, track.frame, track.place, line.start, line.tempo, line.bins, _SHIFTS)
    matches, others = counts[0], counts[1:]
    mean = max(others[: len(_PITCHES)].mean(), others[len(_PITCHES) :].mean())
    chance = float(mean + np.sort(others)[-_TOP:].mean()) / 2 + 0.5
    if matches <= chance:
        return 0.0, int(matches), chance
    return math.sqrt(2 * (matches * math.log(matches / chance) - (matches - chance))), int(matches), chance


def score(deviance: float, seconds: float) -> float:
    """Return a deviance made comparable across lengths: divided by the tenth root of its seconds, of three or more."""
    return float(deviance / max(seconds, 3.0) ** _LENGTH)


def longest(clip: Peaks, agree: Flags, chance: float) -> tuple[float, float]:
    """Return the first and last frame of the stretch that is best told from chance (0, 0 when there is none).

    The stretch with the largest sum of log-likelihood ratios of agreeing or not (Kadane's scan). chance: the part of
    all peaks that agrees at places that mean nothing.
    """
    first, last = _longest(agree, _LIKELY, min(max(chance, _UNLIKELY), _LIKELY / 2))
    return (float(clip.frame[first]), float(clip.frame[last])) if last >= first else (0.0, 0.0)


def seconds(frames: float) -> float:
    return frames / FRAMES_PER_SECOND


@njit(cache=True)
def _nearest(t_frame: F64, t_place: F64, frame: float, place: float, frames: float, close: float) -> int:
    """Return the track's peak that is nearest within a tolerance, or -1."""
    found, least = -1, 2.0
    i = int(np.searchsorted(t_frame, frame - frames))
    while i < len(t_frame) and t_frame[i] <= frame + frames:
        off = abs(t_place[i] - place) / close
        if off <= 1:
            off += abs(t_frame[i] - frame) / frames
            if off < least:
                found, least = i, off
        i += 1
    return found


@njit(cache=True)
def _refined(
    c_frame: F64, c_place: F64, t_frame: F64, t_place: F64, start: float, tempo: float, bins: float
) -> tuple[float, float, float]:
    middle = c_frame.mean()
    for frames, close in ((5.0, 2.0), (5.0, 1.5), (3.0, 1.2), (2.0, 1.0), (FRAMES, CLOSE)):
        n = 0
        sx = sy = sxx = sxy = higher = 0.0
        for i in range(len(c_frame)):
            at = start + tempo * c_frame[i]
            k = _nearest(t_frame, t_place, at, c_place[i] - bins, frames, close)
            if k < 0:
                continue
            x, y = c_frame[i] - middle, t_frame[k] - at
            n += 1
            sx += x
            sy += y
            sxx += x * x
            sxy += x * y
            higher += c_place[i] - bins - t_place[k]
        if n < _FEWEST:
            break
        spread = n * sxx - sx * sx
        slope = min(max((n * sxy - sx * sy) / spread, -0.02), 0.02) if n >= 2 * _FEWEST and spread > 0 else 0.0
        start += (sy - slope * sx) / n - slope * middle
        tempo += slope
        bins += higher / n
    return start, tempo, bins


@njit(cache=True)
def _agreeing(c_frame: F64, c_place: F64, t_frame: F64, t_place: F64, start: float, tempo: float, bins: float) -> Flags:
    agree = np.zeros(len(c_frame), np.bool_)
    for i in range(len(c_frame)):
        at = start + tempo * c_frame[i]
        agree[i] = _nearest(t_frame, t_place, at, c_place[i] - bins, FRAMES, CLOSE) >= 0
    return agree


@njit(cache=True)
def _counts(
    c_frame: F64, c_place: F64, t_frame: F64, t_place: F64, start: float, tempo: float, bins: float, shifts: F64
) -> F64:
    """Return how many peaks agree at each shift of (frames, bins): float64."""
    counts = np.zeros(len(shifts), np.float64)
    for s in range(len(shifts)):
        for i in range(len(c_frame)):
            at = start + tempo * c_frame[i] + shifts[s, 0]
            counts[s] += _nearest(t_frame, t_place, at, c_place[i] - bins + shifts[s, 1], FRAMES, CLOSE) >= 0
    return counts


@njit(cache=True)
def _longest(agree: Flags, likely: float, unlikely: float) -> tuple[int, int]:
    yes, no = np.log(likely / unlikely), np.log((1 - likely) / (1 - unlikely))
    run = best = 0.0
    begin, first, last = 0, 0, -1
    for i in range(len(agree)):
        if run <= 0:
            run, begin = 0.0, i
        run += yes if agree[i] else no
        if run > best:
            best, first, last = run, begin, i
    return first, last
