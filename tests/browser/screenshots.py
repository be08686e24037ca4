"""`python -m tests.browser.screenshots`: every page in light, dark and on a phone, as pictures to look at.

With words behind it, only those whose names begin with one of them. They go to `tests/browser/out/`; a track page of
the demo catalogue also goes to `docs/screenshot.png`, for the README.
"""

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from tests.browser import chromium, playing, stage
from tests.browser.places import PLACES, Place
from tests.browser.site import Site, free_port
from tests.browser.visiting import PATIENCE_MS, sign_in

OUT = Path(__file__).parent / "out"
README_PICTURE = Path(__file__).resolve().parents[2] / "docs" / "screenshot.png"
MOST_BYTES = 300_000
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
DEMO_TRACK = "/the-osier-trio/market-day-at-two-bridges"
DEMO = [
    Place("demo-home", "/"),
    Place("demo-artist", "/quire-and-stair"),
    Place("demo-set", "/the-osier-trio/sets/call-the-wire"),
    Place("demo-track", DEMO_TRACK),
    Place("demo-search", "/search?q=stair"),
]


def main() -> int:
    if chromium.find() is None:
        print("There is no Chromium here. On Debian: apt install chromium.")
        return 1
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="antiphon-screenshots-") as folder, sync_playwright() as started:
        site = Site(Path(folder) / "data", free_port())
        site.data.mkdir()
        site.start()
        try:
            browser = started.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
            take_all(site, browser, Path(folder) / "music", tuple(sys.argv[1:]))
        finally:
            site.stop()
    return 0


def take_all(site: Site, browser: Browser, folder: Path, only: tuple[str, ...] = ()) -> None:
    states: dict[str, StorageState | None] = {"": None}
    page = open_page(browser, site, None)
    stage.open_first_page(page, site)
    shoot(page, "begin")
    stage.begin(page)
    states["mo"] = page.context.storage_state()
    catalogue = stage.seed(site, folder)
    if not only:
        print(site.antiphon("demo").strip())
    stage.wait_until_idle(site, seconds=900)
    states |= {name: sign_in(browser, site, name) for name in ("ada", "ben", "cleo")}
    for place in [*PLACES, *DEMO] if not only else [one for one in PLACES if one.name.startswith(only)]:
        page = open_page(browser, site, states[place.who])
        page.goto(place.path_in(catalogue.names()))
        if place.act:
            place.act(page)
        shoot(page, place.name)
        page.context.close()
    if not only:
        shoot_for_readme(open_page(browser, site, None))


def open_page(browser: Browser, site: Site, state: StorageState | None) -> Page:
    """Open a page in a context of its own: what one of them plays, the next must not show."""
    context = browser.new_context(base_url=site.url, storage_state=state, viewport=DESK, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    return context.new_page()


def shoot(page: Page, name: str) -> None:
    """Take a page as it stands, in light, in dark and at the width of a phone."""
    page.wait_for_load_state("networkidle")
    # What stands at the foot of the window would lie across the middle of a picture that is longer.
    whole = page.locator("antiphon-player").is_hidden() and page.locator("dialog[open]").count() == 0
    for theme, size in (("light", DESK), ("dark", DESK), ("phone", PHONE)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
        page.screenshot(path=OUT / f"{name}-{theme}.png", full_page=whole)
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    print(name, flush=True)


def shoot_for_readme(page: Page) -> None:
    """Take the track page while it plays, small enough for a repository."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.goto(DEMO_TRACK)
    page.keyboard.press("k")
    playing.wait_for_sound(page)
    page.keyboard.press("k")
    page.evaluate(
        "() => { const player = document.querySelector('antiphon-player'); player.seek(0.38 * player.duration); }"
    )
    page.mouse.move(0, 0)
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.save(README_PICTURE, optimize=True)
    if README_PICTURE.stat().st_size > MOST_BYTES:
        picture.convert("RGB").quantize(256).save(README_PICTURE, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
