"""Cleo uploads Ada's song, 12 % faster and under a voice; the two and Mo settle it, and Cleo claims a stretch."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, StorageState, expect

from tests import tunes
from tests.browser import stage
from tests.browser.conftest import Visit
from tests.browser.site import Site
from tests.browser.stage import Catalogue
from tests.compared import under, write

INGEST_MS = 120_000


@pytest.fixture
def song(site: Site, catalogue: Catalogue, tmp_path: Path) -> str:
    """Ada's song, out and compared."""
    path = tmp_path / "Ship Bells.wav"
    write(path, tunes.tune(71, 30.0))
    site.antiphon("import", "--creator", "ada-quill", str(path))
    return "Ship Bells"


def publish(page: Page, title: str) -> None:
    page.goto("/studio")
    page.get_by_role("link", name=title, exact=True).click()
    page.get_by_role("button", name="Publish", exact=True).click()


def unfold(page: Page, title: str) -> None:
    way = page.locator(".way", has=page.locator("summary", has_text=title))
    if way.get_attribute("open") is None:
        way.locator("summary").press("Enter")


def test_a_song_sped_up_under_a_voice_is_held_answered_and_decided(
    visit: Visit, site: Site, song: str, ada: StorageState, cleo: StorageState, operator: StorageState, tmp_path: Path
) -> None:
    adas, cleos, mos = visit(ada), visit(cleo), visit(operator)
    publish(adas, song)
    stage.wait_until_idle(site)
    path = tmp_path / "Fast Buoy.wav"
    copy = tunes.faster(tunes.tune(71, 30.0)[: 12 * tunes.HZ], 1.12)
    write(path, under(copy, tunes.tune(72, 30.0) / 3, 8.0))
    cleos.goto("/upload")
    cleos.locator("#files").set_input_files([path])
    cleos.locator("#attest").check()
    row = cleos.locator(".up", has_text="Fast Buoy")
    expect(row).to_contain_text("It sounds like music that is here already.", timeout=INGEST_MS)
    stage.wait_until_idle(site)
    publish(cleos, "Fast Buoy")

    cleos.goto("/notices")
    cleos.get_by_role("link", name="A stretch of your “Fast Buoy”").first.click()
    expect(cleos.locator("rect.stretch")).to_have_count(2)
    expect(cleos.get_by_text("12 % faster").first).to_be_visible()
    expect(cleos.get_by_role("link", name=song)).to_be_visible()
    cleos.locator(".alike-play button").first.click()
    address = cleos.url
    cleos.get_by_label("I play it myself: a cover").check()
    cleos.locator("#answer_words").fill("I played the bells with my own hands.")
    cleos.get_by_role("button", name="Send the answer").click()
    expect(cleos.get_by_text("You can say something else until it is decided.")).to_be_visible()

    adas.goto("/notices")
    adas.get_by_role("link", name=f"An upload sounds like your song “{song}”").first.click()
    expect(adas.get_by_text("Nobody else hears it, so you do not see its name.")).to_be_visible()
    unfold(adas, "Object")
    adas.locator("#object_words").fill("These are my bells.")
    adas.locator(".way[open]").get_by_role("button", name="Object", exact=True).click()
    expect(adas.get_by_text("Sent. A moderator reads it.")).to_be_visible()

    mos.goto("/operate/disputes")
    mos.get_by_role("link", name="Fast Buoy").click()
    expect(mos.get_by_text("These are my bells.")).to_be_visible()
    mos.get_by_label("Nothing stands against the upload").check()
    mos.locator("#decide_because").fill("The bells are rung by hand in this one.")
    mos.get_by_role("button", name="Decide").click()
    expect(mos.get_by_text("Decided. Both sides are told.")).to_be_visible()
    stage.wait_until_idle(site)

    cleos.goto(address)
    expect(cleos.get_by_text("The bells are rung by hand in this one.")).to_be_visible()
    expect(cleos.get_by_role("link", name="of the ledger").first).to_be_visible()
    anybody = visit()
    anybody.goto("/cleo-park/fast-buoy")
    expect(anybody.get_by_role("heading", name="Fast Buoy", level=1)).to_be_visible()
    adas.goto("/studio/asked?answer=disputed")
    expect(adas.get_by_role("link", name=song).first).to_be_visible()


def test_a_claim_is_made_and_answered_without_scripts(
    visit: Visit, catalogue: Catalogue, ada: StorageState, cleo: StorageState
) -> None:
    cleos, adas = visit(cleo, java_script_enabled=False), visit(ada, java_script_enabled=False)
    cleos.goto("/ada-quill/night-ferry")
    cleos.get_by_role("link", name="Claim a stretch of it").click()
    cleos.get_by_label("From", exact=True).fill("0:05")
    cleos.get_by_label("To", exact=True).fill("0:12")
    cleos.get_by_label("My song is played in it").check()
    cleos.get_by_label("Why is it yours?").fill("I wrote the ferry waltz.")
    cleos.get_by_label("I say this in good faith").check()
    cleos.get_by_role("button", name="Send the claim").click()
    expect(cleos.get_by_text("It waits for the uploader’s answer.")).to_be_visible()
    adas.goto(cleos.url)
    expect(adas.get_by_text("I wrote the ferry waltz.")).to_be_visible()
    adas.get_by_label("It is a mistake: this is other music").check()
    adas.locator("#answer_words").fill("It is a march.")
    adas.locator("#answer_good_faith").check()
    adas.get_by_role("button", name="Send the answer").click()
    expect(adas.get_by_text("It waits for the holder’s reply.")).to_be_visible()
