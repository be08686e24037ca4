"""A site with a folder of its own, and what a person finds who unpacks their parcel."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from antiphon.accounts import service as accounts
from antiphon.accounts.service import parcels
from antiphon.jobs import service as jobs
from antiphon.ledger import service as ledger
from antiphon.storage import service as storage
from antiphon.storage.local import LocalFiles


@dataclass
class Unpacked:
    """A ZIP as it was fetched."""

    raw: bytes

    def __post_init__(self) -> None:
        self.zip = zipfile.ZipFile(io.BytesIO(self.raw))

    @property
    def names(self) -> list[str]:
        return self.zip.namelist()

    @property
    def index(self) -> dict[str, Any]:
        found: dict[str, Any] = self.json("index.json")
        return found

    def read(self, path: str) -> bytes:
        return self.zip.read(path)

    def text(self, path: str) -> str:
        return self.read(path).decode()

    def json(self, path: str) -> Any:
        return json.loads(self.text(path))

    def csv(self, path: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.text(path))))

    def check(self) -> None:
        """Every file is named in the index, with the SHA-256 and the length that it has, and none is named twice."""
        assert self.zip.testzip() is None
        assert len(set(self.names)) == len(self.names)
        told = {row["path"]: row for row in self.index["files"]}
        assert set(told) == set(self.names) - {"index.json"}
        for path, row in told.items():
            content = self.read(path)
            assert (hashlib.sha256(content).hexdigest(), len(content)) == (row["sha256"], row["bytes"])
            assert row["about"]


@pytest.fixture(autouse=True)
def data(settings: Any, tmp_path: Path, file_store: LocalFiles) -> Path:
    settings.DATA = tmp_path
    for name in ("tmp", "incoming"):
        (tmp_path / name).mkdir()
    return tmp_path


def pack(user: accounts.User) -> parcels.Parcel:
    """Ask, and let a worker do what is due; return what became of it."""
    row = parcels.ask(user)
    jobs.run_due()
    row.refresh_from_db()
    return row


@pytest.fixture
def unpack(data: Path) -> Callable[[accounts.User], Unpacked]:
    """Ask for everything that somebody has, and return what they get."""

    def unpack(user: accounts.User) -> Unpacked:
        ledger.publish()
        row = pack(user)
        assert row.state == "ready", row.failure
        with storage.files().open(row.key) as file:
            found = Unpacked(file.read())
        found.check()
        return found

    return unpack
