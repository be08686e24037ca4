"""Comments in the browser: written by keyboard at a second of the music, seen on the waveform, answered, walked."""

import re

import pytest
from playwright.sync_api import Page, StorageState, expect

from tests.browser.conftest import Visit
from tests.browser.keyboard import go_to, press
from tests.browser.music import QUIET
from tests.browser.playing import state, wait_for_sound, wait_until
from tests.browser.stage import Catalogue

TRACK = "/ada-quill/slow-harbour"  # 40 seconds
BELL, BELL_SAID = "What is that bell at twenty?", "The harbour's own. It rang by itself."


@pytest.fixture
def ben_page(visit: Visit, catalogue: Catalogue, ben: StorageState) -> Page:
    return visit(ben)


def marks_line(page: Page) -> str:
    return page.get_by_role("listbox").inner_text()


def test_a_comment_is_written_by_keyboard_seen_on_the_waveform_and_answered(
    visit: Visit, ben_page: Page, ada: StorageState
) -> None:
    page = ben_page
    page.goto(TRACK)
    slider = page.get_by_role("slider", name=re.compile(QUIET))
    go_to(page, slider)
    for key in ("PageUp", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    expect(slider).to_have_attribute("aria-valuenow", "20")
    page.keyboard.press("c")
    words = page.get_by_label("Write a comment")
    expect(words).to_be_focused()
    expect(page.get_by_label("At", exact=True)).to_have_value("0:20")
    page.keyboard.type(BELL)
    if page.get_by_label("Your name").count():
        go_to(page, page.get_by_label("Your name"))
        page.keyboard.type("Ben Low")
    press(page, page.get_by_role("button", name="Comment", exact=True))
    written = page.locator("#comments li.led")
    expect(written).to_be_focused()
    expect(written).to_contain_text(BELL)
    # It stands on the waveform, for everybody, in a place of its own.
    other = visit(ada)
    other.goto(TRACK)
    expect(other.locator("antiphon-waveform .marks .notes")).to_have_attribute("d", re.compile(r"^M\d+"))
    listbox = other.get_by_role("listbox")
    go_to(other, listbox)
    for _step in range(40):
        if BELL in marks_line(other):
            break
        other.keyboard.press("ArrowRight")
    expect(other.get_by_role("option", selected=True)).to_contain_text(f"0:20 Ben Low {BELL}")
    press(other, other.get_by_role("link", name="Open this comment"))
    theirs = other.locator("#comments li.led")
    expect(theirs).to_be_focused()
    press(other, theirs.get_by_role("link", name="Answer"))
    answer = other.get_by_label("Your answer to Ben Low")
    expect(answer).to_be_focused()
    other.keyboard.type(BELL_SAID)
    press(other, other.get_by_role("button", name="Answer", exact=True))
    expect(other.locator("#comments .answers li.led")).to_contain_text(BELL_SAID)
    page.reload()
    expect(page.locator("#comments .answers")).to_contain_text(BELL_SAID)


def test_comments_appear_while_the_music_plays_and_enter_plays_from_one(visit: Visit, catalogue: Catalogue) -> None:
    page = visit()
    page.goto(TRACK)
    listbox = page.get_by_role("listbox")
    expect(listbox).to_be_visible()
    page.keyboard.press("k")
    wait_for_sound(page, QUIET)
    page.evaluate("document.querySelector('antiphon-player').seek(5.1)")
    expect(listbox).to_contain_text("The first light")
    page.evaluate("document.querySelector('antiphon-player').seek(12.1)")
    expect(listbox).to_contain_text("Here it opens")
    page.keyboard.press("k")
    go_to(page, listbox)
    page.keyboard.press("Home")
    expect(page.get_by_role("option")).to_have_attribute("aria-posinset", "1")
    page.keyboard.press("Enter")
    wait_until(page, "player.playing && player.time >= 5 && player.time < 8")
    page.locator("#comments .at", has_text="0:12").first.click()
    wait_until(page, "player.time >= 12 && player.time < 15")
    assert state(page)["playing"]


def test_pointing_at_a_mark_says_it(visit: Visit, catalogue: Catalogue) -> None:
    page = visit()
    page.goto(TRACK)
    box = page.locator("antiphon-waveform").bounding_box()
    assert box is not None
    expect(page.get_by_role("listbox")).to_be_visible()
    page.mouse.move(box["x"] + box["width"] * 12 / 40, box["y"] + box["height"] - 4)
    expect(page.get_by_role("listbox")).to_contain_text("Here it opens")


def test_the_letter_c_is_a_letter_where_one_types_and_can_be_switched_off(ben_page: Page) -> None:
    page = ben_page
    page.goto(TRACK)
    go_to(page, page.get_by_role("banner").get_by_role("combobox"))
    page.keyboard.type("concert")
    expect(page.get_by_role("banner").get_by_role("combobox")).to_have_value("concert")
    go_to(page, page.get_by_role("slider", name=re.compile(QUIET)))
    page.keyboard.press("?")
    page.get_by_label("Use these keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(page.get_by_label("Write a comment")).not_to_be_focused()


def test_without_scripts_comments_are_read_written_and_put_in_order(
    visit: Visit, catalogue: Catalogue, cleo: StorageState
) -> None:
    page = visit(cleo, java_script_enabled=False)
    page.goto(TRACK)
    page.get_by_label("Write a comment").fill("I typed the place myself.")
    page.get_by_label("At", exact=True).fill("0:31")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator("#comments li.led")).to_contain_text("0:31")
    page.get_by_role("link", name="All comments").click()
    page.get_by_role("link", name="By place").click()
    places = page.locator("#comments .talk > li > .said-head .at").all_inner_texts()
    assert places == sorted(places)
    assert "0:31" in places
