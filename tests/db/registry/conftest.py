"""A registry to ask: an index of small tunes, and questions that are answered at once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from antiphon.accounts import service as accounts
from antiphon.identification.engines.shelf import Shelf
from antiphon.identification.service import registry, shelving
from antiphon.identification.service.registry import index
from antiphon.jobs import service as jobs
from antiphon.storage.local import LocalFiles
from tests.db.conftest import Receive
from tests.tuned import Tuned

Ask = Callable[..., registry.Lookup]


@pytest.fixture
def tuned(bring: Receive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tuned:
    monkeypatch.setattr(index, "_memory", index._Memory())
    shelf = Shelf(tmp_path / "identification")
    monkeypatch.setattr(shelving, "shelf", lambda: shelf)
    return Tuned(shelf.folder, bring)


@pytest.fixture
def ask(tuned: Tuned, file_store: LocalFiles) -> Ask:
    """Ask by prints, a file's bytes or a link, let the job answer, and return the row."""

    def send(
        *, prints: bytes | None = None, file: bytes | None = None, link: str = "", by: accounts.User | None = None,
        run: bool = True, **how: Any,
    ) -> registry.Lookup:  # fmt: skip
        common = {"counted_as": "test", **how}
        if prints is not None:
            row = registry.ask_by_prints(prints, by, **common)
        elif file is not None:
            row = registry.ask_by_file([file], by, **common)
        else:
            row = registry.ask_by_link(link, by, **common)
        if run:
            jobs.run_due()
        return registry.lookup(row.uid)

    return send
