"""The index of a site: one folder, one writer that the threads of this process share, one reader. Knows no Django."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from antiphon.identification.core import parts, peaks, prints, tables
from antiphon.identification.core.matches import Match, identify
from antiphon.identification.core.parts import Entry
from antiphon.identification.engines.disk import Disk
from antiphon.identification.engines.reader import Reader
from antiphon.identification.engines.views import Piece, View
from antiphon.identification.engines.writer import LOCK, Writer
from antiphon.kernel.errors import NotFound


@dataclass(frozen=True)
class Likeness:
    """A match with the name of the track in the index."""

    name: str
    match: Match


class Shelf:
    """An index in a folder. Whoever writes while another process does gets a `Conflict`, and tries again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock, self._reading = Lock(), Lock()
        self._writer: Writer | None = None
        self._users = 0
        self._reader: Reader | None = None

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Give the one writer of this process. Raises `Conflict`, `Damaged`, `Newer`."""
        with self._lock:
            if self._writer is None:
                self._writer = Writer(self.folder)
            self._users += 1
            writer = self._writer
        try:
            yield writer
        finally:
            with self._lock:
                self._users -= 1
                if not self._users:
                    writer.close()
                    self._writer = None

    def view(self) -> View:
        """Return the index as it is now; an empty one where there is none yet. Raises `Damaged`, `Newer`."""
        with self._reading:
            try:
                if self._reader is None:
                    self._reader = Reader(self.folder)
                return self._reader.view()
            except NotFound:
                self._reader = None
                return View([])

    def verify(self) -> None:
        """Compare every page of every file. Raises `Damaged`, `Newer`."""
        with self._reading:
            if self._reader is not None or self.folder.exists():
                reader = Reader(self.folder)
                for segment in reader.segments:
                    segment.verify()

    def clear(self) -> None:
        """Remove every file of the index, whole or not. Raises `Conflict` while somebody writes."""
        disk = Disk(self.folder)
        disk.make()
        lock = disk.lock(LOCK)
        try:
            for name in disk.names():
                if name != LOCK:
                    disk.remove(name)
            disk.sync_folder()
        finally:
            disk.close(lock)
        with self._reading:
            self._reader = None


def entry_of(name: str, sound: bytes, packed: bytes) -> Entry:
    """Return what the index keeps of a recording: the strongest of its prints. Raises `BadPrints`."""
    return parts.entry(name, sound, peaks.stored(prints.unpack(packed)))


def duration_ms_of(packed: bytes) -> int:
    """Return how long the sound of these prints is. Raises `BadPrints` for what no sound can have given."""
    return prints.unpack(packed).duration_ms


def sounds_in(view: View) -> Iterator[tuple[str, bytes]]:
    """Yield name and hash of the sound of each track that is there."""
    for piece in view.pieces:
        names = piece.part.names
        yield from ((names.name(track), names.sound(track)) for track in range(len(names)) if piece.alive[track])


def likenesses(packed: bytes, view: View, *, besides: Iterable[str] = ()) -> list[Likeness]:
    """Return what music may be which track, `besides` some; the likeliest first, alternatives as their own.

    What is less likely than a person would look at is left out. Raises `Damaged`, `BadPrints`.
    """
    view = without(view, besides)
    found: list[Likeness] = []
    for match in identify(prints.unpack(packed), view):
        for one in (match, *match.alternatives):
            if one.is_possible:
                found.append(Likeness(view.kept(one.track).name, one))
    return found


def without(view: View, names: Iterable[str]) -> View:
    """Return a view in which some tracks are not there: nothing of them is counted, voted for or looked at."""
    wanted = list(names)
    return View([_without(piece, wanted) for piece in view.pieces]) if wanted else view


def _without(piece: Piece, names: Iterable[str]) -> Piece:
    known = piece.part.names
    hidden = [track for track in map(known.find, names) if track >= 0 and piece.alive[track]]
    if not hidden:
        return piece
    alive, slots = piece.alive.copy(), piece.slots.copy()
    counts = tables.slot_counts(known.frames)
    ends = counts.cumsum()
    for track in hidden:
        alive[track] = False
        slots[int(ends[track] - counts[track]) : int(ends[track])] = tables.GONE
    return replace(piece, alive=alive, slots=slots)
