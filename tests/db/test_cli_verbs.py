"""Verbs that act on people, keys, jobs and music, run in this process against the test database."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.cli.main import main
from antiphon.jobs import registry
from antiphon.jobs import service as jobs
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command with `--json`; return its answer."""

    def run(*words: str, status: int = 0) -> Any:
        capsys.readouterr()
        assert main([*words, "--json"]) == status
        return json.loads(capsys.readouterr().out)

    return run


@pytest.fixture(autouse=True)
def incoming(settings: Any, tmp_path: Path, file_store: Any, heard_ingest: Any) -> None:
    settings.DATA = tmp_path
    (tmp_path / "incoming").mkdir()


def test_an_account_with_a_profile_and_a_password_made_up(said: Any) -> None:
    answer = said("account", "create", "Ada@Example.org", "--role", "operator", "--profile", "Ada Quill")
    user = accounts.account_at("ada@example.org")
    assert user.check_password(answer["password"])
    assert accounts.is_operator(user)
    assert answer["profile"] == "ada-quill"


def test_a_password_from_standard_input_is_not_printed(said: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a long sentence of my own\n"))
    assert "password" not in said("account", "create", "ada@example.org", "--password-stdin")
    assert accounts.account_at("ada@example.org").check_password("a long sentence of my own")


def test_everything_of_somebody_is_written_for_who_must_answer_a_letter(
    people: People, said: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = said("account", "export", "ADA@example.org", str(tmp_path / "ada.zip"))
    with zipfile.ZipFile(tmp_path / "ada.zip") as found:
        assert len(found.namelist()) == answer["files"] + 1  # the index does not name itself
        assert json.loads(found.read("account/account.json"))["email"] == "ada@example.org"
    assert answer["missing"] == []
    assert said("account", "export", str(people.ben.pk), str(tmp_path / "ben"))["files"] > 10
    assert "ben@example.org" in (tmp_path / "ben" / "README.txt").read_text(encoding="utf-8")
    assert said("account", "export", "nobody@example.org", str(tmp_path / "x.zip"), status=1)["error"] == "not-found"
    assert said("account", "export", "9" * 30, str(tmp_path / "x.zip"), status=1)["error"] == "not-found"
    assert said("account", "export", "ada@example.org", str(tmp_path / "ben"), status=1)["error"] == "conflict"
    assert said("account", "export", "ada@example.org", str(tmp_path / "no" / "x"), status=1)["error"] == "not-found"
    assert main(["account", "export", "ada@example.org", str(tmp_path / "again")]) == 0
    assert "written to" in capsys.readouterr().out


def test_accounts_are_listed_and_get_roles(people: People, said: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert [line["email"] for line in said("account", "list", "ben@")] == ["ben@example.org"]
    assert main(["account", "role", "ben@example.org", "moderator"]) == 0
    assert accounts.is_moderator(accounts.account_at("ben@example.org"))
    assert main(["account", "role", "ben@example.org", "moderator", "--remove"]) == 0
    assert not accounts.is_moderator(accounts.account_at("ben@example.org"))
    assert main(["account", "list"]) == 0
    assert "ada-quill" in capsys.readouterr().out


def test_a_key_is_all_that_is_printed(people: People, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["key", "create", "ada@example.org", "--scope", "read"]) == 0
    key = accounts.api_key_for(capsys.readouterr().out.removesuffix("\n"))
    assert key is not None
    assert (key.user, key.scopes) == (people.ada, ["read"])


def test_jobs_are_listed_and_revived(said: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))

    def fail() -> None:
        raise jobs.GiveUp("no such luck")

    jobs.job("test.job")(fail)
    job = jobs.enqueue("test.job")
    jobs.run_due()
    answer = said("jobs", "list")
    assert answer["counts"]["dead"] == 1
    assert answer["jobs"][0]["failure"] == "no such luck"
    assert main(["jobs", "revive", "--dead"]) == 0
    assert [line["id"] for line in said("jobs", "list", "--state", "queued")["jobs"]] == [job.pk]
    assert main(["jobs", "list"]) == 0


def songs(folder: Path) -> Path:
    album = folder / "Slow Harbour"
    album.mkdir()
    for number in range(3):
        (album / f"0{number} Song.wav").write_bytes(bytes([number]) * 2000)
    (album / "notes.txt").write_text("thanks")
    return album


def test_a_folder_is_imported_once(people: People, said: Any, tmp_path: Path) -> None:
    album = songs(tmp_path)
    first = said("import", str(album), "--creator", "Ada Quill")
    assert (len(first["imported"]), [skip["code"] for skip in first["skipped"]]) == (3, ["not-music"])
    assert catalogue.own_sets(people.ada)[0].title == "Slow Harbour"
    for recording in catalogue.Recording.objects.all():
        assert recording.track.profile == people.ada_quill
    second = said("import", str(album), "--creator", "ada-quill")
    assert second["imported"] == []
    assert sorted(skip["code"] for skip in second["skipped"]) == ["here", "here", "here", "not-music"]


def test_an_import_without_room_says_what_it_left_out(
    people: People, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    accounts.User.objects.filter(pk=people.ada.pk).update(quota_bytes=5000)
    assert main(["import", str(songs(tmp_path)), "--creator", "ada-quill"]) == 1
    out = capsys.readouterr().out
    assert "2 files imported, 2 left out." in out
    assert "02 Song.wav" in out


def test_an_interrupted_import_goes_on(
    people: People, said: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    album = songs(tmp_path)
    whole = catalogue.import_folder

    def interrupted(*words: Any, **options: Any) -> Iterator[Any]:
        for event in whole(*words, **options):
            yield event
            if isinstance(event, catalogue.Imported):
                raise KeyboardInterrupt

    monkeypatch.setattr(catalogue, "import_folder", interrupted)
    first = said("import", str(album), "--creator", "ada-quill", status=1)
    assert (len(first["imported"]), first["interrupted"]) == (1, True)
    monkeypatch.setattr(catalogue, "import_folder", whole)
    assert len(said("import", str(album), "--creator", "ada-quill")["imported"]) == 2


def test_an_unknown_creator_is_told_how_to_become_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(songs(tmp_path)), "--creator", "Nobody"]) == 1
    assert "antiphon account create" in capsys.readouterr().err
