"""Songs of which some may be analysed, and datasets made of them."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.service import artefacts, registering
from antiphon.kernel import clock
from antiphon.storage import service as storage
from antiphon.storage.local import LocalFiles
from antiphon.transparency import service as transparency
from antiphon.transparency.service import dataset_folder
from tests.db.ledgers import Home
from tests.people import People

Receive = Callable[..., catalogue.Recording]
Build = Callable[..., transparency.Dataset]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file_store: LocalFiles) -> Iterator[Home]:
    monkeypatch.setattr(registering, "_declared", {})
    monkeypatch.setattr(artefacts, "_remedies", {"dataset": transparency.lose})
    transparency.declare()
    with Home(tmp_path / "a").open() as home:
        # The log of this site and the songs lie in one store, as they do in an installation.
        storage.use(file_store)
        consent.sync_declared()
        yield home


@pytest.fixture
def songs(people: People, bring: Receive, later: Callable[[timedelta], datetime]) -> dict[str, catalogue.Recording]:
    """Public songs: two of Ada's and one of Cleo's say yes to analysis, a fourth is Ada's and says no."""
    found = {
        "harbour": bring(people.ada, "Slow Harbour.wav"),
        "ferry": bring(people.ada, "Night, “Ferry”.flac"),
        "north": bring(people.cleo, "North.mp3"),
        "no": bring(people.ada, "Mine Alone.wav"),
    }
    for recording in found.values():
        owner = recording.track.profile.owner
        catalogue.publish_tracks(owner, [recording.track_id])
    consent.make_actor("northwind", "Northwind Audio", "ask@northwind.example")
    for person in (people.ada, people.cleo):
        consent.answer(person, {"train-analysis": "yes"})
    consent.answer(people.ada, {"train-analysis": "no"}, [consent.Scope(consent.TRACK, found["no"].pk)])
    now = clock.now()
    for name, person in (("harbour", people.ada), ("ferry", people.ada), ("north", people.cleo), ("no", people.ada)):
        consent.grant(
            person, found[name].pk, "train-analysis", "northwind",
            starts_at=now, ends_at=now + timedelta(days=365),
        )  # fmt: skip
    later(timedelta(hours=73))
    consent.fold_due(clock.now())
    return found


@pytest.fixture
def build(songs: dict[str, catalogue.Recording], tmp_path: Path) -> Build:
    def make(out: str = "set", actor: str = "northwind") -> transparency.Dataset:
        return transparency.build_dataset("train-analysis", actor, tmp_path / out, lambda words: None)

    return make


@pytest.fixture
def unnamed(build: Build, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A build that was killed after it was entered and before its folder got its name; returns where it lies."""

    def killed(row: transparency.Dataset) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(dataset_folder, "give_name", killed)
        with pytest.raises(KeyboardInterrupt):
            build()
    (row,) = transparency.datasets()
    assert row.state == "published"
    return dataset_folder.part_of(row)


def read(row: transparency.Dataset, name: str) -> Any:
    return json.loads((Path(row.folder) / name).read_text(encoding="utf-8"))
