"""A stranger's first minutes: from signing up to "no to everything" with its proof file at hand, by mouse and by keys.

Clicks are counted as a person makes them: pressing a key to send a form one has typed into is one, typing is none, and
so is opening the letter.
"""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.keyboard import complaint, press
from tests.browser.site import Site
from tests.browser.stage import Catalogue

PASSWORD = "nine gulls on the harbour wall"
MOST_S, MOST_CLICKS = 90, 6

Step = Callable[[Page, Locator], None]


class Counted:
    """Presses things, and counts how often."""

    def __init__(self, how: Step) -> None:
        self.how, self.clicks = how, 0

    def __call__(self, page: Page, target: Locator) -> None:
        self.clicks += 1
        self.how(page, target)


@pytest.fixture
def clock() -> Callable[[], float]:
    """The seconds since the test began."""
    began = time.monotonic()
    return lambda: time.monotonic() - began


@pytest.mark.parametrize("way", ["mouse", "keys"])
def test_a_stranger_says_no_to_everything_and_has_the_proof_at_hand(
    way: str, visit: Visit, site: Site, seeded: Catalogue, clock: Callable[[], float], tmp_path: Path
) -> None:
    page, email = visit(), f"wren-{way}@example.org"
    click = Counted(press if way == "keys" else lambda _page, target: target.click())
    page.goto("/")
    click(page, page.get_by_role("banner").get_by_role("link", name="Sign up"))
    fill(page, page.get_by_label("E-mail"), email, way)
    fill(page, page.get_by_label("Password", exact=True), PASSWORD, way)
    click(page, page.get_by_role("main").get_by_role("button", name="Make an account"))
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    page.goto(site.link_in_mail(email, "/account/confirm-email/"))
    click(page, page.get_by_role("button", name="Yes, it is mine"))
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    click(page, page.get_by_role("banner").get_by_role("link", name="Answers"))
    expect(page.get_by_role("heading", name="What may software do with your music?")).to_be_visible()
    click(page, page.get_by_role("button", name="No to everything"))
    expect(page.get_by_role("heading", name="You said no to everything")).to_be_visible()
    proof = page.get_by_role("link", name="Get the proof file")
    expect(proof).to_be_visible()
    with page.expect_download() as taken:
        click(page, proof)
    assert click.clicks <= MOST_CLICKS
    assert clock() <= MOST_S
    kept = tmp_path / taken.value.suggested_filename
    taken.value.save_as(kept)
    assert kept.name.startswith("antiphon-answer-")
    site.antiphon("verify", str(kept))


def test_the_table_is_walked_by_arrows_and_chosen_by_space(visit: Visit, ada: object, catalogue: Catalogue) -> None:
    page = visit(ada)
    page.goto("/studio/answers/tracks")
    cells = page.locator("consent-grid tbody tr").first.locator("td")
    press(page, cells.first, "ArrowRight")
    expect(cells.nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(cells.last).to_be_focused()
    assert complaint(page) == ""
    page.keyboard.press("ArrowRight")
    expect(cells.last).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    second = page.locator("consent-grid tbody tr").nth(1)
    expect(second.locator("td").first).to_be_focused()
    page.keyboard.press("Space")
    expect(second.get_by_role("checkbox")).to_be_checked()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    expect(page.locator("consent-grid tbody input:checked")).to_have_count(3)
    page.keyboard.press("Control+Home")
    expect(cells.first).to_be_focused()


def test_answering_works_without_scripts(visit: Visit, ada: object, catalogue: Catalogue) -> None:
    page = visit(ada, java_script_enabled=False)
    page.goto("/studio/answers/tracks?q=undertow")
    page.get_by_label("Choose Undertow").check()
    page.get_by_label("Live assistants").first.check()
    page.get_by_label("Yes", exact=True).check()
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_text("allowed for 1 track more")).to_be_visible()
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.get_by_role("heading", name="Answered")).to_be_visible()
    page.goto("/studio/answers/tracks?q=undertow&purpose_is=agent&state=yes")
    expect(page.get_by_role("link", name="Undertow")).to_be_visible()


def test_an_invited_holder_is_heard_without_scripts(visit: Visit, seeded: Catalogue) -> None:
    page = visit(java_script_enabled=False)
    page.goto(f"/answers/{seeded.invitation}")
    # Nothing is chosen, so the link stays; what counts is that the form of a real browser is not refused as foreign.
    with page.expect_response(lambda reply: reply.request.method == "POST") as sent:
        page.get_by_role("button", name="Confirm and answer").click()
    assert sent.value.status == 422
    expect(page.get_by_text("Choose an answer to at least one use")).to_be_visible()


def fill(page: Page, field: Locator, text: str, way: str) -> None:
    """Type into a field, which the keyboard has to reach first."""
    if way == "mouse":
        field.fill(text)
        return
    press(page, field, "End")
    page.keyboard.type(text)
