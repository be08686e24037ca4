"""The player: keys, the queue, the waveform, loudness, what it keeps, and how it gets over addresses that run out."""

import re

import pytest
from playwright.sync_api import Page, Route, StorageState, expect

from tests.browser import playing
from tests.browser.conftest import Visit
from tests.browser.keyboard import go_to, press
from tests.browser.music import LAST, LOUD, QUIET
from tests.browser.playing import state, wait_for_sound, wait_until
from tests.browser.stage import Catalogue

TRACK, ALBUM = "/ada-quill/slow-harbour", "/ada-quill/sets/harbour-light"
MEDIA = re.compile(r"/media/renditions/")
INFO = re.compile(r"/listen/\d+\.json")
# The system's media keys reach the page through these handlers, which no test can press.
KEEP_HANDLERS = """
const set = MediaSession.prototype.setActionHandler;
window.handlers = {};
MediaSession.prototype.setActionHandler = function (name, act) {
  window.handlers[name] = act;
  return set.call(this, name, act);
};
"""
# So that seconds of sound pass in less than they take, whichever file they come from.
QUICK = "() => { document.querySelector('antiphon-player').sound.deck.audio.defaultPlaybackRate = 4; }"


@pytest.fixture
def page(visit: Visit, catalogue: Catalogue) -> Page:
    """A stranger's page: everything here is public."""
    return visit()


def start(page: Page, path: str = TRACK) -> None:
    page.goto(path)
    page.keyboard.press("k")
    wait_for_sound(page)


def pause(page: Page) -> float:
    page.keyboard.press("k")
    wait_until(page, "!player.playing")
    return float(state(page)["time"])


def test_keys_play_skip_and_mute_wherever_the_focus_is(page: Page) -> None:
    page.goto(TRACK)
    page.keyboard.press("Space")
    wait_for_sound(page, QUIET)
    at = pause(page)
    for key, change in (("ArrowRight", 5), ("l", 10), ("j", -10), ("ArrowLeft", -5), ("L", 10)):
        page.keyboard.press(key)
        at += change
        wait_until(page, "Math.abs(player.time - arg) < 0.01", at)
    page.keyboard.press("m")
    wait_until(page, "player.sound.deck.audio.muted")
    page.keyboard.press("m")
    wait_until(page, "!player.sound.deck.audio.muted")
    page.keyboard.press("Space")
    wait_for_sound(page, QUIET, beyond_s=at)


def test_keys_are_letters_where_one_types(page: Page) -> None:
    start(page)
    pause(page)
    page.keyboard.press("/")
    field = page.get_by_role("banner").get_by_role("combobox")
    expect(field).to_be_focused()
    page.keyboard.type("jolly m")
    expect(field).to_have_value("jolly m")
    assert not state(page)["playing"]
    assert not state(page)["muted"]


def test_keys_can_be_switched_off(page: Page) -> None:
    start(page)
    pause(page)
    page.keyboard.press("?")
    box = page.get_by_label("Use these keys")
    go_to(page, box)
    page.keyboard.press("Space")
    expect(box).not_to_be_checked()
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    page.keyboard.press("k")
    assert not state(page)["playing"]


def test_the_system_is_told_what_plays_and_its_keys_are_heard(page: Page) -> None:
    page.add_init_script(KEEP_HANDLERS)
    page.goto(ALBUM)
    page.get_by_role("button", name="Play all").click()
    wait_for_sound(page, QUIET)
    told = "({ title: navigator.mediaSession.metadata.title, artist: navigator.mediaSession.metadata.artist })"
    assert page.evaluate(told) == {"title": QUIET, "artist": "Ada Quill"}
    assert page.evaluate("navigator.mediaSession.metadata.artwork[0].src").startswith("http")
    assert page.evaluate("navigator.mediaSession.playbackState") == "playing"
    page.evaluate("handlers.nexttrack({})")
    wait_for_sound(page, LOUD)
    assert page.evaluate("navigator.mediaSession.metadata.title") == LOUD
    page.evaluate("handlers.pause({})")
    wait_until(page, "!player.playing")
    page.evaluate("handlers.seekto({ seekTime: 12 })")
    wait_until(page, "Math.abs(player.time - 12) < 0.01")
    page.evaluate("handlers.seekbackward({ seekOffset: 4 })")
    wait_until(page, "Math.abs(player.time - 8) < 0.01")
    page.evaluate("handlers.play({})")
    wait_for_sound(page, LOUD, beyond_s=8)


