"""The log through the front door: each file under its one address, for anybody, without entering Django."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from antiphon.ledger import service as ledger
from antiphon.ledger.core import checkpoints, notes
from antiphon.site.door.front import FrontDoor
from antiphon.storage import service as storage
from tests.db.door import Reply, once
from tests.db.ledgers import Home

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home(tmp_path / "a").open() as home:
        ledger.append_many([ledger.Append("answer", {"n": n}) for n in range(300)])
        ledger.publish()
        (home.data / "files" / "originals").mkdir()
        (home.data / "files" / "originals" / "1a").write_bytes(b"secret music")
        yield home


@pytest.fixture
def door(home: Home) -> Iterator[FrontDoor]:
    def no_pages(environ: object, start: object) -> list[bytes]:
        raise AssertionError("the log must not reach Django")

    door = FrontDoor(no_pages)
    yield door
    door.pages.close()
    door.rooms.close()


def content_of(reply: Reply) -> bytes:
    return Path(reply.path).read_bytes() if reply.path else reply.body


def test_the_checkpoint_is_text_and_kept_for_seconds(door: FrontDoor, home: Home) -> None:
    reply = once(door, "GET", "/log/checkpoint")
    assert (reply.status, reply["content-type"]) == (200, "text/plain; charset=utf-8")
    assert reply["cache-control"] == "public, max-age=5"
    assert reply["access-control-allow-origin"] == "*"
    opened = checkpoints.open_checkpoint(content_of(reply).decode(), [notes.verifier_key(ledger.verifier_key())])
    assert opened.checkpoint.size == 300


def test_a_new_checkpoint_is_seen_at_once(door: FrontDoor) -> None:
    first = once(door, "GET", "/log/checkpoint")
    ledger.append("answer", {"n": 1})
    ledger.publish()
    assert once(door, "GET", "/log/checkpoint", headers={"if-none-match": first["etag"]}).status == 200
    assert content_of(once(door, "GET", "/log/checkpoint")).decode() == ledger.checkpoint()


@pytest.mark.parametrize(
    "name",
    ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/44"],
)
def test_tiles_are_bytes_and_kept_for_ever(door: FrontDoor, home: Home, name: str) -> None:
    reply = once(door, "GET", f"/log/{name}")
    assert (reply.status, reply["content-type"]) == (200, "application/octet-stream")
    assert "immutable" in reply["cache-control"]
    assert content_of(reply) == (home.served / name).read_bytes()
    assert once(door, "HEAD", f"/log/{name}").headers == reply.headers


def test_the_keys_are_named(door: FrontDoor) -> None:
    reply = once(door, "GET", "/log/keys.json")
    assert reply["content-type"] == "application/json"
    assert json.loads(content_of(reply))["keys"][0]["vkey"] == ledger.verifier_key()


@pytest.mark.parametrize(
    "path",
    [
        "/log/",
        "/log/tile",
        "/log/witnessed",
        "/log/tile/0/002",
        "/log/tile/0/000.p/300",
        "/log/tile/0/001.p/43",
        "/log/tile/0/../../checkpoint",
        "/log/../originals/1a",
        "/log/tile/0/../../../originals/1a",
        "/log/tile/0/x001/../000",
        "/log//checkpoint",
        "/log/checkpoint/",
        "/log/checkpoint\x00",
        "/log/tile/0/000\n",
        "/log/TILE/0/000",
        "/log/tile/0/" + "x001/" * 60 + "000",
    ],
)
def test_nothing_else_is_there(door: FrontDoor, path: str) -> None:
    reply = once(door, "GET", path)
    assert (reply.status, reply.problem["code"]) == (404, "not-found")
    assert b"secret" not in content_of(reply)


def test_nothing_can_be_written(door: FrontDoor) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        reply = once(door, method, "/log/checkpoint")
        assert (reply.status, reply["allow"]) == (405, "GET, HEAD")


def test_a_store_elsewhere_is_read_through(door: FrontDoor, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage.files(), "local_path", lambda key: None)
    reply = once(door, "GET", "/log/checkpoint")
    assert (reply.status, reply.body.decode()) == (200, ledger.checkpoint())
    assert once(door, "GET", "/log/tile/0/002").status == 404
