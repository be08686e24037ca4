"""Finding and keeping, by keyboard: suggestions while one types, a search with filters, a set of one's own."""

import pytest
from playwright.sync_api import Page, Route, StorageState, expect

from tests.browser import playing
from tests.browser.access import findings
from tests.browser.conftest import Visit
from tests.browser.keyboard import go_to, press
from tests.browser.stage import Catalogue
from tests.browser.visiting import wait_for

TRACK = "/ada-quill/slow-harbour"


@pytest.fixture
def page(visit: Visit, catalogue: Catalogue) -> Page:
    return visit()


def test_suggestions_are_walked_by_arrows_while_the_music_goes_on(page: Page) -> None:
    page.goto(TRACK)
    page.keyboard.press("k")
    playing.wait_for_sound(page)
    page.keyboard.press("/")
    field = page.get_by_role("combobox", name="Search", exact=True)
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-expanded", "false")
    page.keyboard.type("signal fi")
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("Signal Fire")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "-")
    assert findings(page) == []
    page.keyboard.press("ArrowUp")
    expect(field).not_to_have_attribute("aria-activedescendant", "suggestion-0")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_hidden()
    expect(field).to_have_value("signal fi")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Signal Fire")
    assert playing.state(page)["playing"], "it went there as a link does"


def test_a_slip_of_the_finger_and_filters_by_keyboard(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("slow harbor")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("slow harbor")
    expect(page.locator("#main [role=status]")).to_contain_text("slow harbour")
    expect(page.locator("#tracks .name").first).to_have_text("Slow Harbour")
    press(page, page.locator("#main details.narrow > summary"))
    go_to(page, page.get_by_label("Licence"))
    page.get_by_label("Licence").select_option("cc-by")
    press(page, page.get_by_role("button", name="Use these filters"))
    page.wait_for_url("**license=cc-by**")
    expect(page.locator("#tracks .name")).to_have_text(["Slow Harbour"])
    page.goto("/search?q=slow+harbour&license=cc0")
    expect(page.get_by_text("There is something without the filters")).to_be_visible()
    page.get_by_role("link", name="look everywhere").click()
    expect(page.locator("#tracks .name").first).to_have_text("Slow Harbour")


def test_the_search_works_without_scripts(visit: Visit, catalogue: Catalogue) -> None:
    page = visit(java_script_enabled=False)
    page.goto("/search?q=habrour")
    expect(page.locator("#tracks .name").first).to_contain_text("Harbour")
    page.get_by_role("searchbox", name="Title, artist or tag").fill("signal")
    page.locator("#main form[role=search]").get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("#tracks .name").first).to_have_text("Signal Fire")


def test_a_listener_makes_a_set_of_many_creators_by_keyboard(
    visit: Visit, catalogue: Catalogue, cleo: StorageState
) -> None:
    page = visit(cleo)
    page.goto(TRACK)
    link = page.get_by_role("link", name="Add to set…")
    press(page, link)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert findings(page) == []
    go_to(page, dialog.get_by_label("Title"))
    page.keyboard.type("Low tide")
    go_to(page, dialog.get_by_label("Who may see it"))
    page.keyboard.type("Everybody")
    press(page, dialog.get_by_role("button", name="Begin it with this track"))
    expect(dialog.get_by_text("“Low tide” begins with “Slow Harbour”.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(link).to_be_focused()
    page.goto("/search?q=night+ferry")
    press(page, page.get_by_role("link", name="Add Night Ferry to a set"))
    press(page, dialog.get_by_role("button", name="Add it to Low tide"))
    expect(dialog.get_by_role("button", name="Take it out of Low tide")).to_be_focused()
    page.keyboard.press("Escape")
    stranger = visit()
    stranger.goto("/cleo-park/sets/low-tide")
    expect(stranger.locator(".tracks .name")).to_have_text(["Slow Harbour", "Night Ferry"])
    page.goto("/cleo-park/sets/low-tide")
    press(page, page.get_by_role("link", name="Edit"))
    press(page, page.get_by_role("button", name="Move Night Ferry up"))
    expect(page.get_by_role("status").filter(has_text="Night Ferry")).to_be_visible()
    stranger.reload()
    expect(stranger.locator(".tracks .name")).to_have_text(["Night Ferry", "Slow Harbour"])


def test_shuffle_and_repeat_are_kept_over_a_reload(page: Page) -> None:
    page.goto(TRACK)
    page.keyboard.press("k")
    playing.wait_for_sound(page)
    page.keyboard.press("k")
    page.keyboard.press("s")
    page.keyboard.press("r")
    page.keyboard.press("q")
    shuffle, repeat = (
        page.get_by_role("button", name="Shuffle"),
        page.get_by_role("button", name="The whole queue repeats."),
    )
    expect(shuffle).to_have_attribute("aria-pressed", "true")
    expect(repeat).to_have_attribute("aria-pressed", "true")
    assert findings(page) == []
    press(page, repeat)
    page.reload()
    page.keyboard.press("q")
    expect(shuffle).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="This track repeats.")).to_have_attribute("aria-pressed", "true")


def test_a_part_that_cannot_be_had_leaves_the_page_as_it_is(visit: Visit, catalogue: Catalogue) -> None:
    page = visit()
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(
            status=404, content_type="text/html", body="<h1>Nothing here</h1><antiphon-player></antiphon-player>"
        )

    page.route("**/similar*", refuse)
    page.goto("/ada-quill/low-water")
    wait_for(lambda: asked, "the page to ask for what sounds like it")
    expect(page.get_by_role("link", name="Tracks that sound like it")).to_be_visible()
    expect(page.locator("antiphon-player")).to_have_count(1)
    expect(page.locator("h1")).to_have_count(1)
