"""How a segment lies in a file: a head, sections of numbers, and a checksum of each page of 4 KiB.

    page 0      `ANTIFPIX`, version, length and CRC-32 of what follows, then JSON: sections, tracks, tables, size
    pages 1…    sections, each beginning at a multiple of 64 bytes, little-endian
    the last    CRC-32 of each page before it, uint32

Whoever reads a page compares its checksum first, so that opening a file costs its head and its directories alone. The
same bytes serve from a disk or from an object store: everything is found by offset and length.
"""

import json
import struct
import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from antiphon.identification.core.blocks import Blocks
from antiphon.identification.core.parts import Names, Part
from antiphon.identification.core.prints import I64, U32, Kind
from antiphon.identification.core.tables import Table
from antiphon.kernel.errors import Unavailable

Flags = npt.NDArray[np.bool_]

VERSION = 1
PAGE = 4096
ALIGNED = 64
_MAGIC = b"ANTIFPIX"
_HEAD = struct.Struct("<8sIII")
_KINDS: tuple[Kind, ...] = ("pairs", "triples")
_TYPES = {
    "first": "<u8", "width": "u1", "place": "<u4", "words": "<u8", "ids": "u1", "ends": "<u4", "by_name": "<u4",
    "frames": "<u4", "duration_ms": "<u4", "sounds": "u1", "packed": "u1", "packed_ends": "<u8", "pages": "<u4",
}  # fmt: skip
# What is read only where a look-up leads; everything else is a directory, and is compared when the file is opened.
LAZY = ("words", "packed")


class Damaged(Unavailable):
    """A file of an index is not as it was written. Nothing is answered from it."""

    code = "damaged-index"


class Newer(Unavailable):
    """A file of an index was written by a later version, or by another method."""

    code = "newer-index"


def damaged(file: str, what: str) -> Damaged:
    return Damaged(
        f"The index file {file} is damaged: {what}",
        subject=file,
        hint="Put it back from a backup, or make the index anew from the tracks.",
    )


@dataclass(frozen=True)
class Section:
    offset: int
    length: int


@dataclass
class Head:
    """What stands on page 0. tables: of each kind its span and its number of postings."""

    method: int
    tracks: int
    size: int = 0
    sections: dict[str, Section] = field(default_factory=dict)
    tables: dict[Kind, tuple[int, int]] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Return page 0."""
        said = {
            "method": self.method,
            "tracks": self.tracks,
            "size": self.size,
            "sections": {name: [s.offset, s.length] for name, s in self.sections.items()},
            "tables": self.tables,
        }
        body = json.dumps(said, separators=(",", ":")).encode()
        if _HEAD.size + len(body) > PAGE:
            raise OverflowError("The head of a segment does not fit on its page.")
        crc = zlib.crc32(body, zlib.crc32(_HEAD.pack(_MAGIC, VERSION, len(body), 0)))
        return (_HEAD.pack(_MAGIC, VERSION, len(body), crc) + body).ljust(PAGE, b"\0")

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return tuple(self.tables)


def head_of(raw: memoryview, file: str) -> Head:
    """Return the head of a whole file. Raises `Damaged`, `Newer`."""
    if len(raw) < PAGE:
        raise damaged(file, "it is cut short.")
    magic, version, length, crc = _HEAD.unpack_from(raw)
    body = bytes(raw[_HEAD.size : _HEAD.size + min(length, PAGE)])
    if magic != _MAGIC or zlib.crc32(body, zlib.crc32(_HEAD.pack(magic, version, length, 0))) != crc:
        raise damaged(file, "its head is not what was written.")
    if version != VERSION:
        raise Newer(
            f"The index file {file} was written by a newer Antiphon (form {version}; this one reads {VERSION}).",
            subject=file,
            hint="Use the newer version, or make the index anew from the tracks.",
        )
    said = json.loads(body)
    if said["size"] != len(raw):
        raise damaged(file, f"it has {len(raw)} bytes and should have {said['size']}.")
    if any(raw[_HEAD.size + length : PAGE]):
        raise damaged(file, "its head is not what was written.")
    return _head_from(said)


def _head_from(said: dict[str, Any]) -> Head:
    return Head(
        method=said["method"],
        tracks=said["tracks"],
        size=said["size"],
        sections={name: Section(*place) for name, place in said["sections"].items()},
        tables={
            kind: (span, count) for kind in _KINDS for span, count in [said["tables"].get(kind, (0, -1))] if count >= 0
        },
    )


def column(raw: memoryview, head: Head, name: str) -> npt.NDArray[Any]:
    """Return a section as the array that it is, without a copy."""
    place = head.sections[name]
    kind = np.dtype(_TYPES[name.rpartition(".")[2]])
    return np.frombuffer(raw, kind, place.length // kind.itemsize, place.offset)


def part_of(raw: memoryview, head: Head) -> Part:
    """Return the part that a file holds, as arrays over its bytes."""
    columns = {name: column(raw, head, name) for name in head.sections}
    return Part(
        names=Names(**{name: columns[name] for name in Names.__dataclass_fields__}),
        tables={kind: _table(columns, kind, *said) for kind, said in head.tables.items()},
        packed=columns["packed"],
        packed_ends=columns["packed_ends"],
    )


def _table(columns: dict[str, npt.NDArray[Any]], kind: Kind, span: int, count: int) -> Table:
    first, width, place, words = (columns[f"{kind}.{name}"] for name in ("first", "width", "place", "words"))
    return Table(Blocks(first, width, place, words, count), span)


def pages_of(raw: memoryview) -> U32:
    """Return the CRC-32 of each page of these bytes; the last may be short."""
    return np.array([zlib.crc32(raw[at : at + PAGE]) for at in range(0, len(raw), PAGE)], np.uint32)


@njit(cache=True, nogil=True)
def unread(near: tuple[I64, I64], place: U32, words: int, offset: int, good: Flags) -> I64:
    """Return the pages, not yet good, that hold the words of blocks from near[0] to near[1]; some more than once.

    place: each block's first word. words: how many there are. offset: of the first word in the file.
    """
    pages = np.empty(64, np.int64)
    found = 0
    for i in range(len(near[0])):
        start, stop = near[0][i], near[1][i]
        if stop <= start:
            continue
        # A block ends where the next begins; one word more may be read of it.
        end = place[stop] if stop < len(place) else np.uint32(words - 1)
        for page in range((offset + 8 * place[start]) // PAGE - 1, (offset + 8 * end + 7) // PAGE):
            if not good[page]:
                if found == len(pages):
                    pages = np.append(pages, pages)
                pages[found] = page
                found += 1
    return pages[:found]
