"""An index that lives in memory: for tests, for measuring, and for comparing a few sounds with each other."""

from collections.abc import Callable, Sequence

import numpy as np
from numba import njit

from antiphon.identification.core.prints import F32, I64, U32, Cells, Kind, Prints, pair_hashes, triple_hashes


class MemoryCells:
    """One table of hashes, sorted."""

    def __init__(self, hashed: U32, track: U32, frame: U32) -> None:
        order = np.lexsort((frame, track, hashed))
        self._track, self._frame = track[order], frame[order]
        self._hashes, starts = np.unique(hashed[order], return_index=True)
        self._starts: I64 = np.append(starts, len(order)).astype(np.int64)

    def look_up(self, wanted: U32) -> tuple[I64, U32, U32]:
        at, size = self._places(wanted)
        offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(size)))
        return offsets, *_gathered(self._starts[at], offsets, self._track, self._frame)

    def count(self, wanted: U32) -> F32:
        return self._places(wanted)[1].astype(np.float32)

    def _places(self, wanted: U32) -> tuple[I64, I64]:
        if not len(self._hashes):
            return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.int64)
        at = np.minimum(np.searchsorted(self._hashes, wanted), len(self._hashes) - 1)
        size = self._starts[at + 1] - self._starts[at]
        return at, np.where(self._hashes[at] == wanted, size, 0)


class MemoryPostings:
    """The prints of some tracks, numbered in the order they are given, and both tables of their hashes."""

    def __init__(self, prints: Sequence[Prints]) -> None:
        self._prints = list(prints)
        self._cells: dict[Kind, Cells] = {
            "pairs": _table(self._prints, pair_hashes),
            "triples": _table(self._prints, triple_hashes),
        }

    @property
    def tracks(self) -> int:
        return len(self._prints)

    def postings(self, kind: Kind) -> Cells:
        return self._cells[kind]

    def peaks(self, track: int) -> Prints:
        if not 0 <= track < len(self._prints):
            raise KeyError(track)
        return self._prints[track]


def _table(prints: list[Prints], hashes: Callable[[Prints], tuple[U32, U32]]) -> MemoryCells:
    columns = [(*hashes(one), number) for number, one in enumerate(prints)]
    hashed = np.concatenate([c[0] for c in columns]) if columns else np.zeros(0, np.uint32)
    frame = np.concatenate([c[1] for c in columns]) if columns else np.zeros(0, np.uint32)
    track = np.repeat(np.arange(len(columns), dtype=np.uint32), [len(c[0]) for c in columns])
    return MemoryCells(hashed, track, frame)


@njit(cache=True)
def _gathered(starts: I64, offsets: I64, track: U32, frame: U32) -> tuple[U32, U32]:
    tracks = np.empty(offsets[-1], np.uint32)
    frames = np.empty(offsets[-1], np.uint32)
    for i in range(len(starts)):
        for k in range(offsets[i + 1] - offsets[i]):
            tracks[offsets[i] + k] = track[starts[i] + k]
            frames[offsets[i] + k] = frame[starts[i] + k]
    return tracks, frames
