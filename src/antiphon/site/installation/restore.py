"""`antiphon restore`: everything is brought beside the installation and compared first; then two renames swap it in.

What was there before is kept in a folder named `before-restore-…` until a person removes it.
"""

import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from django.conf import settings
from django.db import connection
from django.db.utils import DatabaseError

from antiphon.accounts import service as accounts
from antiphon.cli.ports import Carried, Tell
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict, NotFound, Unavailable
from antiphon.ledger import service as ledger
from antiphon.site.installation import database, manifest, migrations
from antiphon.storage import service as storage
from antiphon.storage.local import make_folder, sync_folder


def bring_back(source: Path, tell: Tell, *, force: bool, migrate: bool = True, link: bool = False) -> Carried:
    """Replace this installation's database and files by a backup's.

    Raises `NotFound` or `BadInput` for what is no whole backup, `Conflict` for an installation that is in use or,
    without `force`, not empty. Whatever is raised, nothing was changed. link: see `backup.write`.
    """
    try:
        database.refuse_while_in_use()
        if undo_cut_off():
            tell("A restore that was cut off before was undone first.")
        if not force:
            refuse_unless_empty()
        with tempfile.TemporaryDirectory(prefix="restore-", dir=_data() / "tmp") as folder:
            said = stage(source, Path(folder), tell, link=link)
            check_fits(said)
            tell("Everything is whole. Putting it in place …")
            swap(said, Path(folder))
            # It is of other rows than these; the worker makes it anew from them.
            shutil.rmtree(_data() / "identification", ignore_errors=True)
    except OSError as error:
        raise Unavailable(f"The backup could not be brought back: {error.strerror}.", subject=str(source)) from error
    if migrate:
        migrations.migrate(tell)
        found = ledger.catch_up()
        if found.entries or found.erased:
            tell(f"The log knew {found.entries} entries that the backup did not; every no among them was said again.")
    files = [entry for entry in said.entries if entry.name.startswith("files/")]
    total = sum(entry.bytes for entry in said.entries)
    return Carried(source, said.database, len(files), total, said.missing, said.by_hand)


def refuse_unless_empty() -> None:
    """Raise `Conflict` when there are people or files here."""
    try:
        people = accounts.User.objects.exists()
    except DatabaseError:
        people = False  # no tables yet
    if people or storage.files().keys():
        raise Conflict(
            "This installation is not empty.",
            hint="With --force its content is moved aside and replaced. An empty ANTIPHON_DATA folder is safer.",
        )


def check_fits(said: manifest.Manifest) -> None:
    """Raise `Conflict` when this version cannot use the backup's database."""
    strange = migrations.unknown(said.migrations)
    if strange:
        raise Conflict(
            f"This backup was made by Antiphon {said.antiphon}, which is newer than this one.",
            subject=strange[0],
            hint="Install that version and restore with it.",
        )
    if said.database == "portable":
        migrations.migrate(lambda words: None)
        if sorted(said.migrations) != migrations.applied():
            raise Conflict(
                f"A portable backup fits its own version only, Antiphon {said.antiphon}.",
                hint="Restore it with that version, then upgrade.",
            )
    elif said.database != database.kind_here():
        raise Conflict(
            f"This backup holds a {said.database} database, and this installation uses {database.kind_here()}.",
            hint="Make the backup with --portable to move from one to the other.",
        )


def stage(source: Path, folder: Path, tell: Tell, *, link: bool) -> manifest.Manifest:
    """Bring every file of a backup into a folder of ours and compare size and hash on the way."""
    with opened(source) as reader:
        said = manifest.from_json(reader.manifest())
        room, needed = shutil.disk_usage(folder).free, sum(entry.bytes for entry in said.entries)
        if needed > room and not link:
            raise Unavailable(
                f"The backup has {needed:,} bytes, and only {room:,} are free.", hint="Make room and try again."
            )
        for count, entry in enumerate(said.entries, 1):
            target = folder / PurePosixPath(entry.name)
            make_folder(target.parent)
            if manifest.entry_of(reader.bring(entry.name, target, link=link), entry.name) != entry:
                raise BadInput(
                    f"{entry.name} in this backup is not what was put into it.",
                    subject=entry.name,
                    hint="Use another backup. Nothing was changed here.",
                )
            if count % 500 == 0:
                tell(f"{count} of {len(said.entries)} files compared …")
    (folder / "files").mkdir(exist_ok=True)
    return said


