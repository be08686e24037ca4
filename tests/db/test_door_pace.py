"""Budgets at the front door: who takes without listening is slowed, told to wait, asked, refused; nobody else is."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from antiphon.accounts import service as accounts
from antiphon.guard import service as guard
from antiphon.guard.core.ahead import Ahead, Lead
from antiphon.guard.core.pace import Limits, Pace, Step
from antiphon.guard.core.visitors import Shown, keys_of, where
from antiphon.guard.service import counting
from antiphon.guard.service import taking as budgeting
from antiphon.kernel import clock
from antiphon.mail.models import Letter
from antiphon.site.door import pacing
from antiphon.site.door.front import FrontDoor
from antiphon.site.door.proxies import Proxies
from antiphon.storage import service as storage
from antiphon.storage.local import LocalFiles
from tests.db.door import Reply, once
from tests.people import People

FAR = ("203.0.113.9", "4000")


@pytest.fixture(autouse=True)
def small_budgets(monkeypatch: pytest.MonkeyPatch) -> Iterator[budgeting.Budgets]:
    counting._tally.take()
    budgets = budgeting.Budgets(Pace(Limits(10, 40, 3), visitors=1024, networks=256), Ahead(Lead()))
    monkeypatch.setattr(budgeting, "_budgets", budgets)

    async def no_wait(_seconds: float) -> None:
        slept.append(_seconds)

    slept.clear()
    monkeypatch.setattr(pacing.asyncio, "sleep", no_wait)
    yield budgets
    counting._tally.take()


slept: list[float] = []


def page(environ: object, start: Any) -> list[bytes]:
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"ok"]


@pytest.fixture
def door(file_store: LocalFiles) -> Iterator[FrontDoor]:
    door = FrontDoor(page)
    yield door
    door.pages.close()
    door.rooms.close()


def sound(door: FrontDoor, number: int, *, cookie: str = "antiphon_listener=x", **more: Any) -> Reply:
    more.setdefault("client", FAR)
    binding = storage.binding_of(cookie.partition("=")[2].partition(";")[0])
    address = storage.media_url(f"renditions/{number}/aac160.mp4", binding=binding, seconds=60)
    return once(door, "GET", address, headers={"cookie": cookie} | more.pop("headers", {}), **more)


def test_the_ladder_is_climbed_step_by_step(door: FrontDoor) -> None:
    met = [sound(door, n * 11 + 1) for n in range(200)]
    statuses = [one.status for one in met]
    assert statuses[:9] == [404] * 9  # it comes in; there is no such file here
    assert slept
    assert statuses.index(429) < statuses.index(403)
    told = met[statuses.index(429)]
    assert int(told["retry-after"]) >= 1
    assert b'href="/guard/button?next=/"' in told.body
    assert 'rel="license"' in told["link"]
    assert b"terms" in met[-1].body
    names = {name for _day, name in counting._tally.names}
    assert names == {"too-fast", "challenged", "refused"}


def test_only_music_is_held_up(door: FrontDoor) -> None:
    for n in range(200):
        sound(door, n * 11 + 1)
    cookie = {"cookie": "antiphon_listener=x"}
    for path in ("/", "/about", "/search", "/account/login/", "/ada-quill", "/robots.txt", "/ada-quill/song/rsl.xml"):
        assert once(door, "GET", path, headers=cookie, client=FAR).status == 200, path
    assert once(door, "GET", "/ada-quill/song", headers=cookie, client=FAR).status == 403
    assert once(door, "POST", "/player/plays", headers=cookie, client=FAR).status == 200


def test_who_listens_is_not_held_up(door: FrontDoor, small_budgets: budgeting.Budgets) -> None:
    shown = Shown(FAR[0], "x")
    for n in range(100):
        assert sound(door, n * 11 + 1).status == 404
        for total_ms in (30_000, 60_000, 180_000):
            small_budgets.heard(shown, f"play-{n}", total_ms)
    assert not slept


def test_a_play_counts_once_however_often_it_is_reported(small_budgets: budgeting.Budgets) -> None:
    shown = Shown(FAR[0], "x")
    for n in range(9):
        small_budgets.ask(shown, units=1.0, track=n * 11 + 1)
    for _again in range(20):
        small_budgets.heard(shown, "one", 60_000)
    place = small_budgets.pace.visitors.place_of(keys_of(shown, None)[0], 0)
    assert small_budgets.pace.visitors.units[place] > 6


def test_a_new_cookie_each_time_is_one_network(door: FrontDoor) -> None:
    met = [sound(door, n * 11 + 1, cookie=f"antiphon_listener={n}").status for n in range(200)]
    assert 429 in met
    assert sound(door, 5, client=("198.51.100.7", "1")).status == 404


def test_the_address_comes_from_a_trusted_proxy_only(door: FrontDoor) -> None:
    door.proxies = Proxies(["192.0.2.7"])
    far = [
        sound(door, n * 11 + 1, cookie=f"antiphon_listener={n}", client=("192.0.2.7", "1"),
              headers={"x-forwarded-for": f"198.51.{n}.7"}).status
        for n in range(100)
    ]  # fmt: skip
    assert set(far) == {404}
    liar = [
        sound(door, n * 11 + 1, cookie=f"antiphon_listener={n}", client=FAR,
              headers={"x-forwarded-for": f"198.51.{n}.7"}).status
        for n in range(200)
    ]  # fmt: skip
    assert 429 in liar


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.0.0.5", "192.168.1.1"])
def test_what_comes_from_inside_is_no_network_of_anybodys(door: FrontDoor, address: str) -> None:
    met = [
        sound(door, n * 11 + 1, cookie=f"antiphon_listener={n}", client=(address, "1")).status for n in range(100)
    ]  # fmt: skip
    assert set(met) == {404}


def test_a_member_is_one_visitor_in_all_browsers_and_not_their_network(small_budgets: budgeting.Budgets) -> None:
    one, other = Shown(FAR[0], "x", "s1"), Shown("2001:db8::1", "y", "s2")
    small_budgets.know("s1", 5)
    small_budgets.know("s2", 5)
    assert small_budgets._keys(one)[0] == small_budgets._keys(other)[0]
    assert small_budgets._keys(Shown(FAR[0], "x", "forged"))[0] == small_budgets._keys(Shown(FAR[0], "x"))[0]


def test_the_trap_weighs_and_says_nothing(door: FrontDoor) -> None:
    for n in range(6):
        sound(door, n * 11 + 1)
    reply = once(door, "GET", "/guard/way", headers={"cookie": "antiphon_listener=x"}, client=FAR)
    assert reply.status == 404
    assert not slept
    sound(door, 999)
    assert slept
    assert ("trapped") in {name for _day, name in counting._tally.names}


def test_a_burst_of_new_accounts_waits(door: FrontDoor) -> None:
    met = []
    for _n in range(6):
        met.append(once(door, "POST", "/account/signup/", body=b"x=1", client=FAR).status)
        if len(met) != 2:  # the second form was filled in wrongly
            guard.budgets().signed_up(Shown(FAR[0]))
    assert met == [200, 200, 200, 200, 429, 429], met


@pytest.mark.parametrize(
    "headers",
    [{"cookie": "antiphon_pass=" + "x" * 9000}, {"cookie": "\xff\x00=;;=;antiphon_pass=a:b:c"},
     {"authorization": "Bearer " + "\xff" * 5000}, {"cookie": "antiphon_listener=" + "é" * 500}],
)  # fmt: skip
def test_hostile_cookies_break_nothing(door: FrontDoor, headers: dict[str, str]) -> None:
    assert once(door, "GET", "/media/renditions/1/a.mp4", headers=headers, client=FAR).status == 403
    assert once(door, "GET", "/ada-quill/song", headers=headers, client=("nonsense", "1")).status == 200


def test_the_button_lets_a_person_go_on_without_script(
    door: FrontDoor, people: People, later: Any, small_budgets: budgeting.Budgets
) -> None:
    listener = "0123456789abcdef" * 2
    for n in range(60):
        sound(door, n * 11 + 1, cookie=f"antiphon_listener={listener}")
    assert sound(door, 7777, cookie=f"antiphon_listener={listener}").status == 429
    browser = Client(REMOTE_ADDR=FAR[0], enforce_csrf_checks=True)
    browser.cookies["antiphon_listener"] = listener
    form = browser.get("/guard/button?next=/ada-quill/song").content.decode()
    said = dict(re.findall(r'name="(csrfmiddlewaretoken|next|shown)" value="([^"]*)"', form))
    assert (
        browser.post("/guard/button", said).status_code == 422 or browser.post("/guard/button", said).status_code == 400
    )
    from datetime import timedelta

    later(timedelta(seconds=5))
    reply = browser.post("/guard/button", said)
    assert (reply.status_code, reply["Location"]) == (302, "/ada-quill/song")
    held = reply.cookies["antiphon_pass"].value
    assert sound(door, 8888, cookie=f"antiphon_listener={listener}; antiphon_pass={held}").status == 404
    assert small_budgets._passed(held, Shown(FAR[0], listener))
    assert not small_budgets._passed(held, Shown("198.51.100.9", listener))
    assert not small_budgets._passed(held, Shown(FAR[0], "another browser"))
    later(timedelta(hours=2))
    assert not small_budgets._passed(held, Shown(FAR[0], listener))


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\evil", ""])
def test_the_button_leads_nowhere_else(people: People, back: str, later: Any) -> None:
    from datetime import timedelta

    browser = Client(REMOTE_ADDR=FAR[0])
    form = browser.get("/guard/button", {"next": back}).content.decode()
    said = dict(re.findall(r'name="(next|shown)" value="([^"]*)"', form))
    later(timedelta(seconds=5))
    assert browser.post("/guard/button", said)["Location"] == "/"


def test_robots_txt_forbids_the_trap_and_pages_do_not_link_it(client: Client, people: People) -> None:
    assert "Disallow: /guard/" in client.get("/robots.txt").content.decode()
    html = client.get("/about").content.decode()
    assert re.search(r'<script type="text/plain">\s*<a href="/guard/way"', html)
    assert html.count("/guard/way") == 1


def test_addresses_are_read_by_network_and_household() -> None:
    assert where("203.0.113.9").network == "203.0.113.0/24"
    assert where("::ffff:203.0.113.9").network == "203.0.113.0/24"
    assert where("2001:db8:1:2::5").network == "2001:db8:1::/48"
    assert where("2001:db8:1:2::5").household == "2001:db8:1:2::/64"
    assert where("nonsense").network == ""


def test_too_many_who_are_slowed_are_told_to_come_back(door: FrontDoor) -> None:
    for n in range(11):
        sound(door, n * 11 + 1)
    door.pacing.slowed = pacing.MOST_SLOWED
    assert sound(door, 12_345).status == 429
    assert asyncio.run(asyncio.sleep(0)) is None
    assert guard.budgets() is budgeting._budgets


@pytest.mark.parametrize("led", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-user": "?1"}])
def test_whoever_was_led_into_the_trap_is_not_marked(door: FrontDoor, led: dict[str, str]) -> None:
    for n in range(6):
        sound(door, n * 11 + 1)
    reply = once(door, "GET", "/guard/way", headers={"cookie": "antiphon_listener=x", **led}, client=FAR)
    assert reply.status == 404
    sound(door, 999)
    assert not slept


def test_a_moment_of_each_track_is_no_listening(small_budgets: budgeting.Budgets) -> None:
    shown = Shown(FAR[0], "x")
    visitor, _network = small_budgets._keys(shown)
    now_s = clock.now().timestamp()
    place = small_budgets.pace.visitors.place_of(visitor, now_s)
    small_budgets.pace.visitors.at[place] = now_s
    small_budgets.pace.visitors.units[place] = 3.0
    small_budgets.heard(shown, "play", 1)
    assert small_budgets.pace.visitors.units[place] > 2.9
    small_budgets.heard(shown, "play", 9000)
    small_budgets.heard(shown, "play", 90_000)
    assert small_budgets.pace.visitors.units[place] == pytest.approx(1.5, abs=0.1)


def test_whoever_runs_the_site_hears_of_an_account_that_was_refused(
    small_budgets: budgeting.Budgets, people: People
) -> None:
    accounts.grant_role(people.mo, "operator")
    small_budgets.know("s1", people.cleo.pk)
    shown = Shown(FAR[0], "x", "s1")
    steps = [small_budgets.ask(shown, units=1.0, track=n * 11 + 1).step for n in range(400)]
    assert steps[-1] is Step.REFUSE
    assert guard.tell_of_takers() == 1
    assert guard.tell_of_takers() == 0
    small_budgets.ask(shown, units=1.0, track=1)
    guard.tell_of_takers()
    [letter] = Letter.objects.filter(key__startswith="guard:taker:")
    assert letter.to == "mo@example.org"
    assert f"/operate/people/{people.cleo.pk}" in letter.body
