"""A new person's first hour: from signing up to an album that plays, with a broken file and a reload on the way."""

from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, Request, expect

from tests import sounds
from tests.browser import music, playing
from tests.browser.arriving import fill, sign_up
from tests.browser.conftest import Visit
from tests.browser.keyboard import complaint, press
from tests.browser.site import Site
from tests.browser.visiting import PATIENCE_MS

EMAIL = "nell@example.org"
GAP_S = 0.3
SLOW_BYTES_S, ENOUGH_BYTES = 200_000, 100_000
INGEST_MS = 120_000


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Four files, as somebody has them lying about: one of them is a letter with the wrong ending."""
    folder = tmp_path / "First Light"
    folder.mkdir()
    # The long one is still under way when the page is loaded anew.
    (folder / "01 Heron.wav").write_bytes(sounds.wav_bytes(music.song(301, 20)))
    sounds.encode(folder / "02 Reeds.flac", music.song(302, 9), codec="flac", container="flac")
    sounds.encode(folder / "03 Weir.mp3", music.song(303, 8), codec="libmp3lame", container="mp3")
    (folder / "04 Notes.wav").write_text("Mix the second verse again, and call Tove.\n" * 40)
    return folder


def test_a_newcomer_uploads_an_album_and_hears_it(visit: Visit, site: Site, album: Path) -> None:
    page = visit()
    page.on("dialog", leave)
    sign_up(page, site, EMAIL)
    make_profile(page)
    before, after = upload_with_a_reload(page, album)
    watch_states(page)
    nothing_was_sent_twice(before, after)
    publish(page)
    play_without_a_gap(page)
    reload_keeps_queue_and_place(page)


def leave(dialog: Dialog) -> None:
    assert dialog.type == "beforeunload"
    dialog.accept()


def make_profile(page: Page) -> None:
    press(page, page.get_by_role("link", name="Make my page"))
    page.wait_for_url("**/account/profiles/new")
    fill(page, page.get_by_label("Name", exact=True), "Nell Ferry")
    page.keyboard.press("Enter")
    expect(page.get_by_text("nell-ferry").first).to_be_visible()


def upload_with_a_reload(page: Page, album: Path) -> tuple[list[Request], list[Request]]:
    """Drop the album, load the page anew on the way, drop it again; return what was asked before and after."""
    press(page, page.get_by_role("banner").get_by_role("link", name="Upload"))
    page.wait_for_url("**/upload")
    asked: list[list[Request]] = [[]]
    page.on("request", lambda request: asked[-1].append(request) if "/uploads/" in request.url else None)
    network = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": SLOW_BYTES_S}
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", slow)
    drop(page, album)
    attest(page)
    long = page.locator(".up", has_text="Heron")
    expect(long).to_have_attribute("data-phase", "sending")
    page.wait_for_function("() => document.querySelector('.up progress').value >= 20")
    asked.append([])
    page.reload()
    network.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})
    # What had begun goes on by itself where the browser has kept the way to the file. All are given to it once more.
    long.wait_for()
    drop(page, album)
    attest(page)
    expect(page.locator(".up[data-phase=unfinished]")).to_have_count(0)
    for name in ("Heron", "Reeds", "Weir", "Notes"):
        expect(page.locator(".up", has_text=name)).to_have_count(1)
    return asked[0], asked[1]


def nothing_was_sent_twice(before: list[Request], after: list[Request]) -> None:
    """The long one went on from where the server stood, and each of the four was begun once."""
    went_on = [int(request.headers["upload-offset"]) for request in after if request.method == "PATCH"]
    begun = [request.headers["upload-metadata"] for request in [*before, *after] if request.method == "POST"]
    assert max(went_on) > ENOUGH_BYTES
    assert len(begun) == len(set(begun)) == 4


def attest(page: Page) -> None:
    """Nothing new is sent before the rights are attested, so that is where the focus is."""
    expect(page.locator("#attest")).to_be_focused()
    page.keyboard.press("Space")


def watch_states(page: Page) -> None:
    """Every row comes to its end by itself: three are ready, one says why not."""
    for name in ("Heron", "Reeds", "Weir"):
        expect(page.locator(".up", has_text=name)).to_have_attribute("data-phase", "ready", timeout=INGEST_MS)
    broken = page.locator(".up", has_text="Notes")
    expect(broken).to_have_attribute("data-phase", "failed", timeout=INGEST_MS)
    expect(broken).to_contain_text("This is a text file, whatever its name says.")
    expect(page.locator(".up-group h2")).to_have_text("Album: First Light")


def publish(page: Page) -> None:
    press(page, page.get_by_role("link", name="Publish this set"))
    page.wait_for_url("**/publish")
    expect(page.get_by_text("These stay behind")).to_be_visible()
    press(page, page.get_by_role("button", name="Publish", exact=True))
    press(page, page.get_by_role("link", name="Open its page"))
    page.wait_for_url("**/nell-ferry/sets/first-light")
    assert complaint(page) != "nowhere"


def play_without_a_gap(page: Page) -> None:
    press(page, page.get_by_role("button", name="Play all"), "Space")
    playing.wait_for_sound(page, "Heron", beyond_s=0.5)
    playing.listen(page)
    press(page, page.get_by_role("main").get_by_role("link", name="Nell Ferry"))
    page.wait_for_url("**/nell-ferry")
    expect(page.get_by_role("heading", name="Nell Ferry", level=1)).to_be_focused()
    press(page, page.get_by_role("link", name="Reeds", exact=True))
    page.wait_for_url("**/nell-ferry/reeds")
    page.go_back()
    page.wait_for_url("**/nell-ferry")
    page.go_back()
    page.wait_for_url("**/sets/first-light")
    expect(page.get_by_role("heading", name="First Light", level=1)).to_be_focused()
    now = playing.state(page)["time"]
    playing.wait_for_sound(page, "Heron", beyond_s=now + 1)
    heard = playing.heard(page)
    assert heard.same
    assert heard.fell_back_s <= playing.REPEAT_NOBODY_HEARS_S
    assert heard.seconds > 1
    assert heard.longest_gap_s <= GAP_S


def reload_keeps_queue_and_place(page: Page) -> None:
    page.keyboard.press("k")
    playing.wait_until(page, "!player.playing")
    before = playing.state(page)
    page.reload()
    playing.wait_until(page, "player.queue.items.length > 0")
    after = playing.state(page)
    assert after["titles"] == before["titles"] == ["Heron", "Reeds", "Weir"]
    assert after["index"] == before["index"]
    assert after["time"] == pytest.approx(before["time"], abs=1)
    page.keyboard.press("k")
    playing.wait_for_sound(page, before["title"], beyond_s=before["time"])


def drop(page: Page, folder: Path) -> None:
    """Drag a folder from the desktop onto the page, as the browser itself would tell of it."""
    session = page.context.new_cdp_session(page)
    what = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 400, "y": 400, "data": what})
    session.detach()
    page.locator(".up").first.wait_for(timeout=PATIENCE_MS)
