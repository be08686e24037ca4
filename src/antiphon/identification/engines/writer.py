"""Writing an index: what is added or deleted is on the disk before it is acknowledged, and a kill at any byte leaves
the index as it was before or after, never between.

Adding appends one record to the journal. Now and then the newest part becomes a segment; the list of files, replaced
whole, is the one place that says what the index is. Files that it does not name are what a killed run left.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import RLock

import numpy as np

from antiphon.identification.core import journal, merging
from antiphon.identification.core.journal import Batch
from antiphon.identification.core.layout import Flags, damaged
from antiphon.identification.core.manifest import FILE, Listed, Manifest, listed, manifest_of
from antiphon.identification.core.merging import Merge, Size
from antiphon.identification.core.parts import Entry, check_name
from antiphon.identification.core.prints import Kind, unpack
from antiphon.identification.engines import segments
from antiphon.identification.engines.disk import Disk
from antiphon.identification.engines.segments import Segment
from antiphon.identification.engines.state import State
from antiphon.identification.engines.views import Living, Piece, View
from antiphon.kernel.errors import Unavailable

LOCK = "lock"
KINDS: tuple[Kind, ...] = ("pairs", "triples")
FULL_BYTES = 4 << 20  # of packed prints in the newest part: some 17 hours of music
_PART = FILE + ".part"
_OURS = re.compile(r"\d{8}\.(seg|log)")


class Writer:
    """An index in a folder, opened by the one who may write to it. Raises `Conflict` when another one does.

    May be used from several threads. After an error of the disk it must be opened again.
    """

    def __init__(
        self,
        folder: Path,
        *,
        kinds: tuple[Kind, ...] = KINDS,
        disk: Disk | None = None,
        full_bytes: int = FULL_BYTES,
        any_method: bool = False,
    ) -> None:
        """kinds: the tables of a new index; one that is there keeps its own. any_method: only for `renew`."""
        self.disk = disk or Disk(folder)
        self._full_bytes, self._any_method = full_bytes, any_method
        self._mutex, self._merging = RLock(), RLock()
        self._broken = False
        self.disk.make()
        self._lock = self.disk.lock(LOCK)
        try:
            self._open(kinds)
        except BaseException:
            self.disk.close(self._lock)
            raise

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index. Whatever was acknowledged is on the disk already."""
        with self._mutex:
            self.disk.close(self._journal)
            self.disk.close(self._lock)
            self._broken = True

    def view(self) -> View:
        with self._mutex:
            return self._state.view()

    def has(self, name: str) -> bool:
        with self._mutex:
            return self._state.has(name)

    def add(self, entries: Sequence[Entry]) -> None:
        """Keep tracks, each in place of the one of its name; returns when they are on the disk, all or none."""
        self.change(Batch(added=entries))

    def delete(self, names: Sequence[str]) -> None:
        """Delete tracks; returns when no answer can name them any more, nor after a power failure.

        Their bytes are gone after the next merge (`purge` makes it now). Names that are not there change nothing.
        """
        for name in names:
            check_name(name)
        self.change(Batch(deleted=names))

    def change(self, batch: Batch) -> None:
        """Delete and add at once: after a kill, all of it was done or none."""
        with self._mutex:
            self._doing(lambda: self._append(batch))
            if self._state.recent.size_bytes >= self._full_bytes:
                self.flush()

    def flush(self) -> None:
        """Make the newest part a segment."""
        with self._mutex:
            if self._good > len(journal.START):
                self._doing(self._flush)

    def merge(self) -> bool:
        """Merge the segments that are due, and say whether any were. Others may add and delete meanwhile."""
        with self._merging:
            with self._mutex:
                files = list(self._state.segments)
                alive = [living.alive for living in self._state.segments.values()]
            due = merging.due([Size(len(one), int((~one).sum())) for one in alive])
            if due:
                self._merge([files[number] for number in due])
            return bool(due)

    def purge(self) -> None:
        """Write anew whatever still holds something of a deleted track: after it no file does."""
        self.flush()
        with self._merging:
            with self._mutex:
                files = [file for file, living in self._state.segments.items() if not living.alive.all()]
            for file in files:
                self._merge([file])

    def renew(self) -> int:
        """Make all hashes of another method anew from the prints that are kept; return of how many tracks.

        What is renewed replaces what was there batch by batch: stopped anywhere, it goes on from there.
        """
        renewed = 0
        for living in list(self._state.segments.values()):
            segment, waiting = _segment(living), list[Entry]()
            if segment.is_of_now:
                continue
            for track in np.flatnonzero(living.alive).tolist():
                names, packed = segment.part.names, segment.packed_prints(track)
                waiting.append(Entry(names.name(track), names.sound(track), packed, unpack(packed)))
                renewed += 1
                if sum(len(one.packed) for one in waiting) >= self._full_bytes // 4:
                    self.add(waiting)
                    waiting = []
            self.add(waiting)
        self.purge()
        return renewed

    def verify(self) -> None:
        """Compare every page of every segment. Raises `Damaged`."""
        for living in list(self._state.segments.values()):
            _segment(living).verify()

    def _open(self, kinds: tuple[Kind, ...]) -> None:
        names = self.disk.names()
        if FILE in names:
            self._manifest = manifest_of((self.disk.folder / FILE).read_bytes())
            self._remove(
                name
                for name in names
                if name == _PART or (_OURS.fullmatch(name) and name not in self._manifest.files())
            )
        else:
            # Nothing was ever acknowledged here: whatever lies about was left by a first start that was killed.
            self._remove(name for name in names if name == _PART or _OURS.fullmatch(name))
            self._manifest = Manifest(kinds=kinds, journal="")
            self._replace(Manifest(kinds=kinds, journal=self._new_journal()))
        try:
            self._state = State.open(self.disk.folder, self._manifest, any_method=self._any_method)
            raw = (self.disk.folder / self._manifest.journal).read_bytes()
        except FileNotFoundError as error:
            raise damaged(Path(str(error.filename)).name, f"it is missing, and {FILE} lists it.") from error
        read = journal.read(raw, self._manifest.journal)
        for batch in read.batches:
            self._state.apply(batch)
        self._good, self._batches = read.good, len(read.batches)
        self._journal = self.disk.open_again(self._manifest.journal)
        if read.good < len(raw):  # a torn record: it was never acknowledged
            self.disk.cut(self._journal, read.good)
            self.disk.sync(self._journal)

    def _append(self, batch: Batch) -> None:
        raw = journal.record(batch, self._batches)
        self.disk.write(self._journal, raw, self._good)
        self.disk.sync(self._journal)
        self._good += len(raw)
        self._batches += 1
        self._state.apply(batch)

    def _flush(self) -> None:
        entries = self._state.recent.entries()
        before = self._journal
        new = self._state.listed()
        if entries:
            file = self._number("seg")
            segments.write_entries(self.disk, file, entries, self._manifest.kinds)
            new = (*new, Listed(file))
        self._replace(replace(self._manifest, segments=new, journal=self._new_journal()))
        self.disk.close(before)
        self._journal, self._good, self._batches = self.disk.open_again(self._manifest.journal), len(journal.START), 0
        self._read_again()

    def _merge(self, files: list[str]) -> None:
        with self._mutex:
            pieces = [self._state.segments[file].piece() for file in files]
            new = self._number("seg")
        if made := any(piece.alive.any() for piece in pieces):
            for piece in pieces:
                _segment(piece).verify()  # what is damaged must not be written anew with good checksums
            merge = Merge([piece.part for piece in pieces], [piece.alive for piece in pieces])
            segments.write_merge(self.disk, new, merge, self._manifest.kinds)
        with self._mutex:
            self._doing(lambda: self._put_in_place(files, [piece.alive for piece in pieces], new if made else ""))

    def _put_in_place(self, files: list[str], merged: list[Flags], new: str) -> None:
        rest = tuple(one for one in self._state.listed() if one.file not in files)
        if new:
            # What was deleted while the merge was at work is deleted in what it made.
            now = [self._state.segments[file].alive for file in files]
            still = np.concatenate([alive[before] for alive, before in zip(now, merged, strict=True)])
            rest = (listed(new, still), *rest)
        self._replace(replace(self._manifest, segments=rest))
        recent = self._state.recent
        self._read_again()
        self._state.recent = recent

    def _read_again(self) -> None:
        known = {name: _segment(living) for name, living in self._state.segments.items()}
        self._state = State.open(self.disk.folder, self._manifest, known)

    def _number(self, suffix: str) -> str:
        """Return a file name that was never used."""
        number = self._manifest.next
        self._manifest = replace(self._manifest, next=number + 1)
        return f"{number:08}.{suffix}"

    def _new_journal(self) -> str:
        file = self._number("log")
        number = self.disk.create(file)
        self.disk.write(number, journal.START, 0)
        self.disk.sync(number)
        self.disk.close(number)
        return file

    def _replace(self, manifest: Manifest) -> None:
        """Put a list of files in the place of the present one, and remove what it does not name any more."""
        manifest = replace(manifest, next=self._manifest.next)
        number = self.disk.create(_PART)
        self.disk.write(number, manifest.to_bytes(), 0)
        self.disk.sync(number)
        self.disk.close(number)
        self.disk.sync_folder()  # what the list names is there before the list is
        self.disk.rename(_PART, FILE)
        self.disk.sync_folder()
        dropped = self._manifest.files() - manifest.files() - {""}
        self._manifest = manifest
        self._remove(dropped)

    def _remove(self, names: Iterable[str]) -> None:
        names = sorted(names)
        for name in names:
            self.disk.remove(name)
        if names:
            self.disk.sync_folder()

    def _doing(self, act: Callable[[], None]) -> None:
        """Do something to the disk; if it fails, nobody knows what is on it, and nothing more is done from here."""
        if self._broken:
            raise Unavailable(
                "This index was closed, or its disk has failed.",
                subject=str(self.disk.folder),
                hint="Open it again: whatever was acknowledged is there.",
            )
        try:
            act()
        except BaseException:
            self._broken = True
            raise


def _segment(living: Living | Piece) -> Segment:
    assert living.segment is not None  # noqa: S101  (only the newest part has no file)
    return living.segment
