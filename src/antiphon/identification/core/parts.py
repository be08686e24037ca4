"""A part of an index: some tracks with what is kept of them, and the tables of their hashes.

Pure: what lies in files and what was added a moment ago are parts alike. Owns how tracks are numbered and found again
by the name they have outside.
"""

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from antiphon.identification.core import blocks, tables
from antiphon.identification.core.blocks import U64
from antiphon.identification.core.prints import (
    BIN_ONE,
    BINS,
    I64,
    U8,
    U32,
    Kind,
    Prints,
    pack,
    pair_hashes,
    triple_hashes,
)
from antiphon.identification.core.tables import Table
from antiphon.kernel.errors import BadInput

HASHES: dict[Kind, Callable[[Prints], tuple[U32, U32]]] = {"pairs": pair_hashes, "triples": triple_hashes}
LONGEST_NAME = 200  # bytes
SOUND_BYTES = 32


@dataclass(frozen=True)
class Entry:
    """One track to keep. name: what it is called outside. sound: SHA-256 of what was heard. packed: its prints."""

    name: str
    sound: bytes
    packed: bytes
    prints: Prints


@dataclass(frozen=True)
class Names:
    """The tracks of a part. ids: their names in UTF-8, one after the other, ended by `ends`; by_name: in their order.

    frames, duration_ms, ends, by_name: uint32, ends without a leading 0. sounds: uint8, 32 a track.
    """

    ids: U8
    ends: U32
    by_name: U32
    frames: U32
    duration_ms: U32
    sounds: U8

    def __len__(self) -> int:
        return len(self.ends)

    def name(self, track: int) -> str:
        return self._raw(track).decode()

    def sound(self, track: int) -> bytes:
        return self.sounds[track * SOUND_BYTES : (track + 1) * SOUND_BYTES].tobytes()

    def find(self, name: str) -> int:
        """Return the number of the track with this name, or -1."""
        raw = name.encode()
        low, up = 0, len(self)
        while low < up:
            middle = (low + up) // 2
            if self._raw(int(self.by_name[middle])) < raw:
                low = middle + 1
            else:
                up = middle
        return int(self.by_name[low]) if low < len(self) and self._raw(int(self.by_name[low])) == raw else -1

    def _raw(self, track: int) -> bytes:
        start = int(self.ends[track - 1]) if track else 0
        return self.ids[start : int(self.ends[track])].tobytes()


@dataclass(frozen=True)
class Part:
    """Tracks, their tables, and where in `packed` the prints of each end (uint64, without a leading 0)."""

    names: Names
    tables: dict[Kind, Table]
    packed: U8
    packed_ends: U64

    def packed_prints(self, track: int) -> bytes:
        return self.packed[slice(*self.packed_range(track))].tobytes()

    def packed_range(self, track: int) -> tuple[int, int]:
        return int(self.packed_ends[track - 1]) if track else 0, int(self.packed_ends[track])


def entry(name: str, sound: bytes, prints: Prints) -> Entry:
    """Return a track to keep. Raises `BadInput` for a name that no line holds, `BadPrints` for prints of no sound."""
    check_name(name)
    if len(sound) != SOUND_BYTES:
        raise BadInput("The hash of a sound has 32 bytes.", subject=name)
    return Entry(name, sound, pack(prints), prints)


def check_name(name: str) -> None:
    if not name or len(name.encode(errors="replace")) > LONGEST_NAME or not name.isprintable():
        raise BadInput(
            f"A track's name has 1 to {LONGEST_NAME} bytes, and no tabs or line ends.", subject=name[:LONGEST_NAME]
        )


def frames_of(prints: Prints) -> int:
    """Return how many frames the postings of a track may lie in."""
    return int(prints.frame[-1]) + 1 if len(prints) else 0


def named(rows: Iterable[tuple[str, bytes, int, int]]) -> Names:
    """Return the table of tracks: rows of name, hash of the sound, frames and duration."""
    names, sounds, frames, durations = list(zip(*rows, strict=True)) or ((), (), (), ())
    raw = [name.encode() for name in names]
    return Names(
        ids=np.frombuffer(b"".join(raw), np.uint8),
        ends=np.cumsum([len(one) for one in raw], dtype=np.int64).astype(np.uint32),
        by_name=np.array(sorted(range(len(raw)), key=raw.__getitem__), np.uint32),
        frames=np.array(frames, np.uint32),
        duration_ms=np.array(durations, np.uint32),
        sounds=np.frombuffer(b"".join(sounds), np.uint8),
    )


def built(entries: Sequence[Entry], kinds: Iterable[Kind]) -> Part:
    """Return a part of these tracks, numbered in the order given."""
    names = named((e.name, e.sound, frames_of(e.prints), e.prints.duration_ms) for e in entries)
    return Part(
        names=names,
        tables={kind: Table(blocks.coded(postings(entries, names, kind)), span_of(names.frames)) for kind in kinds},
        packed=np.frombuffer(b"".join(e.packed for e in entries), np.uint8),
        packed_ends=np.cumsum([len(e.packed) for e in entries], dtype=np.uint64),
    )


def span_of(frames: U32) -> int:
    """Return how many positions tracks of so many frames take."""
    return max(int(tables.slot_counts(frames).sum()), 1) << tables.SLOT_BITS


def postings(entries: Sequence[Entry], names: Names, kind: Kind) -> U64:
    """Return all postings of these tracks as ascending numbers."""
    span = span_of(names.frames)
    counts = tables.slot_counts(names.frames)
    starts: I64 = np.cumsum(counts) - counts
    columns = [
        tables.keys_of(*HASHES[kind](e.prints), int(start), span) for e, start in zip(entries, starts, strict=True)
    ]
    return np.sort(np.concatenate([np.zeros(0, np.uint64), *columns]))


@cache
def method_mark() -> int:
    """Return a number that says by which method hashes are made: what it makes of peaks that are always the same.

    An index whose tables were made by another method would be read without an error and find nothing.
    """
    frame = np.arange(0, 4000, 4, dtype=np.uint32)
    place = ((frame.astype(np.int64) * 2_654_435_761 >> 7) % (BINS * BIN_ONE)).astype(np.uint16)
    prints = Prints(frame, place, np.ones(len(frame), np.uint8), 93_000)
    mark = 0
    for hashes in HASHES.values():
        for column in hashes(prints):
            mark = zlib.crc32(column.astype("<u4").tobytes(), mark)
    return mark
