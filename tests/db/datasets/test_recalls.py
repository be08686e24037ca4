"""Files of a dataset that are called back: who is told, and of what."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from antiphon.catalogue import service as catalogue
from antiphon.cli.main import main
from antiphon.consent import service as consent
from antiphon.ledger import service as ledger
from antiphon.ledger.core import notes
from antiphon.mail.models import Letter
from antiphon.transparency import service as transparency
from antiphon.transparency.core import letters
from antiphon.transparency.service.datasets import _hand_over
from tests.db.datasets.conftest import Build, read
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("how", ["job", "command", "next build", "given up before"])
def test_of_a_dataset_that_nobody_had_nobody_is_asked_to_delete_a_file(
    unnamed: Path, build: Build, people: People, songs: dict[str, catalogue.Recording], how: str
) -> None:
    Letter.objects.all().delete()
    row = transparency.datasets()[0]
    consent.answer(people.ada, {"train-analysis": "no"}, [consent.Scope(consent.TRACK, songs["harbour"].pk)])
    (recall,) = consent.recalls_with([songs["harbour"].pk])
    if how == "command":
        assert transparency.recall_dataset(row.uid) is not None
    if how in ("next build", "given up before"):
        with pytest.raises(consent.Refused):
            build()
    consent.carry_out(recall.pk)
    recall.refresh_from_db()
    assert recall.remedy.startswith(
        {"job": "Nobody has it yet", "command": "It had been called back"}.get(how, "It was given up before")
    )
    notice = transparency.RecallNotice.objects.get()
    assert (notice.sent_to, notice.recordings) == ("", [songs["harbour"].pk])
    assert notice.entry is not None
    assert not Letter.objects.filter(subject__contains="Delete").exists()


def test_a_recall_that_comes_just_before_the_name_keeps_the_dataset_in(
    build: Build, people: People, songs: dict[str, catalogue.Recording], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def recalled_first(row: transparency.Dataset) -> None:
        consent.answer(people.cleo, {"train-analysis": "no"})
        (recall,) = consent.recalls_with([songs["north"].pk])
        consent.carry_out(recall.pk)
        _hand_over(row)

    monkeypatch.setitem(_hand_over.__globals__, "_hand_over", recalled_first)
    Letter.objects.all().delete()
    with pytest.raises(consent.Refused):
        build()
    assert not (tmp_path / "set").exists()
    assert transparency.datasets()[0].state == "ended"
    assert not Letter.objects.filter(subject__contains="Delete").exists()


def test_a_no_after_delivery_tells_the_recipient_what_to_delete_once(
    build: Build, people: People, songs: dict[str, catalogue.Recording]
) -> None:
    row = build()
    Letter.objects.all().delete()
    consent.answer(people.cleo, {"train-analysis": "no"})
    (recall,) = consent.recalls_with([songs["north"].pk])
    consent.carry_out(recall.pk)
    consent.carry_out(recall.pk)
    (letter,) = Letter.objects.filter(to="ask@northwind.example")
    (file,) = [one for one in read(row, "manifest.json")["files"] if one["recording"] == songs["north"].pk]
    assert f"{file['sha256']} {file['name']}" in letter.body
    notice = transparency.RecallNotice.objects.get()
    opened = notes.open_note(notice.note, [notes.verifier_key(ledger.verifier_key())])
    assert opened.note.text.startswith(f"{letters.RECALL}\n{row.uid}\n")
    assert (Path(row.folder) / f"RECALL-{notice.pk}.note").read_text(encoding="utf-8") == notice.note
    recall.refresh_from_db()
    assert recall.remedy == "northwind was told to delete 1 files."
    assert transparency.recall_dataset(row.uid) is None


def test_a_grant_that_ran_out_is_called_back_by_the_command(
    build: Build, later: Callable[[timedelta], datetime], capsys: pytest.CaptureFixture[str]
) -> None:
    row = build()
    assert main(["dataset", "recall", row.uid]) == 0
    assert "still allowed" in capsys.readouterr().out
    later(timedelta(days=400))
    assert main(["dataset", "recall", row.uid, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["recordings"]) == 3
    assert main(["dataset", "list", "--json"]) == 0
    (line,) = json.loads(capsys.readouterr().out)
    assert (line["state"], line["files"], line["recalled"]) == ("ended", 3, 3)
