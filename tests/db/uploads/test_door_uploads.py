"""tus uploads through the front door, down to the recording that stands for them."""

import asyncio
import errno
import fcntl
import os

import pytest
from django.conf import settings
from django.test import Client

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.site.door import arrivals
from antiphon.site.door.front import FrontDoor
from antiphon.site.door.tus_core import BODY_TYPE
from antiphon.storage.local import LocalFiles
from tests.db.conftest import HeardIngest
from tests.db.door import Hang, Leave, Reply, ask, once
from tests.db.uploads.sender import SONG, Sender, described, id_of, partials, patch_at
from tests.people import People

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_song_arrives_in_pieces(
    ada: Sender, people: People, file_store: LocalFiles, heard_ingest: HeardIngest
) -> None:
    at = ada.begin()
    assert ada.offset(at) == 0
    half = len(SONG) // 2
    reply = ada.send(at, 0, SONG[:half])
    assert (reply.status, reply["upload-offset"]) == (204, str(half))
    assert "upload-expires" in reply.headers
    assert ada.offset(at) == half
    reply = ada.send(at, half, [SONG[half : half + 10], SONG[half + 10 :]])
    assert (reply.status, reply["upload-offset"]) == (204, str(len(SONG)))
    recording = catalogue.recording_by_id(int(reply["antiphon-recording"]))
    assert str(recording.track_id) == reply["antiphon-track"]
    assert file_store.path(recording.original_key).read_bytes() == SONG
    assert heard_ingest.received == [recording.pk]
    assert partials() == []
    assert ada.offset(at) == len(SONG)


def test_a_short_song_comes_with_its_announcement(ada: Sender) -> None:
    headers = {"upload_length": 5, "upload_metadata": described(), "content_type": BODY_TYPE}
    reply = ada.ask("POST", body=b"sound", **headers)
    assert (reply.status, reply["upload-offset"]) == (201, "5")
    assert "antiphon-track" in reply.headers


def test_what_the_server_can_do(door: FrontDoor) -> None:
    reply = once(door, "OPTIONS", "/uploads/")
    assert (reply.status, reply["tus-version"], reply["tus-max-size"]) == (204, "1.0.0", "2147483648")
    assert set(reply["tus-extension"].split(",")) == {"creation", "creation-with-upload", "expiration", "termination"}


def test_a_broken_line_keeps_what_came(ada: Sender) -> None:
    at = ada.begin()
    assert ada.send(at, 0, [SONG[:1_500_000], SONG[1_500_000:1_700_000], Leave]).status == 0
    assert ada.offset(at) == 1_700_000
    assert ada.send(at, 1_700_000, SONG[1_700_000:]).status == 204


def test_a_wrong_offset_is_told_the_right_one(ada: Sender) -> None:
    at = ada.begin()
    ada.send(at, 0, SONG[:100])
    reply = ada.send(at, 50, SONG[50:])
    assert (reply.status, reply["upload-offset"]) == (409, "100")
    assert "goes on at 100" in reply.problem["detail"]
    assert ada.offset(at) == 100


def test_more_bytes_than_announced_are_refused_and_not_kept(ada: Sender) -> None:
    at = ada.begin(length=1_500_000)
    assert ada.send(at, 0, SONG).status == 413
    assert ada.send(at, 0, [SONG[:1_200_000], SONG[1_200_000:]]).status == 413
    assert ada.offset(at) == 0
    assert ada.send(at, 0, SONG[:1_500_000]).status == 204


def test_refusals_come_in_words(ada: Sender) -> None:
    for length, said, status, words in (
        (3 * 1024**3, {}, 413, "2 GB at most"),
        (0, {}, 422, "empty"),
        (9, {"filename": "song.exe"}, 422, "not a kind of file"),
        (9, {"attested": "no"}, 422, "may publish"),
        (9, {"profile": "987654"}, 404, "profiles"),
        (9, {"profile": "mine"}, 400, "number"),
    ):
        reply = ada.ask("POST", upload_length=length, upload_metadata=described(**said))  # type: ignore[arg-type]
        assert reply.status == status
        assert words in reply.problem["detail"]
        assert reply["content-type"] == "application/problem+json"
    assert partials() == []


