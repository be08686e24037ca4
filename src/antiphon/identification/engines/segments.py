"""Segments in files: written once, mapped into memory, each page compared with its checksum before it is read."""

import mmap
import os
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from antiphon.identification.core import layout, parts, tables
from antiphon.identification.core.blocks import U64, Coder
from antiphon.identification.core.layout import PAGE, Head, Newer, Section
from antiphon.identification.core.merging import Merge
from antiphon.identification.core.parts import Entry, Names
from antiphon.identification.core.prints import I64, U32, Kind
from antiphon.identification.engines.disk import Disk

_PIECE = 1 << 20


def write_entries(disk: Disk, name: str, entries: list[Entry], kinds: Iterable[Kind]) -> None:
    """Write tracks as a segment; returns when its bytes are synced. The folder is not."""
    names = parts.named((e.name, e.sound, parts.frames_of(e.prints), e.prints.duration_ms) for e in entries)
    write(
        disk, name, names, {kind: [parts.postings(entries, names, kind)] for kind in kinds}, (e.packed for e in entries)
    )


def write_merge(disk: Disk, name: str, merge: Merge, kinds: Iterable[Kind]) -> None:
    """Write several parts as one segment, in pieces; returns when its bytes are synced. The folder is not."""
    names = merge.names()
    span = parts.span_of(names.frames)
    write(disk, name, names, {kind: merge.postings(kind, span) for kind in kinds}, merge.packed())


def write(
    disk: Disk, name: str, names: Names, postings: dict[Kind, Iterable[U64]], packed: Iterable[bytes]
) -> None:  # fmt: skip
    number = disk.create(name)
    try:
        _Writing(disk, number, names).write(postings, packed)
        disk.sync(number)
    except OSError:
        disk.remove(name)  # a full disk must not be left fuller
        raise
    finally:
        disk.close(number)


