"""One table of hashes: who has this hash, and where, as coded numbers that are looked up without opening the rest.

A posting is one number, hash x span + position. Positions run through all tracks of a part, one after the other, each
beginning on a slot of its own, so that what slot a position is in says which track it belongs to (`slots`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from antiphon.identification.core.blocks import BLOCK, U64, Blocks, taken
from antiphon.identification.core.prints import F32, I64, U32

SLOT_BITS = 10
SLOT = 1 << SLOT_BITS  # frames: 24 s
GONE = np.uint64(0xFFFF_FFFF_FFFF_FFFF)  # the slot of a track that was deleted

_LOW = np.uint64(0xFFFF_FFFF)
_HIGH = np.uint64(32)
_BITS = np.uint64(SLOT_BITS)
_IN_SLOT = np.uint64(SLOT - 1)
_NO_ROOM = np.zeros(0, np.uint32)


class Found(NamedTuple):
    """Where hashes occur: those of wanted[i] from offsets[i] to offsets[i + 1], ascending by track, then by frame."""

    offsets: I64
    track: U32
    frame: U32


@dataclass(frozen=True)
class Table:
    """Postings coded. span: how many positions there are, a whole number of slots."""

    blocks: Blocks
    span: int


def slots_of(frames: U32) -> U64:
    """Return for each slot its track and the frame it begins at, as track x 2**32 + frame. frames: of each track."""
    counts = slot_counts(frames)
    track = np.repeat(np.arange(len(frames), dtype=np.uint64), counts)
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    frame = (np.arange(len(track)) - starts).astype(np.uint64) << _BITS
    return (track << _HIGH) | frame


def slot_counts(frames: U32) -> I64:
    """Return how many slots each track takes: one at least."""
    return np.asarray(np.maximum((frames.astype(np.int64) + SLOT - 1) >> SLOT_BITS, 1), np.int64)


def keys_of(hashed: U32, frame: U32, first_slot: int, span: int) -> U64:
    """Return one track's postings as numbers, in the order given."""
    start = np.uint64(first_slot << SLOT_BITS)
    return np.asarray(hashed.astype(np.uint64) * np.uint64(span) + (frame.astype(np.uint64) + start), np.uint64)


def ranges(table: Table, wanted: U32) -> tuple[I64, I64]:
    """Return (from, to): the blocks in which each hash may be. wanted: ascending, repeated or not."""
    return _ranges(table.blocks.first, np.uint64(table.span), wanted)


def found(table: Table, wanted: U32, near: tuple[I64, I64], slots: U64, base: int) -> Found:
    """Return where hashes occur, tracks numbered from `base` on. Raises `ValueError` for words that nobody coded.

    wanted: ascending, repeated or not. near: their `ranges`. slots: as `slots_of` gives them, `GONE` where deleted.
    """
    b = table.blocks
    offsets, track, frame = _found(
        b.first, b.width, b.place, b.words, b.count, np.uint64(table.span), wanted, *near, slots, base
    )
    if len(offsets) != len(wanted) + 1:
        raise ValueError("The words of a block end before its numbers do.")
    return Found(offsets, track, frame)


def counted(table: Table, near: tuple[I64, I64], wanted: U32) -> F32:
    """Return about how often hashes occur, those of deleted tracks counted, by how many blocks they take.

    No block is opened. Within a block its numbers are taken to lie evenly, so this errs by two blocks at most.
    """
    return _counted(table.blocks.first, table.blocks.count, np.uint64(table.span), wanted, *near)


def joined(answers: Sequence[Found]) -> Found:
    """Return the answers of several parts to the same hashes as one.

    Tracks must be numbered so that those of a later answer come after those of an earlier one.
    """
    if len(answers) == 1:
        return answers[0]
    offsets = np.stack([answer.offsets for answer in answers]).sum(axis=0, dtype=np.int64)
    track, frame = np.empty(offsets[-1], np.uint32), np.empty(offsets[-1], np.uint32)
    place = offsets[:-1].copy()
    for answer in answers:
        _laid(answer.offsets, answer.track, answer.frame, place, track, frame)
    return Found(offsets, track, frame)


def taken_back(answer: tuple[I64, U32, U32], at: I64) -> Found:
    """Return an answer in another order: of the i-th hash what it has of the at[i]-th."""
    starts, tracks, frames = answer
    offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(np.diff(starts)[at])))
    track, frame = np.empty(offsets[-1], np.uint32), np.empty(offsets[-1], np.uint32)
    _reordered(starts, tracks, frames, at, offsets, track, frame)
    return Found(offsets, track, frame)


