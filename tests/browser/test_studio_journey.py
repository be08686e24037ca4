"""The creator's side, by Ada: forms that say what is wrong, second thoughts, many tracks at once, other takes."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, StorageState, expect

from tests.browser import music, playing
from tests.browser.conftest import Visit
from tests.browser.keyboard import go_to, press
from tests.browser.stage import Catalogue
from tests.browser.visiting import wait_for

AUCKLAND = ZoneInfo("Pacific/Auckland")


@pytest.fixture
def page(visit: Visit, catalogue: Catalogue, ada: StorageState) -> Page:
    return visit(ada, timezone_id=AUCKLAND.key)


def edit(page: Page, catalogue: Catalogue, title: str) -> None:
    page.goto(f"/studio/tracks/{catalogue.tracks[title]}")


def test_the_first_wrong_field_has_the_focus(page: Page, catalogue: Catalogue) -> None:
    edit(page, catalogue, "Undertow")
    page.get_by_label("ISRC").fill("not a code")
    page.get_by_label("Tempo (BPM)").fill("fast")
    page.get_by_label("About this track").fill("Words that must not be lost.")
    page.locator("#words-title ~ form").get_by_role("button", name="Save").click()
    wrong = page.get_by_label("ISRC")
    expect(wrong).to_be_focused()
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert")).to_contain_text("not saved yet")
    said = [page.locator(f"#{name}").inner_text() for name in (wrong.get_attribute("aria-describedby") or "").split()]
    assert any("ISRC" in words for words in said), said
    expect(page.get_by_label("Tempo (BPM)")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("About this track")).to_have_value("Words that must not be lost.")


def test_a_release_is_timed_by_the_clock_one_sees(page: Page, catalogue: Catalogue) -> None:
    edit(page, catalogue, "Salt and Tar")
    expect(page.locator("[data-zone-name]")).to_have_text(AUCKLAND.key)
    day = datetime.now(AUCKLAND).date() + timedelta(days=40)
    page.get_by_label("Later, by itself").check()
    page.get_by_label("Day", exact=True).fill(day.isoformat())
    page.get_by_label("Time", exact=True).fill("09:30")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Scheduled", exact=True)).to_be_visible()
    meant = f"{day.isoformat()}T09:30"
    shown = page.locator("#main .head time").get_attribute("datetime")
    assert shown
    assert datetime.fromisoformat(shown).astimezone(AUCKLAND).isoformat()[:16] == meant


def test_a_withdrawal_can_be_undone_at_once(page: Page, catalogue: Catalogue) -> None:
    edit(page, catalogue, "Tide Table")
    press(page, page.get_by_role("button", name="Withdraw"))
    page.wait_for_url("**/studio?withdrawn=*")
    expect(page.get_by_text("“Tide Table” is withdrawn")).to_be_visible()
    press(page, page.get_by_role("button", name="Undo"))
    expect(page.get_by_text("“Tide Table” is back.")).to_be_visible()
    expect(page.locator("#main .badge", has_text="Scheduled")).to_be_visible()


def test_many_tracks_are_changed_after_one_has_seen_how(page: Page, catalogue: Catalogue) -> None:
    page.goto("/studio?sort=title")
    for title in ("Undertow", "Salt and Tar"):
        box = page.get_by_label(f"Choose {title}")
        go_to(page, box, "Tab" if title == "Undertow" else "Shift+Tab")
        page.keyboard.press("Space")
    expect(page.get_by_text("2 tracks chosen")).to_be_visible()
    press(page, page.get_by_role("button", name="Change the chosen…"), "Enter")
    page.get_by_label("Genre").fill("Sea song")
    page.get_by_label("Add tags").fill("night, water")
    page.get_by_role("button", name="Show what would change").click()
    plan = page.get_by_role("region", name="What would change")
    for title in ("Undertow", "Salt and Tar"):
        expect(plan.locator("tbody", has_text=title)).to_contain_text("Sea song")
    edited = visit_field(page, catalogue, "Undertow", "Genre")
    assert edited == ""  # nothing has been done yet
    page.get_by_role("button", name="Make these changes").click()
    expect(page.get_by_text("2 tracks changed.")).to_be_visible()
    assert visit_field(page, catalogue, "Undertow", "Genre") == "Sea song"


def visit_field(page: Page, catalogue: Catalogue, title: str, label: str) -> str:
    """What a field of a track's page holds now, read beside the page that is open."""
    beside = page.context.new_page()
    edit(beside, catalogue, title)
    value = beside.get_by_label(label).input_value()
    beside.close()
    return value


