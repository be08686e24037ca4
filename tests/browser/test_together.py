"""A new listener's first evening: signs up, follows Ada, hears an album to its end, and is answered. No mouse."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, StorageState, expect

from tests.browser import music, playing
from tests.browser.arriving import fill, sign_up
from tests.browser.conftest import OUT, Visit
from tests.browser.keyboard import go_to, press
from tests.browser.site import Site
from tests.browser.stage import Catalogue, wait_until_idle

EMAIL, NAME = "ida@example.org", "Ida Nørgård"
ALBUM, FIRST, LONG, LAST = "Second Tide", "Ebb Bell", "Long Reach", "Slack Water"
LONG_S, AT_S = 70, 65
SAID, ANSWER = "Is that a heron at 1:05?", "It is. She comes every morning."
INGEST_S = 120


@pytest.fixture
def album(site: Site, catalogue: Catalogue, ada: StorageState, visit: Visit, tmp_path: Path) -> str:
    """Ada brings out three pieces, of which one is longer than a minute; return the address of the set."""
    folder = tmp_path / ALBUM
    folder.mkdir()
    for number, (title, seconds) in enumerate(((FIRST, 14), (LONG, LONG_S), (LAST, 7)), 1):
        music.write(folder / f"{number:02} {title}.flac", seconds)
    site.antiphon("import", "--creator", "ada-quill", str(folder))
    wait_until_idle(site, INGEST_S)
    page = visit(ada)
    page.goto("/studio/sets")
    page.get_by_role("main").get_by_role("link", name=ALBUM).first.click()
    page.get_by_role("link", name="Publish").first.click()
    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_role("link", name="Open its page").click()
    page.wait_for_url("**/ada-quill/sets/second-tide")
    return "/ada-quill/sets/second-tide"


def test_a_listener_arrives_hears_speaks_and_is_answered(
    visit: Visit, site: Site, album: str, ada: StorageState
) -> None:
    page = visit()
    sign_up(page, site, EMAIL)
    find_ada_and_follow(page)
    hear_the_album_on_the_way(page, album)
    comment_at_a_second(page)
    hear_it_to_the_end(page)
    answer_as_ada(visit(ada))
    read_the_answer(page)


def find_ada_and_follow(page: Page) -> None:
    search = page.get_by_role("banner").get_by_role("combobox")
    go_to(page, search)
    page.keyboard.type("ada quil")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    press(page, page.get_by_role("main").get_by_role("link", name="Ada Quill", exact=True).first)
    page.wait_for_url("**/ada-quill")
    follow = page.get_by_role("button", name="Follow Ada Quill")
    press(page, follow)
    expect(follow).to_have_attribute("aria-pressed", "true")
    expect(follow).to_be_focused()


def hear_the_album_on_the_way(page: Page, album: str) -> None:
    """The album plays on across three pages and Back, and the same element sounds without a gap."""
    press(page, page.get_by_role("main").get_by_role("link", name=ALBUM).first)
    page.wait_for_url(f"**{album}")
    press(page, page.get_by_role("button", name="Play all"), "Space")
    playing.wait_for_sound(page, FIRST, beyond_s=0.5)
    playing.listen(page)
    press(page, page.get_by_role("banner").get_by_role("link", name="Feed"))
    page.wait_for_url("**/feed")
    expect(page.locator("#tracks > li").first).to_be_visible()
    press(page, page.get_by_role("banner").get_by_role("link", name="Notices"))
    page.wait_for_url("**/notices")
    page.go_back()
    page.wait_for_url("**/feed")
    page.go_back()
    page.wait_for_url(f"**{album}")
    expect(page.get_by_role("heading", name=ALBUM, level=1)).to_be_focused()  # come, and not its address alone
    press(page, page.get_by_role("main").get_by_role("link", name=LONG, exact=True).first)
    page.wait_for_url("**/ada-quill/long-reach")
    expect(page.get_by_role("heading", name=LONG, level=1)).to_be_focused()
    heard = playing.heard(page)
    assert heard.same
    assert heard.fell_back_s <= playing.REPEAT_NOBODY_HEARS_S
    playing.wait_for_sound(page, LONG, beyond_s=0.5)  # the album has gone on by itself


def comment_at_a_second(page: Page) -> None:
    slider = page.get_by_role("slider", name=re.compile(LONG))
    go_to(page, slider)
    for key in ("Home", *["PageUp"] * 3, *["ArrowRight"] * 2):
        page.keyboard.press(key)
    for _step in range(12):
        at = int(slider.get_attribute("aria-valuenow") or 0)
        if at >= AT_S - 4:
            break
        page.keyboard.press("ArrowRight")
    page.keyboard.press("c")
    expect(page.get_by_label("Write a comment")).to_be_focused()
    place = page.get_by_label("At", exact=True)
    page.keyboard.type(SAID)
    go_to(page, place)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("1:05")
    fill(page, page.get_by_label("Your name"), NAME)
    press(page, page.get_by_role("button", name="Comment", exact=True))
    written = page.locator("#comments li.led")
    expect(written).to_be_focused()
    expect(written).to_contain_text("1:05")
    expect(written).to_contain_text(SAID)
    look(page, "comment")
    listbox = page.get_by_role("listbox")
    go_to(page, listbox)
    page.keyboard.press("End")
    expect(page.get_by_role("option", selected=True)).to_contain_text(f"1:05 {NAME} {SAID}")


def hear_it_to_the_end(page: Page) -> None:
    playing.wait_until(page, "player.queue.current?.title === arg", LAST)
    playing.wait_until(page, "!player.playing")
    state = playing.state(page)
    assert state["titles"] == [FIRST, LONG, LAST]
    assert state["index"] == 2


def answer_as_ada(page: Page) -> None:
    page.goto("/about")
    press(page, page.get_by_role("banner").get_by_role("link", name="Notices"))
    page.wait_for_url("**/notices")
    look(page, "notices")
    press(page, page.get_by_role("link", name=re.compile(f"{NAME} .*“{LONG}”")).first)
    page.wait_for_url("**/ada-quill/long-reach*")
    theirs = page.locator("#comments li.led")
    expect(theirs).to_contain_text(SAID)
    press(page, theirs.get_by_role("link", name="Answer"))
    expect(page.get_by_label(f"Your answer to {NAME}")).to_be_focused()
    page.keyboard.type(ANSWER)
    press(page, page.get_by_role("button", name="Answer", exact=True))
    expect(page.locator("#comments .answers li.led")).to_contain_text(ANSWER)


def read_the_answer(page: Page) -> None:
    page.goto("/about")
    bell = page.get_by_role("banner").get_by_role("link", name="Notices")
    expect(bell).to_have_attribute("aria-label", re.compile(r"\d new"))
    press(page, bell)
    page.wait_for_url("**/notices")
    press(page, page.get_by_role("link", name=re.compile("Ada Quill answered")).first)
    page.wait_for_url("**/ada-quill/long-reach*")
    expect(page.locator("#comments .answers")).to_contain_text(ANSWER)
    look(page, "answer")


def look(page: Page, name: str) -> None:
    """Keep how it looks in light, dark and at phone width, for somebody to look at."""
    OUT.mkdir(exist_ok=True)
    size = page.viewport_size
    assert size is not None
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.screenshot(path=OUT / f"together-{name}-{scheme}.png")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 390, "height": 844})
    page.screenshot(path=OUT / f"together-{name}-phone.png")
    page.set_viewport_size(size)
