"""Writing a parcel into a ZIP or a folder: file by file, in memory that does not grow with what is in it.

Every parcel ends with a README in words and an index that a program can check. What should be in it and is not is
named there, with the reason: nothing is left out in silence.
"""

import hashlib
import os
import shutil
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from antiphon.accounts.core.file_names import Paths
from antiphon.accounts.core.pieces import Piece, json_of
from antiphon.accounts.models import User
from antiphon.accounts.service.parcels.packers import pieces_of
from antiphon.accounts.service.parcels.reading_me import Chapter, readme
from antiphon.kernel import clock
from antiphon.kernel.errors import Conflict, NotFound
from antiphon.storage import service as storage
from antiphon.storage.local import sync_folder

README, INDEX = "README.txt", "index.json"
Tell = Callable[[int], None]  # told the bytes of stored files written so far; may raise to end the work
_CHUNK = 1024 * 1024
# Sound is as small as it gets; words become a fifth.
_IS_PACKED = frozenset({"json", "csv", "txt", "md"})


@dataclass
class Packed:
    """What went into a parcel, and what did not."""

    made_at: datetime
    files: list[tuple[str, int, str, str]] = field(default_factory=list)  # path, bytes, SHA-256, what it is
    missing: list[tuple[str, str]] = field(default_factory=list)  # path or name, why
    stored_bytes: int = 0


class Sink(ABC):
    """Where files go: each is opened once, written from its beginning, and closed before the next."""

    @abstractmethod
    @contextmanager
    def file(self, path: str) -> Iterator[IO[bytes]]:
        """Open a new file at a relative path."""


class ZipSink(Sink):
    """A ZIP, with 64-bit lengths wherever a file or the whole needs them."""

    def __init__(self, archive: zipfile.ZipFile, made_at: datetime) -> None:
        self._zip = archive
        self._at = made_at.timetuple()[:6]

    @contextmanager
    def file(self, path: str) -> Iterator[IO[bytes]]:
        entry = zipfile.ZipInfo(path, self._at)
        entry.external_attr = 0o644 << 16
        packs = path.rpartition(".")[2].lower() in _IS_PACKED
        entry.compress_type = zipfile.ZIP_DEFLATED if packs else zipfile.ZIP_STORED
        # How long it gets is not known before: twenty bytes more are nothing beside a file that cannot be read.
        with self._zip.open(entry, "w", force_zip64=True) as out:
            yield out


class FolderSink(Sink):
    """A folder with the same files in it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @contextmanager
    def file(self, path: str) -> Iterator[IO[bytes]]:
        target = self._root / path
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(target, "xb", opener=_for_its_owner) as out:
            yield out


def write_zip(user: User, path: Path, tell: Tell = lambda _bytes: None) -> Packed:
    """Write everything that somebody has here into a new ZIP, synced. Words are in the language that is active.

    Raises `Conflict` where there is something already; whatever goes wrong, no half of a file stays behind.
    """
    _refuse_taken(path)
    beside = path.with_name(path.name + ".part")
    made_at = clock.now()
    try:
        with open(beside, "w+b", opener=_for_its_owner) as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
                packed = _write(user, ZipSink(archive, made_at), made_at, tell)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        sync_folder(path.absolute().parent)
    finally:
        beside.unlink(missing_ok=True)
    return packed


def write_folder(user: User, path: Path, tell: Tell = lambda _bytes: None) -> Packed:
    """Write the same into a new folder. Raises `Conflict` where there is something already."""
    _refuse_taken(path)
    path.mkdir(mode=0o700)
    try:
        return _write(user, FolderSink(path), clock.now(), tell)
    except BaseException:
        shutil.rmtree(path)
        raise


def _refuse_taken(path: Path) -> None:
    if path.exists():
        raise Conflict(_("There is something at %s already.") % path, hint=_("Name a new file or folder."))
    if not path.absolute().parent.is_dir():
        raise NotFound(_("There is no folder %s.") % path.absolute().parent, hint=_("Make it first."))


def _write(user: User, sink: Sink, made_at: datetime, tell: Tell) -> Packed:
    paths, packed = Paths(), Packed(made_at)
    for own in (README, INDEX):
        paths.path_of((), own)  # nothing of a person's may take these names
    chapters: dict[str, Chapter] = {}
    for piece in pieces_of(user):
        path = paths.path_of(piece.place, piece.name)
        if _put(sink, piece, path, packed, tell):
            chapters.setdefault(piece.about, Chapter(piece.about, path)).count += 1
    words = readme(user, made_at, chapters.values(), packed.missing)
    with sink.file(README) as out:
        _copy([words.encode()], out, README, _("What each file is"), packed, tell)
    with sink.file(INDEX) as out:
        for text in _index(packed):
            out.write(text.encode())
    return packed


def _put(sink: Sink, piece: Piece, path: str, packed: Packed, tell: Tell) -> bool:
    """Write one piece; where there is nothing to write, note why, and return false."""
    if piece.missing:
        packed.missing.append((path, piece.missing))
        return False
    if piece.text is not None:
        with sink.file(path) as out:
            _copy((part.encode() for part in piece.text()), out, path, piece.about, packed, tell)
        return True
    try:
        stored = storage.files().open(piece.key)
    except NotFound:
        packed.missing.append((path, _("The file is not in the store of this site any more.")))
        return False
    with stored, sink.file(path) as out:
        found = _copy(_chunks(stored, packed), out, path, piece.about, packed, tell)
    if piece.sha256 and found != piece.sha256:
        packed.missing.append((path, _("The file is here, but it is not what was uploaded: its SHA-256 has changed.")))
    return True


def _chunks(stored: IO[bytes], packed: Packed) -> Iterator[bytes]:
    while chunk := stored.read(_CHUNK):
        packed.stored_bytes += len(chunk)
        yield chunk


def _copy(chunks: Iterable[bytes], out: IO[bytes], path: str, about: str, packed: Packed, tell: Tell) -> str:
    digest, length = hashlib.sha256(), 0
    for chunk in chunks:
        out.write(chunk)
        digest.update(chunk)
        length += len(chunk)
        tell(packed.stored_bytes)
    packed.files.append((path, length, digest.hexdigest(), about))
    return digest.hexdigest()


def _index(packed: Packed) -> Iterator[str]:
    """The index line by line: a large parcel has tens of thousands of them."""
    yield f'{{\n"site": {json_of(settings.SITE_URL)},\n"made_at": {json_of(packed.made_at)},\n"files": ['
    for number, (path, length, sha256, about) in enumerate(packed.files):
        row = {"path": path, "bytes": length, "sha256": sha256, "about": about}
        yield ("," if number else "") + "\n" + json_of(row)
    yield '\n],\n"missing": ['
    for number, (path, why) in enumerate(packed.missing):
        yield ("," if number else "") + "\n" + json_of({"path": path, "why": why})
    yield "\n]\n}\n"


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC, 0o600)