def test_the_queue_is_put_in_order_by_keyboard(page: Page) -> None:
    start(page)
    pause(page)
    page.goto(ALBUM)
    press(page, page.get_by_role("button", name="Add to queue"))
    wait_until(page, "player.queue.items.length === 4")
    page.keyboard.press("q")
    queue = page.get_by_role("region", name="Queue")
    expect(queue.get_by_role("heading", name="Queue")).to_be_focused()
    go_to(page, queue.locator("li", has_text=LAST).locator(".pick"))
    page.keyboard.press("Alt+ArrowUp")
    assert state(page)["titles"] == [QUIET, QUIET, LAST, LOUD]
    expect(queue.locator("li", has_text=LAST).locator(".pick")).to_be_focused()
    page.keyboard.press("Delete")
    assert state(page)["titles"] == [QUIET, QUIET, LOUD]
    expect(queue.get_by_role("button", name=f"Remove {LOUD}")).to_be_focused()
    press(page, queue.get_by_role("button", name=f"Move {LOUD} up"), "Space")
    assert state(page)["titles"] == [QUIET, LOUD, QUIET]
    press(page, queue.locator("li", has_text=LOUD).locator(".pick"))
    wait_for_sound(page, LOUD)
    page.keyboard.press("Escape")
    expect(queue).to_be_hidden()
    expect(page.get_by_role("button", name="Queue", exact=True)).to_be_focused()


def test_the_waveform_is_a_slider(page: Page) -> None:
    page.goto(TRACK)
    slider = page.get_by_role("slider", name=re.compile(QUIET))
    go_to(page, slider)
    expect(slider).to_have_attribute("aria-valuetext", "0 seconds of 40 seconds")
    expect(slider).to_have_attribute("aria-valuemax", "40")
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuenow", "25")
    expect(slider).to_have_attribute("aria-valuetext", "25 seconds of 40 seconds")
    page.keyboard.press("Enter")
    wait_for_sound(page, QUIET, beyond_s=25)
    page.keyboard.press("Home")
    wait_until(page, "player.time < 5")
    box = slider.bounding_box()
    assert box
    slider.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    wait_for_sound(page, QUIET, beyond_s=19.5)
    assert state(page)["time"] < 30


def test_the_volume_is_kept(page: Page) -> None:
    start(page)
    pause(page)
    slider = page.get_by_role("slider", name="Volume")
    go_to(page, slider)
    for _press in range(30):
        page.keyboard.press("ArrowDown")
    expect(slider).to_have_attribute("aria-valuetext", "70 percent")
    page.reload()
    wait_until(page, "player.queue.items.length === 1")
    expect(page.get_by_role("slider", name="Volume")).to_have_value("70")
    expect(page.get_by_role("slider", name="Volume")).to_have_attribute("aria-valuetext", "70 percent")


def test_quiet_and_loud_tracks_are_brought_to_one_loudness(page: Page) -> None:
    start(page, ALBUM)
    wait_until(page, "player.sound.deck.gain?.gain.value > 3.5")  # 12 dB, the most that anything is turned up
    page.keyboard.press("Shift+ArrowRight")
    wait_for_sound(page, LOUD)
    wait_until(page, "(player.sound.deck.gain?.gain.value ?? player.sound.deck.audio.volume) < 0.6")
    page.keyboard.press("q")
    press(page, page.get_by_label("Even loudness"), "Space")
    wait_until(page, "Math.abs((player.sound.deck.gain?.gain.value ?? player.sound.deck.audio.volume) - 1) < 0.01")


