"""Making one part of several, without those that were deleted, a stretch of hashes at a time; and when that is due.

Segments are merged when enough of one size have gathered: each posting is then written about as often as there are
sizes (O'Neil and others, "The log-structured merge-tree", Acta Informatica 1996).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from antiphon.identification.core import blocks, parts, tables
from antiphon.identification.core.blocks import BLOCK, U64
from antiphon.identification.core.parts import Names, Part
from antiphon.identification.core.prints import Kind
from antiphon.identification.core.tables import GONE, SLOT_BITS, Table

Flags = npt.NDArray[np.bool_]

FAN = 8  # so many of a size make one of the next
MOSTLY_GONE = 0.25  # a segment that has lost more than this share of its tracks is written anew
PIECE = 1 << 21  # postings in memory at a time, about
HASHES_END = 1 << 31


@dataclass(frozen=True)
class Size:
    """What decides whether a segment is merged."""

    tracks: int
    gone: int


def due(sizes: Sequence[Size]) -> list[int]:
    """Return which segments to merge now, ascending; none when nothing is due."""
    tiers: dict[int, list[int]] = {}
    for number, size in enumerate(sizes):
        if size.gone > size.tracks * MOSTLY_GONE:
            return [number]
        tiers.setdefault(_tier(size.tracks - size.gone), []).append(number)
    for tier in sorted(tiers):
        if len(tiers[tier]) >= FAN:
            return tiers[tier]
    return []


def _tier(tracks: int) -> int:
    return (max(tracks, 1).bit_length() - 1) // 3  # FAN times as many, one tier up


@dataclass(frozen=True)
class Merge:
    """Parts to be made one. alive: for each, which of its tracks stay; they are numbered anew, in the same order."""

    parts: Sequence[Part]
    alive: Sequence[Flags]

    def names(self) -> Names:
        return parts.named(
            (p.names.name(t), p.names.sound(t), int(p.names.frames[t]), int(p.names.duration_ms[t]))
            for p, t in self._tracks()
        )

    def packed(self) -> Iterator[bytes]:
        """Return the prints of each track that stays, in their order."""
        return (p.packed_prints(t) for p, t in self._tracks())

    def postings(self, kind: Kind, span: int) -> Iterator[U64]:
        """Return all postings as ascending numbers with the new span, in pieces."""
        old = [p.tables[kind] for p in self.parts]
        moves = self._moves()
        for low, up in _stretches(old):
            found = [
                _moved(blocks.decoded(t.blocks, low * t.span, up * t.span), np.uint64(t.span), move, np.uint64(span))
                for t, move in zip(old, moves, strict=True)
            ]
            yield together(found)

    def _tracks(self) -> Iterator[tuple[Part, int]]:
        return ((p, int(t)) for p, alive in zip(self.parts, self.alive, strict=True) for t in np.flatnonzero(alive))

    def _moves(self) -> list[U64]:
        """Return for each slot of each part the position at which it begins now, or `GONE`."""
        moves, slots = [], 0
        for part, alive in zip(self.parts, self.alive, strict=True):
            stays = np.repeat(alive, tables.slot_counts(part.names.frames))
            begins = np.asarray(np.cumsum(stays) - stays + slots, np.uint64) << np.uint64(SLOT_BITS)
            moves.append(np.where(stays, begins, GONE).astype(np.uint64))
            slots += int(stays.sum())
        return moves


def together(found: Sequence[U64]) -> U64:
    """Return ascending numbers of several sources as one."""
    waiting = [one for one in found if len(one)] or [np.zeros(0, np.uint64)]
    while len(waiting) > 1:
        waiting.sort(key=len)
        waiting = [_merged(waiting[0], waiting[1]), *waiting[2:]]
    return waiting[0]


def _stretches(old: Iterable[Table]) -> Iterator[tuple[int, int]]:
    """Return ranges of hashes, from and to, that hold about `PIECE` postings each; a single hash is never cut."""
    old = list(old)
    most = max(old, key=lambda table: table.blocks.count)
    total = sum(table.blocks.count for table in old)
    step = max(PIECE * most.blocks.count // max(total, 1) // BLOCK, 1)
    edges = sorted({int(key) // most.span for key in most.blocks.first[step::step]} - {0})
    return zip([0, *edges], [*edges, HASHES_END], strict=True)


@njit(cache=True, nogil=True)
def _moved(keys: U64, span: np.uint64, move: U64, new_span: np.uint64) -> U64:
    kept = np.empty(len(keys), np.uint64)
    n = 0
    start, stop, new_start = np.uint64(0), np.uint64(0), np.uint64(0)
    for key in keys:
        if key >= stop:
            hashed = key // span
            start, new_start = hashed * span, hashed * new_span
            stop = start + span
        position = key - start
        to = move[position >> np.uint64(SLOT_BITS)]
        if to != GONE:
            kept[n] = new_start + to + (position & np.uint64((1 << SLOT_BITS) - 1))
            n += 1
    return kept[:n]


@njit(cache=True, nogil=True)
def _merged(a: U64, b: U64) -> U64:
    out = np.empty(len(a) + len(b), np.uint64)
    i = j = 0
    for n in range(len(out)):
        if j == len(b) or (i < len(a) and a[i] <= b[j]):
            out[n] = a[i]
            i += 1
        else:
            out[n] = b[j]
            j += 1
    return out
