"""Four programs that others wrote read our feeds, our oEmbed and our cards over HTTP, and understand them as meant."""

import io
import urllib.request
from collections.abc import Iterator
from typing import Any

import extruct
import feedparser
import micawber
import podcastparser
import pytest
from micawber.exceptions import ProviderHTTPException
from pytest_django.live_server_helper import LiveServer

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from tests.db.outside.conftest import SIZE, Publish
from tests.people import People


@pytest.fixture
def site(live_server: LiveServer, settings: Any, people: People, publish: Publish) -> Iterator[str]:
    """A running site with one track whose sound feeds may carry, and an album."""
    settings.SITE_URL = live_server.url
    accounts.edit_profile(people.ada, people.ada_quill.pk, biography="Tape & patience.", feeds_sound=True)
    track = publish(description="Two takes.", license="cc-by", artists="Ada Quill with Ben")
    catalogue.set_artwork(track.pk, "pictures/ab12")
    made = catalogue.make_set(people.ada, people.ada_quill.pk, title="Rooms", kind="album")
    catalogue.put_tracks(people.ada, made.pk, [track.pk])
    catalogue.publish_set(people.ada, made.pk, sharing="public")
    return live_server.url


def fetched(address: str) -> bytes:
    with urllib.request.urlopen(address) as reply:
        body: bytes = reply.read()
    return body


def test_feedparser_reads_a_feed(site: str) -> None:
    found = feedparser.parse(f"{site}/ada-quill/feed.xml")
    assert not found.bozo
    assert found.version == "rss20"
    assert (found.feed.title, found.feed.subtitle) == ("Ada Quill", "Tape & patience.")
    assert found.feed.language == "en"
    [entry] = found.entries
    assert (entry.title, entry.author, entry.summary) == ("Slow Harbour", "Ada Quill with Ben", "Two takes.")
    assert entry.link == f"{site}/ada-quill/slow-harbour"
    assert not entry.guidislink
    assert entry.published_parsed is not None
    assert entry.itunes_duration == "200"
    [enclosure] = entry.enclosures
    assert (enclosure.href, enclosure.type, enclosure.length) == (
        f"{site}/ada-quill/slow-harbour/listen.m4a", "audio/mp4", str(SIZE),
    )  # fmt: skip
    # A second visit costs nothing.
    again = feedparser.parse(f"{site}/ada-quill/feed.xml", etag=found.etag, modified=found.modified)
    assert again.status == 304


def test_podcastparser_reads_a_podcast(site: str) -> None:
    address = f"{site}/ada-quill/sets/rooms/feed.xml"
    found = podcastparser.parse(address, io.BytesIO(fetched(address)))
    assert found["title"] == "Rooms"
    assert found["itunes_author"] == "Ada Quill"
    [episode] = found["episodes"]
    assert (episode["title"], episode["total_time"]) == ("Slow Harbour", 200)
    assert episode["guid"].startswith("tag:")
    assert episode["published"] > 0
    assert "explicit" not in episode
    [enclosure] = episode["enclosures"]
    assert (enclosure["file_size"], enclosure["mime_type"]) == (SIZE, "audio/mp4")


def test_micawber_asks_for_a_player(site: str) -> None:
    registry = micawber.ProviderRegistry()
    registry.register(rf"{site}/\S+", micawber.Provider(f"{site}/oembed"))
    said = registry.request(f"{site}/ada-quill/slow-harbour", maxwidth=500)
    assert (said["type"], said["title"], said["width"]) == ("rich", "Slow Harbour", 500)
    assert f'src="{site}/embed/ada-quill/slow-harbour"' in said["html"]
    words = registry.parse_text(f"Hear this:\n{site}/ada-quill/sets/rooms\n")
    assert f'<iframe src="{site}/embed/ada-quill/sets/rooms"' in words
    with pytest.raises(ProviderHTTPException):
        registry.request(f"{site}/ada-quill/nothing")


@pytest.mark.filterwarnings("ignore")  # of libraries below it, about themselves
def test_extruct_reads_the_cards(site: str) -> None:
    page = fetched(f"{site}/ada-quill/slow-harbour").decode()
    found = extruct.extract(page, base_url=site, syntaxes=["opengraph", "json-ld"], uniform=True)
    [card] = found["opengraph"]
    assert (card["@type"], card["og:title"]) == ("music.song", "Slow Harbour")
    assert card["og:url"] == f"{site}/ada-quill/slow-harbour"
    assert card["og:image"] == f"{site}/media/pictures/ab12/1000.webp"
    assert "og:audio" not in card
    [data] = found["json-ld"]
    assert (data["@type"], data["name"]) == ("MusicRecording", "Slow Harbour")
    assert data["byArtist"]["name"] == "Ada Quill with Ben"
    rsl = f"{site}/ada-quill/slow-harbour/rsl.xml"
    assert data["license"] == ["https://creativecommons.org/licenses/by/4.0/", rsl]
    assert data["usageInfo"] == f"{site}/ada-quill/slow-harbour/label"
    assert data["acquireLicensePage"] == f"{site}/licence?of=/ada-quill/slow-harbour"
    assert data["creditText"] == "Ada Quill with Ben"
    assert data["copyrightNotice"].endswith(" Ada Quill with Ben")
    assert "contentUrl" not in str(data)
    page = fetched(f"{site}/ada-quill").decode()
    found = extruct.extract(page, base_url=site, syntaxes=["opengraph", "json-ld"], uniform=True)
    assert found["opengraph"][0]["@type"] == "profile"
    assert found["json-ld"][0]["description"] == "Tape & patience."
