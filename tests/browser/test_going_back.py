"""Back, twice and quickly: whatever comes late, the page is that of its address."""

from playwright.sync_api import Route, expect

from tests.browser.conftest import Visit


def test_a_page_that_comes_late_does_not_take_the_place_of_a_later_one(visit: Visit) -> None:
    page = visit()
    page.goto("/about")
    for name in ("Terms", "Transparency"):
        page.get_by_role("contentinfo").get_by_role("link", name=name).click()
        page.wait_for_url(f"**/{name.lower()}")
    held: list[Route] = []
    page.route("**/terms", lambda route: held.append(route))
    about = page.get_by_role("heading", name="What this place is", level=1)
    page.evaluate("() => history.back()")
    page.wait_for_function("() => location.pathname === '/terms'")
    page.evaluate("() => history.back()")
    expect(about).to_be_visible()
    assert len(held) == 1
    held[0].continue_()
    with page.expect_console_message(lambda said: said.text == "later"):
        page.evaluate("() => setTimeout(() => console.log('later'), 1000)")
    expect(about).to_be_visible()
    assert page.url.endswith("/about")
