"""`antiphon backup`: database first, then files. Files are immutable once put, so the site may go on meanwhile."""

import io
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Protocol

from django.conf import settings

from antiphon.accounts.service import parcels
from antiphon.cli.ports import Carried, Tell
from antiphon.kernel import clock
from antiphon.kernel.errors import Conflict, NotFound, Unavailable
from antiphon.site.installation import database, listing, manifest, migrations
from antiphon.site.installation.keeping import folders_of, kept_files
from antiphon.storage import service as storage
from antiphon.storage.core.kept import KeptFile
from antiphon.storage.local import make_folder, sync_folder

TELL_EVERY = 500


class Target(Protocol):
    """Where a backup goes: a folder or a tar file."""

    def add(self, name: str, source: Path, known: str) -> manifest.Entry:
        """Copy a local file in; `known` is its hash where that is certain already, else empty."""

    def finish(self, raw: bytes) -> None:
        """Write the manifest last: a backup without one was cut off."""


class FolderTarget:
    def __init__(self, folder: Path, *, link: bool) -> None:
        self._folder = folder
        self._link = link

    def add(self, name: str, source: Path, known: str) -> manifest.Entry:
        target = self._folder / name
        make_folder(target.parent)
        if self._link:
            try:
                os.link(source, target)
            except OSError:
                self._link = False  # another file system
            else:
                size = target.stat().st_size
                return manifest.Entry(name, size, known) if known else manifest.entry_of(target, name)
        with source.open("rb") as file, target.open("xb") as copy:
            reader = manifest.Hashing(file)
            shutil.copyfileobj(reader, copy, 1024 * 1024)
            copy.flush()
            os.fsync(copy.fileno())
            return reader.entry(name)

    def finish(self, raw: bytes) -> None:
        path = self._folder / manifest.NAME
        path.write_bytes(raw)
        with path.open("rb") as file:
            os.fsync(file.fileno())
        sync_folder(self._folder)


class TarTarget:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def add(self, name: str, source: Path, known: str) -> manifest.Entry:
        with source.open("rb") as file:
            info = self._tar.gettarinfo(arcname=name, fileobj=file)
            info.uid = info.gid = 0
            info.uname = info.gname = ""
            info.mode = 0o600
            reader = manifest.Hashing(file)
            self._tar.addfile(info, reader)
            return reader.entry(name)

    def finish(self, raw: bytes) -> None:
        info = tarfile.TarInfo(manifest.NAME)
        info.size, info.mode = len(raw), 0o600
        self._tar.addfile(info, io.BytesIO(raw))


@contextmanager
def opened(path: Path, *, link: bool) -> Iterator[Target]:
    """Open a new backup; when it fails half-way, what was written is removed."""
    if path.exists():
        raise Conflict(
            f"There is something at {path} already.", hint="Name a new folder, or a new file ending in .tar."
        )
    if not path.absolute().parent.is_dir():
        raise NotFound(f"There is no folder {path.absolute().parent}.", hint="Make it first.")
    try:
        if path.suffix == ".tar":
            with open(path, "xb", opener=_for_its_owner) as file:
                with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                    yield TarTarget(tar)
                file.flush()
                os.fsync(file.fileno())
        else:
            path.mkdir(mode=0o700)
            yield FolderTarget(path, link=link)
        sync_folder(path.absolute().parent)
    except BaseException:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        raise


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def write(path: Path, tell: Tell, *, portable: bool = False, link: bool = False) -> Carried:
    """Write a backup of database and files. Raises `Conflict` or `NotFound` for a path that cannot be used.

    link: give files a second name where the target is on the same disk, which takes neither time nor room.
    """
    try:
        with opened(path, link=link) as target:
            return _write(target, path, tell, portable=portable)
    except OSError as error:
        raise Unavailable(f"The backup could not be written: {error.strerror}.", subject=str(path)) from error


def _write(target: Target, path: Path, tell: Tell, *, portable: bool) -> Carried:
    said = manifest.Manifest(
        antiphon=metadata.version("antiphon"),
        made_at=clock.now().isoformat(),
        database="",
        migrations=migrations.applied(),
        settings=listing.plain_values(),
        by_hand=by_hand(),
    )
    with tempfile.TemporaryDirectory(dir=Path(settings.DATA) / "tmp") as scratch:
        tell("Copying the database …")
        said.database, copy = database.copy_out(Path(scratch), portable=portable)
        wanted = named_files()
        said.entries.append(target.add(copy.name, copy, ""))
    found: set[str] = set()
    # Parcels hold nothing that is not here too, are made again in a minute, and must not outlive their days.
    there = storage.files().keys()
    keys = [key for key in there if not key.startswith(parcels.PREFIX)]
    for count, key in enumerate(keys, 1):
        entry = _add_file(target, key, wanted.get(key))
        if entry is not None:
            said.entries.append(entry)
            found.add(key)
        if count % TELL_EVERY == 0:
            tell(f"{count} of {len(keys)} files …")
    folders = {folder for key in found for folder in folders_of(key)}
    said.missing = sorted(key for key in wanted if key not in found and key not in folders)
    target.finish(said.to_json())
    return Carried(
        path=path,
        database=said.database,
        files=len(found),
        bytes=sum(entry.bytes for entry in said.entries),
        missing=said.missing,
        by_hand=said.by_hand,
    )


def _add_file(target: Target, key: str, known: KeptFile | None) -> manifest.Entry | None:
    source = storage.files().local_path(key)
    try:
        if source is not None:
            return target.add(f"files/{key}", source, known.sha256 if known else "")
        with tempfile.NamedTemporaryFile(dir=Path(settings.DATA) / "tmp") as scratch, storage.files().open(key) as file:
            shutil.copyfileobj(file, scratch, 1024 * 1024)
            scratch.flush()
            return target.add(f"files/{key}", Path(scratch.name), known.sha256 if known else "")
    except (FileNotFoundError, NotFound):
        return None  # let go of while we were on our way


def named_files() -> dict[str, KeptFile]:
    """Every file that the database names, by key; none while the tables are not those of this version."""
    if migrations.pending():
        return {}  # as before an upgrade: what rooms would ask for may not be there yet, so all that is there is kept
    return {kept.key: kept for kept in kept_files() if not kept.key.startswith(parcels.PREFIX)}


def by_hand() -> list[str]:
    """What a backup leaves out on purpose, in words: whoever finds it must not be able to act as the site."""
    words = [
        f"{path}: without it, people have to sign in again and addresses that were given out stop working"
        if path.name == "secret_key"
        else str(path)
        for path in sorted((Path(settings.DATA) / "keys").rglob("*"))
        if path.is_file()
    ]
    for line in listing.lines():
        if not line.is_default and listing.DOTS in line.value:
            words.append(f"the setting {line.name}")
    return words