@njit(cache=True, nogil=True)
def _lower(first: U64, key: np.uint64, start: int) -> int:
    """Return the first place at or after `start` whose number is not below `key`: by steps that double, then halves."""
    low, step = start, 1
    up = start
    while up < len(first) and first[up] < key:
        low = up + 1
        up += step
        step *= 2
    up = min(up, len(first))
    while low < up:
        middle = (low + up) // 2
        if first[middle] < key:
            low = middle + 1
        else:
            up = middle
    return low


@njit(cache=True, nogil=True)
def _ranges(first: U64, span: np.uint64, wanted: U32) -> tuple[I64, I64]:
    start = np.empty(len(wanted), np.int64)
    stop = np.empty(len(wanted), np.int64)
    at = 0
    for i in range(len(wanted)):
        low = np.uint64(wanted[i]) * span
        at = _lower(first, low, at)
        start[i] = max(at - 1, 0)
        stop[i] = _lower(first, low + span, at)
    return start, stop


@njit(cache=True, nogil=True)
def _grown(column: U32, room: int) -> U32:
    larger = np.empty(max(room, 2 * len(column)), np.uint32)
    larger[: len(column)] = column
    return larger


@njit(cache=True, nogil=True)
def _found(
    first: U64, width: npt.NDArray[np.uint8], place: U32, words: U64, count: int, span: np.uint64, wanted: U32,
    start: I64, stop: I64, slots: U64, base: int,
) -> tuple[I64, U32, U32]:  # fmt: skip
    offsets = np.zeros(len(wanted) + 1, np.int64)
    room = 1024
    for i in range(len(wanted)):
        room += max(stop[i] - start[i] - 1, 0) * BLOCK
    track, frame = np.empty(room, np.uint32), np.empty(room, np.uint32)
    keys = np.empty(BLOCK, np.uint64)
    used = 0
    for i in range(len(wanted)):
        low = np.uint64(wanted[i]) * span
        if i and wanted[i] == wanted[i - 1]:
            again = offsets[i] - offsets[i - 1]
            if used + again > len(track):
                track, frame = _grown(track, used + again), _grown(frame, used + again)
            track[used : used + again] = track[used - again : used]
            frame[used : used + again] = frame[used - again : used]
            used += again
            offsets[i + 1] = used
            continue
        for b in range(start[i], stop[i]):
            got = taken(words, place[b], min(BLOCK, count - b * BLOCK), width[b], first[b], low, low + span, keys)
            if got < 0:
                return offsets[:0], track[:0], frame[:0]
            if used + got > len(track):
                track, frame = _grown(track, used + got), _grown(frame, used + got)
            for k in range(got):
                position = keys[k] - low
                slot = slots[position >> _BITS]
                if slot != GONE:
                    track[used] = np.uint32(np.int64(slot >> _HIGH) + base)
                    frame[used] = np.uint32((slot & _LOW) + (position & _IN_SLOT))
                    used += 1
        offsets[i + 1] = used
    return offsets, track[:used], frame[:used]


@njit(cache=True, nogil=True)
def _counted(first: U64, count: int, span: np.uint64, wanted: U32, start: I64, stop: I64) -> F32:
    counts = np.zeros(len(wanted), np.float32)
    for i in range(len(wanted)):
        low = np.uint64(wanted[i]) * span
        up = low + span
        for b in (start[i], stop[i] - 1):
            if stop[i] <= start[i] or (b == start[i] and b == stop[i] - 1 and counts[i] > 0):
                continue
            size = min(BLOCK, count - b * BLOCK)
            end = first[b + 1] if b + 1 < len(first) else max(up, first[b] + span)
            inside = min(end, up) - max(first[b], low) if up > first[b] and end > low else np.uint64(0)
            counts[i] += size * np.float32(inside) / np.float32(max(end - first[b], np.uint64(1)))
        counts[i] += max(stop[i] - start[i] - 2, 0) * BLOCK
    return counts


@njit(cache=True, nogil=True)
def _laid(offsets: I64, track: U32, frame: U32, place: I64, into_track: U32, into_frame: U32) -> None:
    for i in range(len(place)):
        to = place[i]
        for k in range(offsets[i], offsets[i + 1]):
            into_track[to], into_frame[to] = track[k], frame[k]
            to += 1
        place[i] = to


@njit(cache=True, nogil=True)
def _reordered(offsets: I64, track: U32, frame: U32, at: I64, into: I64, into_track: U32, into_frame: U32) -> None:
    for i in range(len(at)):
        for k in range(into[i + 1] - into[i]):
            into_track[into[i] + k], into_frame[into[i] + k] = track[offsets[at[i]] + k], frame[offsets[at[i]] + k]
