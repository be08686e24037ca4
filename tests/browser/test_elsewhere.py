"""An album from another service is dropped as the ZIP that it came in: three songs, a cover, and one broken file."""

import base64
import struct
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, StorageState, expect

from tests import sounds
from tests.browser import music
from tests.browser.conftest import Visit
from tests.browser.stage import Catalogue

ALBUM = "Ada Quill - Foreshore"
TITLES = ["Wrack Line", "Sand Star", "Tenth Wave"]

CARRIED = """([bytes, name]) => {
  const transfer = new DataTransfer();
  const data = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
  transfer.items.add(new File([data], name, { type: 'application/zip' }));
  return transfer;
}"""


def drop(page: Page, path: Path) -> None:
    """Let a file fall on the upload page."""
    carried = page.evaluate_handle(CARRIED, [base64.b64encode(path.read_bytes()).decode(), path.name])
    page.locator("studio-upload").dispatch_event("drop", {"dataTransfer": carried})


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A ZIP as Bandcamp makes them, one part of which is damaged."""
    path = tmp_path / f"{ALBUM}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as packed:
        for number, title in enumerate(TITLES, 1):
            song = music.write(tmp_path / "song.flac", 2.0 + number / 7)
            packed.write(song, f"{ALBUM} - {number:02} {title}.flac")
        packed.writestr("cover.jpg", sounds.jpeg_bytes(600, 600))
        packed.writestr(f"{ALBUM} - 04 Torn.flac", b"fLaC" + bytes(range(256)) * 8)
        packed.writestr("booklet.txt", "Thanks to the tide.")
        torn = packed.getinfo(f"{ALBUM} - 04 Torn.flac")
    data = bytearray(path.read_bytes())
    name, extra = struct.unpack_from("<HH", data, torn.header_offset + 26)
    data[torn.header_offset + 30 + name + extra + 99] ^= 0xFF  # its checksum does not fit any more
    path.write_bytes(data)
    return path


@pytest.fixture
def page(visit: Visit, catalogue: Catalogue, ada: StorageState) -> Page:
    return visit(ada)


def test_a_zip_is_shown_before_it_comes_in_and_keeps_order_and_cover(page: Page, archive: Path) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/uploads/" in request.url else None)
    page.goto("/upload")
    page.locator("#files").wait_for(state="attached")
    drop(page, archive)
    plan = page.get_by_role("region", name="This would come in")
    expect(plan.get_by_role("heading", name="Foreshore")).to_be_visible()
    shown = [line.strip() for line in plan.locator("ol li").all_inner_texts()]
    assert [line.split(" Ada")[0] for line in shown] == [*TITLES, "Torn"]
    expect(plan.get_by_text("with its picture")).to_be_visible()
    expect(plan.get_by_text("booklet.txt")).to_be_visible()
    assert [url for url in sent if url.endswith("/uploads/")] == []
    page.get_by_label("I made this, or have the right").check()
    with page.expect_response(lambda reply: reply.url.endswith("/picture"), timeout=120_000) as placed:
        plan.get_by_role("button", name="Bring it in").click()
        expect(page.get_by_text("This part of the archive is damaged and could not be unpacked.")).to_be_visible()
    assert placed.value.json() == {"placed": 1}
    group = page.locator(".up-group", has=page.get_by_role("heading", name="Foreshore"))
    group.get_by_role("link", name="Edit the set").click()
    expect(page.locator(".order .name")).to_have_text(TITLES)


def test_a_zip_that_is_none_says_so(page: Page, tmp_path: Path) -> None:
    (broken := tmp_path / "album.zip").write_bytes(b"PK\x03\x04" + bytes(100))
    page.goto("/upload")
    page.locator("#files").set_input_files(broken)
    expect(page.get_by_text("This archive cannot be opened")).to_be_visible()
    expect(page.get_by_role("button", name="Bring it in")).to_be_hidden()
    page.get_by_role("button", name="Do not").click()
    expect(page.get_by_role("heading", name="This would come in")).to_be_hidden()
