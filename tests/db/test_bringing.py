"""What comes from elsewhere keeps its titles, order, dates, tags, sets and pictures; by the page and on the server."""

import json
import os
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from antiphon.catalogue import service as catalogue
from antiphon.catalogue.core.elsewhere import File
from antiphon.catalogue.core.facts import Tags
from antiphon.cli.main import main
from antiphon.jobs import service as jobs
from antiphon.storage.local import LocalFiles
from tests import sounds
from tests.db.conftest import HeardIngest, Receive
from tests.people import People

FOLDER = "Ada Quill - Harbour Light"
SONGS = [f"Ada Quill - Harbour Light - 0{n} {title}.flac" for n, title in enumerate(["Slow Harbour", "Ebb"], 1)]


def write_bandcamp(folder: Path) -> Path:
    """An album as Bandcamp gives it back: two songs, a cover, and what cannot come in."""
    (album := folder / FOLDER).mkdir()
    for name in SONGS:
        (album / name).write_bytes(os.urandom(64))
    (album / "cover.jpg").write_bytes(sounds.jpeg_bytes(300, 300))
    (album / "booklet.pdf").write_bytes(b"%PDF")
    return album


def write_export(folder: Path) -> Path:
    """A folder as a data export gives it back: files, and a table that says what they are."""
    (export := folder / "export").mkdir()
    for name in ("night-ferry.wav", "undertow.wav"):
        (export / name).write_bytes(os.urandom(64))
    table = {
        "tracks": [
            {"title": "Night Ferry", "permalink": "night-ferry", "tag_list": 'sea "late night"', "genre": "Chamber",
             "release_date": "2021-06-01", "description": "Recorded on deck.", "license": "cc-by-nc"},
            {"title": "Undertow", "permalink": "undertow", "bpm": "fast"},
            {"title": "Lost", "permalink": "lost"},
        ],
        "playlists": [{"title": "Crossings", "tracks": [{"title": "Undertow"}, {"title": "Night Ferry"}]}],
    }  # fmt: skip
    (export / "tracks.json").write_text(json.dumps(table))
    return export


def test_uploads_of_a_planned_batch_become_what_was_said_of_them(people: People, bring: Receive) -> None:
    files = [File(f"{FOLDER}/{name}", 64) for name in reversed(SONGS)] + [File(f"{FOLDER}/cover.jpg", 900)]
    batch, plan = catalogue.plan_bringing(people.ada, files, {})
    assert plan.left_out == []
    for name in reversed(SONGS):
        bring(people.ada, name, folder=FOLDER, batch=batch, tags=Tags(title="Other", album="Other album"))
    [music_set] = catalogue.own_sets(people.ada)
    assert (music_set.title, music_set.kind) == ("Harbour Light", "ep")
    tracks = catalogue.tracks_in(people.ada, music_set.pk)
    assert [(track.title, track.track_number, track.artists) for track in tracks] == [
        ("Slow Harbour", 1, ""),  # Ada's own profile says who it is
        ("Ebb", 2, ""),
    ]
    assert catalogue.artwork_targets(people.ada, batch, f"{FOLDER}/cover.jpg") == [("set", music_set.pk)]
    assert catalogue.artwork_targets(people.ada, batch, f"{FOLDER}/other.jpg") == []


def test_what_somebody_else_planned_says_nothing_of_my_uploads(people: People, bring: Receive) -> None:
    batch, _plan = catalogue.plan_bringing(people.cleo, [File(f"{FOLDER}/{SONGS[0]}", 64)], {})
    made = bring(people.ada, SONGS[0], folder=FOLDER, batch=batch)
    assert made.track.title != "Slow Harbour"


