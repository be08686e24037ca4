"""Liking, passing on, following and being told, by keyboard alone; the buttons work without scripts too."""

import re

import pytest
from playwright.sync_api import Browser, Locator, StorageState, expect

from tests.browser.conftest import Visit
from tests.browser.keyboard import complaint, press
from tests.browser.site import PASSWORD, Site
from tests.browser.stage import Catalogue

pytestmark = pytest.mark.usefixtures("catalogue")
TRACK = "/ada-quill/slow-harbour"


def test_a_press_keeps_the_place_and_says_what_holds_now(visit: Visit, ben: StorageState) -> None:
    page = visit(ben)
    page.goto(TRACK)
    like = page.get_by_role("button", name="Like")
    expect(like).to_have_attribute("aria-pressed", "false")
    press(page, like, "Space")
    expect(like).to_have_attribute("aria-pressed", "true")
    expect(like).to_contain_text("1")
    expect(like).to_be_focused()
    assert complaint(page) == ""
    page.goto("/likes")
    expect(page.get_by_role("link", name="Slow Harbour", exact=True)).to_be_visible()
    page.goto(TRACK)
    press(page, like)
    expect(like).to_have_attribute("aria-pressed", "false")


def test_what_one_passes_on_comes_to_those_who_follow(
    visit: Visit, ada: StorageState, ben: StorageState, cleo: StorageState
) -> None:
    follower = visit(ben)
    follower.goto("/cleo-park")
    follow = follower.get_by_role("button", name="Follow Cleo Park")
    if follow.get_attribute("aria-pressed") == "false":
        press(follower, follow)
    expect(follow).to_have_attribute("aria-pressed", "true")
    page = visit(cleo)
    page.goto(TRACK)
    press(page, page.get_by_role("button", name="Repost"))
    expect(page.get_by_role("button", name="Repost")).to_have_attribute("aria-pressed", "true")
    press(page, page.get_by_role("link", name="Add a few words"))
    page.wait_for_url("**/words")
    press(page, page.get_by_label("A few words"), "End")
    page.keyboard.type("Listen to the end.")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{TRACK}")
    follower.get_by_role("banner").get_by_role("link", name="Feed").click()
    follower.wait_for_url("**/feed")
    entry = follower.locator("#tracks > li", has_text="Slow Harbour").first
    expect(entry).to_contain_text("reposted by Cleo Park")
    expect(entry).to_contain_text("Listen to the end.")
    read_it(visit, ada)


def read_it(visit: Visit, ada: StorageState) -> None:
    page = visit(ada)
    page.goto("/about")
    bell = page.get_by_role("banner").get_by_role("link", name="Notices")
    before = new_notices(bell)
    press(page, bell)
    page.wait_for_url("**/notices")
    press(page, page.get_by_role("link", name="Cleo Park reposted “Slow Harbour”."))
    page.wait_for_url(f"**{TRACK}")
    expect(bell).not_to_have_attribute("aria-label", f"Notices, {before} new")
    assert new_notices(bell) == before - 1


def new_notices(bell: Locator) -> int:
    """What the bell says: how many are new."""
    said = re.fullmatch(r"Notices(?:, (\d+) new)?", bell.get_attribute("aria-label") or "")
    assert said is not None
    return int(said[1] or 0)


def test_the_buttons_work_without_scripts(browser: Browser, site: Site, ben: StorageState, seeded: Catalogue) -> None:
    context = browser.new_context(base_url=site.url, storage_state=ben, java_script_enabled=False)
    page = context.new_page()
    page.goto(TRACK)
    page.get_by_role("button", name="Like").click()
    page.wait_for_url(f"**{TRACK}")
    expect(page.get_by_role("button", name="Like")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Like").click()
    page.wait_for_url(f"**{TRACK}")
    expect(page.get_by_role("button", name="Like")).to_have_attribute("aria-pressed", "false")
    context.close()


def test_who_is_not_signed_in_comes_back_to_the_track(visit: Visit) -> None:
    page = visit()
    page.goto(TRACK)
    press(page, page.get_by_role("link", name="Like", exact=True))
    page.wait_for_url("**/account/login/?next=*")
    page.get_by_label("E-mail").fill("ben@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{TRACK}")
