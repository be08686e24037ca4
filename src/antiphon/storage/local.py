"""Files in a folder. Owns durability: a file and its folder are synced before `put` returns."""

import os
import shutil
from pathlib import Path
from typing import BinaryIO

from antiphon.kernel.errors import NotFound
from antiphon.storage.core.keys import is_key


def sync_folder(folder: Path) -> None:
    """Make a rename or a new name in this folder survive a power failure."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
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
            os.fsync(file.fileno())
            size = os.fstat(file.fileno()).st_size
        try:
            source.replace(target)
        except OSError:
            # Another file system: copy beside the target first, so that the last step is a rename all the same.
            beside = target.with_name(target.name + ".part")
            with source.open("rb") as read, beside.open("wb") as write:
                shutil.copyfileobj(read, write, 1024 * 1024)
                write.flush()
                os.fsync(write.fileno())
            beside.replace(target)
            source.unlink()
        sync_folder(target.parent)
        return size

    def open(self, key: str) -> BinaryIO:
        try:
            return self.path(key).open("rb")
        except FileNotFoundError as error:
            raise NotFound("The file is not there.", subject=key) from error

    def size(self, key: str) -> int:
        try:
            return self.path(key).stat().st_size
        except FileNotFoundError as error:
            raise NotFound("The file is not there.", subject=key) from error

    def exists(self, key: str) -> bool:
        return self.path(key).is_file()

    def delete(self, key: str) -> None:
        self.path(key).unlink(missing_ok=True)

    def keys(self, prefix: str = "") -> list[str]:
        found = []
        for folder, _, names in os.walk(self.root):
            for name in names:
                key = (Path(folder) / name).relative_to(self.root).as_posix()
                if key.startswith(prefix) and not name.endswith(".part"):
                    found.append(key)
        return sorted(found)

    def local_path(self, key: str) -> Path | None:
        return self.path(key)
