"""The share sheet: code to paste, a QR code drawn here, and neither where nothing may be shared."""

import html

import pytest
from django.test import Client

from antiphon.catalogue import service as catalogue
from tests.db.outside.conftest import Publish, read
from tests.people import People

TRACK = "/ada-quill/slow-harbour"


def test_a_track_offers_its_player_and_a_code(stranger: Client, publish: Publish) -> None:
    publish()
    page = html.unescape(read(stranger, TRACK))
    assert '<iframe src="http://localhost:8000/embed/ada-quill/slow-harbour?theme=auto" width="100%"' in page
    assert 'data-player="/embed/ada-quill/slow-harbour?theme=auto"' in page
    assert 'src="/ada-quill/slow-harbour/code.svg"' in page


def test_a_set_offers_them_too(stranger: Client, album: catalogue.MusicSet) -> None:
    page = html.unescape(read(stranger, "/ada-quill/sets/rooms"))
    assert "/embed/ada-quill/sets/rooms?theme=auto" in page
    assert read(stranger, "/ada-quill/sets/rooms/code.svg").startswith("<svg")


def test_whoever_holds_a_secret_link_may_pass_it_on(stranger: Client, publish: Publish) -> None:
    track = publish(sharing="secret")
    page = html.unescape(read(stranger, f"{TRACK}/{track.secret_token}"))
    assert f"/embed/ada-quill/slow-harbour/{track.secret_token}?theme=auto" in page
    assert f'src="/ada-quill/slow-harbour/{track.secret_token}/code.svg"' in page
    read(stranger, f"{TRACK}/{track.secret_token}/code.svg")
    read(stranger, f"{TRACK}/code.svg", 404)


@pytest.mark.parametrize("words", [{"sharing": "private"}, {"embeddable_by": "none"}])
def test_what_stays_here_has_no_player_to_paste(ada: Client, publish: Publish, words: dict[str, str]) -> None:
    publish(**words)
    page = read(ada, TRACK)
    assert '<textarea id="embed-code"' not in page
    assert "It cannot be put on other pages" in page


def test_a_code_leads_to_a_second(stranger: Client, publish: Publish) -> None:
    publish()
    plain, late = (stranger.get(f"{TRACK}/code.svg{query}") for query in ("", "?t=65"))
    assert plain.headers["Content-Type"] == "image/svg+xml"
    assert plain.content != late.content
    assert stranger.get(f"{TRACK}/code.svg?t=x").content == plain.content


def test_former_addresses_have_codes(stranger: Client, people: People, publish: Publish) -> None:
    track = publish()
    catalogue.edit_track(people.ada, track.pk, {"slug": "harbour"})
    assert stranger.get(f"{TRACK}/code.svg").headers["Location"] == "/ada-quill/harbour/code.svg"
