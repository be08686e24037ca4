"""The door tells with every file of sound what the page of its track tells, and nobody can make it say more."""

from typing import Any

import pytest
from django.test import Client

from antiphon.audio.models import DownloadCopy
from antiphon.audio.registry import rights
from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.site.door.front import FrontDoor
from antiphon.storage.local import LocalFiles
from tests import declared
from tests.db.declared.saying import ALLOWED, FOUND, PAGE, REFUSED, get
from tests.db.door import Reply, once
from tests.db.outside.conftest import Publish
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def sound(publish: Publish, file_store: LocalFiles, tmp_path: Any) -> catalogue.Track:
    track = publish(downloads="anyone")
    keys = (f"renditions/{track.recording_id}/aac160.mp4", f"downloads/{track.recording_id}/ab12.flac")
    for key in keys:
        source = tmp_path / "made"
        source.write_bytes(bytes(1000))
        file_store.put(key, source)
    DownloadCopy.objects.create(
        recording_id=track.recording_id, key=keys[1], file_name="a.flac", size_bytes=1000, sha256=""
    )
    return track


def fetched(address: str, cookie: str = "") -> Reply:
    def no_pages(environ: object, start: object) -> list[bytes]:
        raise AssertionError("media must not reach Django")

    door = FrontDoor(no_pages)
    try:
        return once(door, "GET", address, headers={"cookie": cookie} if cookie else {})
    finally:
        door.pages.close()
        door.rooms.close()


def cookie_of(client: Client) -> str:
    return f"antiphon_listener={client.cookies['antiphon_listener'].value}"


def media(client: Client, track: catalogue.Track) -> list[Reply]:
    get(client, PAGE)
    player = get(client, f"/listen/{track.pk}.json").json()
    now = catalogue.Track.objects.get(pk=track.pk)
    DownloadCopy.objects.update(told=rights().in_file_of(now).version)  # as the job does that an answer starts
    keep = get(client, f"/listen/{track.pk}/download", 302).headers["Location"]
    return [fetched(player["streams"][0]["url"], cookie_of(client)), fetched(keep, cookie_of(client))]


def test_the_door_tells_with_the_sound_what_the_page_tells(
    stranger: Client, people: People, sound: catalogue.Track
) -> None:
    for reply in media(stranger, sound):
        assert reply.status == 200
        for name, value in REFUSED.items():
            assert reply[name.lower()] == value
        assert reply["x-robots-tag"] == "noai, noimageai, noindex"
        assert declared.refuses_by_robots_tag(reply.headers)
        assert declared.refuses_by_img2dataset({"X-Robots-Tag": reply["x-robots-tag"]})
        assert reply["link"] == (
            f'<http://localhost:8000/policies/{sound.recording_id}.xml>; rel="license"; type="application/rsl+xml"'
        )
        assert reply["tdm-policy"] == f"http://localhost:8000/policies/{sound.recording_id}.json"
    consent.answer(people.ada, FOUND)
    for reply in media(stranger, sound):
        assert reply["content-signal"] == ALLOWED["Content-Signal"]
        assert reply["content-usage"] == ALLOWED["Content-Usage"]


def test_nobody_can_write_a_yes_into_an_address(stranger: Client, people: People, sound: catalogue.Track) -> None:
    get(stranger, PAGE)
    address = get(stranger, f"/listen/{sound.pk}.json").json()["streams"][0]["url"]
    assert "&d=nnnnnnnnnnnnnnnn&" in address
    assert fetched(address.replace("&d=nnnn", "&d=yyyy"), cookie_of(stranger)).status == 403
    assert fetched(address.replace("&d=nnnnnnnnnnnnnnnn", ""), cookie_of(stranger)).status == 403
