"""Looking closely: peak by peak, does this stretch of this track explain the clip, and better than chance does?"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from antiphon.identification.core.hashes import BIN_ONE
from antiphon.identification.core.prints import I64, Prints

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Fit:
    """A line through the peaks of clip and track: frame in track = start + tempo * frame in clip.

    bins: how much higher the clip is, in 1/48 octave. matches: peaks of the clip that are where the line says.
    chance: how many would be at places that mean nothing. spread: by how much those differ.
    """

    start: float
    tempo: float
    bins: float
    matches: float
    chance: float
    spread: float


def fit(clip: Prints, track: Prints, start: float, tempo: float, bins: float) -> Fit:
    """Refine a guess by least squares with shrinking tolerance, and count what agrees."""
    c_frame, c_place = clip.frame.astype(np.float64), clip.bin.astype(np.float64) / BIN_ONE
    t_frame, t_place = track.frame.astype(np.int64), track.bin.astype(np.float64) / BIN_ONE
    a, b, d = _refined(c_frame, c_place, t_frame, t_place, start, tempo, bins)
    counts = _counts(c_frame, c_place, t_frame, t_place, a, b, d, _SHIFTS)
    others = counts[1:]
    return Fit(a, b, d, counts[0], float(others.mean()), float(others.std()))


# Where nothing is meant: other pitches, no octave and no fifth; and other times, which are no simple parts of a beat.
_SHIFTS: F64 = np.array(
    [(0.0, 0.0)]
    + [(0.0, bins) for bins in (-23.0, -17.0, -13.0, -11.0, -7.0, -5.0, 5.0, 7.0, 11.0, 13.0, 17.0, 23.0)]
    + [(frames, 0.0) for frames in (-139.0, -113.0, -89.0, -71.0, -53.0, -37.0, -29.0, -19.0, -11.0, 11.0, 19.0, 29.0, 37.0, 53.0, 71.0, 89.0, 113.0, 139.0)]
)

_STEPS = ((5.0, 2.0), (3.0, 1.5), (2.0, 1.0), (1.5, 0.8))
FRAMES, CLOSE = 1.5, 0.8


@njit(cache=True)
def _nearest(t_frame: I64, t_place: F64, frame: float, place: float, frames: float, close: float) -> int:
    best = -1
    least = 2.0
    i = np.searchsorted(t_frame, np.ceil(frame - frames))
    while i < len(t_frame) and t_frame[i] <= frame + frames:
        off = abs(t_place[i] - place) / close
        if off <= 1:
            off += abs(t_frame[i] - frame) / frames
            if off < least:
                best, least = i, off
        i += 1
    return best


@njit(cache=True)
def _refined(
    c_frame: F64, c_place: F64, t_frame: I64, t_place: F64, start: float, tempo: float, bins: float
) -> tuple[float, float, float]:
    middle = c_frame.mean()
    for frames, close in ((5.0, 2.0), (3.0, 1.5), (2.0, 1.0), (1.5, 0.8)):
        n = 0
        sx = sy = sxx = sxy = sd = 0.0
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
            sd += c_place[i] - bins - t_place[k]
        if n < 4:
            break
        spread = n * sxx - sx * sx
        slope = (n * sxy - sx * sy) / spread if n >= 8 and spread > 0 else 0.0
        slope = min(max(slope, -0.03), 0.03)
        level = (sy - slope * sx) / n
        start += level - slope * middle
        tempo += slope
        bins += sd / n
    return start, tempo, bins


@njit(cache=True)
def _counts(
    c_frame: F64, c_place: F64, t_frame: I64, t_place: F64, start: float, tempo: float, bins: float, shifts: F64
) -> F64:
    counts = np.zeros(len(shifts), np.float64)
    for s in range(len(shifts)):
        for i in range(len(c_frame)):
            at = start + tempo * c_frame[i] + shifts[s, 0]
            if _nearest(t_frame, t_place, at, c_place[i] - bins + shifts[s, 1], FRAMES, CLOSE) >= 0:
                counts[s] += 1
    return counts
