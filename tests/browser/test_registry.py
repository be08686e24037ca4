"""The registry by sound in the browser: a file, a microphone, an address, and what is said where nothing is known."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, Playwright, expect

from antiphon.identification.core import statements
from tests.browser import chromium, stage, tuneful
from tests.browser.access import findings
from tests.browser.site import Site
from tests.browser.visiting import PATIENCE_MS, wait_for, watch
from tests.tunes import wav

Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def tunes(site: Site, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    made = tuneful.bring(site, tmp_path_factory.mktemp("tunes"))
    stage.wait_until_idle(site)
    return made


@pytest.fixture(scope="module")
def hearing(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser whose microphone hears ten seconds of Ada's tune."""
    heard = tmp_path_factory.mktemp("microphone") / "heard.wav"
    heard.write_bytes(wav(tuneful.clip(tuneful.SEEDS[tuneful.TITLE])))
    flags = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={heard}",
    ]
    launched = playwright.chromium.launch(executable_path=chromium.find(), args=[*chromium.ARGUMENTS, *flags])
    yield launched
    launched.close()


def put(page: Page, seed: int, *, scripted: bool = True) -> None:
    page.goto("/registry")
    if scripted:  # the page's script is there
        expect(page.get_by_role("button", name="Listen for ten seconds")).to_be_visible()
    sound = FilePayload(name="clip.wav", mimeType="audio/wav", buffer=wav(tuneful.clip(seed)))
    page.get_by_label("A sound file").set_input_files(sound)


def is_bell_buoy(page: Page) -> None:
    page.wait_for_url("**/registry/*")
    expect(page.get_by_role("heading", name="Known here")).to_be_visible()
    expect(page.locator(".known h2 a")).to_have_text(tuneful.TITLE)
    label = page.locator(".ai-label")
    expect(label).to_contain_text("Ask me")
    expect(page.locator(".sixteen-of tr")).to_have_count(16)


def test_a_microphone_gives_the_label_of_what_it_hears(
    hearing: Browser, site: Site, tunes: dict[str, int], tmp_path: Path
) -> None:
    context = hearing.new_context(base_url=site.url, permissions=["microphone"])
    complaints: list[str] = []
    try:
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        watch(page, complaints)
        page.goto("/registry")
        button = page.get_by_role("button", name="Listen for ten seconds")
        button.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".staff-of-sound rect").nth(20)).to_be_attached()
        expect(page.get_by_role("button", name="That is enough")).to_be_visible()
        is_bell_buoy(page)
        with page.expect_download() as download:
            page.get_by_role("link", name="Keep the signed answer").click()
        data = Path(download.value.path()).read_bytes()
        assert statements.check(data).ok
        assert json.loads(data)["answer"]["asked"]["how"] == "microphone"
    finally:
        context.close()
    assert complaints == []


def test_a_file_and_an_address_give_it_too(visit: Visit, tunes: dict[str, int]) -> None:
    page = visit()
    put(page, tuneful.SEEDS[tuneful.TITLE])
    is_bell_buoy(page)
    assert findings(page) == []
    page.get_by_role("link", name="Ask about something else").click()
    page.get_by_label("The address of a track here").fill(f"{page.url.split('/registry')[0]}/ada-quill/bell-buoy")
    page.get_by_role("button", name="Ask", exact=True).click()
    is_bell_buoy(page)


def test_a_file_that_is_dropped_is_asked_about(visit: Visit, tunes: dict[str, int]) -> None:
    page = visit()
    page.goto("/registry")
    raw = list(wav(tuneful.clip(tuneful.SEEDS[tuneful.TITLE], 5.0)))
    page.evaluate(
        """(bytes) => {
          const carrier = new DataTransfer();
          carrier.items.add(new File([new Uint8Array(bytes)], "dropped.wav", { type: "audio/wav" }));
          document.querySelector("[data-registry]").dispatchEvent(
            new DragEvent("drop", { dataTransfer: carrier, bubbles: true, cancelable: true }));
        }""",
        raw,
    )
    is_bell_buoy(page)


@pytest.mark.parametrize("seed", [tuneful.STRANGE, tuneful.SEEDS[tuneful.HIDDEN]])
def test_what_is_strange_or_not_released_is_not_known_here(visit: Visit, tunes: dict[str, int], seed: int) -> None:
    page = visit()
    put(page, seed)
    expect(page.get_by_role("heading", name="Not known here")).to_be_visible()
    assert "Bell Buoy" not in page.content()
    assert findings(page) == []


def test_a_microphone_that_is_refused_leaves_the_other_ways(visit: Visit, tunes: dict[str, int]) -> None:
    page = visit()
    page.goto("/registry")
    page.get_by_role("button", name="Listen for ten seconds").click()
    expect(page.locator("[data-part=fault]")).to_be_visible()
    expect(page.locator("[data-part=fault]")).to_contain_text("hoose a file")
    put(page, tuneful.SEEDS[tuneful.TITLE])
    is_bell_buoy(page)


def test_without_scripts_a_file_is_enough(visit: Visit, tunes: dict[str, int]) -> None:
    page = visit(java_script_enabled=False)
    put(page, tuneful.SEEDS[tuneful.TITLE], scripted=False)
    expect(page.get_by_role("button", name="Listen for ten seconds")).to_be_hidden()
    page.get_by_role("button", name="Ask", exact=True).click()
    page.wait_for_url("**/registry/*")

    def is_answered() -> bool:
        if again := page.get_by_role("link", name="Look again").count():
            page.get_by_role("link", name="Look again").click()
        return not again

    wait_for(is_answered, "an answer")
    is_bell_buoy(page)
