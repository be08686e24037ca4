"""What the site believes was heard, beside what the browser itself says it played: to the second, whatever happens.

The truth is the element's own `played`: the stretches of the sound that it put out. Tabs here play at the same time,
which the player does not do by itself: two windows do not play over each other where they can hear of each other.
"""

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Page, Request, StorageState

from tests.browser.conftest import Visit
from tests.browser.elsewhere import page_with
from tests.browser.music import QUIET
from tests.browser.playing import state, wait_for_sound, wait_until
from tests.browser.site import Site
from tests.browser.stage import Catalogue
from tests.browser.visiting import WATCH, wait_for, watch

TRACK, ALBUM = "/ada-quill/slow-harbour", "/ada-quill/sets/harbour-light"
# Neither does a tab begin at the place that another one has left: `played` is right only from the beginning.
ALONE = "delete window.BroadcastChannel; localStorage.removeItem('antiphon.queue');"
OFF_BY = "{ const real = Date.now; Date.now = () => real() + (%d); }"
DAY_MS = 86_400_000
PLAYED = """() => {
  const { audio } = document.querySelector("antiphon-player").sound.deck;
  const from = audio.began ?? 0;
  let seconds = 0;
  for (let at = 0; at < audio.played.length; at++) {
    seconds += Math.max(0, audio.played.end(at) - Math.max(from, audio.played.start(at)));
  }
  return seconds;
}"""
BACK = f"""(second) => {{
  const heard = ({PLAYED})();
  document.querySelector("antiphon-player").seek(second);
  return heard;
}}"""
# What the element played is read when the page goes, at the moment in which the player reads it too. Chromium's first
# stretch begins at zero even where the sound began later, as it does after a reload.
LEAVING = f"""
const {{ play }} = HTMLMediaElement.prototype;
HTMLMediaElement.prototype.play = function () {{
  this.addEventListener("playing", () => {{ this.began ??= this.currentTime; }}, {{ once: true }});
  return play.call(this);
}};
addEventListener("pagehide", () => {{
  if (document.querySelector("antiphon-player")?.sound) sessionStorage.setItem("played", String(({PLAYED})()));
}});"""
SEND_AGAIN = """(body) => fetch("/player/plays", {
  method: "POST", body, headers: { "Content-Type": "application/json", Accept: "application/json" },
}).then((reply) => reply.json())"""


@pytest.fixture
def since(site: Site, catalogue: Catalogue) -> int:
    """The number of the last play of those before."""
    return int(ask(site, "SELECT coalesce(max(id), 0) FROM community_play")[0][0])


def ask(site: Site, question: str, *values: Any) -> list[Any]:
    with closing(sqlite3.connect(site.data / "antiphon.sqlite3", timeout=30)) as database:
        return database.execute(question, values).fetchall()


def heard_s(site: Site, since: int) -> float:
    [[heard]] = ask(site, "SELECT coalesce(sum(heard_ms), 0) FROM community_play WHERE id > ?", since)
    return float(heard) / 1000


def start(page: Page, path: str = TRACK) -> None:
    page.goto(path)
    page.keyboard.press("k")
    wait_for_sound(page)


def stop(page: Page) -> float:
    """Pause; return how many seconds the element has played in all."""
    page.evaluate("document.querySelector('antiphon-player').pause()")
    wait_until(page, "player.sound.deck.audio.paused")
    return float(page.evaluate(PLAYED))


def listen(page: Page, seconds: float) -> None:
    wait_until(page, "player.time > arg", state(page)["time"] + seconds)


def expect_sum(site: Site, since: int, truth: float, within_s: float = 1.0) -> None:
    try:
        wait_for(lambda: abs(heard_s(site, since) - truth) < within_s, "the sum", 40)
    except AssertionError:
        pytest.fail(f"{truth:.2f} s were played, and {heard_s(site, since):.2f} s are kept")


def test_ten_tabs_a_lost_connection_a_double_send_and_wrong_clocks_give_the_right_sum(
    visit: Visit, site: Site, catalogue: Catalogue, since: int
) -> None:
    first = visit()
    context = first.context
    context.add_init_script(ALONE)
    complaints: list[str] = []
    bodies: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/player/plays") and request.post_data:
            bodies.append(request.post_data)

    context.on("request", note)
    tabs = [first]
    for number in range(9):
        tab = context.new_page()
        tab.add_init_script(WATCH)
        if number < 4:
            tab.add_init_script(OFF_BY % (DAY_MS if number % 2 else -DAY_MS))
        watch(tab, complaints)
        tabs.append(tab)
    for tab in tabs:
        # One after another, since a browser fetches one file once; and then all of them at the same time.
        start(tab)
        wait_until(tab, "player.sound.deck.audio.buffered.length && player.sound.deck.audio.buffered.end(0) > 39")
        stop(tab)
    for tab in tabs:
        tab.evaluate("void document.querySelector('antiphon-player').play()")
    listen(tabs[-1], 2)
    context.set_offline(True)
    listen(tabs[-1], 6)
    # These five go back: `played` says the stretch that is heard twice once, so they are measured by their clocks.
    before = [float(tab.evaluate(BACK, 1)) for tab in tabs[:5]]
    for tab in tabs[:5]:
        wait_until(tab, "player.time > 3")
    truth = sum(stop(tab) for tab in tabs[5:])
    context.set_offline(False)
    for tab, heard in zip(tabs[:5], before, strict=True):
        stop(tab)
        truth += heard + state(tab)["time"] - 1
    for tab in tabs:
        tab.goto("/about")  # the page goes away, and hands over what is due
    expect_sum(site, since, truth)
    assert bodies
    answers = [first.evaluate(SEND_AGAIN, body) for body in tuple(bodies)]  # each of which is noted again
    assert sum(answer["refused"] for answer in answers) == 0
    assert all(answer["unchanged"] == len(answer["plays"]) for answer in answers)
    assert abs(heard_s(site, since) - truth) < 1
    days = ask(site, "SELECT DISTINCT day FROM community_play WHERE id > ?", since)
    assert len(days) == 1, "a listener's clock has moved a play to another day"
    assert complaints == []


