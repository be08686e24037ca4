"""The front door with a client that uploads."""

from collections.abc import Iterator

import pytest

from antiphon.accounts import service as accounts
from antiphon.site.door.front import FrontDoor
from antiphon.storage.local import LocalFiles
from tests.db.conftest import HeardIngest
from tests.db.uploads.sender import Sender, partials
from tests.people import People


@pytest.fixture
def door(file_store: LocalFiles, heard_ingest: HeardIngest) -> Iterator[FrontDoor]:
    def no_pages(environ: object, start: object) -> list[bytes]:
        raise AssertionError("uploads must not reach Django's pages")

    door = FrontDoor(no_pages)
    yield door
    door.pages.close()
    door.rooms.close()
    for path in partials():
        path.unlink()


@pytest.fixture
def ada(door: FrontDoor, people: People) -> Sender:
    return Sender(door, {"authorization": f"Bearer {accounts.make_api_key(people.ada, 'tus', ['upload'])[1]}"})
