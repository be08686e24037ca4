"""Ascending numbers in few bits: blocks of 128, each coded by itself, so that a look-up opens one or two of them.

The code is Elias and Fano's (P. Elias, "Efficient storage and retrieval by content and address of static files", JACM
1974; R. Fano, 1971): the low bits of each number as they are, the rest as distances in unary. Cut into blocks with a
width of their own, as Ottaviano and Venturini do (SIGIR 2014), it is cheap where numbers lie close together. It takes
two bits a number more than the width says, whatever the numbers are.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

U8 = npt.NDArray[np.uint8]
U32 = npt.NDArray[np.uint32]
U64 = npt.NDArray[np.uint64]

BLOCK = 128
HIGHEST = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
_ONE = np.uint64(1)
_SIX = np.uint64(6)
_IN_WORD = np.uint64(63)
# The place of the one bit that is set, by a product: Leiserson, Prokop and Randall, "Using de Bruijn sequences to
# index a 1 in a computer word", 1998.
_SEQUENCE = np.uint64(0x03F79D71B4CB0A89)
_TOP = np.uint64(58)
_PLACE_OF_BIT = np.zeros(64, np.int64)
for _place in range(64):
    _PLACE_OF_BIT[((1 << _place) * int(_SEQUENCE) & int(HIGHEST)) >> 58] = _place


@dataclass(frozen=True)
class Blocks:
    """Coded numbers. first: uint64, of each block; width: uint8, its low bits; place: uint32, its first word.

    Each block holds `BLOCK` numbers, but for the last. One spare word stands behind the words.
    """

    first: U64
    width: U8
    place: U32
    words: U64
    count: int


class Coder:
    """Codes numbers that come in pieces, ascending from one piece to the next. Holds the directory, never the words."""

    def __init__(self) -> None:
        self._rest: U64 = np.zeros(0, np.uint64)
        self._directory: list[tuple[U64, U8, U32]] = []
        self.count = 0
        self._words = 0

    def feed(self, keys: U64) -> U64:
        """Return the words of the blocks that are whole now."""
        keys = np.concatenate((self._rest, keys)) if len(self._rest) else keys
        whole = len(keys) // BLOCK * BLOCK
        self._rest = keys[whole:].copy()
        return self._coded(keys[:whole])

    def end(self) -> U64:
        """Return the words of the last block, and the spare one behind all words."""
        keys, self._rest = self._rest, np.zeros(0, np.uint64)
        return np.append(self._coded(keys), np.uint64(0))

    def directory(self) -> tuple[U64, U8, U32]:
        """Return (first, width, place) of all blocks."""
        columns = list(zip(*self._directory, strict=True)) or [(), (), ()]
        types = (np.uint64, np.uint8, np.uint32)
        first, width, place = (np.concatenate((np.zeros(0, t), *c)) for c, t in zip(columns, types, strict=True))
        return first, width, place

    def _coded(self, keys: U64) -> U64:
        if not len(keys):
            return np.zeros(0, np.uint64)
        first, width, place, words = _coded(keys)
        if self._words + len(words) > 0xFFFF_FFFF:
            raise OverflowError("One table holds at most 32 GiB.")
        self._directory.append((first, width, place + np.uint32(self._words)))
        self._words += len(words)
        self.count += len(keys)
        return words


def coded(keys: U64) -> Blocks:
    """Return numbers coded. keys: uint64, ascending, repeated or not."""
    coder = Coder()
    words = np.concatenate((coder.feed(keys), coder.end()))
    first, width, place = coder.directory()
    for column in (first, width, place, words):
        column.setflags(write=False)  # as in a file: what reads both is compiled once
    return Blocks(first, width, place, words, coder.count)


def decoded(blocks: Blocks, low: int, up: int) -> U64:
    """Return the numbers from `low` to `up`, that one left out. Raises `ValueError` for words that nobody coded."""
    start, stop = around(blocks.first, low, up)
    out = np.empty((stop - start) * BLOCK, np.uint64)
    found = _decoded(
        blocks.first, blocks.width, blocks.place, blocks.words, blocks.count, start, stop, np.uint64(low),
        np.uint64(up), out,
    )  # fmt: skip
    if found < 0:
        raise ValueError("The words of a block end before its numbers do.")
    return out[:found]


def around(first: U64, low: int, up: int) -> tuple[int, int]:
    """Return the blocks, from and to, in which numbers from `low` to `up` may be."""
    start = max(int(np.searchsorted(first, np.uint64(low))) - 1, 0)
    return start, max(int(np.searchsorted(first, np.uint64(up))), start)


@njit(cache=True, nogil=True)
def width_of(spread: np.uint64, count: int) -> int:
    """Return the number of low bits that takes the fewest bits in all."""
    best, least = 0, HIGHEST
    for width in range(64):
        high = spread >> np.uint64(width)
        if high > np.uint64(4 * count + 64):
            continue
        bits = np.uint64(count * width + count) + high
        if bits < least:
            best, least = width, bits
    return best


@njit(cache=True, nogil=True)
def _coded(keys: U64) -> tuple[U64, U8, U32, U64]:
    blocks = (len(keys) + BLOCK - 1) // BLOCK
    first = np.empty(blocks, np.uint64)
    widths = np.empty(blocks, np.uint8)
    place = np.empty(blocks, np.uint32)
    size = 0
    for b in range(blocks):
        start, stop = b * BLOCK, min((b + 1) * BLOCK, len(keys))
        spread = keys[stop - 1] - keys[start]
        width = width_of(spread, stop - start)
        first[b], widths[b], place[b] = keys[start], width, size
        bits = (stop - start) * (width + 1) + np.int64(spread >> np.uint64(width))
        size += int((bits + 63) >> 6)
    words = np.zeros(size, np.uint64)
    for b in range(blocks):
        start, stop = b * BLOCK, min((b + 1) * BLOCK, len(keys))
        low_bits = np.uint64(widths[b])
        mask = (_ONE << low_bits) - _ONE
        low_at = np.uint64(place[b]) << _SIX
        high_at = low_at + np.uint64(stop - start) * low_bits
        for i in range(stop - start):
            apart = keys[start + i] - first[b]
            low = apart & mask
            word, bit = low_at >> _SIX, low_at & _IN_WORD
            if low_bits:
                words[word] |= low << bit
                if bit + low_bits > np.uint64(64):
                    words[word + _ONE] |= low >> (np.uint64(64) - bit)
            low_at += low_bits
            at = high_at + (apart >> low_bits) + np.uint64(i)
            words[at >> _SIX] |= _ONE << (at & _IN_WORD)
    return first, widths, place, words


@njit(cache=True, nogil=True)
def _ones_in(word: np.uint64) -> int:
    """Return how many bits are set, in a way that compilers know as one instruction."""
    ones = 0
    while word:
        word &= word - _ONE
        ones += 1
    return ones


@njit(cache=True, nogil=True)
def taken(
    words: U64, place: np.uint32, count: int, width: np.uint8, first: np.uint64, low: np.uint64, up: np.uint64, out: U64
) -> int:
    """Write the numbers of one block from `low` to `up` into `out`; return how many, or -1 for words nobody coded.

    Reads inside of `words` and writes at most `count` numbers, whatever the words are.
    """
    if up <= first or width > 63:
        return 0 if width <= 63 else -1
    bits = np.uint64(width)
    mask = (_ONE << bits) - _ONE
    low_start = np.uint64(place) << _SIX
    start = low_start + np.uint64(count) * bits
    word = np.int64(start >> _SIX)
    if word >= len(words) - 1:  # the spare word at the end lets every read be of two
        return -1
    skip = np.int64((low - first) >> bits) if low > first else 0
    ones = words[word] & (HIGHEST << (start & _IN_WORD))
    base = word * 64 - np.int64(start)
    behind = 0
    if skip:  # go to the zero that the wanted numbers stand behind, by whole words
        zeros = ~words[word] & (HIGHEST << (start & _IN_WORD))
        left = skip
        while _ones_in(zeros) < left:
            left -= _ones_in(zeros)
            if base + 64 - (skip - left) >= count:
                return 0
            word += 1
            base += 64
            if word >= len(words) - 1:
                return -1
            zeros = ~words[word]
        for _ in range(left - 1):
            zeros &= zeros - _ONE
        zero = zeros & (~zeros + _ONE)
        behind = base + _PLACE_OF_BIT[(zero * _SEQUENCE) >> _TOP] + 1 - skip
        ones = words[word] & ~(zero | (zero - _ONE))
    found = 0
    for i in range(behind, count):
        while ones == 0:
            word += 1
            base += 64
            if word >= len(words) - 1:
                return -1
            ones = words[word]
        one = ones & (~ones + _ONE)
        high = base + _PLACE_OF_BIT[(one * _SEQUENCE) >> _TOP] - i
        ones ^= one
        at = low_start + np.uint64(i) * bits
        cell, bit = at >> _SIX, at & _IN_WORD
        rest = (words[cell] >> bit) | ((words[cell + _ONE] << _ONE) << (_IN_WORD - bit))
        key = first + (np.uint64(high) << bits) + (rest & mask)
        if key >= up:
            break
        if key >= low:
            out[found] = key
            found += 1
    return found


@njit(cache=True, nogil=True)
def _decoded(
    first: U64,
    width: U8,
    place: U32,
    words: U64,
    count: int,
    start: int,
    stop: int,
    low: np.uint64,
    up: np.uint64,
    out: U64,
) -> int:
    found = 0
    for b in range(start, stop):
        size = min(BLOCK, count - b * BLOCK)
        got = taken(words, place[b], size, width[b], first[b], low, up, out[found:])
        if got < 0:
            return -1
        found += got
    return found