class _Writing:
    """A file that grows by sections, and gets its head when they all have their place."""

    def __init__(self, disk: Disk, number: int, names: Names) -> None:
        self.disk, self.number, self.names = disk, number, names
        self.head = Head(method=parts.method_mark(), tracks=len(names))
        self.at = PAGE
        self.waiting = bytearray()
        self.sums: list[int] = []

    def write(self, postings: dict[Kind, Iterable[U64]], packed: Iterable[bytes]) -> None:
        for kind, pieces in postings.items():
            coder = Coder()
            self.section(f"{kind}.words", _words(coder, pieces))
            first, width, place = coder.directory()
            for column, values in (("first", first.data), ("width", width.data), ("place", place.data)):
                self.section(f"{kind}.{column}", [values.tobytes()])
            self.head.tables[kind] = (parts.span_of(self.names.frames), coder.count)
        for column in Names.__dataclass_fields__:
            self.section(column, [getattr(self.names, column).tobytes()])
        ends: list[int] = []
        self.section("packed", _counted(packed, ends))
        self.section("packed_ends", [np.cumsum(ends, dtype=np.uint64).tobytes()])
        self.put(b"\0" * (-self.at % PAGE))
        self.flush()
        sums = np.array(self.sums, np.uint32)
        self.head.sections["pages"] = Section(self.at, sums.nbytes)
        self.put(sums.tobytes() + zlib.crc32(sums.tobytes()).to_bytes(4, "little"))
        self.flush()
        self.head.size = self.at
        self.disk.write(self.number, self.head.to_bytes(), 0)

    def section(self, name: str, pieces: Iterable[bytes]) -> None:
        self.put(b"\0" * (-self.at % layout.ALIGNED))
        start = self.at
        for piece in pieces:
            self.put(piece)
        self.head.sections[name] = Section(start, self.at - start)

    def put(self, raw: bytes) -> None:
        self.waiting += raw
        self.at += len(raw)
        if len(self.waiting) >= _PIECE:
            self.flush(len(self.waiting) // PAGE * PAGE)

    def flush(self, size: int | None = None) -> None:
        ready = bytes(self.waiting[:size])
        self.disk.write(self.number, ready, self.at - len(self.waiting))
        self.sums += layout.pages_of(memoryview(ready)).tolist()
        del self.waiting[:size]


def _words(coder: Coder, pieces: Iterable[U64]) -> Iterator[bytes]:
    for piece in pieces:
        yield coder.feed(piece).tobytes()
    yield coder.end().tobytes()


def _counted(packed: Iterable[bytes], ends: list[int]) -> Iterator[bytes]:
    for one in packed:
        ends.append(len(one))
        yield one


class Segment:
    """One file, open for reading. Its directories were compared when it was opened; the rest is when it is read."""

    def __init__(self, raw: memoryview, name: str, *, any_method: bool = False) -> None:
        """raw: the whole file, from wherever it is. Raises `Damaged`, `Newer`.

        any_method: whether hashes may be made otherwise than now; then only its prints are of use.
        """
        self.name = name
        self._raw = raw
        self.head = layout.head_of(raw, name)
        self.is_of_now = self.head.method == parts.method_mark()
        if not (self.is_of_now or any_method):
            raise Newer(
                f"The index file {name} was made by another method of fingerprinting.",
                subject=name,
                hint="Make the index anew from its own prints: antiphon fingerprint index DIR --again",
            )
        pages = self.head.sections["pages"]
        stop = pages.offset + pages.length
        if zlib.crc32(raw[pages.offset : stop]) != int.from_bytes(raw[stop:], "little"):
            raise layout.damaged(name, "its list of checksums is not what was written.")
        self._sums = layout.column(raw, self.head, "pages")
        self._good = np.zeros(len(self._sums), np.bool_)
        for section, place in self.head.sections.items():
            if section.rpartition(".")[2] not in (*layout.LAZY, "pages"):
                self._compare(_pages(place.offset, place.offset + place.length))
        self.part = layout.part_of(raw, self.head)
        self.slots = tables.slots_of(self.part.names.frames)

    @classmethod
    def open(cls, folder: Path, name: str, *, any_method: bool = False) -> "Segment":
        """Map a file into memory. Raises `FileNotFoundError`, `Damaged`, `Newer`."""
        with (folder / name).open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size < PAGE:
                raise layout.damaged(name, "it is cut short.")
            return cls(memoryview(mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)), name, any_method=any_method)

    @property
    def size_bytes(self) -> int:
        return len(self._raw)

    def verify(self) -> None:
        """Compare every page, those too that were good when they were read. Raises `Damaged`."""
        self._good[:] = False
        self._compare(range(len(self._good)))

    def ranges(self, kind: Kind, wanted: U32) -> tuple[I64, I64]:
        """Return the blocks in which hashes may be, their pages compared. Raises `Damaged`."""
        table = self.part.tables[kind]
        near = tables.ranges(table, wanted)
        offset = self.head.sections[f"{kind}.words"].offset
        b = table.blocks
        self._compare(layout.unread(near, b.place, len(b.words), offset, self._good))
        return near

    def packed_prints(self, track: int) -> bytes:
        """Return a track's prints as they were packed. Raises `Damaged`."""
        offset = self.head.sections["packed"].offset
        start, stop = self.part.packed_range(track)
        self._compare(_pages(offset + start, offset + stop))
        return self.part.packed_prints(track)

    def _compare(self, pages: Iterable[int] | I64) -> None:
        for page in pages:
            if self._good[page]:
                continue
            at = (int(page) + 1) * PAGE
            if zlib.crc32(self._raw[at : at + PAGE]) != self._sums[page]:
                raise layout.damaged(self.name, f"page {page + 1} is not what was written.")
            self._good[page] = True


def _pages(start: int, stop: int) -> range:
    """The numbers, in the list of checksums, of the pages that hold these bytes."""
    return range(start // PAGE - 1, (stop - 1) // PAGE) if stop > start else range(0)
