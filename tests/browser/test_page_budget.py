"""What a page costs who opens it: 150 kB but for the music, its words before any script, nothing from elsewhere."""

import gzip
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Response, StorageState

from tests.browser.places import PLACES, Place
from tests.browser.site import Site
from tests.browser.stage import Catalogue
from tests.browser.visiting import PATIENCE_MS

MOST_BYTES = 150_000


def _page_of(place: Place) -> str:
    """Pages that share their first two steps share their frame, styles and scripts: one of them is weighed."""
    return "/".join(place.path.partition("?")[0].split("/")[:3])


PAGES = list({_page_of(place): place for place in reversed(PLACES)}.values())
_PACKED = ("font/", "image/webp", "image/png", "image/jpeg")
_SOUND = ("/media/renditions/", "/media/originals/", "/media/downloads/")
PAINTED = """() => performance.getEntriesByName("first-contentful-paint").length > 0
  && document.querySelector("#main h1")?.getBoundingClientRect().height > 0"""


def cost_of(reply: Response) -> int:
    """The bytes of a reply as they travel: compressed, where it is not compressed by itself."""
    body = reply.body()
    if reply.headers.get("content-type", "").startswith(_PACKED):
        return len(body)
    return len(gzip.compress(body, 6))


@pytest.mark.parametrize("place", PAGES, ids=lambda place: place.name)
def test_a_page_is_light_and_readable_before_its_scripts(
    place: Place, browser: Browser, site: Site, seeded: Catalogue, request: pytest.FixtureRequest
) -> None:
    if place.settled:
        request.getfixturevalue("catalogue")
    state: StorageState | None = None
    if place.who:
        state = request.getfixturevalue({"mo": "operator"}.get(place.who, place.who))
    # A context of its own has an empty cache.
    context = browser.new_context(base_url=site.url, storage_state=state, viewport={"width": 390, "height": 844})
    try:
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        held: list[Any] = []
        is_held = [True]
        replies: list[Response] = []
        page.on("response", lambda reply: replies.append(reply))

        def hold(route: Any) -> None:
            if is_held[0]:
                held.append(route)
            else:
                route.continue_()

        page.route("**/*.js", hold)
        page.goto(place.path_in(seeded.names()), wait_until="commit")
        page.wait_for_function(PAINTED)
        is_held[0] = False
        for route in held:
            route.continue_()
        page.wait_for_load_state("networkidle")
        here = urlsplit(site.url).netloc
        asked = [reply.url for reply in replies if not reply.url.startswith(("data:", "blob:"))]
        assert [url for url in asked if urlsplit(url).netloc != here] == []
        costs = {
            urlsplit(reply.url).path: cost_of(reply)
            for reply in replies
            if reply.status == 200 and not urlsplit(reply.url).path.startswith(_SOUND)
        }
        most = sorted(costs.items(), key=lambda one: -one[1])[:8]
        assert sum(costs.values()) <= MOST_BYTES, f"{sum(costs.values())} bytes: {most}"
    finally:
        context.close()
