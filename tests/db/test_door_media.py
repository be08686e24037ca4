"""Media through the front door: who may fetch, which bytes, under which headers."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from antiphon.site.door.asgi import Ask
from antiphon.site.door.front import FrontDoor
from antiphon.site.door.media import Media, media_type
from antiphon.storage import service as storage
from antiphon.storage.local import LocalFiles
from tests.db.door import Reply, once, scope_of

KEY = "renditions/12/aac160.mp4"
SOUND = bytes(range(256)) * 1200  # 300 KiB
COOKIE = {"cookie": "theme=dark; antiphon_listener=ada-listens; x=y"}
ADA = storage.binding_of("ada-listens")


@pytest.fixture
def door(file_store: LocalFiles) -> Iterator[FrontDoor]:
    def no_pages(environ: object, start: object) -> list[bytes]:
        raise AssertionError("media must not reach Django")

    door = FrontDoor(no_pages)
    yield door
    door.pages.close()
    door.rooms.close()


@pytest.fixture
def stored(file_store: LocalFiles, tmp_path: Path) -> LocalFiles:
    for key in (KEY, "pictures/0f3c-1a/500.webp", "originals/1a2b"):
        source = tmp_path / "made"
        source.write_bytes(SOUND)
        file_store.put(key, source)
    return file_store


def url(key: str = KEY, binding: str = ADA, seconds: float = 60, file_name: str = "") -> str:
    return storage.media_url(key, binding=binding, seconds=seconds, file_name=file_name)


def fetch(door: FrontDoor, address: str, method: str = "GET", **headers: str) -> Reply:
    return once(
        door, method, address, headers=COOKIE | {name.replace("_", "-"): said for name, said in headers.items()}
    )


def test_a_range_is_sent_to_whom_the_address_was_made_for(door: FrontDoor, stored: LocalFiles) -> None:
    reply = fetch(door, url(), range="bytes=1000-1999")
    assert (reply.status, reply.body) == (206, SOUND[1000:2000])
    assert reply["content-range"] == f"bytes 1000-1999/{len(SOUND)}"
    assert reply["content-length"] == "1000"
    assert reply["content-type"] == "audio/mp4"
    assert reply["accept-ranges"] == "bytes"
    assert reply["x-content-type-options"] == "nosniff"
    assert reply["content-security-policy"] == "default-src 'none'; sandbox"
    assert reply["x-robots-tag"] == "noai, noimageai, noindex"
    assert reply["cache-control"].startswith("private, max-age=")
    assert "content-disposition" not in reply.headers


def test_a_long_range_comes_in_pieces_and_a_whole_file_by_its_path(door: FrontDoor, stored: LocalFiles) -> None:
    long = fetch(door, url(), range="bytes=5-")
    assert (long.status, long.body) == (206, SOUND[5:])
    assert fetch(door, url(), range="bytes=0-").body == SOUND  # at the pace of whoever listens
    own = {"headers": COOKIE | {"range": "bytes=0-"}, "client": ("127.0.0.1", "1")}
    whole = once(door, "GET", url(), **own)
    assert (whole.status, whole.path) == (206, str(stored.path(KEY)))
    assert whole["content-length"] == str(len(SOUND))


def test_head_says_the_same_without_the_bytes(door: FrontDoor, stored: LocalFiles) -> None:
    for range_ in ("bytes=0-99", ""):
        got, looked = fetch(door, url(), range=range_), fetch(door, url(), "HEAD", range=range_)
        assert looked.headers == got.headers
        assert (looked.body, looked.path) == (b"", "")


def test_a_known_file_is_not_sent_again(door: FrontDoor, stored: LocalFiles) -> None:
    etag = fetch(door, url(), range="bytes=0-0")["etag"]
    assert fetch(door, url(), if_none_match=etag).status == 304
    assert fetch(door, url(), range="bytes=0-0", if_range=etag).status == 206
    assert fetch(door, url(), range="bytes=0-0", if_range='"other"').status == 200


def test_a_range_behind_the_end_is_refused(door: FrontDoor, stored: LocalFiles) -> None:
    reply = fetch(door, url(), range="bytes=9999999-")
    assert (reply.status, reply["content-range"]) == (416, f"bytes */{len(SOUND)}")
    looked = fetch(door, url(), "HEAD", range="bytes=9999999-")
    assert (looked.headers, looked.body) == (reply.headers, b"")


def test_nobody_else_gets_anything(door: FrontDoor, stored: LocalFiles) -> None:
    good = url()
    for address, cookie in (
        (good, ""),
        (good, "antiphon_listener=ben-listens"),
        (good, "not_antiphon_listener=ada-listens"),
        (good.partition("?")[0], COOKIE["cookie"]),
        (good.replace("aac160", "opus96"), COOKIE["cookie"]),
        (url(seconds=-700), COOKIE["cookie"]),
    ):
        reply = once(door, "GET", address, headers={"cookie": cookie})
        assert (reply.status, reply.problem["code"]) == (403, "address-expired")
        assert SOUND[:64] not in reply.body


def test_what_is_sent_with_a_good_address_does_not_fill_the_memory(door: FrontDoor, stored: LocalFiles) -> None:
    for number in range(20):
        more = {"cookie": f"{COOKIE['cookie']}; junk={number}{'x' * 100_000}"}
        assert once(door, "HEAD", url(), headers=more).status == 200
    assert fetch(door, url(), "HEAD").status == 200
    assert len(door.media._proved) == 1


def test_a_program_fetches_with_the_key_it_asked_with(door: FrontDoor, stored: LocalFiles) -> None:
    address = url(binding=storage.binding_of("antiphon_abc_def"))
    assert once(door, "GET", address, headers={"authorization": "Bearer antiphon_abc_def"}).status == 200
    assert once(door, "GET", address, headers={"authorization": "Bearer antiphon_abc_other"}).status == 403
    assert fetch(door, url(), authorization="Bearer something").status == 200


def test_a_download_is_saved_under_its_signed_name(door: FrontDoor, stored: LocalFiles) -> None:
    reply = fetch(door, url("originals/1a2b", file_name="Größe.flac"))
    assert reply["content-type"] == "audio/flac"
    assert reply["content-disposition"].endswith("filename*=UTF-8''Gr%C3%B6%C3%9Fe.flac")
    assert fetch(door, url("originals/1a2b"))["content-type"] == "application/octet-stream"


def test_pictures_need_no_signature_and_are_kept_long(door: FrontDoor, stored: LocalFiles) -> None:
    reply = once(door, "GET", "/media/pictures/0f3c-1a/500.webp")
    assert (reply.status, reply["content-type"]) == (200, "image/webp")
    assert "immutable" in reply["cache-control"]
    assert once(door, "GET", "/media/pictures/0f3c-1a/../../originals/1a2b").status == 404
    assert once(door, "GET", "/media/pictures/0f3c-1a/500.mp4").status == 403


@pytest.mark.parametrize("path", ["", "x", "/", "../keys/media_keys.json", "a/../b", "a//b", "A/B", "a/b\x00"])
def test_other_addresses_are_not_found(door: FrontDoor, stored: LocalFiles, path: str) -> None:
    assert fetch(door, "/media/" + path).status == 404


def test_a_file_that_is_gone_is_not_found(door: FrontDoor, stored: LocalFiles) -> None:
    stored.delete(KEY)
    assert fetch(door, url()).status == 404
    assert fetch(door, url("renditions/12")).status == 404


def test_nothing_can_be_written(door: FrontDoor, stored: LocalFiles) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        reply = fetch(door, url(), method)
        assert (reply.status, reply["allow"]) == (405, "GET, HEAD")


def test_a_front_server_may_send_the_bytes(file_store: LocalFiles) -> None:
    sent: list[dict[str, object]] = []

    async def send(message: object) -> None:
        sent.append(message)  # type: ignore[arg-type]

    asyncio.run(Media(accel=True)(Ask(scope_of("GET", url(), COOKIE)), send))
    headers = dict(sent[0]["headers"])  # type: ignore[call-overload]
    assert headers[b"x-accel-redirect"] == b"/_files/" + KEY.encode()
    assert headers[b"content-type"] == b"audio/mp4"


def test_every_kind_of_upload_has_a_type() -> None:
    for ending in ("wav", "aiff", "flac", "mp3", "aac", "m4a", "ogg", "opus"):
        assert media_type("originals/1", f"Song.{ending.upper()}").startswith(b"audio/")
    assert media_type("originals/1", "song.html") == b"application/octet-stream"
    assert media_type("originals/1", ".wav") == b"application/octet-stream"


def test_no_descriptor_is_left_open(door: FrontDoor, stored: LocalFiles) -> None:
    fetch(door, url(), range="bytes=0-9")
    before = len(list(Path("/dev/fd").iterdir()))
    for range_ in ("bytes=0-9", "bytes=1-", "bytes=0-", "bytes=99999999-"):
        fetch(door, url(), range=range_)
    assert len(list(Path("/dev/fd").iterdir())) == before
