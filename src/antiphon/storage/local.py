"""Files in a folder. Owns durability: a file and its folder are synced before `put` returns."""

import contextlib
import errno
import fcntl
import os
import secrets
import shutil
from pathlib import Path
from typing import BinaryIO

from antiphon.kernel.errors import NotFound
from antiphon.storage.core.keys import is_key

# macOS: fsync leaves the bytes in the drive's own cache; this does not.
_FULL_SYNC = getattr(fcntl, "F_FULLFSYNC", None)


def sync_file(fd: int) -> None:
    """Return when this file's bytes and length survive a power failure."""
    if _FULL_SYNC is not None:
        fcntl.fcntl(fd, _FULL_SYNC)
    else:
        os.fsync(fd)


def sync_folder(folder: Path) -> None:
    """Make a rename, a removal or a new name in this folder survive a power failure."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        sync_file(fd)
    finally:
        os.close(fd)


def make_folder(folder: Path) -> None:
    """Make a folder and its missing parents, each synced into its own parent."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(exist_ok=True)
        sync_folder(new.parent)


def write_whole(path: Path, raw: bytes, *, only_first: bool = False) -> None:
    """Put a file in place, readable by its owner only; whatever happens, all of the old or all of the new is there.

    With `only_first`, whoever came before wins: two processes may start at once.
    """
    make_folder(path.parent)
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    fd = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(raw)
            file.flush()
            sync_file(file.fileno())
        if only_first:
            with contextlib.suppress(FileExistsError):
                os.link(beside, path)
        else:
            beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
        sync_folder(path.parent)


class LocalFiles:
    """`ports.FileStore` in a local folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, key: str) -> Path:
        if not is_key(key):
            raise NotFound("There is no file of that name.", subject=key[:200])
        return self.root / key

    def put(self, key: str, source: Path) -> int:
        target = self.path(key)
        make_folder(target.parent)
        with source.open("rb") as file:
            sync_file(file.fileno())
            size = os.fstat(file.fileno()).st_size
        try:
            source.replace(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            self._copy(source, target)
            sync_folder(target.parent)
            source.unlink()
            return size
        # A rename onto another name of the same file does nothing, and says it did (POSIX): a put that is repeated
        # after a crash would leave its source behind.
        source.unlink(missing_ok=True)
        sync_folder(target.parent)
        return size

    @staticmethod
    def _copy(source: Path, target: Path) -> None:
        """From another file system: beside the target first, so that the last step is a rename all the same."""
        beside = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
        try:
            with source.open("rb") as read, beside.open("xb") as write:
                shutil.copyfileobj(read, write, 1024 * 1024)
                write.flush()
                sync_file(write.fileno())
            beside.replace(target)
        except BaseException:
            beside.unlink(missing_ok=True)  # a full disk must not be left fuller
            raise

    def open(self, key: str) -> BinaryIO:
        try:
            return self.path(key).open("rb")
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise NotFound("The file is not there.", subject=key) from error

    def size(self, key: str) -> int:
        with self.open(key) as file:
            return os.fstat(file.fileno()).st_size

    def exists(self, key: str) -> bool:
        return self.path(key).is_file()

    def delete(self, key: str) -> None:
        path = self.path(key)
        try:
            path.unlink()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError):
            if path.is_file():
                raise
            return
        sync_folder(path.parent)  # what somebody had removed must not come back with the power

    def keys(self, prefix: str = "") -> list[str]:
        start = self.root / prefix.rpartition("/")[0]
        found = []
        for folder, _, names in os.walk(start):
            for name in names:
                key = (Path(folder) / name).relative_to(self.root).as_posix()
                if key.startswith(prefix) and not name.endswith(".part"):
                    found.append(key)
        return sorted(found)

    def local_path(self, key: str) -> Path | None:
        return self.path(key)

    def remove_leftovers(self) -> int:
        """Remove what a killed `put` left beside its target; return how many. Call it while nothing is put."""
        leftovers = list(self.root.rglob("*.part"))
        for path in leftovers:
            path.unlink(missing_ok=True)
        return len(leftovers)
