"""Sound at the pace of listening, at the front door: who waits, whom a report frees, and who leaves."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from antiphon.audio.models import Rendition
from antiphon.guard import service as guard
from antiphon.guard.core.ahead import LEAST_LEAD_KB, LEAST_POOL_KB, Ahead, Lead
from antiphon.guard.core.pace import Limits, Pace
from antiphon.guard.core.visitors import Shown
from antiphon.guard.service import counting, taking
from antiphon.kernel import clock
from antiphon.site.door import flow
from antiphon.site.door.delivery import PIECE_BYTES
from antiphon.site.door.front import FrontDoor
from antiphon.storage import service as storage
from antiphon.storage.local import LocalFiles
from tests.db.conftest import Receive
from tests.db.door import Leave, Reply, ask, once
from tests.people import People

FAR = "203.0.113.9"
TRACK_BYTES = 4_800_000
KEY, MIX = "renditions/7/aac160.mp4", "renditions/9/aac160.mp4"
Later = Callable[[timedelta], object]


@pytest.fixture(autouse=True)
def budgets(monkeypatch: pytest.MonkeyPatch) -> Iterator[taking.Budgets]:
    counting._tally.take()
    made = taking.Budgets(Pace(Limits(), visitors=1024, networks=256), Ahead(Lead(), visitors=1024, networks=256))
    monkeypatch.setattr(taking, "_budgets", made)
    yield made
    counting._tally.take()


@pytest.fixture
def door(file_store: LocalFiles, tmp_path: Any) -> Iterator[FrontDoor]:
    source = tmp_path / "made"
    sizes = {
        KEY: TRACK_BYTES,
        "renditions/8/aac160.mp4": 30 * 2**20,
        MIX: 144 * 10**6,
        "downloads/7/a.flac": TRACK_BYTES,
    }
    for key, size in sizes.items():
        with source.open("wb") as file:
            file.truncate(size)
        file_store.put(key, source)

    def page(environ: object, start: Any) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]

    door = FrontDoor(page)
    yield door
    door.pages.close()
    door.rooms.close()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch, later: Later) -> list[float]:
    """How long replies waited; the clock goes on by it, and nobody sleeps."""
    told: list[float] = []

    async def pause(leaving: "asyncio.Task[None]", seconds: float) -> bool:
        told.append(seconds)
        later(timedelta(seconds=seconds))
        await asyncio.sleep(0)
        return leaving.done()

    monkeypatch.setattr(flow, "pause", pause)
    return told


def press(budgets: taking.Budgets) -> None:
    budgets.ahead.site_kb = budgets.ahead.room_kb * 1.5
    budgets.ahead.site_at = clock.now().timestamp()


def asked(key: str = KEY, *, listener: str = "x", address: str = FAR, cookie: str = "", **headers: str) -> Any:
    url = storage.media_url(key, binding=storage.binding_of(listener), seconds=90_000)
    shown = {"cookie": f"antiphon_listener={listener}; {cookie}"} | headers
    return url, {"headers": shown, "client": (address, "1")}


def get(door: FrontDoor, key: str = KEY, method: str = "GET", **who: str) -> Reply:
    url, words = asked(key, **who)
    return asyncio.run(ask(door, method, url, body=[asyncio.Event()], **words))


def test_who_takes_a_track_gets_it_at_once(door: FrontDoor, waits: list[float]) -> None:
    assert len(get(door).body) == TRACK_BYTES
    assert not waits


def test_past_the_lead_sound_goes_out_three_times_as_fast_as_it_is_played(door: FrontDoor, waits: list[float]) -> None:
    reply = get(door, "renditions/8/aac160.mp4")
    assert (reply.status, len(reply.body)) == (200, 30 * 2**20)
    assert sum(waits) == pytest.approx(14 * 1024 / 64, rel=0.1)


def test_under_pressure_a_start_goes_out_and_the_rest_as_fast_as_it_is_played(
    door: FrontDoor, budgets: taking.Budgets, waits: list[float]
) -> None:
    press(budgets)
    url, words = asked(range=f"bytes=0-{2**20 - 1}")
    reply = asyncio.run(ask(door, "GET", url, body=[asyncio.Event()], **words))
    assert (reply.status, len(reply.body)) == (206, 2**20)
    assert (1024 - LEAST_LEAD_KB) / 24 <= sum(waits) <= (1024 - LEAST_LEAD_KB / 2) / 24


def test_a_network_that_hears_nothing_gets_its_pool_and_is_told_to_wait(
    door: FrontDoor, budgets: taking.Budgets, waits: list[float]
) -> None:
    press(budgets)
    met = [get(door, listener=f"harvest-{n}") for n in range(30)]
    got = sum(len(one.body) for one in met if one.status == 200)
    assert got <= LEAST_POOL_KB * 1024
    assert met[-1].status == 429
    assert int(met[-1]["retry-after"]) >= 1
    assert b"/guard/button" in met[-1].body
    assert {name for _day, name in counting._tally.names} == {"too-fast"}
    assert get(door, listener="a neighbour", address="198.51.100.7", range="bytes=0-99999").status == 206


def test_a_page_tells_who_waited_in_vain_and_nobody_else(
    door: FrontDoor, budgets: taking.Budgets, waits: list[float]
) -> None:
    press(budgets)
    for n in range(30):
        get(door, listener=f"harvest-{n}")
    told = [
        once(door, "GET", "/ada-quill/song", headers={"cookie": f"antiphon_listener={who}"}, client=(FAR, "1")).status
        for who in ("harvest-29", "somebody new")
    ]
    assert told == [429, 200]


def test_a_report_of_what_was_heard_lets_a_waiting_stream_go_on(
    door: FrontDoor, budgets: taking.Budgets, monkeypatch: pytest.MonkeyPatch, later: Later
) -> None:
    press(budgets)
    for n in range(30):
        budgets.wait_s(budgets.taker(Shown(FAR, f"a neighbour {n}")), PIECE_BYTES)
    heard = iter(range(1, 1000))

    async def pause(leaving: "asyncio.Task[None]", seconds: float) -> bool:
        later(timedelta(seconds=seconds))
        budgets.heard(Shown(FAR, "x"), "a play", int(1000 * next(heard)))
        await asyncio.sleep(0)
        return leaving.done()

    monkeypatch.setattr(flow, "pause", pause)
    reply = get(door)
    assert (reply.status, len(reply.body)) == (200, TRACK_BYTES)


def test_a_client_that_leaves_while_it_waits_ends_the_stream(door: FrontDoor, budgets: taking.Budgets) -> None:
    press(budgets)

    async def leave() -> Reply:
        url, words = asked()
        return await asyncio.wait_for(ask(door, "GET", url, body=[b"", Leave], **words), 5)

    reply = asyncio.run(leave())
    assert reply.status == 200
    assert len(reply.body) <= LEAST_LEAD_KB * 1024
    assert door.pacing.flow.waiting == 0


def test_a_stream_that_waits_too_long_is_cut_off(door: FrontDoor, budgets: taking.Budgets, waits: list[float]) -> None:
    press(budgets)
    budgets.ahead.limits = Lead(share=0.003)
    reply = get(door)
    assert reply.status == 200
    assert len(reply.body) <= LEAST_POOL_KB * 1024
    assert sum(waits) < LEAST_POOL_KB / 24 + flow.GO_ON_WITHIN_S + 5
    assert door.pacing.flow.waiting == 0


def test_head_is_free_and_so_is_what_is_there_already(door: FrontDoor, budgets: taking.Budgets) -> None:
    press(budgets)
    before = budgets.ahead.site_kb
    head = get(door, method="HEAD")
    assert (head.status, head["content-length"], head.body) == (200, str(TRACK_BYTES), b"")
    assert get(door, **{"if-none-match": head["etag"]}).status == 304
    assert get(door, range="bytes=9000000-").status == 416
    assert budgets.ahead.site_kb == pytest.approx(before, rel=1e-3)


def test_a_listener_with_a_phone_hears_a_track_through_three_networks_under_pressure(
    door: FrontDoor, budgets: taking.Budgets, later: Later, waits: list[float]
) -> None:
    press(budgets)
    for piece in range(0, TRACK_BYTES, 300_000):
        address = f"203.0.{piece // 1_600_000}.9"
        reply = get(door, address=address, range=f"bytes={piece}-{piece + 299_999}")
        assert reply.status == 206
        later(timedelta(seconds=15))
        budgets.heard(Shown(address, "x"), "a play", 15_000 * (piece // 300_000 + 1))
        press(budgets)
    assert sum(waits) <= 1  # the first start


def test_of_a_mix_of_two_hours_each_minute_is_there_before_the_one_before_has_ended(
    door: FrontDoor, budgets: taking.Budgets, later: Later, waits: list[float]
) -> None:
    for minute in range(120):
        press(budgets)
        reply = get(door, MIX, range=f"bytes={minute * 1_200_000}-{(minute + 1) * 1_200_000 - 1}")
        assert (reply.status, len(reply.body)) == (206, 1_200_000)
        waited_s = sum(waits)
        waits.clear()
        assert waited_s < 60
        later(timedelta(seconds=60 - waited_s))
        budgets.heard(Shown(FAR, "x"), "a mix", 60_000 * (minute + 1))


def test_a_member_and_a_key_feel_no_pressure(door: FrontDoor, budgets: taking.Budgets, waits: list[float]) -> None:
    press(budgets)
    budgets.know("s1", 5)
    budgets.know_key("antiphon_a_b", 6)
    assert len(get(door, cookie=f"{settings.SESSION_COOKIE_NAME}=s1").body) == TRACK_BYTES
    url = storage.media_url(KEY, binding=storage.binding_of("antiphon_a_b"), seconds=90_000)
    bearer = {"authorization": "Bearer antiphon_a_b"}
    reply = asyncio.run(ask(door, "GET", url, body=[asyncio.Event()], headers=bearer, client=(FAR, "1")))
    assert len(reply.body) == TRACK_BYTES
    assert not waits


def test_players_on_other_sites_behind_one_address_are_each_their_own(
    door: FrontDoor, budgets: taking.Budgets, waits: list[float]
) -> None:
    for n in range(6):
        audience = f"embed-{n:032x}"
        url = storage.media_url(KEY, audience=audience, seconds=90_000)
        reply = asyncio.run(ask(door, "GET", url, body=[asyncio.Event()], client=(FAR, "1")))
        assert len(reply.body) == TRACK_BYTES
        budgets.heard(Shown(FAR, audience=audience), f"play {n}", 60_000)
    assert not waits
    assert budgets.ahead.site_kb == 0


def test_files_to_keep_press_on_nobody_and_are_bounded_for_a_network(
    door: FrontDoor, budgets: taking.Budgets, waits: list[float]
) -> None:
    for n in range(12):
        assert len(get(door, "downloads/7/a.flac", listener=f"one-{n}").body) == TRACK_BYTES
    assert budgets.ahead.site_kb == 0
    assert not waits
    budgets.ahead.limits = Lead(pool_kb=1024)
    budgets.ahead.networks.given[budgets.ahead.networks.place_of(budgets.taker(Shown(FAR)).network, 0)] = 1.0
    get(door, "downloads/7/a.flac")
    assert waits


def test_a_front_server_is_told_how_fast_it_may_send(door: FrontDoor, budgets: taking.Budgets) -> None:
    door.media.accel = True
    assert get(door)["x-accel-limit-rate"] == str(64 * 1024)
    press(budgets)
    assert get(door, listener="another")["x-accel-limit-rate"] == str(24 * 1024)
    assert "x-accel-limit-rate" not in get(door, address="127.0.0.1").headers


def test_the_catalogue_is_weighed(people: People, bring: Receive, budgets: taking.Budgets) -> None:
    guard.budgets().weigh()
    assert budgets.ahead.catalogue_kb == 0
    budgets.weighed_at = None
    song = bring(people.ada)
    for kind in ("aac160", "opus96"):
        Rendition.objects.create(recording_id=song.pk, kind=kind, key=kind, mime="audio/mp4", size_bytes=4096)
    guard.budgets().weigh()
    assert budgets.ahead.catalogue_kb == 4


def test_too_many_who_wait_are_told_to_come_back(door: FrontDoor, budgets: taking.Budgets) -> None:
    press(budgets)
    for n in range(60):
        budgets.wait_s(budgets.taker(Shown(FAR, f"a neighbour {n}")), PIECE_BYTES)
    door.pacing.flow.waiting = flow.MOST_WAITING
    assert get(door).status == 429
