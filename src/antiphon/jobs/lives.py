"""A worker's sign of life on its own machine: a locked file, which the kernel lets go of when the process dies.

A lease that runs out says the same, but a minute later and for any machine.
"""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


class Life:
    """Holds the lock of one worker for as long as the object, or the process, lives."""

    def __init__(self, folder: Path, worker: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / worker
        while True:
            self._file = self._path.open("w")
            fcntl.flock(self._file, fcntl.LOCK_EX)
            if self._path.exists() and self._path.stat().st_ino == os.fstat(self._file.fileno()).st_ino:
                return
            # Somebody took our new, not yet locked file for that of a dead worker and removed it.
            self._file.close()

    def end(self) -> None:
        """Let go: this worker left in order."""
        self._path.unlink(missing_ok=True)
        self._file.close()


def dead_in(folder: Path) -> Iterator[str]:
    """Names of the workers of this machine that died, each forgotten once the caller has dealt with it."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        try:
            with path.open("r+") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield path.name
                path.unlink(missing_ok=True)
        except (BlockingIOError, FileNotFoundError):
            continue  # it lives, or another worker was faster
