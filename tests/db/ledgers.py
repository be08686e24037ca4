"""Logs to test with: a folder of their own for each, and everything an outsider checks of one."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.test import override_settings

from antiphon.ledger import service as ledger
from antiphon.ledger.core import checkpoints, commitments, merkle, notes, receipts, tiles
from antiphon.ledger.core.checkpoints import Opened
from antiphon.ledger.core.tiles import Place
from antiphon.site import wiring
from antiphon.storage import service as storage
from antiphon.storage.local import LocalFiles


@dataclass(frozen=True)
class Home:
    """The folders of one site."""

    data: Path
    url: str = "https://a.example"

    @property
    def served(self) -> Path:
        """What `/log/…` is served from."""
        return self.data / "files" / "log"

    @contextmanager
    def open(self) -> Iterator["Home"]:
        """Be this site for a while."""
        before = storage._store
        (self.data / "tmp").mkdir(parents=True, exist_ok=True)
        storage.use(LocalFiles(self.data / "files"))
        try:
            with override_settings(DATA=self.data, SITE_URL=self.url):
                yield self
        finally:
            storage._store = before


@contextmanager
def forgotten() -> Iterator[None]:
    """Restore the database to what it was before this block, and give it back what the log has published since."""
    ledger.publish()
    backup = transaction.savepoint()
    yield
    ledger.publish()
    transaction.savepoint_rollback(backup)
    ledger.catch_up(wiring._replay)


@dataclass(frozen=True)
class Outsider:
    """Reads the files of a log as a stranger would, and believes nothing."""

    served: Path
    vkeys: tuple[str, ...]
    witness_vkeys: tuple[str, ...] = ()

    def checkpoint(self) -> Opened:
        return self.open((self.served / "checkpoint").read_text(encoding="utf-8"))

    def open(self, raw: str) -> Opened:
        return checkpoints.open_checkpoint(
            raw, map(notes.verifier_key, self.vkeys), map(notes.verifier_key, self.witness_vkeys)
        )

    def tile(self, place: Place) -> bytes:
        """A tile; a partial one that is gone is the beginning of the full one, as the specification has it."""
        path = self.served / place.path
        if not path.is_file() and place.width < tiles.WIDTH:
            return (self.served / Place(place.level, place.index).path).read_bytes()[: 32 * place.width]
        return path.read_bytes()

    def entries(self, size: int) -> list[bytes]:
        """Every entry, each bundle whole."""
        found = []
        for start in range(0, size, tiles.WIDTH):
            width = min(tiles.WIDTH, size - start)
            raw = (self.served / Place(None, start // tiles.WIDTH, width).path).read_bytes()
            found += tiles.entries_in(raw, width)
        return found

    def audit(self) -> Opened:
        """Check the whole log: every tile, every entry, and the root that was signed."""
        opened = self.checkpoint()
        size, root = opened.checkpoint.size, opened.checkpoint.root
        leaves = [merkle.leaf_hash(entry) for entry in self.entries(size)]
        assert merkle.root_of(leaves) == root
        edge = tiles.Edge()
        for place, hashes in edge.grow(leaves):
            assert self.tile(place) == b"".join(hashes), place.path
        assert merkle.root(tiles.reader(self.tile, size), size) == root
        return opened

    def glimpse(self) -> Opened:
        """Check the edge of the log only: the partial tiles and the last bundle lead to the root that was signed."""
        opened = self.checkpoint()
        size, rows = opened.checkpoint.size, []
        for level in tiles.levels_of(size):
            full, width = divmod(tiles.count_at(level, size), tiles.WIDTH)
            rows.append(tiles.hashes_in(self.tile(Place(level, full, width)), width) if width else [])
        assert tiles.Edge(size, rows).root == opened.checkpoint.root
        if rows and rows[0]:
            last = (self.served / Place(None, size // tiles.WIDTH, len(rows[0])).path).read_bytes()
            assert [merkle.leaf_hash(entry) for entry in tiles.entries_in(last, len(rows[0]))] == rows[0]
        return opened

    def join(self, old: Opened, new: Opened) -> None:
        """Check that one checkpoint continues another."""
        before, after = old.checkpoint, new.checkpoint
        read = tiles.reader(self.tile, after.size)
        proof = merkle.consistency(read, before.size, after.size)
        merkle.check_consistency(before.size, after.size, before.root, after.root, proof)

    def check(self, receipt: ledger.Receipt) -> Opened:
        """Check a receipt: the entry is in the log, and commits to the private text."""
        opened = receipts.check(
            receipts.proof_from(receipt.tlog_proof),
            receipt.entry,
            map(notes.verifier_key, self.vkeys),
            map(notes.verifier_key, self.witness_vkeys),
        )
        if not receipt.is_erased:
            commitments.check(json.loads(receipt.entry), receipt.salt, receipt.private)
        return opened


def outsider(home: Home, *witness_vkeys: str) -> Outsider:
    return Outsider(home.served, tuple(ledger.verifier_keys()), witness_vkeys)


def picture_of(folder: Path) -> dict[str, str]:
    """Every file below a folder, by its hash."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def say(number: int, **more: Any) -> int:
    """Append a small entry."""
    return ledger.append(
        "answer", {"number": number, "words": "no to everything"} | more, subject=f"recording:{number}"
    )