def test_a_full_quota_is_refused(ada: Sender, people: People) -> None:
    people.ada.quota_bytes = 100
    people.ada.save()
    reply = ada.ask("POST", upload_length=200, upload_metadata=described())
    assert (reply.status, reply.problem["code"]) == (413, "over-quota")


def test_another_version_is_told_ours(ada: Sender) -> None:
    ada.headers["tus-resumable"] = "0.2.2"
    reply = ada.ask("POST", upload_length=200)
    assert (reply.status, reply["tus-version"]) == (412, "1.0.0")


def test_uploads_are_for_their_owner_alone(ada: Sender, people: People) -> None:
    at = ada.begin()
    key = accounts.make_api_key(people.cleo, "tus", ["upload"])[1]
    cleo = Sender(ada.door, {"authorization": f"Bearer {key}"})
    assert cleo.ask("HEAD", at).status == 404
    assert cleo.send(at, 0, SONG).status == 404
    assert cleo.ask("DELETE", at).status == 404
    assert ada.offset(at) == 0


def test_a_stranger_or_a_key_without_scope_may_not_upload(ada: Sender, people: People) -> None:
    reader = accounts.make_api_key(people.ada, "reader", ["read"])[1]
    for headers, status in (
        ({}, 401),
        ({"authorization": "Bearer antiphon_x_y"}, 401),
        ({"authorization": f"Bearer {reader}"}, 403),
        ({"cookie": f"{settings.SESSION_COOKIE_NAME}=nonsense", "origin": settings.SITE_URL}, 401),
    ):
        reply = Sender(ada.door, headers).ask("POST", upload_length=9, upload_metadata=described())
        assert (reply.status, reply["tus-resumable"]) == (status, "1.0.0")


def test_a_session_uploads_from_the_sites_own_pages_only(ada: Sender, people: People, client: Client) -> None:
    client.force_login(people.ada)
    cookie = f"a=b; {settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    announced = {"upload_length": 9, "upload_metadata": described()}
    for origin, status in (
        ({"origin": settings.SITE_URL}, 201),
        ({"origin": "http://localhost:8000", "host": "localhost:8000"}, 201),
        ({"sec-fetch-site": "same-origin"}, 201),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "https://evil.example", "host": "evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({}, 403),
    ):
        reply = Sender(ada.door, {"cookie": cookie} | origin).ask("POST", **announced)  # type: ignore[arg-type]
        assert reply.status == status, origin


def test_an_upload_can_be_cancelled(ada: Sender, people: People) -> None:
    at = ada.begin()
    ada.send(at, 0, SONG[:1000])
    assert ada.ask("DELETE", at).status == 204
    assert partials() == []
    assert catalogue.used_bytes(people.ada) == 0
    for method in ("HEAD", "PATCH", "DELETE"):
        reply = ada.ask(method, at, upload_offset=1000, content_type=BODY_TYPE)
        assert reply.status == 410


def test_what_was_received_is_not_cancelled(ada: Sender) -> None:
    at = ada.begin(length=5)
    ada.send(at, 0, b"sound")
    assert ada.ask("DELETE", at).status == 410
    assert ada.offset(at) == 5


