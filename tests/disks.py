"""A disk that stops at a step of one's choice, and what is on it afterwards."""

import os
from enum import Enum
from pathlib import Path

from antiphon.identification.engines.disk import Disk


class Stopped(BaseException):
    """The process ended here: nothing catches it but whoever stopped it."""


class Left(Enum):
    """What a stop leaves behind."""

    ALL = "kill -9: whatever was written is there"
    SYNCED = "power failure: what was synced is there, and nothing else"
    NAMES = "power failure: names are as they were last, and of each file what was synced"


class StoppingDisk(Disk):
    """Counts steps, stops at one of them in the middle, and remembers what would have survived."""

    def __init__(self, folder: Path, stop_at: int) -> None:
        super().__init__(folder)
        self.stop_at, self.steps = stop_at, 0
        self._open: dict[int, int] = {}
        self._names: dict[str, int] = {}
        self._synced: dict[int, bytes] = {}
        for path in folder.iterdir() if folder.exists() else ():
            self._names[path.name] = self._new(path.read_bytes())
        self._synced_names = dict(self._names)

    def _new(self, synced: bytes) -> int:
        self._synced[len(self._synced)] = synced
        return len(self._synced) - 1

    def _step(self) -> None:
        self.steps += 1
        if self.steps == self.stop_at:
            raise Stopped

    def create(self, name: str) -> int:
        self._step()
        number = super().create(name)
        self._names[name] = self._open[number] = self._new(b"")
        return number

    def open_again(self, name: str) -> int:
        number = super().open_again(name)
        self._open[number] = self._names[name]
        return number

    def write(self, number: int, raw: bytes | memoryview, at: int) -> None:
        half = len(raw) // 2
        super().write(number, raw[:half], at)
        self._step()
        super().write(number, raw[half:], at + half)

    def lock(self, name: str) -> int:
        number = super().lock(name)
        self._names.setdefault(name, self._new(b""))
        self._open[number] = self._names[name]
        return number

    def close(self, number: int) -> None:
        super().close(number)
        del self._open[number]

    def cut(self, number: int, size: int) -> None:
        self._step()
        super().cut(number, size)

    def sync(self, number: int) -> None:
        self._step()
        self._synced[self._open[number]] = os.pread(number, os.fstat(number).st_size, 0)

    def rename(self, name: str, to: str) -> None:
        self._step()
        super().rename(name, to)
        self._names[to] = self._names.pop(name)

    def remove(self, name: str) -> None:
        self._step()
        super().remove(name)
        del self._names[name]

    def sync_folder(self) -> None:
        self._step()
        self._synced_names = dict(self._names)

    def leave(self, left: Left) -> None:
        """Let go of everything, and make the folder what this kind of stop leaves of it."""
        for number in self._open:
            os.close(number)
        if left is Left.ALL:
            return
        for path in self.folder.iterdir():
            path.unlink()
        for name, file in (self._synced_names if left is Left.SYNCED else self._names).items():
            (self.folder / name).write_bytes(self._synced[file])
