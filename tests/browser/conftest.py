"""A browser, one site for all tests of this folder, and people who are signed in; every failure leaves a screenshot."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, StorageState, expect, sync_playwright

from tests.browser import chromium, stage
from tests.browser.access import findings
from tests.browser.site import Site, free_port
from tests.browser.stage import Catalogue
from tests.browser.visiting import PATIENCE_MS, WATCH, sign_in, watch

OUT = Path(__file__).parent / "out"
FAILED = pytest.StashKey[bool]()
expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if chromium.find() is None:
        for item in items:
            item.add_marker(pytest.mark.skip(reason="there is no Chromium here"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report: Any = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    running = Site(tmp_path_factory.mktemp("site"), free_port())
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    launched = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
    yield launched
    launched.close()


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Open a page in a browser context of its own. Whatever any of them says on the console fails the test."""
    opened: list[Page] = []
    complaints: list[str] = []

    def open_page(who: StorageState | None = None, **options: Any) -> Page:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        context = browser.new_context(base_url=site.url, storage_state=who, **options)
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(WATCH)
        page = context.new_page()
        watch(page, complaints)
        opened.append(page)
        return page

    yield open_page
    if request.node.stash.get(FAILED, False):
        OUT.mkdir(exist_ok=True)
        for number, page in enumerate(opened):
            if not page.is_closed():
                page.screenshot(path=OUT / f"failed-{request.node.name}-{number}.png", full_page=True)
    for page in opened:
        page.context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def begun() -> list[str]:
    """What was wrong with the page of the first start, which is there only once."""
    return []


@pytest.fixture(scope="session")
def operator(site: Site, browser: Browser, begun: list[str]) -> StorageState:
    """Mo, who became the operator by the address that the server printed at its first start."""
    page = browser.new_page(base_url=site.url, reduced_motion="reduce")
    watch(page, begun)
    stage.open_first_page(page, site)
    begun += findings(page)
    stage.begin(page)
    state = page.context.storage_state()
    page.context.close()
    return state


@pytest.fixture(scope="session")
def seeded(site: Site, operator: StorageState, tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """People and music are here; the music is perhaps not ready yet."""
    return stage.seed(site, tmp_path_factory.mktemp("music") / "all")


@pytest.fixture(scope="session")
def catalogue(site: Site, seeded: Catalogue) -> Catalogue:
    """All of the music is ready, or has failed, as it should."""
    stage.wait_until_idle(site)
    return seeded


@pytest.fixture(scope="session")
def ada(site: Site, browser: Browser, seeded: Catalogue) -> StorageState:
    return sign_in(browser, site, "ada")


@pytest.fixture(scope="session")
def cleo(site: Site, browser: Browser, seeded: Catalogue) -> StorageState:
    return sign_in(browser, site, "cleo")


@pytest.fixture(scope="session")
def ben(site: Site, browser: Browser, seeded: Catalogue) -> StorageState:
    return sign_in(browser, site, "ben")
