"""How a new person comes in: by the form, the mailbox, and the keyboard."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.keyboard import press
from tests.browser.site import Site

PASSWORD = "seven herons on one leg"


def sign_up(page: Page, site: Site, email: str) -> None:
    """Sign up and confirm the address by the link in the mail, by keyboard alone."""
    page.goto("/")
    press(page, page.get_by_role("link", name="Sign up"))
    page.wait_for_url("**/signup/")
    fill(page, page.get_by_label("E-mail"), email)
    fill(page, page.get_by_label("Password", exact=True), PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    page.goto(site.link_in_mail(email, "/account/confirm-email/"))
    press(page, page.get_by_role("button", name="Yes, it is mine"))
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()


def fill(page: Page, field: Locator, text: str) -> None:
    """Go to a field with Tab and type."""
    press(page, field, "End")
    page.keyboard.type(text)
