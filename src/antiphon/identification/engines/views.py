"""An index as it is at one moment, to be searched: `Postings` over its parts. Later changes do not touch it."""

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np

from antiphon.identification.core import prints, tables
from antiphon.identification.core.blocks import U64
from antiphon.identification.core.layout import Flags
from antiphon.identification.core.parts import Part
from antiphon.identification.core.prints import F32, I64, U32, Kind, Prints
from antiphon.identification.core.tables import GONE, Found
from antiphon.identification.engines.segments import Segment

_KEPT_PRINTS = 256  # unpacked ones that are kept for the next question: 20 kB each


@dataclass(frozen=True)
class Kept:
    """What is known of a track besides its peaks. name: what it is called outside."""

    name: str
    sound: bytes
    duration_ms: int


@dataclass(frozen=True)
class Piece:
    """A part as a view sees it. segment: the file it is in, if it is in one."""

    part: Part
    alive: Flags
    slots: U64
    segment: Segment | None

    def ranges(self, kind: Kind, wanted: U32) -> tuple[I64, I64]:
        if self.segment is not None:
            return self.segment.ranges(kind, wanted)
        return tables.ranges(self.part.tables[kind], wanted)

    def packed_prints(self, track: int) -> bytes:
        return (self.segment or self.part).packed_prints(track)


class Living:
    """A part whose tracks may be deleted one by one. Views that were given out stay as they were."""

    def __init__(self, part: Part, alive: Flags, segment: Segment | None = None) -> None:
        self.part, self.segment = part, segment
        self.alive = alive
        self._slots = tables.slots_of(part.names.frames)
        self._slots[np.repeat(~alive, tables.slot_counts(part.names.frames))] = GONE
        self._piece: Piece | None = None

    def find(self, name: str) -> int:
        """Return the number of a track that is there, or -1."""
        track = self.part.names.find(name)
        return track if track >= 0 and self.alive[track] else -1

    def delete(self, track: int) -> None:
        if self._piece is not None:
            self.alive, self._slots, self._piece = self.alive.copy(), self._slots.copy(), None
        counts = tables.slot_counts(self.part.names.frames[: track + 1])
        self._slots[int(counts[:-1].sum()) : int(counts.sum())] = GONE
        self.alive[track] = False

    def piece(self) -> Piece:
        if self._piece is None:
            self._piece = Piece(self.part, self.alive, self._slots, self.segment)
        return self._piece


class View:
    """`Postings` over pieces: their tracks are numbered one piece after the other, deleted ones counted."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = tuple(pieces)
        self._ends = np.cumsum([len(piece.alive) for piece in pieces], dtype=np.int64)
        self._prints: OrderedDict[int, Prints] = OrderedDict()
        self._lock = Lock()

    @property
    def tracks(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    @property
    def living(self) -> int:
        """How many tracks are there."""
        return sum(int(piece.alive.sum()) for piece in self.pieces)

    def postings(self, kind: Kind) -> "ViewCells":
        return ViewCells(self, kind)

    def peaks(self, track: int) -> Prints:
        """Return what was stored of a track. Raises `KeyError`, `Damaged`."""
        with self._lock:
            known = self._prints.get(track)
        if known is None:
            piece, local = self._place(track)
            known = prints.unpack(piece.packed_prints(local))
            with self._lock:
                self._prints[track] = known
                while len(self._prints) > _KEPT_PRINTS:
                    self._prints.popitem(last=False)
        return known

    def kept(self, track: int) -> Kept:
        """Return what is known of a track. Raises `KeyError`."""
        piece, local = self._place(track)
        names = piece.part.names
        return Kept(names.name(local), names.sound(local), int(names.duration_ms[local]))

    def find(self, name: str) -> int:
        """Return the number of the track of this name, or -1."""
        for base, piece in zip(self.bases, self.pieces, strict=True):
            track = piece.part.names.find(name)
            if track >= 0 and piece.alive[track]:
                return int(base) + track
        return -1

    def only(self, names: Collection[str]) -> "Masked":
        """Return the index as if these tracks were all that it holds."""
        wanted = frozenset(name.encode() for name in names)
        return Masked([_masked(piece, wanted) for piece in self.pieces])

    @property
    def bases(self) -> list[int]:
        """The number of each piece's first track."""
        return [int(end) - len(piece.alive) for end, piece in zip(self._ends, self.pieces, strict=True)]

    def _place(self, track: int) -> tuple[Piece, int]:
        number = int(np.searchsorted(self._ends, track, side="right"))
        if track < 0 or number == len(self.pieces):
            raise KeyError(track)
        local = track - self.bases[number]
        if not self.pieces[number].alive[local]:
            raise KeyError(track)
        return self.pieces[number], local


