"""“Send a robot”: what a declared training agent is answered, from the studio and from the command line."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from antiphon.audio.models import Rendition
from antiphon.catalogue import service as catalogue
from antiphon.cli import main as cli
from antiphon.guard import service as guard
from antiphon.guard.service import counting
from antiphon.storage.local import LocalFiles
from tests.db.conftest import Receive
from tests.people import People

# The robot's own threads see what is committed only.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    counting._tally.take()
    yield
    counting._tally.take()


@pytest.fixture
def song(people: People, bring: Receive, file_store: LocalFiles, tmp_path: Path) -> catalogue.Recording:
    song = bring(people.ada)
    catalogue.publish_tracks(people.ada, [song.track_id], sharing=catalogue.Sharing.PUBLIC)
    key = f"renditions/{song.pk}/aac160.mp4"
    made = tmp_path / "made"
    made.write_bytes(bytes(4096))
    file_store.put(key, made)
    Rendition.objects.create(
        recording_id=song.pk, kind=Rendition.Kind.AAC_160, key=key, mime="audio/mp4", size_bytes=4096
    )
    return song


def test_a_training_agent_gets_neither_page_nor_sound_and_a_browser_gets_both(
    ada: Client, song: catalogue.Recording
) -> None:
    address = f"/studio/tracks/{song.track_id}/robot"
    assert "ClaudeBot" in ada.get(address).content.decode()
    page = ada.post(address, {"as": "ClaudeBot"}).content.decode()
    assert page.count("Refused, 403") == 2
    assert "robots.txt asked it to take nothing" in page
    assert "Turned away: 2" in page
    assert "License error=&quot;insufficient_scope&quot;" in page
    track = catalogue.track_for(None, song.track_id)
    walk = guard.send_robot("GPTBot", "/ada-quill/slow-harbour", track)
    assert [(step.slug, step.status, step.browser, step.turned_away) for step in walk.steps] == [
        ("robots", 200, 200, 0), ("page", 403, 200, 1), ("sound", 403, 206, 2), ("licence", 200, 200, 2),
    ]  # fmt: skip
    assert (walk.turned_away, walk.turned_away_in_all) == (2, 4)
    assert not walk.got_in


def test_only_those_who_hold_rights_may_send_one(people: People, song: catalogue.Recording) -> None:
    client = Client()
    address = f"/studio/tracks/{song.track_id}/robot"
    assert client.post(address).status_code == 302
    client.force_login(people.cleo)
    assert client.post(address, {"as": "GPTBot"}).status_code == 404
    assert not guard.flush()


def test_the_command_line_shows_each_answer(
    song: catalogue.Recording, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    assert cli.main(["robot", "http://localhost:8000/ada-quill/slow-harbour", "--as", "GPTBot"]) == 0
    said = capsys.readouterr().out
    assert "403  refused   /ada-quill/slow-harbour  (a browser: 200)" in said
    assert "turned away: 1\n" in said
    assert "turned away: 2\n" in said
    assert "www-authenticate: License" in said
    assert cli.main(["robot", "/ada-quill/slow-harbour", "--as", "NobodysBot", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["got_in"] is True
    assert cli.main(["robot", "/about", "--as", "CCBot"]) == 0


@pytest.mark.parametrize(
    ("url", "name"),
    [("http://elsewhere.example/ada/song", "GPTBot"), ("//elsewhere.example/x", "GPTBot"), ("/ada", "Mozilla"),
     ("ftp://localhost/x", "GPTBot"), ("/ada", "a\r\nX: y"), ("http://[", "GPTBot")],
)  # fmt: skip
def test_robots_are_sent_to_this_site_only(url: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["robot", url, "--as", name]) == 2
    assert capsys.readouterr().err.startswith("antiphon: ")
