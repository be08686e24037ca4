"""Feeds: what is on them, that they change with it, and that their sound is lasting without giving the sound away."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.kernel import clock
from antiphon.storage import service as storage
from antiphon.storage.core.signing import open_address
from tests.db.outside.conftest import SIZE, Publish, read
from tests.people import People

FEED, SOUND = "/ada-quill/feed.xml", "/ada-quill/slow-harbour/listen.m4a"
SPACES = {"itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd", "atom": "http://www.w3.org/2005/Atom"}


def items(client: Client, path: str = FEED) -> list[ElementTree.Element]:
    return ElementTree.fromstring(read(client, path)).findall("channel/item")


@pytest.fixture
def with_sound(people: People) -> None:
    accounts.edit_profile(people.ada, people.ada_quill.pk, feeds_sound=True)


def test_a_creators_feed_lists_what_is_public(stranger: Client, publish: Publish) -> None:
    publish(description="Two takes & a <tape>.")
    publish("Undertow.wav", sharing="private")
    publish("Lamp Room.wav", sharing="secret")
    publish("Tide Table.wav", at=clock.now() + timedelta(days=2))
    reply = stranger.get(FEED)
    assert reply.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    root = ElementTree.fromstring(reply.content)
    assert root.get("version") == "2.0"
    assert root.findtext("channel/language") == "en"
    own = root.find("channel/atom:link", SPACES)
    assert own is not None
    assert (own.get("rel"), own.get("href")) == ("self", "http://localhost:8000/ada-quill/feed.xml")
    [item] = root.findall("channel/item")
    assert item.findtext("title") == "Slow Harbour"
    assert item.findtext("description") == "Two takes & a <tape>."
    assert item.findtext("link") == "http://localhost:8000/ada-quill/slow-harbour"
    assert item.findtext("itunes:duration", namespaces=SPACES) == "200"
    assert "explicit" not in reply.content.decode()


def test_a_guid_stays_when_everything_else_changes(stranger: Client, people: People, publish: Publish) -> None:
    track = publish()
    before = items(stranger)[0].findtext("guid")
    catalogue.edit_track(people.ada, track.pk, {"slug": "harbour", "title": "Harbour"})
    accounts.rename_profile(people.ada, people.ada_quill.pk, "ada")
    assert stranger.get(FEED).headers["Location"] == "/ada/feed.xml"
    after = items(stranger, "/ada/feed.xml")[0]
    assert after.findtext("guid") == before
    assert after.findtext("link") == "http://localhost:8000/ada/harbour"


def test_a_set_has_a_feed_in_its_order(stranger: Client, people: People, album: catalogue.MusicSet) -> None:
    assert [item.findtext("title") for item in items(stranger, "/ada-quill/sets/rooms/feed.xml")] == [
        "Three",
        "One",
        "Two",
    ]
    catalogue.unpublish_set(people.ada, album.pk)
    read(stranger, "/ada-quill/sets/rooms/feed.xml", 404)


def test_there_is_no_sound_until_its_creator_says_so(stranger: Client, publish: Publish) -> None:
    publish()
    assert "<enclosure" not in read(stranger, FEED)
    read(stranger, SOUND, 403)


@pytest.mark.usefixtures("with_sound")
def test_the_sound_has_a_lasting_address_that_gives_nothing_lasting(
    stranger: Client, people: People, publish: Publish
) -> None:
    track = publish()
    [item] = items(stranger)
    enclosure = item.find("enclosure")
    assert enclosure is not None
    assert enclosure.attrib == {"url": f"http://localhost:8000{SOUND}", "length": str(SIZE), "type": "audio/mp4"}
    assert "/media/renditions" not in read(stranger, FEED)
    for method in (stranger.get, stranger.head):
        reply = method(SOUND, headers={"range": "bytes=0-1"})
        assert reply.status_code == 302
        assert reply.headers["Cache-Control"] == "no-store"
        parts = urlsplit(reply.headers["Location"])
        now_s = clock.now().timestamp()
        assert open_address(storage.signing_keys(), parts.path, parts.query, "", now_s)
        assert not open_address(storage.signing_keys(), parts.path, parts.query, "", now_s + 200 + 7 * 60)
    catalogue.withdraw_tracks(people.ada, [track.pk])
    read(stranger, SOUND, 410)


@pytest.mark.usefixtures("with_sound")
@pytest.mark.parametrize(("words", "status"), [({"embeddable_by": "me"}, 403), ({"embeddable_by": "none"}, 403)])
def test_what_may_not_be_embedded_is_not_carried(
    stranger: Client, publish: Publish, words: dict[str, str], status: int
) -> None:
    publish(**words)
    assert "<enclosure" not in read(stranger, FEED)
    read(stranger, SOUND, status)


@pytest.mark.usefixtures("with_sound")
@pytest.mark.parametrize("sharing", ["private", "secret"])
def test_the_sound_of_private_music_is_not_there(stranger: Client, publish: Publish, sharing: str) -> None:
    track = publish(sharing=sharing)
    read(stranger, SOUND, 404)
    read(stranger, f"/ada-quill/slow-harbour/{track.secret_token}/listen.m4a", 404)


def test_a_reader_is_told_when_nothing_is_new(
    stranger: Client, people: People, publish: Publish, later: Callable[[timedelta], datetime]
) -> None:
    track = publish()
    first = stranger.get(FEED)
    etag, changed = first.headers["ETag"], first.headers["Last-Modified"]
    later(timedelta(minutes=5))
    assert stranger.get(FEED, headers={"if-none-match": etag}).status_code == 304
    assert stranger.get(FEED, headers={"if-modified-since": changed}).status_code == 304
    head = stranger.head(FEED)
    assert (head.status_code, head.headers["ETag"]) == (200, etag)
    # What leaves the feed has no date to show for it; the feed is new all the same.
    catalogue.withdraw_tracks(people.ada, [track.pk])
    later(timedelta(minutes=5))
    assert stranger.get(FEED, headers={"if-none-match": etag}).status_code == 200
    assert stranger.get(FEED, headers={"if-modified-since": changed}).status_code == 200


def test_a_hidden_or_unknown_creator_has_no_feed(stranger: Client, people: People, publish: Publish) -> None:
    publish()
    read(stranger, "/nobody/feed.xml", 404)
    catalogue.hide(people.mo, "profile", people.ada_quill.pk, "Not them")
    read(stranger, FEED, 404)


def test_a_feed_asks_as_much_for_one_as_for_many(
    stranger: Client, publish: Publish, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        publish(f"Étude {number}.wav")
    read(stranger, FEED)
    with django_assert_max_num_queries(3):
        assert len(items(stranger)) == 12


def test_control_characters_do_not_break_a_feed(stranger: Client, people: People, publish: Publish) -> None:
    publish()
    accounts.edit_profile(people.ada, people.ada_quill.pk, biography="Tape\x0b and \x1b patience\uffff")
    assert "Tape and  patience" in read(stranger, FEED)
