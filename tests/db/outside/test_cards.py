"""What other sites read in the head of a page: said as it is, escaped, and without any address of sound."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from tests.db.outside.conftest import Publish, read
from tests.people import People

TRACK = "/ada-quill/slow-harbour"


def data_of(page: str) -> dict[str, Any]:
    [text] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    said: dict[str, Any] = json.loads(text)
    return said


def meta(page: str) -> dict[str, str]:
    return dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', page))


def test_a_track_has_a_card(stranger: Client, publish: Publish) -> None:
    track = publish(genre="Chant", isrc="DEAB12600042", license="cc-by")
    catalogue.set_artwork(track.pk, "pictures/ab12")
    page = read(stranger, TRACK)
    said = meta(page)
    assert said["og:type"] == "music.song"
    assert said["music:duration"] == "200"
    assert said["og:image"] == "http://localhost:8000/media/pictures/ab12/1000.webp"
    assert (said["og:image:width"], said["og:image:alt"]) == ("1000", "Cover of Slow Harbour")
    assert said["twitter:card"] == "player"
    assert said["twitter:player"] == "http://localhost:8000/embed/ada-quill/slow-harbour"
    assert (said["twitter:player:width"], said["twitter:player:height"]) == ("640", "180")
    assert 'type="application/json+oembed"' in page
    assert 'type="application/rss+xml"' in page
    data = data_of(page)
    assert data["@type"] == "MusicRecording"
    assert (data["duration"], data["isrcCode"]) == ("PT200S", "DEAB12600042")
    assert data["byArtist"]["url"] == "http://localhost:8000/ada-quill"
    assert "og:audio" not in page
    assert "/media/renditions" not in page


def test_a_set_and_a_profile_have_cards(stranger: Client, people: People, album: catalogue.MusicSet) -> None:
    page = read(stranger, "/ada-quill/sets/rooms")
    assert meta(page)["og:type"] == "music.album"
    data = data_of(page)
    assert (data["@type"], data["numTracks"]) == ("MusicAlbum", 3)
    assert [one["name"] for one in data["track"]] == ["Three", "One", "Two"]
    links = [{"title": "Mine", "url": "https://ada.example/"}]
    accounts.edit_profile(people.ada, people.ada_quill.pk, links=links, biography="Tape and patience.")
    page = read(stranger, "/ada-quill")
    assert meta(page)["og:type"] == "profile"
    assert meta(page)["og:description"] == "Tape and patience."
    assert data_of(page)["sameAs"] == ["https://ada.example/"]


def test_nobody_writes_into_the_head_of_a_page(stranger: Client, publish: Publish) -> None:
    nasty = '</script><script>alert(1)</script>"><b>&amp;'
    publish(title=nasty, description=nasty, slug="nasty")
    page = read(stranger, "/ada-quill/nasty")
    assert "<script>alert" not in page
    assert data_of(page)["name"] == nasty


@pytest.mark.parametrize("rule", ["me", "none"])
def test_without_leave_to_embed_the_card_has_no_player(stranger: Client, publish: Publish, rule: str) -> None:
    track = publish(embeddable_by=rule)
    catalogue.set_artwork(track.pk, "pictures/ab12")
    said = meta(read(stranger, TRACK))
    assert said["twitter:card"] == "summary"
    assert "twitter:player" not in said


def test_a_secret_page_points_to_no_player_and_no_feed(stranger: Client, publish: Publish) -> None:
    track = publish(sharing="secret")
    page = read(stranger, f"{TRACK}/{track.secret_token}")
    assert "oembed" not in page.partition("</head>")[0]
    assert "rss" not in page.partition("</head>")[0]
    assert meta(page)["twitter:card"] == "summary"
