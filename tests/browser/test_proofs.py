"""Proof files checked in the browser where they are dropped, and the alarm when the log forks."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import proofs
from tests.browser.access import findings
from tests.browser.conftest import Visit
from tests.browser.site import Site
from tests.browser.stage import Catalogue

CHECKPOINT = "async () => { const reply = await fetch('/log/checkpoint'); return reply.ok ? reply.text() : ''; }"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A proof of absence, and beside it the same with one bit flipped."""
    data = bytearray(proofs.job_file(list(range(100)), 500, {"train-analysis": "no"}, witness=proofs.WITNESS))
    (tmp_path / "proof.json").write_bytes(data)
    data[len(data) // 3] ^= 1
    (tmp_path / "changed.json").write_bytes(data)
    (tmp_path / "breach.json").write_bytes(proofs.job_file([7, 8], 7, {"train-analysis": "no"}))
    return tmp_path


def choose(page: Page, path: Path, shows: str) -> None:
    page.get_by_label("Proof file").set_input_files(path)
    expect(page.get_by_role("heading", name=path.name)).to_be_visible()
    expect(page.locator(f"#verify [data-shows={shows}]")).to_be_visible()


def test_a_file_is_checked_with_the_network_off_and_one_flipped_bit_is_noticed(
    visit: Visit, seeded: Catalogue, kept: Path
) -> None:
    page = visit()
    page.goto("/")
    page.get_by_role("contentinfo").get_by_role("link", name="Transparency").click()
    expect(page.get_by_role("heading", name="Which software uses music here")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Check a proof file").click()
    expect(page.get_by_label("Proof file")).to_be_visible()
    page.context.set_offline(True)
    choose(page, kept / "proof.json", "absent")
    expect(page.get_by_text("Recording 500 is not in the manifest")).to_be_visible()
    expect(page.get_by_text("No time is shown")).to_be_visible()
    assert findings(page) == []
    choose(page, kept / "changed.json", "nothing")
    expect(page.get_by_text("Nothing is shown by this file.")).to_be_visible()
    choose(page, kept / "breach.json", "breach")
    page.get_by_text("Keys you trust").click()
    page.get_by_label("Keys of witnesses").fill(str(proofs.WITNESS.verifier))
    choose(page, kept / "proof.json", "absent")
    expect(page.get_by_text("2026-09-21 14:13:20 UTC").first).to_be_visible()
    page.get_by_label("The log’s verifier key").fill(str(proofs.OTHER_LOG.verifier))
    page.get_by_label("Keys of witnesses").focus()
    expect(page.locator("#verify [data-shows=nothing]")).to_be_visible()
    page.context.set_offline(False)


def test_a_browser_that_saw_another_history_says_so_on_every_page(visit: Visit, site: Site, seeded: Catalogue) -> None:
    page = visit()
    page.goto("/about")
    page.wait_for_function(f"({CHECKPOINT})()")
    raw = str(page.evaluate(CHECKPOINT))
    origin, size, root, *rest = raw.split("\n")
    flipped = ("B" if root[0] == "A" else "A") + root[1:]
    for told, alarmed in ((raw, False), ("\n".join([origin, size, flipped, *rest]), True)):
        page.evaluate(
            "raw => localStorage.setItem('antiphon.checkpoint', JSON.stringify({ raw, at: 0, misses: 0 }))", told
        )
        page.goto("/transparency/ledger")
        # Once it has looked, the moment it looked at is kept.
        page.wait_for_function("() => JSON.parse(localStorage.getItem('antiphon.checkpoint')).at > 0")
        expect(page.get_by_role("alert")).to_have_count(1 if alarmed else 0)
    page.get_by_role("contentinfo").get_by_role("link", name="About").click()
    expect(page.get_by_role("heading", name="What this place is")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("contradicts itself")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save both checkpoints").click()
    assert raw.split("\n")[2] in saved.value.path().read_text(encoding="utf-8")
    page.get_by_role("button", name="begin anew").click()
    page.reload()
    expect(page.get_by_role("alert")).to_have_count(0)
