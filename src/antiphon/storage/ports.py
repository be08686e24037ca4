"""What storage needs of a file store. Every engine passes `tests/contract/test_file_store.py`."""

from pathlib import Path
from typing import BinaryIO, Protocol


class FileStore(Protocol):
    """Files by key. What `put` has returned from survives a power failure."""

    def put(self, key: str, source: Path) -> int:
        """Move a finished local file to `key`, replacing what is there, synced; return its size in bytes."""

    def open(self, key: str) -> BinaryIO:
        """Open for reading, seekable. Raises `NotFound`."""

    def size(self, key: str) -> int:
        """Size in bytes. Raises `NotFound`."""

    def exists(self, key: str) -> bool: ...

    def delete(self, key: str) -> None:
        """Remove; nothing happens when it is not there."""

    def keys(self, prefix: str = "") -> list[str]:
        """Every key below a prefix, sorted."""

    def local_path(self, key: str) -> Path | None:
        """The file itself where this store has one, for a worker or a range reply; else None."""
