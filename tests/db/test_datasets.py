"""Datasets: only what is permitted leaves, with everything said about it, and it can be called back."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from antiphon.catalogue import service as catalogue
from antiphon.cli.main import main
from antiphon.consent import service as consent
from antiphon.consent.service import artefacts, registering
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict, NotFound
from antiphon.ledger import service as ledger
from antiphon.ledger.core import notes, trie
from antiphon.mail.models import Letter
from antiphon.storage import service as storage
from antiphon.storage.local import LocalFiles
from antiphon.transparency import service as transparency
from antiphon.transparency.core import checking, letters
from antiphon.transparency.service import dataset_folder
from tests.db.ledgers import Home
from tests.people import People

pytestmark = pytest.mark.django_db
Receive = Callable[..., catalogue.Recording]
Build = Callable[..., transparency.Dataset]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], datetime]:
    """Move the clock forward."""
    real, ahead = clock.now, timedelta()

    def move(by: timedelta) -> datetime:
        nonlocal ahead
        ahead += by
        return clock.now()

    monkeypatch.setattr(clock, "now", lambda: real() + ahead)
    return move


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


def read(row: transparency.Dataset, name: str) -> Any:
    return json.loads((Path(row.folder) / name).read_text(encoding="utf-8"))


def test_only_permitted_files_leave_with_their_hashes_and_credits(
    build: Build, songs: dict[str, catalogue.Recording]
) -> None:
    row = build()
    folder = Path(row.folder)
    allowed = {songs[name].pk for name in ("harbour", "ferry", "north")}
    files = read(row, "manifest.json")["files"]
    assert {file["recording"] for file in files} == allowed
    assert len(list((folder / "data").iterdir())) == 3
    for file in files:
        raw = (folder / file["name"]).read_bytes()
        assert hashlib.sha256(raw).hexdigest() == file["sha256"]
        assert file["name"].isascii()
    readme = (folder / "README.md").read_text(encoding="utf-8")
    for title, artist in (("Slow Harbour", "Ada Quill"), ("North", "Cleo Park")):
        assert f"“{title}” by {artist} (all-rights-reserved)" in readme
    assert "Mine Alone" not in readme
    assert not folder.with_name(f".set.{row.uid[:8]}.part").exists()
    assert row.files.count() == 3


def test_the_manifest_names_these_recordings_and_no_other_and_is_signed(
    build: Build, songs: dict[str, catalogue.Recording], people: People
) -> None:
    row = build()
    said, folder = read(row, "manifest.json"), Path(row.folder)
    salt, root = bytes.fromhex(said["manifest"]["salt"]), said["manifest"]["root"]
    made = trie.Trie.of(
        [consent.manifest_key(salt, file["recording"]) for file in said["files"]],
        [hashlib.sha256(b"allowed").digest()] * 3,
    )
    assert made.root.hex() == root == said["job"]["entry"]["manifest_root"]
    assert said["job"]["private"]["salt"] == salt.hex()
    raw = (folder / "manifest.json").read_bytes()
    note = (folder / "manifest.note").read_text(encoding="utf-8")
    opened = notes.open_note(note, [notes.verifier_key(ledger.verifier_key())])
    assert opened.note.text == letters.statement(row.uid, hashlib.sha256(raw).hexdigest())
    # And Ada can show, to anybody, that hers is not in it.
    ledger.publish()
    found = transparency.proof_of_absence(row.asked, songs["no"].pk, people.ada)
    assert found is not None
    assert checking.check(found[1]).shows == "absent"
    present = transparency.proof_of_absence(row.asked, songs["north"].pk, people.cleo)
    assert present is not None
    assert checking.check(present[1]).shows == "present"


# In a process of its own: the loader takes over logging, and stands on a library that warns of its own age.
LOADER = """
import hashlib, json, sys
import mlcroissant
dataset = mlcroissant.Dataset(jsonld=sys.argv[1])
said = {"errors": sorted(dataset.metadata.ctx.issues.errors)}
for name in sys.argv[2:]:
    try:
        rows = list(dataset.records(name))
        content = rows[0].get(f"{name}/content")
        said[name] = [len(rows), hashlib.sha256(content).hexdigest() if isinstance(content, bytes) else None]
    except Exception as error:
        said[name] = f"{error} {error.__cause__}"
