"""What other sites' pages and programs fetch sets no cookie, reads none, and only the player may be framed."""

import re

import pytest
from django.test import Client

from antiphon.accounts.core.names import RESERVED
from antiphon.catalogue import service as catalogue
from antiphon.web.outside.cookieless import is_outside
from tests.db.outside.conftest import Publish
from tests.people import People

OUTSIDE = (
    "/embed/ada-quill/slow-harbour",
    "/embed/ada-quill/nothing-here",
    "/embed",
    "/embed/what/ever/this/is",
    "/oembed",
    "/oembed?url=http://localhost:8000/ada-quill/slow-harbour",
    "/oembed?url=http://localhost:8000/ada-quill/slow-harbour&format=xml",
    "/oembed?url=http://elsewhere.example/",
    "/ada-quill/feed.xml",
    "/nobody/feed.xml",
    "/ada-quill/sets/nothing/feed.xml",
    "/ada-quill/slow-harbour/listen.m4a",
    "/ada-quill/nothing/listen.m4a",
)


@pytest.mark.parametrize("path", OUTSIDE)
@pytest.mark.parametrize("signed_in", [False, True])
def test_no_cookie_is_set(people: People, publish: Publish, path: str, signed_in: bool) -> None:
    publish()
    client = Client()
    if signed_in:
        client.force_login(people.ada)
    reply = client.get(path)
    assert reply.status_code < 500
    assert "Set-Cookie" not in reply.headers
    assert not reply.cookies
    assert "Cookie" not in reply.headers.get("Vary", "")


def test_no_cookie_is_read(people: People, publish: Publish, ada: Client) -> None:
    track = publish(sharing="private")
    assert ada.get("/ada-quill/slow-harbour").status_code == 200
    assert ada.get("/embed/ada-quill/slow-harbour").status_code == 404
    assert ada.get(f"/embed/{track.pk}").status_code == 404
    assert ada.get("/oembed", {"url": "http://localhost:8000/ada-quill/slow-harbour"}).status_code == 404
    assert "Slow Harbour" not in ada.get("/ada-quill/feed.xml").content.decode()
    assert ada.get("/ada-quill/slow-harbour/listen.m4a").status_code == 404


def test_the_sound_of_a_player_sets_no_cookie_either(stranger: Client, publish: Publish) -> None:
    publish()
    page = stranger.get("/embed/ada-quill/slow-harbour").content.decode()
    for address in re.findall(r'/embed/listen/[^"]+', page):
        reply = stranger.get(address.replace("&amp;", "&"))
        assert reply.status_code in (200, 302)
        assert "Set-Cookie" not in reply.headers
        assert not reply.cookies


def test_only_the_player_may_stand_in_a_frame(stranger: Client, publish: Publish, album: catalogue.MusicSet) -> None:
    publish()
    for path in ("/embed/ada-quill/slow-harbour", "/embed/ada-quill/sets/rooms", "/embed/nobody/nothing"):
        reply = stranger.get(path)
        assert "frame-ancestors *" in reply.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in reply.headers
    for path in ("/", "/ada-quill", "/ada-quill/slow-harbour", "/oembed", "/ada-quill/feed.xml", "/account/login/"):
        reply = stranger.get(path)
        assert "frame-ancestors 'none'" in reply.headers["Content-Security-Policy"]
        assert reply.headers["X-Frame-Options"] == "DENY"


def test_addresses_of_pages_are_none_of_these() -> None:
    for path in ("/", "/embedded", "/ada-quill", "/ada-quill/embed", "/oembed-notes", "/ada-quill/feed", "/upload"):
        assert not is_outside(path)
    # Nobody can take the names that these addresses begin with.
    assert {"embed", "oembed", "listen", "sets"} <= RESERVED
