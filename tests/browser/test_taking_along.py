"""Everything that somebody has here, from the button to the unpacked file, as a person gets it."""

import json
import re
import zipfile
from pathlib import Path

from playwright.sync_api import StorageState, expect

from tests.browser.access import findings
from tests.browser.conftest import Visit
from tests.browser.site import PASSWORD
from tests.browser.stage import Catalogue
from tests.browser.visiting import wait_for


def test_a_person_asks_sees_it_made_and_downloads_it_with_their_password(
    visit: Visit, catalogue: Catalogue, cleo: StorageState, tmp_path: Path
) -> None:
    page = visit(cleo)
    page.goto("/account/leave")
    page.get_by_role("link", name="Make a copy of everything").click()
    page.get_by_role("button", name="Make a copy of everything").click()
    # Nobody reloads: the page looks by itself.
    expect(page.get_by_role("heading", name="Your copy is ready")).to_be_visible()
    assert findings(page) == []
    page.get_by_role("button", name="Download").click()
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_download() as download:
        page.get_by_role("button", name="Go on").click()
    assert re.fullmatch(r"antiphon-[0-9-]{10}\.zip", download.value.suggested_filename)
    with zipfile.ZipFile(download.value.path()) as found:
        assert found.testzip() is None
        index = json.loads(found.read("index.json"))
        assert json.loads(found.read("account/account.json"))["email"] == "cleo@example.org"
        assert [name for name in found.namelist() if re.fullmatch(r"music/cleo-park/[^/]+/[^/]+\.(flac|wav|mp3)", name)]
    assert index["missing"] == []
    page.goto("/notices")
    expect(page.get_by_text("Your copy of everything is ready to download.")).to_be_visible()


def test_without_script_it_can_be_asked_for_and_looked_at_again(
    visit: Visit, catalogue: Catalogue, ben: StorageState
) -> None:
    page = visit(ben, java_script_enabled=False)
    page.goto("/account/data")
    page.get_by_role("button", name="Make a copy of everything").press("Enter")
    ready = page.get_by_role("heading", name="Your copy is ready")

    def look_again() -> bool:
        if not ready.count():
            page.goto("/account/data")
        return bool(ready.count())

    wait_for(look_again, "the copy to be made")
    expect(page.get_by_role("button", name="Download")).to_be_visible()
