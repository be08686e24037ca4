"""Every page, for everybody: axe finds nothing in either theme, nothing is cut off on a phone, no script complains."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, StorageState

from tests.browser.access import findings
from tests.browser.places import PLACES, Place
from tests.browser.site import Site
from tests.browser.stage import Catalogue
from tests.browser.visiting import PATIENCE_MS, WATCH, watch


@dataclass
class Rooms:
    """One window for each person, kept from page to page so that fonts and scripts are fetched once."""

    open_window: Callable[[str], Page]
    complaints: list[str] = field(default_factory=list)
    windows: dict[str, Page] = field(default_factory=dict)

    def visit(self, place: Place, names: dict[str, Any]) -> Page:
        if place.who not in self.windows:
            self.windows[place.who] = self.open_window(place.who)
            watch(self.windows[place.who], self.complaints)
        self.complaints.clear()
        page = self.windows[place.who]
        page.goto(place.path_in(names))
        if place.act:
            place.act(page)
        return page


@pytest.fixture(scope="module")
def rooms(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Rooms]:
    def open_window(who: str) -> Page:
        state: StorageState | None = request.getfixturevalue({"mo": "operator"}.get(who, who)) if who else None
        context = browser.new_context(base_url=site.url, storage_state=state, reduced_motion="reduce")
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(WATCH)
        return context.new_page()

    made = Rooms(open_window)
    yield made
    for page in made.windows.values():
        page.context.close()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_page_is_for_everybody(place: Place, rooms: Rooms, seeded: Catalogue, request: pytest.FixtureRequest) -> None:
    if place.settled:
        request.getfixturevalue("catalogue")
    page = rooms.visit(place, seeded.names())
    assert page.locator("#main").count() == 1
    assert page.locator("#main h1").count() == 1
    assert findings(page) + rooms.complaints == []


def test_the_first_start_is_for_everybody_too(begun: list[str]) -> None:
    assert begun == []
