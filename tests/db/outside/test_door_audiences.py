"""Media for an audience through the front door: no cookie is needed, but an embed is for our own player alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from antiphon.site.door.front import FrontDoor
from antiphon.storage import service as storage
from antiphon.storage.local import LocalFiles
from tests.db.door import once

KEY = "renditions/12/aac160.mp4"
SOUND = bytes(range(256)) * 100
EMBED, FEED = f"embed-{'0a' * 16}", f"feed-{'0b' * 16}"


@pytest.fixture
def door(file_store: LocalFiles, tmp_path: Path) -> Iterator[FrontDoor]:
    source = tmp_path / "made"
    source.write_bytes(SOUND)
    file_store.put(KEY, source)

    def no_pages(environ: object, start: object) -> list[bytes]:
        raise AssertionError("media must not reach Django")

    door = FrontDoor(no_pages)
    yield door
    door.pages.close()
    door.rooms.close()


def url(audience: str, seconds: float = 60) -> str:
    return storage.media_url(KEY, audience=audience, seconds=seconds)


@pytest.mark.parametrize("audience", [EMBED, FEED])
def test_ranges_and_head_need_no_cookie(door: FrontDoor, audience: str) -> None:
    reply = once(door, "GET", url(audience), headers={"range": "bytes=100-199"})
    assert (reply.status, reply.body) == (206, SOUND[100:200])
    assert reply["cache-control"].startswith("private, max-age=")
    assert reply["content-type"] == "audio/mp4"
    assert once(door, "HEAD", url(audience))["content-length"] == str(len(SOUND))
    assert once(door, "GET", url(audience), headers={"cookie": "antiphon_listener=anybody"}).status == 200
    assert once(door, "GET", url(audience, seconds=-700)).status == 403


def test_another_sites_own_audio_element_gets_nothing_of_a_player(door: FrontDoor) -> None:
    address = url(EMBED)
    for site, status in (("same-origin", 200), ("cross-site", 403), ("same-site", 403)):
        assert once(door, "GET", address, headers={"sec-fetch-site": site}).status == status
    reply = once(door, "GET", address)
    assert reply["cross-origin-resource-policy"] == "same-origin"


def test_a_feed_is_for_players_of_podcasts_everywhere(door: FrontDoor) -> None:
    reply = once(door, "GET", url(FEED), headers={"sec-fetch-site": "cross-site"})
    assert reply.status == 200
    assert reply["cross-origin-resource-policy"] == "cross-origin"


def test_no_audience_can_be_written_into_an_address(door: FrontDoor) -> None:
    bound = storage.media_url(KEY, binding=storage.binding_of("ada-listens"), seconds=60)
    for address in (bound, bound.replace("&s=", f"&a={FEED}&s="), url(EMBED).replace(EMBED, FEED)):
        assert once(door, "GET", address).status == 403
