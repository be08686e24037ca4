"""The player on another site's page: it plays there by keyboard, in every size and theme, and leaves no cookie."""

import re

import pytest
from playwright.sync_api import FrameLocator, Page, StorageState, expect

from tests.browser.access import findings
from tests.browser.conftest import Visit
from tests.browser.elsewhere import page_with
from tests.browser.site import Site
from tests.browser.stage import Catalogue

TRACK, SET = "/embed/ada-quill/slow-harbour", "/embed/ada-quill/sets/harbour-light"
PLAYED = """() => {
  const player = document.querySelector("antiphon-player");
  return player.playing && player.sound.deck.audio.currentTime > 0.3;
}"""


def frame(address: str, width: int = 480, height: int = 180) -> str:
    return f'<iframe src="{address}" width="{width}" height="{height}" title="Music" allow="autoplay"></iframe>'


def playing(page: Page, address: str) -> None:
    """Wait until the sound in the frame runs."""
    inside = next(one for one in page.frames if address in one.url)
    inside.wait_for_function(PLAYED)


def player_in(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def test_it_plays_on_another_sites_page_without_a_cookie(site: Site, catalogue: Catalogue, visit: Visit) -> None:
    page = visit()
    with page_with(frame(site.url + TRACK)) as address:
        page.goto(address)
        player_in(page).get_by_role("button", name="Play Slow Harbour").focus()
        page.keyboard.press("Enter")
        playing(page, TRACK)
        expect(player_in(page).get_by_role("button", name="Pause Slow Harbour")).to_be_visible()
        page.keyboard.press("k")
        expect(player_in(page).get_by_role("button", name="Play Slow Harbour")).to_be_visible()
    assert page.context.cookies() == []
    assert page.context.storage_state()["origins"] == []


def test_another_sites_page_cannot_use_its_sound(site: Site, catalogue: Catalogue, visit: Visit) -> None:
    page = visit()
    page.goto(site.url + TRACK)
    sound = page.locator("[data-info]").first.get_attribute("data-info")
    url = page.evaluate("async (address) => (await (await fetch(address)).json()).streams[0].url", sound)
    assert page.evaluate("async (url) => (await fetch(url)).status", url) == 200
    with page_with(f'<audio controls preload="auto" src="{site.url}{url}"></audio>') as address:
        page.goto(address)
        page.wait_for_function("() => document.querySelector('audio').error !== null")


def test_only_the_player_can_be_framed(site: Site, catalogue: Catalogue, visit: Visit) -> None:
    page = visit()
    with page_with(frame(site.url + TRACK)) as address:
        page.goto(address)
        expect(player_in(page).get_by_role("heading", name="Slow Harbour")).to_be_visible()
    reply = page.request.get(f"{site.url}/ada-quill/slow-harbour")
    assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
    assert reply.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("path", [TRACK, SET])
@pytest.mark.parametrize("size", [(280, 100), (280, 180), (480, 240), (640, 420), (900, 600)])
def test_it_fits_from_280_by_100_to_600_high(
    catalogue: Catalogue, visit: Visit, path: str, size: tuple[int, int]
) -> None:
    page = visit(viewport={"width": size[0], "height": size[1]})
    page.goto(path)
    play = page.get_by_role("button", name=re.compile("^Play")).first
    expect(play).to_be_in_viewport(ratio=1)
    expect(page.locator("antiphon-waveform")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport(ratio=1)
    width, height = page.evaluate("[document.scrollingElement.scrollWidth, document.scrollingElement.scrollHeight]")
    assert width <= size[0]
    assert height <= size[1]
    if path == TRACK and size[1] < 420:
        page.get_by_role("link", name="AI label", exact=True).click()
        expect(page.get_by_role("heading", name="AI label")).to_be_in_viewport()
        page.get_by_role("link", name="Close the AI label").click()
    if path == TRACK:
        expect(page.get_by_role("heading", name="AI label")).to_be_visible(visible=size[1] >= 420)
    else:
        expect(page.get_by_role("button", name="Night Ferry")).to_be_visible(visible=size[1] >= 240)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", [TRACK, SET])
def test_it_is_for_everybody_whatever_theme_is_asked_for(
    catalogue: Catalogue, visit: Visit, path: str, theme: str
) -> None:
    page = visit(reduced_motion="reduce")
    page.goto(f"{path}?theme={theme}")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(color_scheme="light" if theme == "dark" else "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == paper
    assert findings(page) == []


def test_a_set_goes_on_and_is_walked_by_keys(catalogue: Catalogue, visit: Visit) -> None:
    page = visit()
    page.goto(SET)
    rows = page.locator("[data-part=row]")
    names = [row.locator(".name").inner_text() for row in rows.all()]
    rows.nth(1).focus()
    page.keyboard.press("Enter")
    page.wait_for_function(PLAYED)
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    expect(page.locator("antiphon-waveform path.played")).to_have_attribute("d", re.compile("M"))
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.get_by_role("button", name=f"Pause {names[0]}")).to_be_visible()
    expect(rows.nth(0)).to_have_attribute("aria-current", "true")


@pytest.mark.parametrize("start", ["?t=3", "#t=3"])
def test_it_starts_where_it_is_asked_to(catalogue: Catalogue, visit: Visit, start: str) -> None:
    page = visit()
    page.goto(TRACK + start)
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuenow", "3")
    page.keyboard.press("k")
    page.wait_for_function("() => document.querySelector('antiphon-player').sound.deck.audio.currentTime > 3")


@pytest.mark.parametrize("path", [TRACK, SET])
def test_without_scripts_it_is_the_browsers_own_player(catalogue: Catalogue, visit: Visit, path: str) -> None:
    page = visit(java_script_enabled=False, viewport={"width": 280, "height": 100})
    page.goto(path)
    audio = page.locator("audio").first
    expect(audio).to_be_visible()
    reply = page.request.get(audio.get_attribute("src") or "", headers={"range": "bytes=0-99"})
    assert reply.status == 206
    assert page.context.cookies() == []


def test_a_shared_second_waits_on_the_page(catalogue: Catalogue, visit: Visit) -> None:
    page = visit()
    for end in ("#t=3", "?t=3"):
        page.goto(f"/ada-quill/slow-harbour{end}")
        expect(page.locator("antiphon-waveform")).to_have_attribute("aria-valuenow", "3")


def test_the_share_sheet_writes_code_with_theme_and_second(catalogue: Catalogue, visit: Visit) -> None:
    page = visit()
    page.goto("/ada-quill/slow-harbour")
    page.locator("#main summary", has_text="Share").click()
    page.locator(".share .more summary", has_text="Put it on a page").click()
    page.get_by_label("Dark").check()
    page.get_by_label("Start at this time").fill("0:03")
    code = page.get_by_label("Code to paste")
    expect(code).to_have_value(re.compile(r"/embed/ada-quill/slow-harbour\?theme=dark&amp;t=3\""))
    preview = page.frame_locator(".share .preview iframe")
    expect(preview.locator("html")).to_have_attribute("data-theme", "dark")
    expect(preview.get_by_role("slider")).to_have_attribute("aria-valuenow", "3")
    page.locator(".share .more summary", has_text="QR code").click()
    picture = page.get_by_alt_text("QR code of the link")
    expect(picture).to_have_attribute("src", "/ada-quill/slow-harbour/code.svg?t=3")
    page.wait_for_function("() => document.querySelector('img.qr').naturalWidth > 0")


def test_pins_are_moved_by_keyboard(catalogue: Catalogue, ada: StorageState, visit: Visit) -> None:
    page = visit(ada)
    page.goto(f"/account/profiles/{catalogue.profiles['ada']}")
    first = page.locator("#pins [data-item]").first.get_attribute("data-title")
    down = page.get_by_role("button", name=f"Move {first} down")
    down.focus()
    with page.expect_response(re.compile("/pins$")):
        page.keyboard.press("Enter")
    expect(page.locator("#pins [data-tell]")).to_contain_text("is now number 2")
    page.goto("/ada-quill")
    expect(page.locator("#pinned .name").nth(1)).to_have_text(first or "")