class Masked(View):
    """Some tracks of a view, as if there were no others: what is counted, fetched, looked at and told is the same.

    Numbers stay those of the view, and may be higher than `tracks`.
    """

    @property
    def tracks(self) -> int:
        return self.living

    def postings(self, kind: Kind) -> "MaskedCells":
        return MaskedCells(self, kind)


def _masked(piece: Piece, wanted: frozenset[bytes]) -> Piece:
    names = piece.part.names
    raw, ends = names.ids.tobytes(), names.ends.tolist()
    there = [raw[start:end] in wanted for start, end in zip([0, *ends[:-1]], ends, strict=True)]
    alive = piece.alive & np.array(there, np.bool_)
    slots = piece.slots.copy()
    slots[np.repeat(~alive, tables.slot_counts(names.frames))] = GONE
    return Piece(piece.part, alive, slots, piece.segment)


class ViewCells:
    """`Cells`: one kind of hash over all pieces of a view. Keeps the blocks it counted for the look-up that follows."""

    def __init__(self, view: View, kind: Kind) -> None:
        self._view, self._kind = view, kind
        self._last: tuple[U32, list[tuple[I64, I64]]] | None = None

    def look_up(self, wanted: U32) -> Found:
        """Return (offsets, track, frame), as `prints.Cells` says. Raises `Damaged`."""
        if not len(wanted) or not self._view.pieces:
            return Found(np.zeros(len(wanted) + 1, np.int64), np.zeros(0, np.uint32), np.zeros(0, np.uint32))
        hashed, at = _ascending(wanted)
        near = self._ranges(hashed)
        found = tables.joined(
            [
                tables.found(piece.part.tables[self._kind], hashed, places, piece.slots, base)
                for base, piece, places in zip(self._view.bases, self._view.pieces, near, strict=True)
            ]
        )
        return found if at is None else tables.taken_back(found, at)

    def count(self, wanted: U32) -> F32:
        """Return about how often each occurs; what was deleted counts until it is merged away. Raises `Damaged`."""
        hashed, at = _ascending(wanted)
        counts = np.zeros(len(hashed), np.float32)
        for piece, near in zip(self._view.pieces, self._ranges(hashed), strict=True):
            counts += tables.counted(piece.part.tables[self._kind], near, hashed)
        return counts if at is None else counts[at]

    def _ranges(self, hashed: U32) -> list[tuple[I64, I64]]:
        """Return the blocks of each piece in which hashes may be, from what was counted before if they were in it."""
        if self._last is not None and len(self._last[0]):
            known, near = self._last
            if len(known) == len(hashed) and np.array_equal(known, hashed):
                return near
        near = [piece.ranges(self._kind, hashed) for piece in self._view.pieces]
        self._last = hashed, near
        return near


class MaskedCells(ViewCells):
    """`Cells` of a masked view. How often a hash occurs decides which are looked up, so it must not be told by the
    blocks, where the hidden tracks count: here every count fetches.
    """

    def count(self, wanted: U32) -> F32:
        """Return how often each occurs in the tracks that are not hidden. Raises `Damaged`."""
        return np.diff(self.look_up(wanted).offsets).astype(np.float32)


def _ascending(wanted: U32) -> tuple[U32, I64 | None]:
    """Return hashes in order, and where each stands in it: None where they are in order already."""
    if bool(np.all(wanted[1:] >= wanted[:-1])):
        return wanted, None
    hashed, at = np.unique(wanted, return_inverse=True)
    return hashed, at.astype(np.int64)
