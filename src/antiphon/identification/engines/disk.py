"""The few things an index does to its folder. Everything that must survive a power failure goes through here.

A test puts another one in its place that stops at each step in turn.
"""

import fcntl
import os
from pathlib import Path

from antiphon.kernel.errors import Conflict
from antiphon.storage.local import make_folder, sync_file, sync_folder


class Disk:
    """One folder. Files are named by their name in it; numbers are open files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self) -> None:
        make_folder(self.folder)

    def lock(self, name: str) -> int:
        """Be the one who writes here, until the number is closed or the process ends. Raises `Conflict`."""
        number = os.open(self.folder / name, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(number)
            raise Conflict(
                "Another process is writing to this index.",
                subject=str(self.folder),
                hint="Wait until it is done. Reading goes on meanwhile.",
            ) from error
        return number

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())

    def create(self, name: str) -> int:
        return os.open(self.folder / name, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)

    def open_again(self, name: str) -> int:
        return os.open(self.folder / name, os.O_RDWR)

    def write(self, number: int, raw: bytes | memoryview, at: int) -> None:
        left = memoryview(raw)
        while left:
            done = os.pwrite(number, left, at)
            left, at = left[done:], at + done

    def cut(self, number: int, size: int) -> None:
        os.ftruncate(number, size)

    def sync(self, number: int) -> None:
        sync_file(number)

    def close(self, number: int) -> None:
        os.close(number)

    def rename(self, name: str, to: str) -> None:
        (self.folder / name).replace(self.folder / to)

    def remove(self, name: str) -> None:
        (self.folder / name).unlink()

    def sync_folder(self) -> None:
        sync_folder(self.folder)