def test_a_set_is_put_in_order_by_keyboard(page: Page, catalogue: Catalogue) -> None:
    page.goto(f"/studio/sets/{catalogue.draft}")
    names = page.locator(".order .name")
    before = names.all_inner_texts()
    button = page.get_by_role("button", name=f"Move {before[2]} up")
    press(page, button)
    expect(page.get_by_text(f"{before[2]} is now number 2 of 3.")).to_be_visible()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{before[2]} is now number 1 of 3.")).to_be_visible()
    expect(page.get_by_role("button", name=f"Move {before[2]} down")).to_be_focused()
    page.reload()
    assert names.all_inner_texts() == [before[2], before[0], before[1]]


def test_another_take_keeps_the_page_and_the_old_one_plays_meanwhile(
    page: Page, visit: Visit, catalogue: Catalogue, tmp_path: Path
) -> None:
    listener, track = visit(), catalogue.tracks["Signal Fire"]
    listener.goto("/ada-quill/signal-fire")

    def length_ms() -> int:
        """What a listener who presses play gets; it must never be nothing."""
        answer = listener.context.request.get(f"/listen/{track}.json")
        assert answer.status == 200
        sound = listener.context.request.get(answer.json()["streams"][0]["url"], headers={"Range": "bytes=0-99"})
        assert sound.status == 206
        return int(answer.json()["duration_ms"])

    before = length_ms()
    page.goto(f"/studio/tracks/{track}/replace")
    page.get_by_role("checkbox").check()
    page.locator("#files").set_input_files(music.write(tmp_path / "Another take.flac", 9))
    row = page.locator(".up", has_text="Another take")
    row.wait_for()
    heard = [before]
    wait_for(lambda: heard.append(length_ms()) or heard[-1] != before, "the new take to play", seconds=120)
    assert set(heard) == {before, heard[-1]}
    assert heard[-1] == pytest.approx(9000, abs=100)
    answer = listener.goto("/ada-quill/signal-fire")
    assert answer
    assert answer.status == 200
    expect(listener.locator("#main .facts:not(.counts)")).to_contain_text("0:09")


def test_a_secret_link_opens_for_whoever_has_it_until_it_is_renewed(
    page: Page, visit: Visit, catalogue: Catalogue
) -> None:
    stranger = visit()
    edit(page, catalogue, "Lamp Room")
    link = page.get_by_role("textbox", name="Secret link").input_value()
    opened = stranger.goto(link)
    assert opened
    assert opened.status == 200
    stranger.keyboard.press("k")
    playing.wait_for_sound(stranger, "Lamp Room", beyond_s=0.3)
    press(page, page.get_by_role("button", name="Make a new link"))
    expect(page.get_by_role("textbox", name="Secret link")).not_to_have_value(link)
    closed = stranger.goto(link)
    assert closed
    assert closed.status == 404
    opened = stranger.goto(page.get_by_role("textbox", name="Secret link").input_value())
    assert opened
    assert opened.status == 200


def test_deletion_is_typed(page: Page, catalogue: Catalogue) -> None:
    edit(page, catalogue, "Old Rope")
    press(page, page.get_by_role("link", name="Delete it for good…"))
    field = page.get_by_label("Type the word “delete”")
    go_to(page, field)
    page.keyboard.type("yes")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Type exactly “delete”, or go back.")).to_be_visible()
    expect(field).to_be_focused()
    field.fill("delete")
    page.keyboard.press("Enter")
    expect(page.get_by_text("“Old Rope” and its files are deleted.")).to_be_visible()
    gone = page.goto(f"/studio/tracks/{catalogue.tracks['Old Rope']}")
    assert gone
    assert gone.status == 404


def test_editing_and_publishing_need_no_scripts(visit: Visit, catalogue: Catalogue, ada: StorageState) -> None:
    page = visit(ada, java_script_enabled=False)
    edit(page, catalogue, "Undertow")
    page.get_by_label("Title").fill("Undertow, slowly")
    page.locator("#words-title ~ form").get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Undertow, slowly")).to_be_visible()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("“Undertow, slowly” is out.")).to_be_visible()
    page.get_by_role("link", name="Open its page").first.click()
    expect(page).to_have_url(re.compile("/ada-quill/undertow"))
    expect(page.locator("noscript audio, audio")).to_be_visible()
    page.goto(f"/studio/sets/{catalogue.draft}")
    names = page.locator(".order .name")
    before = names.all_inner_texts()
    page.get_by_role("button", name=f"Move {before[0]} down").click()
    assert names.all_inner_texts() == [before[1], before[0], *before[2:]]
    page.goto(f"/studio/sets/{catalogue.draft}/publish")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator("#main .badge", has_text="Published")).to_be_visible()
