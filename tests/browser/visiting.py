"""What visitors do in every test: sign in, wait, and notice what the browser complains of."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import Browser, Page, StorageState

from tests.browser.site import PASSWORD, Site

PATIENCE_MS = 30_000

# Violations of the content security policy are also said on the console; here they come with the line that did it.
WATCH = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy: ${event.violatedDirective} at ${event.sourceFile}:${event.lineNumber}:${event.columnNumber}`
    + ` ${event.sample} ${event.target?.outerHTML?.slice(0, 200) ?? ""}`);
});
"""


def watch(page: Page, complaints: list[str]) -> None:
    """Note what a page throws and what it says as an error."""

    def said(kind: str, text: str) -> None:
        # A 4xx that a test asked for is said on the console too; everything else is ours to mend.
        if kind == "error" and "the server responded with a status of 4" not in text:
            complaints.append(f"{page.url}: {text}")

    page.on("pageerror", lambda error: complaints.append(f"{page.url}: script error: {error}"))
    page.on("console", lambda message: said(message.type, message.text))


def sign_in(browser: Browser, site: Site, name: str) -> StorageState:
    """Sign one of the five in by the form; return what their browser keeps."""
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    page.goto("/account/login/")
    page.get_by_label("E-mail").fill(f"{name}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"^(?!.*login)"))
    state = context.storage_state()
    context.close()
    return state


def wait_for(is_so: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Ask until it is so. Raises `AssertionError` when patience ends."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, f"waited {seconds} s for {what}"
        time.sleep(0.1)