def test_an_export_keeps_words_and_the_order_of_its_sets(
    people: People, heard_ingest: HeardIngest, file_store: LocalFiles, tmp_path: Path
) -> None:
    events = list(catalogue.import_folder(people.ada_quill, [write_export(tmp_path)], attested=True))
    skipped = {event.code: event.reason for event in events if isinstance(event, catalogue.Skipped)}
    assert set(skipped) == {"no-file-for", "wrong-bpm"}
    assert "“Lost”" in skipped["no-file-for"]
    [music_set] = catalogue.own_sets(people.ada)
    undertow, ferry = catalogue.tracks_in(people.ada, music_set.pk)
    assert (music_set.title, undertow.title) == ("Crossings", "Undertow")
    assert (ferry.title, ferry.tag_list, ferry.genre, ferry.license) == (
        "Night Ferry",
        "sea, late night",
        "Chamber",
        "cc-by-nc",
    )
    assert (str(ferry.release_date), ferry.description) == ("2021-06-01", "Recorded on deck.")
    assert ferry.sharing == "private"


def test_an_import_says_first_what_would_come_in_and_places_the_cover(
    people: People, heard_ingest: HeardIngest, file_store: LocalFiles, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    album = write_bandcamp(tmp_path)
    assert main(["import", str(album), "--creator", "ada-quill", "--plan"]) == 0
    said = capsys.readouterr().out
    assert "Harbour Light (with a picture)" in said
    assert "booklet.pdf: It is not a kind of file that can be played here." in said
    assert catalogue.own_sets(people.ada) == []
    assert main(["import", str(album), "--creator", "ada-quill", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["code"] for one in told["skipped"]] == ["not-music"]
    [music_set] = catalogue.own_sets(people.ada)
    assert [job.subject for job in jobs.jobs(["queued"], subject=f"set:{music_set.pk}")] == [f"set:{music_set.pk}"]


def plan_on_page(client: Client, body: Any) -> Any:
    return client.post("/studio/bring", data=body, content_type="application/json")


def test_the_page_is_told_what_would_come_in(ada: Client, people: People) -> None:
    files = [{"path": f"{FOLDER}/{name}", "size": 10} for name in [*SONGS, "cover.jpg", "notes.txt"]]
    said = plan_on_page(ada, json.dumps({"files": files, "texts": {}})).json()
    assert [one["title"] for one in said["tracks"]] == ["Slow Harbour", "Ebb"]
    assert said["sets"][0]["title"] == "Harbour Light"
    assert said["left_out"] == [
        {"path": f"{FOLDER}/notes.txt", "reason": "It is not a kind of file that can be played here."}
    ]
    assert uuid.UUID(said["batch"])


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"files": []}', '{"files": [{"path": 1}]}', '{"files": [{"path": "a", "size": -1}]}',
     '{"files": [{"path": "a\\u0000", "size": 1}]}', '{"files": [{"path": "a", "size": 1}], "texts": 3}'],
)  # fmt: skip
def test_a_list_that_cannot_be_read_is_refused(ada: Client, body: str) -> None:
    assert plan_on_page(ada, body).status_code == 422


def test_nobody_plans_without_an_account(people: People) -> None:
    assert plan_on_page(Client(), "{}").status_code in (302, 401, 403)


def test_a_picture_goes_where_it_was_planned_for(ada: Client, people: People, bring: Receive) -> None:
    path = f"{FOLDER}/cover.jpg"
    batch, _plan = catalogue.plan_bringing(people.ada, [File(f"{FOLDER}/{SONGS[0]}", 64), File(path, 9)], {})

    def send(client: Client, where: uuid.UUID = batch) -> Any:
        picture = SimpleUploadedFile("cover.jpg", sounds.jpeg_bytes(300, 300))
        return client.post(f"/studio/bring/{where}/picture", {"path": path, "picture": picture})

    assert send(ada).json() == {"placed": 0}
    bring(people.ada, SONGS[0], folder=FOLDER, batch=batch)
    assert send(ada).json() == {"placed": 1}
    cleo = Client()
    cleo.force_login(people.cleo)
    assert send(cleo).status_code == 404
    assert ada.post(f"/studio/bring/{batch}/picture", {"path": path}).status_code == 422


def test_what_was_said_is_forgotten_after_a_month(people: People, later: Any) -> None:
    catalogue.plan_bringing(people.ada, [File("a.wav", 1)], {})
    assert catalogue.forget_bringings() == 0
    later(timedelta(days=31))
    assert catalogue.forget_bringings() == 1