def test_seeking_silence_and_pauses_are_not_heard(visit: Visit, site: Site, catalogue: Catalogue, since: int) -> None:
    page = visit()
    start(page)
    listen(page, 2)
    page.evaluate("document.querySelector('antiphon-player').seek(20)")
    listen(page, 2)
    page.keyboard.press("m")
    wait_until(page, "player.sound.deck.audio.muted")
    before = float(page.evaluate(PLAYED))
    listen(page, 3)
    silent = float(page.evaluate(PLAYED)) - before
    page.keyboard.press("m")
    listen(page, 2)
    truth = stop(page) - silent
    page.goto("/about")
    expect_sum(site, since, truth)


def test_a_reload_goes_on_with_the_same_play(visit: Visit, site: Site, catalogue: Catalogue, since: int) -> None:
    page = visit()
    page.context.add_init_script(LEAVING)
    start(page, ALBUM)
    truth = 0.0
    for _ in range(2):
        listen(page, 3)
        page.reload()
        wait_for_sound(page, QUIET)
        truth += float(page.evaluate("sessionStorage.getItem('played')"))
    listen(page, 3)
    truth += stop(page)
    page.goto("/about")
    expect_sum(site, since, truth)
    rows = ask(site, "SELECT source, source_id, track_id FROM community_play WHERE id > ?", since)
    assert rows == [("set", catalogue.set, catalogue.tracks[QUIET])]


def test_a_player_on_another_sites_page_counts_once_and_keeps_nothing(
    visit: Visit, site: Site, catalogue: Catalogue, since: int
) -> None:
    page = visit()
    counted = "SELECT coalesce(sum(plays), 0) FROM community_tracktally WHERE track_id = ?"
    track = catalogue.tracks["Low Water"]
    [[before]] = ask(site, counted, track)
    with page_with(
        f'<iframe src="{site.url}/embed/ada-quill/low-water" title="Music" allow="autoplay"></iframe>'
    ) as at:
        page.goto(at)
        page.frame_locator("iframe").get_by_role("button", name="Play Low Water").press("Enter")
        inside = next(one for one in page.frames if "/embed/" in one.url)
        inside.wait_for_function("() => document.querySelector('antiphon-player').playing")
        inside.wait_for_function(
            "() => !document.querySelector('antiphon-player').playing"
        )  # eight seconds, to the end
        page.evaluate("document.querySelector('iframe').remove()")
        expect_sum(site, since, 8.0, 0.5)
    rows = ask(site, "SELECT user_id, source, source_id, counted, finished FROM community_play WHERE id > ?", since)
    assert rows == [(None, "embed", 0, 1, 1)]
    assert ask(site, counted, track) == [(before + 1,)]
    assert page.context.cookies() == []
    assert page.context.storage_state()["origins"] == []


def test_the_next_track_is_another_play_and_thirty_seconds_count(
    visit: Visit, site: Site, catalogue: Catalogue, since: int, ben: StorageState
) -> None:
    page = visit(ben)
    track = catalogue.tracks["Low Water"]
    counted = "SELECT plays FROM community_tracktally WHERE track_id = ?"
    before = ask(site, counted, track)
    page.goto("/ada-quill/low-water")
    page.keyboard.press("k")
    wait_for_sound(page)
    wait_until(page, "!player.playing")  # eight seconds, to the end
    page.goto("/settings/history")
    wait_for(lambda: ask(site, counted, track) != before, "the whole of a short track to count")
    assert ask(site, counted, track)[0][0] == (before[0][0] if before else 0) + 1
    [row] = ask(site, "SELECT user_id, counted, finished FROM community_play WHERE id > ?", since)
    assert row == (catalogue.people["ben"], 1, 1)
    page.reload()
    assert page.locator("#main").get_by_role("link", name="Low Water").is_visible()
    said = page.evaluate(SEND_AGAIN, json.dumps({"plays": [{"heard_ms": -1}]}))
    assert said["refused"] == 1


def test_the_first_seconds_are_told_early(visit: Visit, catalogue: Catalogue) -> None:
    page = visit()
    with page.expect_request("**/player/plays") as told:
        start(page)
    [play] = json.loads(told.value.post_data or "")["plays"]
    assert 4000 <= play["heard_ms"] < 6000


def test_a_second_tab_leaves_the_sound_where_it_is_until_something_is_played_there(
    visit: Visit, catalogue: Catalogue
) -> None:
    first = visit()
    start(first)
    second = first.context.new_page()
    second.goto("/about")
    wait_until(second, "player.queue.current && !player.hidden")  # it knows the queue, and has begun nothing
    listen(first, 2)
    assert not state(second)["playing"]
    second.keyboard.press("k")
    wait_for_sound(second)
    wait_until(first, "!player.playing")  # two windows do not play over each other
