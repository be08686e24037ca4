"""Making a dataset: what is taken back meanwhile, and builds that were cut off."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.kernel.errors import BadInput, Conflict, NotFound
from antiphon.transparency import service as transparency
from antiphon.transparency.service import dataset_folder
from tests.db.datasets.conftest import Build, read
from tests.people import People

pytestmark = pytest.mark.django_db


def test_a_build_that_was_cut_off_goes_on_and_leaves_out_what_was_taken_back_meanwhile(
    build: Build, songs: dict[str, catalogue.Recording], people: People, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    copied: list[int] = []
    real = dataset_folder.copy

    def falls_over(recording: catalogue.Recording, *rest: Any) -> Any:
        if len(copied) == 2:
            raise KeyboardInterrupt
        copied.append(recording.pk)
        return real(recording, *rest)

    with monkeypatch.context() as broken:
        broken.setattr(dataset_folder, "copy", falls_over)
        with pytest.raises(KeyboardInterrupt):
            build()
    assert not (tmp_path / "set").exists()
    first = transparency.datasets()[0]
    with pytest.raises(Conflict):
        transparency.build_dataset("evaluate", "northwind", tmp_path / "set", print)
    consent.answer(people.ada, {"train-analysis": "no"}, [consent.Scope(consent.TRACK, copied[0])])
    row = build()
    assert row.uid == first.uid
    assert {file["recording"] for file in read(row, "manifest.json")["files"]} == {
        songs[name].pk for name in ("ferry", "north")
    }
    assert len(list((tmp_path / "set" / "data").iterdir())) == 2
    # The manifest in the log is of what is in the folder, so that nobody is declared who is not there.
    assert row.asked != first.asked


def test_a_withdrawal_between_the_last_look_and_the_publishing_ends_the_build(
    build: Build, songs: dict[str, catalogue.Recording], people: People, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = consent.keep_artefact

    def slow(*args: Any, **kwargs: Any) -> str:
        uid = real(*args, **kwargs)
        consent.answer(people.cleo, {"train-analysis": "no"})
        return uid

    monkeypatch.setattr(consent, "keep_artefact", slow)
    with pytest.raises(consent.Refused):
        build()
    assert not (tmp_path / "set").exists()
    assert list(tmp_path.glob(".set.*")) == []
    assert transparency.datasets()[0].state == "ended"


def test_a_build_killed_before_it_had_its_name_gets_it_while_all_of_it_is_allowed(unnamed: Path, build: Build) -> None:
    row = build()
    assert not unnamed.exists()
    assert len(list((Path(row.folder) / "data").iterdir())) == 3
    assert len(transparency.datasets()) == 1


@pytest.mark.parametrize("carried_out", [False, True])
def test_what_was_refused_while_a_dataset_waited_for_its_name_does_not_leave(
    unnamed: Path, build: Build, people: People, songs: dict[str, catalogue.Recording], tmp_path: Path,
    carried_out: bool,
) -> None:  # fmt: skip
    first = transparency.datasets()[0]
    consent.answer(people.ada, {"train-analysis": "no"}, [consent.Scope(consent.TRACK, songs["harbour"].pk)])
    (recall,) = consent.recalls_with([songs["harbour"].pk])
    if carried_out:
        consent.carry_out(recall.pk)
        notice = transparency.RecallNotice.objects.get()
        assert (unnamed / f"RECALL-{notice.pk}.note").read_text(encoding="utf-8") == notice.note
    with pytest.raises(consent.Refused, match="not all allowed any more"):
        build()
    assert not unnamed.exists()
    assert not (tmp_path / "set").exists()
    first.refresh_from_db()
    assert first.state == "ended"
    assert consent.Artefact.objects.get(uid=first.artefact).ended_at is not None
    assert transparency.RecallNotice.objects.get().recordings == [songs["harbour"].pk]
    row = build()
    assert row.uid != first.uid
    assert {file["recording"] for file in read(row, "manifest.json")["files"]} == {
        songs[name].pk for name in ("ferry", "north")
    }


def test_a_grant_that_ran_out_while_a_dataset_waited_for_its_name_ends_it(
    unnamed: Path, build: Build, later: Callable[[timedelta], datetime], tmp_path: Path
) -> None:
    later(timedelta(days=400))
    with pytest.raises(consent.Refused):
        build()
    assert not unnamed.exists()
    assert not (tmp_path / "set").exists()
    assert len(transparency.RecallNotice.objects.get().recordings) == 3


def test_a_dataset_called_back_whole_before_it_had_its_name_leaves_no_file(
    unnamed: Path, build: Build, people: People
) -> None:
    for person in (people.ada, people.cleo):
        consent.answer(person, {"train-analysis": "no"})
    transparency.recall_dataset(transparency.datasets()[0].uid)
    with pytest.raises(consent.Refused):
        build()
    assert not unnamed.exists()


def test_a_file_that_went_missing_while_a_dataset_waited_for_its_name_ends_it(unnamed: Path, build: Build) -> None:
    next((unnamed / "data").iterdir()).unlink()
    with pytest.raises(consent.Refused):
        build()
    assert len(list((Path(build().folder) / "data").iterdir())) == 3


def test_what_cannot_be_built_is_said(build: Build, tmp_path: Path, songs: dict[str, catalogue.Recording]) -> None:
    with pytest.raises(BadInput):
        transparency.build_dataset("organize", "northwind", tmp_path / "x", print)
    with pytest.raises(NotFound):
        build("x", actor="nobody")
    with pytest.raises(consent.Refused):
        transparency.build_dataset("train-generative", "northwind", tmp_path / "x", print)
    assert not (tmp_path / "x").exists()
    (tmp_path / "taken").mkdir()
    with pytest.raises(Conflict):
        build("taken")
