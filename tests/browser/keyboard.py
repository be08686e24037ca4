"""A person without a mouse: goes from control to control, and always sees where they are."""

from playwright.sync_api import Locator, Page

MOST_STOPS = 120
# What has the focus, or what is wrong with it: nowhere, out of sight, or without a mark around it.
_STOP = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return "nowhere";
  const name = here.outerHTML.slice(0, 160);
  const { width, height, bottom, right, top, left } = here.getBoundingClientRect();
  if (width < 2 || height < 2) return `out of sight: ${name}`;
  if (bottom < 0 || right < 0 || top > innerHeight || left > innerWidth) return `off the screen: ${name}`;
  for (let one = here; one && one !== document.body; one = one.parentElement) {
    const { outlineStyle, outlineWidth, opacity } = getComputedStyle(one);
    if (opacity !== "0" && outlineStyle !== "none" && parseFloat(outlineWidth) > 0) return "";
    if (one !== here && !one.matches("label")) break;
  }
  return `without a mark: ${name}`;
}"""


def complaint(page: Page) -> str:
    """Say what is wrong with where the focus is; nothing when it can be seen."""
    said: str = page.evaluate(_STOP)
    return said


def go_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press Tab until a control has the focus. Every stop on the way must be seen."""
    target.wait_for(state="attached")
    for _stop in range(MOST_STOPS):
        if target.evaluate("target => target === document.activeElement"):
            return
        page.keyboard.press(key)
        wrong = complaint(page)
        # After the last control the focus leaves the page for the browser's own, and comes in again at the top.
        assert wrong in ("", "nowhere"), wrong
    raise AssertionError(f"{MOST_STOPS} presses of {key} do not lead to {target}")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    """Go to a control and press it."""
    go_to(page, target)
    page.keyboard.press(key)
