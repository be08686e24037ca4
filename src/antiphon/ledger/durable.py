"""Where the room's small files lie, and who may write to them now. They are put in place whole: `storage.local`."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from antiphon.storage.local import make_folder


def keys_folder() -> Path:
    """Where secrets lie, and what was signed with them last. No backup carries it."""
    return Path(settings.DATA) / "keys" / "ledger"


def ledger_folder() -> Path:
    """Where the private journal lies."""
    return Path(settings.DATA) / "ledger"


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Be the only one, of all threads and processes that share this file, until the end of the block."""
    make_folder(path.parent)
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)  # which lets go of the lock