def test_an_address_that_has_run_out_is_asked_for_again(page: Page) -> None:
    asked: list[str] = []
    held: list[Route] = []

    def cut_off(route: Route) -> None:
        """Give the beginning, then hold what asks for the rest, until the player has asked for another address."""
        if len(asked) > 1:
            route.continue_()
        elif "bytes=0-" in route.request.headers.get("range", ""):
            answer = route.fetch()
            some = answer.body()[:120_000]
            length = answer.headers["content-range"].rpartition("/")[2]
            head = {**answer.headers, "content-range": f"bytes 0-{len(some) - 1}/{length}"}
            head["content-length"] = str(len(some))
            route.fulfill(status=206, headers=head, body=some)
        else:
            held.append(route)

    page.on("request", lambda request: asked.append(request.url) if INFO.search(request.url) else None)
    page.route(MEDIA, cut_off)
    page.goto(TRACK)
    page.evaluate(QUICK)
    playing.listen(page)
    page.keyboard.press("k")
    wait_for_sound(page, QUIET, beyond_s=2)
    assert held
    for route in held:
        route.fulfill(status=403, body="")
    wait_for_sound(page, QUIET, beyond_s=7.5)  # past the six seconds that were given
    heard = playing.heard(page)
    assert len(asked) == 2
    assert heard.same
    assert heard.fell_back_s <= playing.REPEAT_NOBODY_HEARS_S


def test_the_next_track_follows(page: Page) -> None:
    page.goto(ALBUM)
    page.get_by_role("button", name="Play all").click()
    wait_for_sound(page, QUIET)
    page.evaluate("document.querySelector('antiphon-player').jump(2)")
    wait_for_sound(page, LAST)
    page.evaluate("document.querySelector('antiphon-player').jump(1)")
    wait_for_sound(page, LOUD)
    page.evaluate(
        "() => { const player = document.querySelector('antiphon-player'); player.seek(player.duration - 1.5); }"
    )
    wait_for_sound(page, LAST, beyond_s=0.3)
    expect(page.locator(".tracks li.playing")).to_contain_text(LAST)
    page.evaluate(
        "() => { const player = document.querySelector('antiphon-player'); player.seek(player.duration - 1); }"
    )
    wait_until(page, "!player.playing")
    assert state(page)["title"] == LAST


def test_music_goes_on_while_pages_change(page: Page) -> None:
    start(page)
    playing.listen(page)
    for link, heading in (("Ada Quill", "Ada Quill"), (LOUD, LOUD), ("Listen", "Hear what people here have made")):
        page.get_by_role("link", name=link, exact=True).first.click()
        expect(page.get_by_role("heading", name=heading, level=1)).to_be_focused()
    page.go_back()
    expect(page.get_by_role("heading", name=LOUD, level=1)).to_be_focused()
    heard = playing.heard(page)
    assert heard.same
    assert heard.fell_back_s <= playing.REPEAT_NOBODY_HEARS_S
    assert heard.longest_gap_s <= 0.3


def test_music_plays_without_scripts(visit: Visit, catalogue: Catalogue, ben: StorageState) -> None:
    page = visit(java_script_enabled=False)
    for path in (TRACK, ALBUM):
        page.goto(path)
        sound = page.locator("noscript audio, audio").first
        expect(sound).to_be_visible()
        address = sound.get_attribute("src")
        assert address
        answer = page.context.request.get(address, headers={"Range": "bytes=0-99"})
        assert answer.status == 206
        assert answer.headers["content-type"].startswith("audio/mp4")
        assert len(answer.body()) == 100
    # The address is this listener's own.
    other = visit(ben)
    assert other.context.request.get(answer.url, headers={"Range": "bytes=0-99"}).status == 403
