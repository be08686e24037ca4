"""Sets the stage before anybody looks: the first operator, people and music from `seed`, and a worker that is done."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser import music
from tests.browser.site import PASSWORD, Site
from tests.browser.visiting import wait_for


@dataclass(frozen=True)
class Catalogue:
    """What `seed` made: tracks by title, people and profiles by name, Ada's album, and a set that is a draft; an act of
    Ada's at the gate, and the secret of an invitation to hold rights."""

    tracks: dict[str, int]
    set: int
    draft: int
    people: dict[str, int]
    profiles: dict[str, int]
    act: str
    invitation: str
    case: int  # waits for the answer to an appeal
    ruling: int  # what that is against
    match: str  # waits for a moderator; both sides have spoken
    dispute: int  # the same, by its number
    claim: str  # waits for Ada's answer
    enquiry: str  # waits for Ada's reply
    terms_version: str  # the short name of a version that is to come
    enquiry_link: str  # the secret of one that was not sent off

    def names(self) -> dict[str, Any]:
        """What the paths of `places` may name."""
        return asdict(self)


def open_first_page(page: Page, site: Site) -> None:
    """Open the page that the server prints the address of while it has no operator."""
    page.goto(site.printed(r"http\S+/operate/begin\S+"))


def begin(page: Page) -> None:
    """Make Mo the operator, on that page."""
    page.get_by_label("E-mail").fill("mo@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make my account").click()
    page.wait_for_url("**/operate")


def seed(site: Site, folder: Path) -> Catalogue:
    """Make the people and the music. The worker has then still to make the music ready."""
    music.write_all(folder)
    command = [sys.executable, "-m", "tests.browser.seed", str(folder)]
    environment = {**site.env, "DJANGO_SETTINGS_MODULE": "antiphon.site.settings"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return Catalogue(**json.loads(done.stdout))


def wait_until_idle(site: Site, seconds: float = 300) -> None:
    """Wait until no job is left to do, but for those that are due much later, as files that are written anew."""

    def is_idle() -> bool:
        with closing(sqlite3.connect(site.data / "antiphon.sqlite3", timeout=30)) as database:
            [[left]] = database.execute(
                "SELECT count(*) FROM jobs_job WHERE state IN ('queued', 'running')"
                " AND run_after < strftime('%Y-%m-%d %H:%M:%S', 'now', '+10 minutes')"
            )
        return bool(left == 0)

    wait_for(is_idle, "the worker to be done", seconds)
