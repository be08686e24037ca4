"""The player on other sites' pages: who may show what, and how its sound is fetched without a cookie."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.kernel import clock
from antiphon.storage import service as storage
from antiphon.storage.core.signing import open_address
from antiphon.web.outside import permission
from tests.db.outside.conftest import Publish, read
from tests.people import People

PLAYER = "/embed/ada-quill/slow-harbour"


def sounds_in(page: str) -> list[str]:
    return [found.replace("&amp;", "&") for found in re.findall(r'data-info="([^"]+)"', page)]


def opens(address: str) -> bool:
    """Tell whether a media address opens to somebody without any cookie."""
    parts = urlsplit(address)
    return open_address(storage.signing_keys(), parts.path, parts.query, "", clock.now().timestamp()) is not None


def test_a_track_has_a_player_with_its_label_and_links(stranger: Client, publish: Publish) -> None:
    publish(artists="Ada Quill with Ben")
    page = read(stranger, f"{PLAYER}?theme=dark&t=65")
    for piece in (
        'data-theme="dark"',
        'data-at="65"',
        'href="http://localhost:8000/ada-quill/slow-harbour" target="_blank" rel="noopener">Slow Harbour</a>',
        'href="http://localhost:8000/ada-quill" target="_blank" rel="noopener">Ada Quill with Ben</a>',
        "data-peaks=",
        'class="ai-label"',
        'href="/ada-quill/slow-harbour/label"',
        "<noscript><audio controls",
        'name="robots" content="noindex"',
    ):
        assert piece in page, piece
    assert "style=" not in page
    assert "/media/renditions" not in page
    assert "data-theme" not in read(stranger, PLAYER)
    assert "data-theme" not in read(stranger, f"{PLAYER}?theme=%22%3E")


def test_it_is_found_by_number_too(stranger: Client, publish: Publish, album: catalogue.MusicSet) -> None:
    track = publish()
    assert "Slow Harbour" in read(stranger, f"/embed/{track.pk}")
    assert "Rooms" in read(stranger, f"/embed/sets/{album.pk}")
    read(stranger, "/embed/999999", 404)


def test_the_sound_comes_for_the_page_that_asks(stranger: Client, publish: Publish) -> None:
    track = publish()
    [first], [second] = (sounds_in(read(stranger, PLAYER)) for _visit in range(2))
    data = stranger.get(first).json()
    assert data["title"] == "Slow Harbour"
    assert data["peaks"]
    url = data["streams"][0]["url"]
    assert url.startswith(f"/media/renditions/{track.recording_id}/aac160.mp4?")
    assert opens(url)
    mine, theirs = (
        parse_qs(urlsplit(one).query)["a"] for one in (url, stranger.get(second).json()["streams"][0]["url"])
    )
    assert mine != theirs
    # No longer than the track and some minutes.
    until = datetime.fromtimestamp(int(parse_qs(urlsplit(url).query)["e"][0]), tz=clock.now().tzinfo)
    assert until - clock.now() < timedelta(milliseconds=200_000, minutes=7)
    reply = stranger.get(first)
    assert reply.headers["Cache-Control"] == "private, no-store"


def test_without_scripts_the_sound_is_one_redirect_away(stranger: Client, publish: Publish) -> None:
    publish()
    [address] = re.findall(r'<audio[^>]+src="([^"]+)"', read(stranger, PLAYER))
    reply = stranger.get(address)
    assert reply.status_code == 302
    assert opens(reply.headers["Location"])


def test_a_ticket_is_for_one_track_and_ends(
    stranger: Client, publish: Publish, later: Callable[[timedelta], datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    track, other = publish(), publish("Undertow.wav", embeddable_by="none")
    [address] = sounds_in(read(stranger, PLAYER))
    assert stranger.get(address.replace(f"/{track.pk}.json", f"/{other.pk}.json")).status_code == 403
    assert stranger.get(f"/embed/listen/{track.pk}.json").status_code == 403
    assert stranger.get(address[:-1] + ("A" if address[-1] != "A" else "B")).status_code == 403
    monkeypatch.setattr("antiphon.web.outside.tickets.GOOD_FOR_S", -1)
    assert stranger.get(address).status_code == 403


def test_what_is_withdrawn_or_forbidden_later_is_not_heard_any_more(
    stranger: Client, people: People, publish: Publish
) -> None:
    track = publish()
    [address] = sounds_in(read(stranger, PLAYER))
    catalogue.edit_track(people.ada, track.pk, {"embeddable_by": "none"})
    assert stranger.get(address).status_code == 403
    catalogue.edit_track(people.ada, track.pk, {"embeddable_by": "all"})
    assert stranger.get(address).status_code == 200
    catalogue.withdraw_tracks(people.ada, [track.pk])
    assert stranger.get(address).status_code == 410


@pytest.mark.parametrize(("sharing", "status"), [("private", 404), ("secret", 404), ("public", 200)])
def test_private_music_has_no_player(stranger: Client, publish: Publish, sharing: str, status: int) -> None:
    publish(sharing=sharing)
    page = read(stranger, PLAYER, status)
    assert ("There is nothing to hear here" in page) == (status == 404)
    assert ("Slow Harbour" in page) == (status == 200)


def test_a_secret_link_may_be_embedded(stranger: Client, publish: Publish) -> None:
    track = publish(sharing="secret")
    page = read(stranger, f"{PLAYER}/{track.secret_token}")
    assert f"http://localhost:8000/ada-quill/slow-harbour/{track.secret_token}" in page
    [address] = sounds_in(page)
    assert stranger.get(address).status_code == 200
    assert "Slow Harbour" in read(stranger, f"/embed/{track.pk}?secret={track.secret_token}")
    read(stranger, f"{PLAYER}/wrong", 404)


def test_what_is_gone_says_so(stranger: Client, people: People, publish: Publish) -> None:
    track = publish()
    catalogue.withdraw_tracks(people.ada, [track.pk])
    assert "withdrawn by its creator" in read(stranger, PLAYER, 410)


def test_a_hidden_track_has_no_player(stranger: Client, people: People, publish: Publish) -> None:
    track = publish()
    catalogue.hide(people.mo, "track", track.pk, "Not theirs")
    assert "Slow Harbour" not in read(stranger, PLAYER, 404)


def test_nowhere_means_a_link(stranger: Client, publish: Publish) -> None:
    publish(embeddable_by="none")
    page = read(stranger, PLAYER, 403)
    assert "wants this to be heard on" in page
    assert 'href="http://localhost:8000/ada-quill/slow-harbour"' in page
    assert sounds_in(page) == []


def test_me_means_this_site_and_the_links_of_the_profile(stranger: Client, people: People, publish: Publish) -> None:
    links = [{"title": "Mine", "url": "https://ada.example/music"}]
    accounts.edit_profile(people.ada, people.ada_quill.pk, links=links)
    publish(embeddable_by="me")
    reply = stranger.get(PLAYER)
    assert "frame-ancestors 'self' http://localhost:8000 https://ada.example;" in (
        reply.headers["Content-Security-Policy"] + ";"
    )
    assert stranger.get(PLAYER, headers={"referer": "https://ada.example/"}).status_code == 200
    assert "wants this to be heard on" in read(stranger, PLAYER, 403, referer="https://elsewhere.example/")


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://ada.example/music?x=1", "https://ada.example"),
        ("https://Ada.Example:8443/", "https://ada.example:8443"),
        ("https://user:secret@ada.example/", "https://ada.example"),
        ("https://münchen.example/", "https://xn--mnchen-3ya.example"),
        ("https://a.example;script-src*/", ""),
        ("https://a.example,b/", ""),
        ("https://*/", ""),
        ("https://*.example/", ""),
        ("javascript:alert(1)", ""),
        ("https://[::1/", ""),
        ("", ""),
    ],
)
def test_no_link_can_say_more_in_a_header_than_its_site(url: str, origin: str) -> None:
    assert permission.origin_of(url) == origin


def test_a_set_plays_what_may_be_embedded_in_order(
    stranger: Client, people: People, publish: Publish, album: catalogue.MusicSet
) -> None:
    kept = catalogue.track_at("ada-quill", "one", None)
    assert isinstance(kept, catalogue.FoundTrack)
    catalogue.edit_track(people.ada, kept.track.pk, {"embeddable_by": "none"})
    page = read(stranger, "/embed/ada-quill/sets/rooms")
    assert re.findall(r'data-title="(\w+)" data-by', page) == ["Three", "Two"]
    assert len(sounds_in(page)) == 2
    assert all(stranger.get(address).status_code == 200 for address in sounds_in(page))


def test_a_secret_set_lets_its_player_hear_its_secret_tracks(
    stranger: Client, people: People, publish: Publish
) -> None:
    track = publish(sharing="secret")
    made = catalogue.make_set(people.ada, people.ada_quill.pk, title="Quiet", kind="ep")
    catalogue.put_tracks(people.ada, made.pk, [track.pk])
    made = catalogue.publish_set(people.ada, made.pk, sharing="secret")
    read(stranger, "/embed/ada-quill/sets/quiet", 404)
    [address] = sounds_in(read(stranger, f"/embed/ada-quill/sets/quiet/{made.secret_token}"))
    assert stranger.get(address).status_code == 200


def test_former_addresses_lead_on(
    stranger: Client, people: People, publish: Publish, album: catalogue.MusicSet
) -> None:
    track = publish()
    catalogue.edit_track(people.ada, track.pk, {"slug": "harbour"})
    accounts.rename_profile(people.ada, people.ada_quill.pk, "ada")
    assert "Slow Harbour" in stranger.get(f"{PLAYER}?theme=dark", follow=True).content.decode()
    reply = stranger.get("/embed/ada-quill/sets/rooms?theme=dark")
    assert (reply.status_code, reply.headers["Location"]) == (301, "/embed/ada/sets/rooms?theme=dark")


def test_a_player_asks_little(
    stranger: Client, publish: Publish, album: catalogue.MusicSet, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    publish()
    read(stranger, PLAYER)
    for path, most in ((PLAYER, 4), ("/embed/ada-quill/sets/rooms", 4)):
        with django_assert_max_num_queries(most):
            read(stranger, path)
