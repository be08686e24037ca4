"""Moderators work through the queue by keyboard, and whoever is concerned reads why and appeals."""

from playwright.sync_api import StorageState, expect

from tests.browser.conftest import Visit
from tests.browser.stage import Catalogue


def test_a_moderator_goes_through_the_queue_by_keyboard(
    visit: Visit, catalogue: Catalogue, operator: StorageState
) -> None:
    page = visit(operator)
    page.goto("/operate/reports?show=appealed")
    first = page.locator("[data-case]").first
    first.focus()
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(first).to_be_focused()
    page.keyboard.press("c")
    expect(page.get_by_text("You are at this case.")).to_be_visible()
    page.get_by_label("A note for the other moderators").fill("Heard it twice.")
    page.get_by_role("button", name="Keep the note").press("Enter")
    expect(page.get_by_text("Heard it twice.")).to_be_visible()
    page.get_by_role("button", name="Leave it to others").press("Enter")
    page.wait_for_url("**/operate/reports")


def test_whom_a_decision_concerns_reads_it_with_their_appeal(
    visit: Visit, catalogue: Catalogue, ada: StorageState
) -> None:
    page = visit(ada)
    page.goto("/account/decisions")
    page.get_by_role("link", name="Old Rope").click()
    expect(page.get_by_text("The words are somebody else's")).to_be_visible()
    expect(page.get_by_text("They are a hundred and twenty years old.")).to_be_visible()
    expect(page.get_by_text("you have appealed; nobody has answered yet")).to_be_visible()
