"""Counting: which track, begun when, explains the most of what was found. Time and memory are bounded by the votes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from antiphon.identification.core import tables
from antiphon.identification.core.prints import I64, U32, Cells

F32 = npt.NDArray[np.float32]
I32 = npt.NDArray[np.int32]

CELL_FRAMES = 4  # starts are counted in steps of 93 ms; two neighbours are added
_SPACING = 1_000_003  # a prime: slots of one track's neighbouring starts are neighbours, and tracks lie apart
_FEWEST_SLOTS, _MOST_SLOTS = 1 << 12, 1 << 21
_STEPS = 8  # sizes are told apart by an eighth of an occurrence: most hashes of three peaks have less than one
_SHARED = 16  # tracks told apart in one slot: more than a few are no answer anyway


@dataclass(frozen=True)
class Guess:
    """A track and where in it the clip would begin, in frames: negative if before its start."""

    track: int
    start: float
    votes: float


def count(cells: Cells, wanted: U32, first: F32, most_votes: int, most: int) -> list[Guess]:
    """Look up hashes, the rarest first and never more than about so many occurrences, and return the best starts.

    wanted, first: as `sweep.asked` gives them. Every occurrence counts by how rare its hash is: one over the root.
    """
    return count_each(cells, [(wanted, first)], most_votes, most)[0]


def count_each(cells: Cells, asked: Sequence[tuple[U32, F32]], most_votes: int, most: int) -> list[list[Guess]]:
    """Return what `count` does for each of several questions, what they share looked up once and in one direction."""
    wanted = np.concatenate([one for one, _ in asked])
    hashed, at = _distinct(wanted, _order(wanted))
    sizes = cells.count(hashed)
    chosen, needed = [], np.zeros(len(hashed), np.bool_)
    for rows, (_, first) in zip(np.split(at, np.cumsum([len(one) for one, _ in asked])[:-1]), asked, strict=True):
        kept = _rarest(sizes[rows], most_votes)
        chosen.append((rows[kept], first[kept]))
        needed[rows[kept]] = True
    found = cells.look_up(hashed[needed])
    place = np.cumsum(needed) - 1
    return [_starts(*tables.taken_back(found, place[rows]), first, most) for rows, first in chosen]


def _starts(offsets: I64, track: U32, frame: U32, first: F32, most: int) -> list[Guess]:
    if not len(track):
        return []
    weight = (1 / np.sqrt(np.diff(offsets) + 3)).astype(np.float32)
    slots = 1 << int(np.clip(2 * len(track), _FEWEST_SLOTS, _MOST_SLOTS) - 1).bit_length()
    starts, slot, counts = _counted(offsets, track, frame, first, weight, slots)
    top = _highest(counts, most)
    found = _named(offsets, track, starts, slot, weight, top, len(counts))
    guesses = [Guess(int(t), float(s), float(v)) for t, s, v in zip(*found, strict=True) if v > 0]
    return sorted(guesses, key=lambda guess: (-guess.votes, guess.track, guess.start))


@njit(cache=True)
def _order(wanted: U32) -> I64:
    """Return how to put hashes in order: a radix sort, of which each pass keeps the order of the last."""
    order = np.arange(len(wanted))
    other = np.empty(len(wanted), np.int64)
    for shift in (0, 11, 22):
        ends = np.zeros(2049, np.int64)
        for hashed in wanted:
            ends[((hashed >> shift) & 2047) + 1] += 1
        for digit in range(2048):
            ends[digit + 1] += ends[digit]
        for i in order:
            digit = (wanted[i] >> shift) & 2047
            other[ends[digit]] = i
            ends[digit] += 1
        order, other = other, order
    return order


@njit(cache=True)
def _distinct(wanted: U32, order: I64) -> tuple[U32, I64]:
    """Return the different hashes, ascending, and which of them each is."""
    hashed, at = np.empty(len(wanted), np.uint32), np.empty(len(wanted), np.int64)
    n = 0
    for i in order:
        if n == 0 or hashed[n - 1] != wanted[i]:
            hashed[n] = wanted[i]
            n += 1
        at[i] = n - 1
    return hashed[:n].copy(), at


@njit(cache=True)
def _rarest(sizes: F32, most: float) -> npt.NDArray[np.bool_]:
    """Mark the smallest sizes whose sum is within a limit; of those at the border, the first."""
    top = 1 << 14
    sums = np.zeros(top + 1, np.float64)
    for size in sizes:
        sums[min(int(size * _STEPS), top)] += size
    border, total = 0, 0.0
    while border <= top and total + sums[border] <= most:
        total += sums[border]
        border += 1
    kept = np.zeros(len(sizes), np.bool_)
    for i in range(len(sizes)):
        step = min(int(sizes[i] * _STEPS), top)
        if step < border:
            kept[i] = True
        elif step == border and total + sizes[i] <= most:
            kept[i] = True
            total += sizes[i]
    return kept


@njit(cache=True)
def _counted(offsets: I64, track: U32, frame: U32, first: F32, weight: F32, slots: int) -> tuple[F32, I32, F32]:
    """Return (start in frames, slot) of each occurrence, and the weight in each slot."""
    starts = np.empty(len(frame), np.float32)
    slot = np.empty(len(frame), np.int32)
    counts = np.zeros(slots + 1, np.float32)
    for i in range(len(first)):
        for k in range(offsets[i], offsets[i + 1]):
            starts[k] = np.float32(frame[k]) - first[i]
            slot[k] = (np.int64(track[k]) * _SPACING + np.int64(np.floor(starts[k] / CELL_FRAMES))) & (slots - 1)
            counts[slot[k]] += weight[i]
    return starts, slot, counts


@njit(cache=True)
def _highest(counts: F32, most: int) -> I64:
    """Return the slots that, with the next one, hold the most, no two of them close: int64, unsorted."""
    slots = np.full(most, -9, np.int64)
    sums = np.zeros(most, np.float32)
    least = 0
    for s in range(len(counts) - 1):
        total = counts[s] + counts[s + 1]
        if total <= sums[least]:
            continue
        into = least
        for m in range(most):
            if s - slots[m] <= 2:
                into = m
        if total > sums[into]:
            slots[into], sums[into] = s, total
            least = int(np.argmin(sums))
    return slots[slots >= 0]


@njit(cache=True)
def _named(offsets: I64, track: U32, starts: F32, slot: I32, weight: F32, top: I64, slots: int) -> tuple[I64, F32, F32]:
    """Return (track, start, votes) of each slot: the track that has the most in it, and its mean start."""
    mark = np.full(slots, -1, np.int16)
    for m in range(len(top)):
        mark[top[m]] = m
        mark[top[m] + 1] = m
    names = np.full((len(top), _SHARED), -1, np.int64)
    votes = np.zeros((len(top), _SHARED), np.float32)
    place = np.zeros((len(top), _SHARED), np.float64)
    for i in range(len(weight)):
        for k in range(offsets[i], offsets[i + 1]):
            m = mark[slot[k]]
            if m < 0:
                continue
            for r in range(_SHARED):
                if names[m, r] == -1 or names[m, r] == track[k]:
                    names[m, r] = track[k]
                    votes[m, r] += weight[i]
                    place[m, r] += weight[i] * starts[k]
                    break
    who = np.empty(len(top), np.int64)
    where = np.empty(len(top), np.float32)
    much = np.empty(len(top), np.float32)
    for m in range(len(top)):
        r = int(np.argmax(votes[m]))
        who[m], much[m] = names[m, r], votes[m, r]
        where[m] = place[m, r] / max(votes[m, r], np.float32(1e-6))
    return who, where, much
