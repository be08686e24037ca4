"""The private journal: every published entry with its salt and private text, in files beside the database.

A restored database is older than the log; from here it learns what it has forgotten. Lines stand in the order of the
log, a fixed number a file, so that one is found by its index. What is erased is overwritten in its place.
"""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from antiphon.ledger import durable
from antiphon.storage.local import make_folder, sync_file, sync_folder

LINES = 4096


@dataclass(frozen=True)
class Line:
    """One entry as the journal keeps it. Salt and private text are None once they are erased."""

    index: int
    row: int
    kind: str
    subject: str
    at: datetime
    entry: bytes
    salt: bytes | None
    private: bytes | None

    def to_bytes(self) -> bytes:
        said = {
            "index": self.index,
            "row": self.row,
            "kind": self.kind,
            "subject": self.subject,
            "at": self.at.isoformat(),
            "entry": b64encode(self.entry).decode(),
            # Last, and of plain letters: they can be overwritten without a new length.
            "salt": (self.salt or b"").hex(),
            "private": b64encode(self.private or b"").decode(),
        }
        return json.dumps(said, separators=(",", ":")).encode() + b"\n"


def _line_from(raw: bytes) -> Line:
    said = json.loads(raw)
    # Overwriting goes from the salt on: where it has begun, it counts as done.
    kept = bool(said["salt"]) and " " not in said["salt"]
    return Line(
        index=said["index"],
        row=said["row"],
        kind=said["kind"],
        subject=said["subject"],
        at=datetime.fromisoformat(said["at"]),
        entry=b64decode(said["entry"]),
        salt=bytes.fromhex(said["salt"]) if kept else None,
        private=b64decode(said["private"]) if kept else None,
    )


def _folder() -> Path:
    return durable.ledger_folder() / "journal"


def _path(number: int) -> Path:
    return _folder() / f"{number:06d}.jsonl"


def next_index() -> int:
    """The index that the journal's next line will have. Cuts off a line that a crash left unfinished."""
    number = -1
    while _path(number + 1).is_file():
        number += 1
    if number < 0:
        return 0
    raw = _path(number).read_bytes()
    whole = raw.rfind(b"\n") + 1
    if whole < len(raw):
        with _path(number).open("r+b") as file:
            file.truncate(whole)
            sync_file(file.fileno())
    return number * LINES + raw.count(b"\n")


def append(lines: Iterable[Line]) -> None:
    """Write lines that follow on the last one, by their index; returns when they are synced."""
    make_folder(_folder())
    current, file = -1, None
    try:
        for line in lines:
            if line.index // LINES != current:
                if file is not None:
                    file.flush()
                    sync_file(file.fileno())
                    file.close()
                current = line.index // LINES
                fd = os.open(_path(current), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
                file = os.fdopen(fd, "ab")
            assert file is not None  # noqa: S101  (the first line opens one)
            file.write(line.to_bytes())
        if file is not None:
            file.flush()
            sync_file(file.fileno())
    finally:
        if file is not None:
            file.close()
    sync_folder(_folder())


def lines(start: int, stop: int) -> Iterator[Line]:
    """The lines of entries `start` up to `stop`, as far as the journal has them."""
    for number in range(start // LINES, -(-stop // LINES)):
        if not _path(number).is_file():
            return
        with _path(number).open("rb") as file:
            for place, raw in enumerate(file, number * LINES):
                if start <= place < stop and raw.endswith(b"\n"):
                    yield _line_from(raw)


def forget(index: int) -> None:
    """Overwrite the salt and private text of an entry, as far as the file system overwrites in place; synced."""
    if not _path(index // LINES).is_file():
        return
    with _path(index // LINES).open("r+b") as file:
        start, raw = 0, b""
        for place, raw in enumerate(file):
            if place == index % LINES:
                break
            start += len(raw)
        else:
            return
        for field in (b'"salt":"', b'"private":"'):
            first = raw.rindex(field) + len(field)
            stop = raw.index(b'"', first)
            file.seek(start + first)
            file.write(b" " * (stop - first))
            file.flush()
            sync_file(file.fileno())


def note_erased(index: int) -> None:
    """Keep, synced, that an entry was erased: a database that comes back older must erase it again."""
    make_folder(durable.ledger_folder())
    fd = os.open(_erased(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(fd, f"{index}\n".encode())
        sync_file(fd)
    finally:
        os.close(fd)
    sync_folder(durable.ledger_folder())


def erased() -> list[int]:
    """The indexes of all entries that were erased after they were published."""
    if not _erased().is_file():
        return []
    whole = _erased().read_text(encoding="ascii").rpartition("\n")[0]
    return sorted({int(line) for line in whole.split("\n") if line.strip()})


def _erased() -> Path:
    return durable.ledger_folder() / "erased"
