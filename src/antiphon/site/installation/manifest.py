"""What a backup says about itself: every file with size and hash, so that a restore can tell a whole one."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from antiphon.kernel.errors import BadInput

FORMAT = 1
NAME = "manifest.json"
_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Entry:
    name: str  # path inside the backup: "files/originals/…", "database.sqlite3"
    bytes: int
    sha256: str


@dataclass
class Manifest:
    antiphon: str
    made_at: str
    database: str  # kind: sqlite, postgresql or portable
    migrations: list[str]
    settings: dict[str, str]
    entries: list[Entry] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    by_hand: list[str] = field(default_factory=list)
    format: int = FORMAT

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1, ensure_ascii=False).encode()


def from_json(raw: bytes) -> Manifest:
    """Read a manifest. Raises `BadInput` for one that is cut off or from another format."""
    try:
        said = json.loads(raw)
        if said["format"] != FORMAT:
            raise BadInput(f"This backup has format {said['format']}; this version reads {FORMAT}.")
        said["entries"] = [Entry(**entry) for entry in said["entries"]]
        manifest = Manifest(**said)
    except (ValueError, TypeError, KeyError) as error:
        raise BadInput("The manifest of this backup cannot be read.", hint="It was cut off, or is none.") from error
    for entry in manifest.entries:
        if entry.name.startswith("/") or ".." in entry.name.split("/"):
            raise BadInput("The manifest names a file outside of the backup.", subject=entry.name)
    return manifest


class Hashing:
    """A file being read, that knows what it has given so far."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.bytes = 0

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size if size >= 0 else _CHUNK)
        self._digest.update(chunk)
        self.bytes += len(chunk)
        return chunk

    def entry(self, name: str) -> Entry:
        return Entry(name, self.bytes, self._digest.hexdigest())


def entry_of(path: Path, name: str) -> Entry:
    """Read a file to its end and say what it holds."""
    with path.open("rb") as file:
        reader = Hashing(file)
        while reader.read(_CHUNK):
            pass
        return reader.entry(name)
