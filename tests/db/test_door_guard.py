"""Known AI agents at the front door: refused before Django, told where the licence stands, counted, and never a 500."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from antiphon.catalogue import service as catalogue
from antiphon.cli import main as cli
from antiphon.guard import service as guard
from antiphon.guard.service import counting, identities, listed
from antiphon.kernel.errors import BadInput
from antiphon.site.door.front import FrontDoor
from antiphon.site.wsgi import application as django
from antiphon.storage import service as storage
from tests.db.conftest import Receive
from tests.db.door import Reply, once
from tests.people import People

GPTBOT = {"user-agent": "Mozilla/5.0 AppleWebKit/537.36 (compatible; GPTBot/1.2; +https://openai.com/gptbot)"}


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    counting._tally.take()
    listed._kept = None
    yield
    counting._tally.take()
    listed.path().unlink(missing_ok=True)
    listed._kept = None


def no_pages(environ: object, start: object) -> list[bytes]:
    raise AssertionError("a refused agent must not reach Django")


@pytest.fixture
def door() -> Iterator[FrontDoor]:
    door = FrontDoor(no_pages)
    yield door
    door.pages.close()
    door.rooms.close()


@pytest.fixture
def open_door() -> Iterator[FrontDoor]:
    door = FrontDoor(django)
    yield door
    door.pages.close()
    door.rooms.close()


def counted() -> dict[str, int]:
    return {name: number for (_day, name), number in counting._tally.names.items()}


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "BREW"])
def test_a_training_agent_is_refused_before_any_page(door: FrontDoor, method: str) -> None:
    reply = once(door, method, "/ada-quill/slow-harbour", headers=GPTBOT)
    assert reply.status == 403
    assert reply["www-authenticate"].startswith('License error="insufficient_scope"')
    assert reply["link"].endswith('/ada-quill/slow-harbour/rsl.xml>; rel="license"; type="application/rsl+xml"')
    assert reply["content-usage"] == "train-ai=n, ai-use=n, search=n"
    assert reply["tdm-reservation"] == "1"
    assert reply["cache-control"] == "no-store"
    assert (b"GPTBot" in reply.body) is (method != "HEAD")
    assert (b"light dark" in reply.body) is (method != "HEAD")
    assert counted() == {"GPTBot": 1}


def test_sound_with_a_good_address_is_refused_too(door: FrontDoor, file_store: Any) -> None:
    for code, status in (("", 403), ("n" * 16, 403), ("a" * 16, 402)):
        address = storage.media_url(
            "renditions/12/aac160.mp4", binding=storage.binding_of("x"), seconds=60, declared=code
        )
        reply = once(door, "GET", address, headers=GPTBOT | {"cookie": "antiphon_listener=x"})
        assert reply.status == status
        assert "/policies/12.xml" in reply["link"]
    assert counting._tally.subjects.most_common(1)[0][1] == 3


@pytest.mark.django_db(transaction=True)
def test_what_we_say_is_read_by_those_who_are_refused(open_door: FrontDoor, people: People, bring: Receive) -> None:
    song = bring(people.ada)
    catalogue.publish_tracks(people.ada, [song.track_id], sharing=catalogue.Sharing.PUBLIC)
    for path in ("/robots.txt", "/ai.txt", "/rsl.xml", "/.well-known/tdmrep.json", "/policies/site.json", "/terms",
                 "/transparency", "/ada-quill/feed.xml", "/ada-quill/rsl.xml", "/ada-quill/slow-harbour/rsl.xml",
                 "/ada-quill/slow-harbour/label", f"/api/v1/tracks/{song.track_id}/permissions"):  # fmt: skip
        assert once(open_door, "GET", path, headers=GPTBOT).status == 200, path
    assert once(open_door, "GET", "/log/checkpoint", headers=GPTBOT).status in (200, 404)
    assert counted() == {}


def test_the_api_with_a_key_answers_as_ever(open_door: FrontDoor, db: None) -> None:
    reply = once(open_door, "GET", "/api/v1/me", headers=GPTBOT | {"authorization": "Bearer wrong"})
    assert reply.status == 401
    assert counted() == {}


@pytest.mark.parametrize(
    "agent", ["", "Mozilla/5.0 Firefox/140.0", "Googlebot/2.1", "ChatGPT-User/1.0", "PerplexityBot"]
)
def test_others_come_in(open_door: FrontDoor, db: None, agent: str) -> None:
    assert once(open_door, "GET", "/about", headers={"user-agent": agent}).status == 200


HOSTILE: list[list[tuple[bytes, bytes]]] = [
    [(b"user-agent", b"GPTBot " + b"x" * 2_000_000)],
    [(b"user-agent", b"\xff\xfe\x00 GPTBot\r\nX: y")],
    [(b"user-agent", b"GPTBot"), (b"user-agent", b"Firefox")],
    [(b"user-agent", b"Firefox"), (b"user-agent", b"GPTBot")],
    [(b"user-agent", b"GPTBot"), (b"authorization", b"License " + b"\xff" * 100_000)],
    [(b"user-agent", b"GPTBot"), (b"authorization", b"License"), (b"authorization", b"\x00")],
    [(b"user-agent", b"GPTBot"), (b"signature-agent", b'sig1="https://[::1'), (b"signature-input", b"sig1=((((;;;")],
    [(b"user-agent", b"GPTBot"), (b"signature", b"sig1=:%%%:, sig1=?9"), (b"accept", b"\x80" * 9000)],
    [(b"user-agent", b"GPTBot"), (b"x-forwarded-for", b"999.999, \xff"), (b"host", b"\xff\x00")],
    [(b"user-agent", b"GPTBot")] * 500,
]


@pytest.mark.parametrize("headers", HOSTILE)
def test_hostile_headers_are_refused_and_break_nothing(door: FrontDoor, headers: list[tuple[bytes, bytes]]) -> None:
    reply = once(door, "GET", "/ada-quill", raw=headers)
    assert reply.status in (401, 403)
    assert "\n" not in "".join(reply.headers.values())


@pytest.mark.parametrize("path", ["/a\r\nX-Evil: 1/b", "/\udcff/x", "/" + "a/" * 5000, "/<script>/x", "//", "/%00"])
def test_hostile_addresses_are_refused_and_break_nothing(door: FrontDoor, path: str) -> None:
    reply = once(door, "GET", "/", headers=GPTBOT, path=path, query_string=b"d=" + b"\xff" * 10_000)
    assert reply.status == 403
    assert "Evil" not in "".join(reply.headers.values())


def test_a_form_of_a_refused_agent_is_read_to_its_end(door: FrontDoor) -> None:
    assert once(door, "POST", "/accounts/login", body=b"x" * 100_000, headers=GPTBOT).status == 403


def test_an_operator_may_let_everybody_in(settings: Any, db: None) -> None:
    door = FrontDoor(django)
    door.guarding.strictness = type(door.guarding.strictness)("off")
    assert once(door, "GET", "/about", headers=GPTBOT).status == 200


def test_refusals_are_written_down_by_name_day_and_track(door: FrontDoor, people: People, bring: Receive) -> None:
    song = bring(people.ada)
    for path in ("/ada-quill/slow-harbour", f"/listen/{song.track_id}/stream", f"/media/renditions/{song.pk}/a.mp4",
                 "/ada-quill/nothing-here", "/listen/999999/stream", "/ada-quill"):  # fmt: skip
        once(door, "GET", path, headers=GPTBOT)
    once(door, "GET", "/ada-quill/slow-harbour", headers={"user-agent": "CCBot/2.0"})
    assert guard.flush() == 7
    assert guard.flush() == 0
    assert {one.name: one.number for one in guard.in_all()} == {"GPTBot": 6, "CCBot": 1}
    assert {one.name: one.number for one in guard.from_tracks([song.track_id])} == {"GPTBot": 3, "CCBot": 1}
    assert guard.by_track([song.track_id, 5]) == {song.track_id: 4}
    once(door, "GET", "/ada-quill/slow-harbour", headers=GPTBOT)
    guard.flush()
    assert {one.name: one.number for one in guard.from_tracks([song.track_id])} == {"GPTBot": 4, "CCBot": 1}


def test_what_cannot_be_written_down_is_kept(
    door: FrontDoor, people: People, bring: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    song = bring(people.ada)
    once(door, "GET", "/ada-quill/slow-harbour", headers=GPTBOT)

    def broken(taken: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(counting, "_write", broken)
        with pytest.raises(OSError, match="full"):
            guard.flush()
    assert guard.flush() == 1
    assert guard.by_track([song.track_id]) == {song.track_id: 1}


def test_a_clean_stop_loses_nothing(transactional_db: None) -> None:
    door = FrontDoor(no_pages)

    async def live() -> None:
        said = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

        async def receive() -> Any:
            return said.pop(0)

        async def send(message: Any) -> None:
            pass

        await door({"type": "lifespan"}, receive, send)

    once(door, "GET", "/ada-quill", headers=GPTBOT)
    asyncio.run(live())
    assert counting._tally.take().names == {}
    assert [(one.name, one.number) for one in guard.in_all()] == [("GPTBot", 1)]


def test_a_flood_of_addresses_takes_bounded_memory_and_loses_no_total(door: FrontDoor, db: None) -> None:
    counting._tally.most = 50
    try:
        for number in range(200):
            once(door, "GET", f"/ada-quill/song-{number}", headers=GPTBOT)
        assert len(counting._tally.subjects) == 50
        assert guard.flush() == 200
    finally:
        counting._tally.most = 20_000


def test_the_creator_sees_who_was_turned_away_and_nobody_else(
    door: FrontDoor, ada: Client, people: People, bring: Receive
) -> None:
    bring(people.ada)
    once(door, "GET", "/ada-quill/slow-harbour", headers=GPTBOT)
    guard.flush()
    page = ada.get("/studio/asked?answer=turned-away").content.decode()
    assert "GPTBot" in page
    assert "OpenAI" in page
    assert "Slow Harbour" in page
    assert "Turned away" in ada.get("/studio/asked").content.decode()
    stranger = Client()
    stranger.force_login(people.cleo)
    assert "GPTBot" not in stranger.get("/studio/asked?answer=turned-away").content.decode()
    public = Client().get("/transparency").content.decode()
    assert "GPTBot" in public
    assert "Slow Harbour" not in public


def reply_of(door: FrontDoor, agent: str) -> Reply:
    return once(door, "GET", "/ada-quill", headers={"user-agent": agent})


def test_a_list_that_an_operator_brings_is_in_force_at_once(door: FrontDoor, client: Client, db: None) -> None:
    said = {
        "GPTBot": {"operator": "OpenAI", "function": "Scrapes data to train"},
        "NewBot": {"operator": "New Co", "function": "AI Data for training models"},
        "OtherBot": {"operator": "", "function": "Assistant"},
    }
    assert guard.refresh(json.dumps(said).encode()) == 3
    assert reply_of(door, "NewBot/3").status == 403
    listed._kept = None  # as in a process that starts later
    agent = guard.roll().of(b"NewBot/3")
    assert agent is not None
    assert agent.operator == "New Co"
    assert "User-agent: NewBot" in client.get("/robots.txt").content.decode()
    assert guard.refresh(b"# mine\nAnotherBot\nGPTBot\n") == 2
    assert guard.refresh(b"User-agent: A1Bot\nUser-agent: B1Bot\nDisallow: /\n\nUser-agent: *\nAllow: /\n") == 2


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[1, 2]", b'{"GPTBot": 1}', b"\xff\xfe", b"Mozilla", b"GPTBot\nSafari\n", b"{}", b"x" * 3_000_000,
     b'["' + b"a" * 90 + b'"]', b"[" * 100_000, b'"GPTBot"', "ЖБот".encode()],
)  # fmt: skip
def test_a_list_that_is_wrong_anywhere_changes_nothing(raw: bytes, db: None) -> None:
    guard.refresh(b"OneBot\n")
    before = listed.path().read_bytes()
    with pytest.raises(BadInput):
        guard.refresh(raw)
    assert listed.path().read_bytes() == before
    assert guard.roll().of(b"OneBot") is not None
    assert list(Path(listed.path().parent).glob("agents.json.*")) == []


def test_a_list_that_was_damaged_on_disk_leaves_the_roll_as_it_was(db: None) -> None:
    guard.refresh(b"OneBot\n")
    listed.path().write_bytes(b"{broken")
    guard.look_again()
    assert guard.roll().of(b"OneBot") is not None
    listed._kept = None
    assert guard.roll().of(b"GPTBot") is not None


def test_the_command_line_brings_lists_and_shows_who_was_turned_away(
    door: FrontDoor, db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    brought = tmp_path / "robots.json"
    brought.write_text('{"GPTBot": {"operator": "OpenAI"}, "OneBot": {}}', encoding="utf-8")
    assert cli.main(["guard", "refresh", "--file", str(brought), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"agents": 2}
    assert cli.main(["guard", "refresh", "--file", str(tmp_path / "nothing")]) == 1
    networks = tmp_path / "ranges.txt"
    networks.write_text("192.0.2.0/24\n", encoding="utf-8")
    try:
        assert cli.main(["guard", "ranges", "--operator", "Google", "--file", str(networks), "--json"]) == 0
    finally:
        shutil.rmtree(identities.folder())
    capsys.readouterr()
    reply_of(door, "GPTBot")
    guard.flush()
    assert cli.main(["guard", "turned-away", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["name"] == "GPTBot"
    assert cli.main(["guard", "turned-away"]) == 0
    assert "GPTBot" in capsys.readouterr().out
