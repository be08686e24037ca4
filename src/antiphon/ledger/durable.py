"""Small files that must survive a power failure whole: written beside their place, synced, renamed."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from antiphon.storage.local import make_folder, sync_file, sync_folder


def keys_folder() -> Path:
    """Where secrets lie, and what was signed with them last. No backup carries it."""
    return Path(settings.DATA) / "keys" / "ledger"


def ledger_folder() -> Path:
    """Where the private journal lies."""
    return Path(settings.DATA) / "ledger"


def write_whole(path: Path, raw: bytes) -> None:
    """Put a file in place, readable by its owner only; whatever happens, all of the old or all of the new is there."""
    make_folder(path.parent)
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    fd = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        try:
            with os.fdopen(fd, "wb") as file:
                file.write(raw)
                file.flush()
                sync_file(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    finally:
        sync_folder(path.parent)


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
