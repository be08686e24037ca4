"""What a page must be for everybody: no finding of axe, nothing to scroll sideways, in light and in dark."""

import json
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

PHONE_PX, ZOOMED_PX = 320, 640  # the width of a small phone, and of a desktop at 200 %
# Rules whose answer hangs on colours, or on the width; the others see the same document everywhere.
COLOURED = ["color-contrast", "link-in-text-block"]
NARROWED = ["scrollable-region-focusable", "target-size"]
_TOO_WIDE = """() => {
  const { scrollWidth } = document.scrollingElement;
  if (scrollWidth <= innerWidth) return [];
  const all = [...document.querySelectorAll("body *")];
  const wide = all.filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5);
  const named = wide.slice(-3).map((one) => one.outerHTML.slice(0, 120));
  return [`${scrollWidth} px wide at ${innerWidth}: ${named.join(" | ")}`];
}"""


def findings(page: Page) -> list[str]:
    """Look at the page as it stands in both themes and three widths; return what is wrong, in words."""
    page.evaluate(AXE_SCRIPT)
    found = axe(page, "light")
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += axe(page, "dark", only=COLOURED)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    before = page.viewport_size
    for width in (ZOOMED_PX, PHONE_PX):
        page.set_viewport_size({"width": width, "height": 800})
        found += page.evaluate(_TOO_WIDE)
    found += axe(page, "phone", only=NARROWED)
    if before:
        page.set_viewport_size(before)
    return found


def axe(page: Page, theme: str, only: list[str] | None = None) -> list[str]:
    """Run axe, whose script the page has; return each element at fault with what is wrong with it."""
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if only:
        options["runOnly"] = {"type": "rule", "values": only}
    violations = page.evaluate(f"axe.run({json.dumps(options)}).then((found) => found.violations)")
    return [
        f"{theme}: {one['id']}: {node['html'][:200]}: {node.get('failureSummary', '')}"
        for one in violations
        for node in one["nodes"]
    ]