class FolderBackup:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def manifest(self) -> bytes:
        path = self._folder / manifest.NAME
        if not path.is_file():
            raise BadInput("There is no manifest in this folder.", hint="It is no backup, or one that was cut off.")
        return path.read_bytes()

    def bring(self, name: str, target: Path, *, link: bool) -> Path:
        source = self._folder / PurePosixPath(name)
        if not source.is_file():
            raise BadInput(f"{name} is missing from this backup.", hint="Use another one. Nothing was changed here.")
        if link:
            try:
                os.link(source, target)
            except OSError:
                link = False  # another file system
        if not link:
            with source.open("rb") as file:
                copy(file, target)
        return target


class TarBackup:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._members = {member.name: member for member in tar if member.isfile()}

    def manifest(self) -> bytes:
        return self._open(manifest.NAME).read()

    def bring(self, name: str, target: Path, *, link: bool) -> Path:
        copy(self._open(name), target)
        return target

    def _open(self, name: str) -> IO[bytes]:
        member = self._members.get(name)
        file = self._tar.extractfile(member) if member else None
        if file is None:
            raise BadInput(f"{name} is missing from this backup.", hint="Was it cut off? Nothing was changed here.")
        return file


@contextmanager
def opened(source: Path) -> Iterator[FolderBackup | TarBackup]:
    if source.is_dir():
        yield FolderBackup(source)
    elif source.is_file():
        try:
            with tarfile.open(source, "r:") as tar:
                yield TarBackup(tar)
        except tarfile.TarError as error:
            raise BadInput("This file cannot be read as a backup.", hint="It was cut off, or is none.") from error
    else:
        raise NotFound(f"There is no backup at {source}.")


def copy(file: IO[bytes], target: Path) -> None:
    with target.open("xb") as written:
        shutil.copyfileobj(file, written, 1024 * 1024)
        written.flush()
        os.fsync(written.fileno())


def swap(said: manifest.Manifest, folder: Path) -> None:
    """Put the staged files and database in place; what was there is kept aside, and taken back if this fails."""
    aside = _data() / f"before-restore-{clock.now():%Y%m%d-%H%M%S-%f}"
    aside.mkdir(mode=0o700)
    keep_database(aside)
    _marker().write_text(aside.name, encoding="utf-8")
    sync_folder(_data())
    try:
        files = _data() / "files"
        files.replace(aside / "files")
        (folder / "files").replace(files)
        database.bring_in(said.database, folder / database.NAMES[said.database])
    except BaseException:
        undo_cut_off()
        raise
    _marker().unlink()
    sync_folder(_data())
    for name in ("queue.sqlite3", "queue.sqlite3-wal", "queue.sqlite3-shm"):
        (_data() / name).unlink(missing_ok=True)  # numbers of other jobs; the sweeper sends the restored ones


def undo_cut_off() -> bool:
    """Return to the state before a restore that was cut off in its last step. Returns whether there was one."""
    if not _marker().is_file():
        return False
    aside = _data() / _marker().read_text(encoding="utf-8").strip()
    files = _data() / "files"
    if (aside / "files").is_dir():
        with tempfile.TemporaryDirectory(prefix="undone-", dir=_data() / "tmp") as bin_:
            if files.exists():
                files.replace(Path(bin_) / "files")
            (aside / "files").replace(files)
    for kind, name in database.NAMES.items():
        if (aside / name).is_file():
            database.bring_in(kind, aside / name)
    _marker().unlink()
    sync_folder(_data())
    return True


def _marker() -> Path:
    return _data() / "restore-under-way"


def keep_database(aside: Path) -> None:
    """Copy the database that is about to be replaced; an empty one has nothing to keep."""
    if connection.vendor == "sqlite" and not database.sqlite_path().exists():
        return
    database.copy_out(aside)
    connection.close()


def _data() -> Path:
    return Path(settings.DATA)
