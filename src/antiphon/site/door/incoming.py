"""Files on their way in: `<data>/incoming/<upload id>`. The offset of an upload is the length of its file.

All calls block and belong in a thread. What `append` and `create` have returned from survives a power failure once
`sync` has returned too.
"""

import errno
import fcntl
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from antiphon.storage.local import sync_file, sync_folder

# Below this much free space nothing more is taken in: the database on the same disk must go on writing.
RESERVE_BYTES = 64 * 1024 * 1024

_MOST_AT_ONCE = 512  # pieces in one system call; every system takes 1024
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Busy(Exception):
    """Another process writes to this upload."""


class Full(Exception):
    """The disk is full, or would be."""


class Incoming:
    """The folder of partial files."""

    def __init__(self, folder: Path, reserve_bytes: int = RESERVE_BYTES) -> None:
        self.folder = folder
        self.reserve_bytes = reserve_bytes

    def path(self, upload: uuid.UUID) -> Path:
        return self.folder / upload.hex

    def length(self, upload: uuid.UUID) -> int:
        """How many bytes are here; none when there is no file."""
        try:
            return self.path(upload).stat().st_size
        except FileNotFoundError:
            return 0

    def check_room(self, wanted: int) -> None:
        """Raises `Full` unless so many bytes fit and the reserve stays free."""
        if shutil.disk_usage(self.folder).free < wanted + self.reserve_bytes:
            raise Full

    def create(self, upload: uuid.UUID) -> None:
        """Make the empty file, durably. Raises `Full`."""
        try:
            os.close(os.open(self.path(upload), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
        except OSError as error:
            if error.errno in _NO_ROOM:
                raise Full from error
            raise
        sync_folder(self.folder)

    @contextmanager
    def opened(self, upload: uuid.UUID) -> Iterator[int]:
        """Yield a descriptor to write at, locked against other processes. Raises `Busy`, and when it was just filed."""
        path = self.path(upload)
        try:
            fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        except FileNotFoundError as error:
            raise Busy from error
        try:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Busy from error
            # Between opening and locking, whoever held the lock may have filed the bytes elsewhere.
            if not path.exists() or path.stat().st_ino != os.fstat(fd).st_ino:
                raise Busy
            yield fd
        finally:
            os.close(fd)

    def append(self, fd: int, pieces: list[bytes]) -> None:
        """Write at the end. Raises `Full`; what was written before stays."""
        self.check_room(0)
        at = os.fstat(fd).st_size
        left = [memoryview(piece) for piece in pieces]
        try:
            while left:
                written = os.pwritev(fd, left[:_MOST_AT_ONCE], at)
                at += written
                while left and written >= len(left[0]):
                    written -= len(left.pop(0))
                if written:
                    left[0] = left[0][written:]
        except OSError as error:
            if error.errno in _NO_ROOM:
                raise Full from error
            raise

    def cut(self, fd: int, length: int) -> None:
        """Take back what a request wrote past `length`."""
        os.ftruncate(fd, length)

    def sync(self, fd: int) -> int:
        """Make what was written durable; return the length."""
        sync_file(fd)
        return os.fstat(fd).st_size

    def remove(self, upload: uuid.UUID) -> None:
        """Remove the file, if there is one."""
        self.path(upload).unlink(missing_ok=True)
        for second_name in self.folder.glob(f"{upload.hex}.*"):
            second_name.unlink(missing_ok=True)
        sync_folder(self.folder)
