"""From sound to prints: a spectrum in steps of 1/48 octave, and its local maxima.

The window is long (186 ms), so that tones stand apart from each other, and the steps are logarithmic, so that another
pitch or speed moves every peak by the same amount. After Wang (ISMIR 2003) a peak is kept for its place, never for its
level: levels change with every copy.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from numba import njit

from antiphon.identification.core.hashes import BIN_ONE, LEAST_APART, NEAR_BINS, NEAR_FRAMES
from antiphon.identification.core.prints import (
    BINS,
    BLOCK_FRAMES,
    HOP,
    LOWEST_HZ,
    MOST_A_BLOCK,
    RATE_HZ,
    STORED_A_BLOCK,
    STRONGEST,
    U8,
    U16,
    U32,
    Prints,
)

WINDOW = 2048  # samples: 186 ms
_PADDED = 2 * WINDOW  # zeros behind the window, for places between the lines of the spectrum
_STEP_DB = 1.5  # of strength
_BATCH = 256  # frames whose spectra are computed together
_AROUND_FRAMES = 21  # the neighbourhood that strength is measured over: half a second either way
_AROUND_BINS = 12  # and a quarter of an octave either way
_FLOOR = 1e-9  # power under which there is nothing to hear: 16-bit silence is below it

F32 = npt.NDArray[np.float32]
I32 = npt.NDArray[np.int32]


def listen(sound: F32) -> Prints:
    """Return the prints of a sound: at most `MOST_A_BLOCK` peaks in each second.

    sound: float32, shape (samples,), mono, 11,025 Hz, within -1 to 1.
    """
    return listen_to_blocks([sound])


def listen_to_blocks(blocks: Iterable[F32]) -> Prints:
    """Return the prints of a sound that comes in blocks of any length, never holding more than a few seconds of it."""
    listener = Listener()
    for block in blocks:
        listener.hear(block)
    return listener.prints()


class Listener:
    """Hears a sound block by block and keeps its peaks. Holds the spectra of about fifteen seconds."""

    def __init__(self) -> None:
        self._rest: F32 = np.zeros(0, np.float32)
        self._levels: F32 = np.zeros((0, BINS), np.float32)
        self._places = np.zeros((0, BINS), np.uint16)
        self._seen = 0  # frames before the first of `_levels`
        self._samples = 0
        self._found: list[tuple[U32, U16, U8]] = []

    def hear(self, block: F32) -> None:
        """Take the next samples: float32, mono, 11,025 Hz. What is not a number counts as silence."""
        self._samples += len(block)
        self._rest = np.concatenate((self._rest, np.nan_to_num(block.astype(np.float32), posinf=0.0, neginf=0.0)))
        while len(self._rest) >= WINDOW + (_BATCH - 1) * HOP:
            self._spectra(_BATCH)

    def prints(self) -> Prints:
        """Return what was found. Nothing can be heard after it."""
        left = max(0, (len(self._rest) - WINDOW) // HOP + 1)
        while left > 0:
            left -= self._spectra(min(left, _BATCH))
        self._look(to_end=True)
        frame, place, strength = (np.concatenate(column) for column in zip(*self._found, strict=True))
        kept = _apart(frame, place, strength)
        heard = Prints(frame[kept], place[kept], strength[kept], self._samples * 1000 // RATE_HZ)
        return thinned(heard, MOST_A_BLOCK)

    def _spectra(self, frames: int) -> int:
        windows = np.lib.stride_tricks.sliding_window_view(self._rest, WINDOW)[::HOP][:frames]
        lines = np.fft.rfft(windows * _TAPER, _PADDED, axis=1)
        levels, places = _bands((lines.real**2 + lines.imag**2).astype(np.float32), _EDGES)
        self._levels = np.concatenate((self._levels, levels))
        self._places = np.concatenate((self._places, places))
        self._rest = self._rest[frames * HOP :]
        self._look(to_end=False)
        return frames

    def _look(self, *, to_end: bool) -> None:
        """Find the peaks of the frames that have all their neighbours, and forget what no later frame needs."""
        rows = len(self._levels)
        first = min(self._seen, _AROUND_FRAMES)
        last = rows if to_end else rows - _AROUND_FRAMES
        if last <= first and not to_end:
            return
        row, column, strength = _maxima(self._levels, first, max(first, last))
        self._found.append(
            ((row + np.int64(self._seen - first)).astype(np.uint32), self._places[row, column], strength)
        )
        kept = max(0, last - _AROUND_FRAMES)
        self._levels, self._places = self._levels[kept:], self._places[kept:]
        self._seen += last - first


def stored(prints: Prints) -> Prints:
    """Return what is kept of a track that was heard: fewer peaks than a question has, so that the index stays small."""
    return thinned(prints, STORED_A_BLOCK)


def thinned(prints: Prints, most_a_block: int) -> Prints:
    """Return the strongest peaks of each block of 43 frames, at most so many; of equals, those that come first."""
    block = prints.frame // BLOCK_FRAMES
    order = np.lexsort((np.arange(len(block)), -prints.strength.astype(np.int64), block))
    starts = np.searchsorted(block[order], block[order], side="left")
    kept = np.sort(order[np.arange(len(order)) - starts < most_a_block])
    return Prints(prints.frame[kept], prints.bin[kept], prints.strength[kept], prints.duration_ms)


_TAPER = (0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(WINDOW) + 0.5) / WINDOW)).astype(np.float32)
_EDGES: I32 = np.searchsorted(
    np.arange(_PADDED // 2 + 1) * (RATE_HZ / _PADDED), LOWEST_HZ * 2 ** ((np.arange(BINS + 1) - 0.5) / 48)
).astype(np.int32)
_PER_OCTAVE = 48 * BIN_ONE


@njit(cache=True)
def _bands(power: F32, edges: I32) -> tuple[F32, U16]:
    """Return the level in dB of the highest line of each band, and where that line's top is, in quarters of a bin.

    power: float32[frames, lines]. The top is the vertex of a parabola through three levels (Smith and Serra, PARSHL,
    1987).
    """
    frames = power.shape[0]
    levels = np.empty((frames, BINS), np.float32)
    places = np.empty((frames, BINS), np.uint16)
    for f in range(frames):
        for b in range(BINS):
            top = edges[b]
            for line in range(edges[b] + 1, edges[b + 1]):
                if power[f, line] > power[f, top]:
                    top = line
            level = 10 * np.log10(power[f, top] + _FLOOR)
            levels[f, b] = level
            offset = 0.0
            if power[f, top] > power[f, top - 1] and power[f, top] >= power[f, top + 1]:
                below = 10 * np.log10(power[f, top - 1] + _FLOOR)
                above = 10 * np.log10(power[f, top + 1] + _FLOOR)
                bend = below - 2 * level + above
                if bend < 0:
                    offset = 0.5 * (below - above) / bend
            hz = (top + offset) * RATE_HZ / _PADDED
            place = int(np.floor(_PER_OCTAVE * np.log2(hz / LOWEST_HZ) + 0.5))
            places[f, b] = min(max(place, 0), BINS * BIN_ONE - 1)
    return levels, places


@njit(cache=True)
def _maxima(levels: F32, first: int, last: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], U8]:
    """Return (row, bin, strength) of the rows' local maxima that stand out by 1.5 dB, ascending.

    Strength is the level over the mean of a neighbourhood of half a second and a quarter of an octave either way.
    """
    rows = levels.shape[0]
    sums = np.zeros((rows + 1, BINS + 1), np.float64)
    for r in range(rows):
        run = 0.0
        for b in range(BINS):
            run += levels[r, b]
            sums[r + 1, b + 1] = sums[r, b + 1] + run
    most = (last - first) * (BINS // NEAR_BINS + 1)
    row, column, strength = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.uint8)
    n = 0
    for r in range(first, last):
        r0, r1 = max(0, r - _AROUND_FRAMES), min(rows, r + _AROUND_FRAMES + 1)
        for b in range(BINS):
            if not _is_top(levels, r, b):
                continue
            b0, b1 = max(0, b - _AROUND_BINS), min(BINS, b + _AROUND_BINS + 1)
            total = sums[r1, b1] - sums[r0, b1] - sums[r1, b0] + sums[r0, b0]
            over = levels[r, b] - total / ((r1 - r0) * (b1 - b0))
            if over >= _STEP_DB:
                row[n], column[n], strength[n] = r, b, min(int(over / _STEP_DB), STRONGEST)
                n += 1
    return row[:n].copy(), column[:n].copy(), strength[:n].copy()


@njit(cache=True)
def _apart(frame: U32, place: U16, strength: U8) -> npt.NDArray[np.bool_]:
    """Mark the peaks that stand apart: in the bass, where lines are wider than bins, two tops may be one tone's.

    Of two the stronger is kept, of equals the first.
    """
    kept = np.ones(len(frame), np.bool_)
    for i in range(len(frame)):
        j = i + 1
        while kept[i] and j < len(frame) and frame[j] - frame[i] <= NEAR_FRAMES:
            if kept[j] and abs(int(place[j]) - int(place[i])) < LEAST_APART:
                kept[j if strength[j] <= strength[i] else i] = False
            j += 1
    return kept


@njit(cache=True)
def _is_top(levels: F32, r: int, b: int) -> bool:
    """Say whether a cell is higher than every earlier neighbour, and no lower than any later one."""
    level = levels[r, b]
    for i in range(max(0, r - NEAR_FRAMES), min(levels.shape[0], r + NEAR_FRAMES + 1)):
        for j in range(max(0, b - NEAR_BINS), min(BINS, b + NEAR_BINS + 1)):
            if levels[i, j] > level or (levels[i, j] == level and (i < r or (i == r and j < b))):
                return False
    return True
