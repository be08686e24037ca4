"""oEmbed: what is said of a page, in two formats, within what the asker has room for; and what is refused."""

from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from tests.db.outside.conftest import Publish
from tests.people import People

SITE = "http://localhost:8000"
PAGE = f"{SITE}/ada-quill/slow-harbour"


def asked(client: Client, url: str = PAGE, status: int = 200, **more: str) -> dict[str, Any]:
    reply = client.get("/oembed", {"url": url, **more})
    assert reply.status_code == status, reply.content
    said: dict[str, Any] = reply.json()
    return said


def test_a_track_is_a_player(stranger: Client, publish: Publish) -> None:
    publish("Größe & Maß.wav", artists="")
    said = asked(stranger, f"{SITE}/ada-quill/grosse-and-mass")
    assert said["version"] == "1.0"
    assert said["type"] == "rich"
    assert said["title"] == "Größe & Maß"
    assert (said["author_name"], said["author_url"]) == ("Ada Quill", f"{SITE}/ada-quill")
    assert (said["provider_name"], said["provider_url"]) == ("Antiphon", SITE)
    assert (said["width"], said["height"]) == (640, 180)
    assert f'src="{SITE}/embed/ada-quill/grosse-and-mass"' in said["html"]
    assert 'title="Größe &amp; Maß by Ada Quill"' in said["html"]
    assert "/media/" not in said["html"]


def test_a_set_is_one_too(stranger: Client, album: catalogue.MusicSet) -> None:
    said = asked(stranger, f"{SITE}/ada-quill/sets/rooms/")
    assert (said["title"], said["height"]) == ("Rooms", 420)
    assert f"{SITE}/embed/ada-quill/sets/rooms" in said["html"]


def test_nothing_is_larger_than_the_asker_has_room_for(
    stranger: Client, people: People, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    track = publish()
    catalogue.set_artwork(track.pk, "pictures/ab12")
    said = asked(stranger, maxwidth="300", maxheight="120")
    assert (said["width"], said["height"]) == (300, 120)
    assert 'width="300" height="120"' in said["html"]
    assert "thumbnail_url" not in said
    roomy = asked(stranger, maxwidth="600", maxheight="600")
    assert roomy["thumbnail_url"] == f"{SITE}/media/pictures/ab12/500.webp"
    assert (roomy["thumbnail_width"], roomy["thumbnail_height"]) == (500, 500)
    assert asked(stranger, maxwidth="many")["width"] == 640


def test_xml_says_the_same(stranger: Client, publish: Publish) -> None:
    publish("Rock & Roll <3.wav")
    page = f"{SITE}/ada-quill/rock-and-roll-3"
    reply = stranger.get("/oembed", {"url": page, "format": "xml"})
    assert reply.headers["Content-Type"].startswith("text/xml")
    root = ElementTree.fromstring(reply.content)
    assert root.tag == "oembed"
    said = {child.tag: child.text for child in root}
    assert said == {name: str(value) for name, value in asked(stranger, page).items()}


@pytest.mark.parametrize(
    "url",
    [
        f"{SITE}/ada-quill/nothing",
        f"{SITE}/nobody/slow-harbour",
        f"{SITE}/ada-quill",
        f"{SITE}/about",
        f"{SITE}/",
        "https://elsewhere.example/ada-quill/slow-harbour",
        "ftp://localhost/ada-quill/slow-harbour",
        "//[broken",
        "slow harbour",
    ],
)
def test_what_is_no_page_of_a_track_or_set_is_not_found(stranger: Client, publish: Publish, url: str) -> None:
    publish()
    assert asked(stranger, url, 404)["error"]


def test_another_format_is_not_implemented(stranger: Client, publish: Publish) -> None:
    publish()
    asked(stranger, status=501, format="yaml")


def test_an_address_is_needed(stranger: Client, people: People) -> None:
    assert stranger.get("/oembed").status_code == 400


def test_private_things_are_never_described(stranger: Client, people: People, publish: Publish) -> None:
    track = publish(sharing="secret")
    assert "Slow" not in str(asked(stranger, f"{PAGE}/{track.secret_token}", 401))
    # Whoever does not hold the link is not told that there is anything.
    asked(stranger, PAGE, 404)
    asked(stranger, f"{PAGE}/wrong", 404)
    hidden = publish("Undertow.wav", sharing="private")
    asked(stranger, f"{SITE}/ada-quill/{hidden.slug}", 404)
    gone = publish("Old Rope.wav")
    catalogue.withdraw_tracks(people.ada, [gone.pk])
    asked(stranger, f"{SITE}/ada-quill/{gone.slug}", 404)


@pytest.mark.parametrize("rule", ["me", "none"])
def test_without_leave_to_embed_there_is_a_link(stranger: Client, publish: Publish, rule: str) -> None:
    publish(embeddable_by=rule)
    said = asked(stranger)
    assert said["type"] == "link"
    assert "html" not in said


def test_a_former_address_is_known(stranger: Client, people: People, publish: Publish) -> None:
    track = publish()
    catalogue.edit_track(people.ada, track.pk, {"slug": "harbour"})
    accounts.rename_profile(people.ada, people.ada_quill.pk, "ada")
    assert "/embed/ada/harbour" in asked(stranger)["html"]


def test_pages_elsewhere_may_read_it(stranger: Client, publish: Publish) -> None:
    publish()
    assert stranger.get("/oembed", {"url": PAGE}).headers["Access-Control-Allow-Origin"] == "*"