print(json.dumps(said))
"""


def loaded(folder: Path, *record_sets: str) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-c", LOADER, str(folder / "croissant.json"), *record_sets]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    said: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return said


def test_croissant_is_read_and_refused_after_one_changed_byte(
    build: Build, songs: dict[str, catalogue.Recording]
) -> None:
    # One of each kind of file that the loader has opinions about.
    for name, container in (("harbour", "wav"), ("ferry", "flac"), ("north", "mp3")):
        catalogue.Recording.objects.filter(pk=songs[name].pk).update(container=container)
    row = build()
    folder, files = Path(row.folder), read(row, "manifest.json")["files"]
    sounds = [f"sound-{file['recording']}" for file in files]
    said = loaded(folder, "tracks", *sounds)
    assert said["errors"] == []
    assert said["tracks"] == [3, None]
    assert [said[name] for name in sounds] == [[1, file["sha256"]] for file in files]
    for path in (folder / "tracks.csv", *(folder / file["name"] for file in files)):
        raw = bytearray(path.read_bytes())
        raw[len(raw) // 2] ^= 1
        path.write_bytes(raw)
    said = loaded(folder, "tracks", *sounds)
    for name in ("tracks", *sounds):
        assert "Download(" in said[name]
        assert "Expected:" in said[name]


def test_the_rights_are_an_offer_to_this_actor_for_this_purpose(build: Build) -> None:
    said = read(build(), "croissant.json")
    assert said["conformsTo"][0] == "http://mlcommons.org/croissant/1.1"
    rights = said["usageInfo"]
    assert rights["@type"] == ["CreativeWork", "odrl:Offer"]
    permission = rights["odrl:permission"]
    assert permission["odrl:assignee"] == "northwind"
    assert permission["odrl:constraint"][0]["odrl:rightOperand"] == "train-analysis"
    assert all(len(one["sha256"]) == 64 for one in said["distribution"])


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


def test_a_title_is_no_formula_in_the_table(
    build: Build, songs: dict[str, catalogue.Recording], people: People
) -> None:
    catalogue.edit_track(people.cleo, songs["north"].track_id, {"title": "=1+2", "artists": "@North"})
    table = (Path(build().folder) / "tracks.csv").read_text(encoding="utf-8")
    assert ",'=1+2,'@North," in table


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


def test_what_is_not_public_does_not_leave(build: Build, people: People, songs: dict[str, catalogue.Recording]) -> None:
    catalogue.unpublish_tracks(people.cleo, [songs["north"].track_id])
    assert songs["north"].pk not in {file["recording"] for file in read(build(), "manifest.json")["files"]}


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


def test_the_command_builds_and_refuses(
    songs: dict[str, catalogue.Recording], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["dataset", "build", "--actor", "northwind", "--out", str(tmp_path / "set"), "--json", "--purpose"]
    assert main([*command, "finetune"]) == 1
    assert json.loads(capsys.readouterr().out)["error"] == "refused"
    assert main([*command, "train-analysis"]) == 0
    assert json.loads(capsys.readouterr().out)["files"] == 3


@pytest.mark.parametrize("form", ["{creator}/{slug}", "{url}", "{id}", "recording:{recording}"])
def test_may_prints_one_decision(
    form: str, songs: dict[str, catalogue.Recording], capsys: pytest.CaptureFixture[str], settings: Any
) -> None:
    track = songs["no"].track
    name = form.format(
        creator=track.profile.slug, slug=track.slug, url=f"{settings.SITE_URL}/{track.profile.slug}/{track.slug}",
        id=track.pk, recording=songs["no"].pk,
    )  # fmt: skip
    assert main(["may", name, "train-analysis", "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["allowed"], said["rule"], said["recording"]) == (False, "holder.no", songs["no"].pk)
    assert said["words"]
    assert said["would_change"]
    assert said["because"]["any_no"] is True
    assert main(["may", name, "identify"]) == 0
    assert capsys.readouterr().out.startswith("Yes.")


def test_may_knows_actors_moments_and_what_is_bad_use(
    songs: dict[str, catalogue.Recording], capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"recording:{songs['harbour'].pk}"
    assert main(["may", name, "train-analysis", "--actor", "northwind"]) == 0
    assert main(["may", name, "train-analysis", "--actor", "southwind"]) == 1
    before = (clock.now() - timedelta(days=2)).isoformat()
    assert main(["may", name, "train-analysis", "--actor", "northwind", "--at", before]) == 1
    assert main(["may", name, "sing-along"]) == 1
    for bad in (["nobody/nothing"], ["recording:999999"], ["https://elsewhere.example/a/b"], ["x"], ["999999"]):
        assert main(["may", *bad, "organize"]) == 2
    assert main(["may", name, "organize", "--at", "yesterday"]) == 2
    assert main(["may", name, "organize", "--at", "2026-11-04T12:00:00"]) == 2


def test_an_actor_is_entered_by_the_command(people: People, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["actor", "add", "lab-9", "--contact", "lab@example.org", "--title", "Laboratory 9"]) == 0
    assert capsys.readouterr().out == "Laboratory 9 may ask as lab-9.\n"
    assert consent.actor("lab-9").contact == "lab@example.org"
    assert main(["actor", "add", "lab-9", "--contact", "lab@example.org"]) == 1
    assert main(["actor", "add", "site", "--contact", "lab@example.org"]) == 1