def test_a_piece_of_a_file_costs_one_query_at_most(
    ada: Sender, django_assert_max_num_queries: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    real = ada.door.uploads.rooms.__class__.__call__

    async def counted(self: object, verb: object, *args: object, **more: object) -> object:
        asked.append(verb)
        return await real(self, verb, *args, **more)  # type: ignore[arg-type]

    at = ada.begin()
    monkeypatch.setattr(ada.door.uploads.rooms.__class__, "__call__", counted)
    for piece in range(5):
        ada.send(at, piece * 1000, SONG[piece * 1000 : piece * 1000 + 1000])
    assert len(asked) <= 1


def test_a_second_writer_is_told_to_wait(ada: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "WAIT_S", 0.05)
    at = ada.begin()

    async def both() -> tuple[Reply, Reply]:
        silent = asyncio.Event()
        first = asyncio.ensure_future(
            ask(ada.door, "PATCH", at, body=[SONG[:10], silent], headers=ada.headers | patch_at(0))
        )
        await silent.wait()
        writer = ada.door.uploads.arrivals.now[id_of(at)]
        writer.last_at += 3600  # as if it went on sending
        second = await ask(ada.door, "PATCH", at, body=SONG, headers=ada.headers | patch_at(0))
        writer.stop()
        return await first, second

    first, second = asyncio.run(both())
    assert (second.status, second.problem["code"]) == (423, "locked")
    assert first.status == 423
    assert ada.offset(at) == 10


def test_a_quiet_writer_gives_way(ada: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "GIVE_WAY_S", 0.05)
    at = ada.begin()

    async def both() -> Reply:
        silent = asyncio.Event()
        first = asyncio.ensure_future(
            ask(ada.door, "PATCH", at, body=[SONG[:10], silent], headers=ada.headers | patch_at(0))
        )
        await silent.wait()
        looked = await ask(ada.door, "HEAD", at, headers=ada.headers)
        assert looked["upload-offset"] == "10"
        second = await ask(ada.door, "PATCH", at, body=SONG[10:], headers=ada.headers | patch_at(10))
        await first
        return second

    assert asyncio.run(both()).status == 204


def test_a_line_that_goes_quiet_keeps_what_came(ada: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "QUIET_S", 0.05)
    at = ada.begin()
    reply = ada.send(at, 0, [SONG[:2_000_000], Hang])
    assert (reply.status, reply["upload-offset"]) == (408, "2000000")
    assert ada.offset(at) == 2_000_000


def test_memory_is_shared_among_many_writers(ada: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    writers = ada.door.uploads.arrivals
    assert writers.piece_bytes() == 1024 * 1024
    monkeypatch.setattr(writers, "now", dict.fromkeys(range(500)))
    assert 2 * 500 * writers.piece_bytes() <= 128 * 1024 * 1024
    monkeypatch.setattr(arrivals, "MOST_WRITERS", 500)
    at = ada.begin()
    assert ada.send(at, 0, SONG).status == 503


def test_another_process_holds_the_file(ada: Sender) -> None:
    at = ada.begin()
    with (settings.DATA / "incoming" / id_of(at).hex).open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert ada.send(at, 0, SONG).status == 423
    assert ada.send(at, 0, SONG).status == 204


def test_a_full_disk_keeps_what_came(ada: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    at = ada.begin()
    room = [1_500_000]

    def pwritev(fd: int, pieces: list[memoryview], where: int) -> int:
        if not room[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = os.pwrite(fd, b"".join(pieces)[: room[0]], where)
        room[0] -= written
        return written

    monkeypatch.setattr(os, "pwritev", pwritev)
    reply = ada.send(at, 0, SONG)
    assert (reply.status, reply.problem["code"]) == (507, "disk-full")
    assert ada.offset(at) == 1_500_000
    room[0] = 10**9
    assert ada.send(at, 1_500_000, SONG[1_500_000:]).status == 204


def test_a_file_that_cannot_fit_is_not_begun(ada: Sender, people: People) -> None:
    ada.door.uploads.incoming.reserve_bytes = 2**60
    reply = ada.ask("POST", upload_length=9, upload_metadata=described())
    assert reply.status == 507
    assert catalogue.open_uploads(people.ada) == []


def test_a_failure_after_the_last_byte_says_that_the_bytes_are_safe(
    ada: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = ada.begin()

    def broken(*_: object) -> None:
        raise RuntimeError("the database fell over")

    with monkeypatch.context() as patch:
        patch.setattr(catalogue, "receive", broken)
        reply = ada.send(at, 0, SONG)
        assert reply.status == 503
        assert "Every byte is here" in reply.problem["detail"]
    assert ada.offset(at) == len(SONG)
    assert partials() == []


def test_a_stop_keeps_what_came(ada: Sender) -> None:
    at = ada.begin()

    async def stopped() -> Reply:
        silent = asyncio.Event()
        sending = asyncio.ensure_future(
            ask(ada.door, "PATCH", at, body=[SONG[:10], silent], headers=ada.headers | patch_at(0))
        )
        await silent.wait()
        await ada.door.uploads.arrivals.close()
        return await sending

    assert asyncio.run(stopped()).status == 423
    assert (settings.DATA / "incoming" / id_of(at).hex).read_bytes() == SONG[:10]
