"""The listening side as a browser gets it: who sees what, where addresses lead, what a page costs."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from antiphon.accounts import service as accounts
from antiphon.audio.models import Rendition
from antiphon.catalogue import service as catalogue
from antiphon.kernel import clock
from tests.db.conftest import Receive
from tests.people import People

Publish = Callable[..., catalogue.Track]


@pytest.fixture
def publish(people: People, bring: Receive) -> Publish:
    """Publish one of Ada's songs, with its AAC copy."""

    def make(
        name: str = "Slow Harbour.wav", *, sharing: str = "public", at: Any = None, **words: Any
    ) -> catalogue.Track:
        recording = bring(people.ada, name)
        Rendition.objects.create(
            recording=recording,
            kind="aac160",
            key=f"renditions/{recording.pk}/aac160.mp4",
            mime='audio/mp4; codecs="mp4a.40.2"',
            size_bytes=1,
            sha256="",
        )
        if words:
            catalogue.edit_track(people.ada, recording.track_id, words)
        return catalogue.publish_tracks(people.ada, [recording.track_id], sharing=sharing, at=at)[0]

    return make


def text(client: Client, path: str, status: int = 200) -> str:
    reply = client.get(path)
    assert reply.status_code == status, reply.content[:500]
    return reply.content.decode()


def test_an_empty_site_says_what_it_is_for(client: Client, people: People) -> None:
    page = text(client, "/")
    assert "Nothing has been published here yet" in page
    assert "/account/signup/" in page
    client.force_login(people.ada)
    assert 'href="/upload"' in text(client, "/")


def test_the_newest_track_stands_first_and_large(client: Client, publish: Publish) -> None:
    for name in ("First.wav", "Second.wav"):
        publish(name)
    page = text(client, "/")
    assert page.index("Second") < page.index("First")
    assert page.count("<antiphon-waveform") == 1


def test_show_more_leads_on_without_repeating(client: Client, publish: Publish) -> None:
    for number in range(26):
        publish(f"Étude {number}.wav")
    first = text(client, "/ada-quill")
    address = first.split('href="?')[1].split('"')[0].replace("&amp;", "&")
    second = text(client, f"/ada-quill?{address}")
    assert first.count("data-id=") == 24
    assert second.count("data-id=") == 2
    assert "noindex" in second


def test_a_track_page_says_what_there_is_to_say(client: Client, publish: Publish) -> None:
    publish(
        description="Two takes.\nSee https://example.org/harbour",
        genre="Chant",
        bpm="84",
        key_signature="F minor",
        license="cc-by-nc",
        tag_list="chant, field recording",
        artists="Ada Quill with Ben",
    )
    page = text(client, "/ada-quill/slow-harbour")
    for piece in (
        "<h1>Slow Harbour</h1>",
        '<a href="/ada-quill">Ada Quill</a> with Ben',
        "3:20",
        "84 bpm",
        "F minor",
        "https://creativecommons.org/licenses/by-nc/4.0/",
        'rel="nofollow">https://example.org/harbour</a>',
        "/search?q=field%20recording",
        "data-peaks=",
        '<noscript><audio controls preload="none" src="/listen/',
        '<link rel="canonical" href="http',
        "/report?kind=track",
    ):
        assert piece in page, piece
    assert '<meta name="robots" content="noindex">' in page  # nobody has answered, so search engines may not
    assert "style=" not in page


def test_only_its_owner_is_offered_to_edit_and_told_who_hears_it(
    client: Client, people: People, publish: Publish
) -> None:
    track = publish(sharing="private")
    assert text(client, "/ada-quill/slow-harbour", 404)
    client.force_login(people.ada)
    page = text(client, "/ada-quill/slow-harbour")
    assert f"/studio/tracks/{track.pk}" in page
    assert "This is private" in page
    assert "noindex" in page


def test_a_scheduled_track_tells_its_owner_when(client: Client, people: People, publish: Publish) -> None:
    publish(at=clock.now() + timedelta(days=3))
    assert text(client, "/ada-quill/slow-harbour", 404)
    client.force_login(people.ada)
    assert "It comes out on" in text(client, "/ada-quill/slow-harbour")


def test_a_track_that_is_still_being_made_ready_has_a_page_for_its_owner(
    client: Client, people: People, bring: Receive
) -> None:
    track = bring(people.ada, playable=False).track
    client.force_login(people.ada)
    page = text(client, "/ada-quill/slow-harbour")
    assert "being made ready" in page
    assert "<antiphon-waveform" not in page
    assert client.get(f"/listen/{track.pk}.json").status_code == 409


def test_a_secret_link_opens_page_and_sound(client: Client, publish: Publish) -> None:
    track = publish(sharing="secret")
    secret = track.secret_token
    text(client, "/ada-quill/slow-harbour", 404)
    page = text(client, f"/ada-quill/slow-harbour/{secret}")
    assert f'data-info="/listen/{track.pk}.json?secret={secret}"' in page
    assert "noindex" in page
    assert client.get(f"/listen/{track.pk}.json").status_code == 404
    data = client.get(f"/listen/{track.pk}.json?secret={secret}").json()
    assert data["page"].endswith(secret)
    text(client, "/ada-quill/slow-harbour/wrong", 404)


def test_player_data_has_signed_addresses_for_this_browser_only(client: Client, publish: Publish) -> None:
    track = publish()
    text(client, "/")
    reply = client.get(f"/listen/{track.pk}.json")
    data = reply.json()
    assert reply.headers["Cache-Control"] == "private, no-store"
    assert data["streams"][0]["kind"] == "aac160"
    assert data["streams"][0]["url"].startswith(f"/media/renditions/{track.recording_id}/aac160.mp4?")
    assert data["loudness_lufs"] == -14.2
    assert data["true_peak_dbtp"] == -1.2
    assert data["expires_at"] > clock.now().isoformat()
    other = Client()
    text(other, "/")
    assert other.get(f"/listen/{track.pk}.json").json()["streams"][0]["url"] != data["streams"][0]["url"]


def test_without_scripts_the_sound_is_one_redirect_away(client: Client, publish: Publish) -> None:
    track = publish()
    reply = client.get(f"/listen/{track.pk}/stream")
    assert reply.status_code == 302
    assert reply.headers["Location"].startswith("/media/renditions/")


@pytest.mark.parametrize(
    ("rule", "anybody", "member"), [("nobody", 403, 403), ("members", 302, 409), ("anyone", 409, 409)]
)
def test_downloads_follow_the_creators_rule(
    client: Client, people: People, publish: Publish, rule: str, anybody: int, member: int
) -> None:
    track = publish(downloads=rule)
    shown = f'href="/listen/{track.pk}/download"' in text(client, "/ada-quill/slow-harbour")
    assert shown == (rule == "anyone")
    reply = client.get(f"/listen/{track.pk}/download")
    assert reply.status_code == anybody
    if rule == "members":
        assert "/account/login/" in reply.headers["Location"]
    client.force_login(people.ben)
    # 409: allowed, and the copy to keep is still being prepared.
    assert client.get(f"/listen/{track.pk}/download").status_code == member


def test_a_set_plays_in_order(client: Client, people: People, publish: Publish) -> None:
    tracks = [publish(f"{name}.wav") for name in ("One", "Two", "Three")]
    music_set = catalogue.make_set(people.ada, people.ada_quill.pk, title="Rooms", kind="album")
    catalogue.put_tracks(people.ada, music_set.pk, [tracks[2].pk, tracks[0].pk])
    catalogue.publish_set(people.ada, music_set.pk, sharing="public")
    page = text(client, "/ada-quill/sets/rooms")
    assert page.index("Three") < page.index("One</a>")
    assert "2 tracks" in page
    data = client.get(f"/listen/sets/{music_set.pk}.json").json()
    assert [item["title"] for item in data["items"]] == ["Three", "One"]
    assert "Rooms" in text(client, "/ada-quill/one")
    assert "Rooms" in text(client, "/ada-quill")


def test_search_groups_what_it_finds(client: Client, publish: Publish) -> None:
    publish(tag_list="Ångström, chant")
    for words in ("angstrom", "SLOW harb", "chant quill"):
        page = text(client, f"/search?q={words}")
        assert "Slow Harbour" in page, words
        assert "noindex" in page
    assert "Ada Quill" in text(client, "/search?q=ada")
    assert "Nothing here goes by that" in text(client, "/search?q=zzz%3Cscript%3E")
    assert "<script>zzz" not in text(client, "/search?q=%3Cscript%3Ezzz")
    text(client, "/search?q=%00")
    text(client, "/search")


def test_former_addresses_lead_to_the_present_ones(client: Client, people: People, publish: Publish) -> None:
    track = publish()
    catalogue.edit_track(people.ada, track.pk, {"slug": "harbour"})
    assert client.get("/ada-quill/slow-harbour").headers["Location"] == "/ada-quill/harbour"
    album = catalogue.make_set(people.ada, people.ada_quill.pk, title="Ports")
    catalogue.put_tracks(people.ada, album.pk, [track.pk])
    catalogue.publish_set(people.ada, album.pk)
    catalogue.edit_set(people.ada, album.pk, {"slug": "harbours"})
    reply = client.get("/resolve", {"url": "/ada-quill/sets/ports"})
    assert client.get(reply.headers["Location"]).headers["Location"] == f"/api/v1/sets/{album.pk}"
    assert client.get("/api/v1/resolve?url=/ada-quill/sets/ports").json()["id"] == album.pk
    accounts.rename_profile(people.ada, people.ada_quill.pk, "quill")
    for path, wanted in (
        ("/ada-quill", "/quill"),
        ("/quill/sets/ports", "/quill/sets/harbours"),
        ("/ada-quill/harbour", "/quill/harbour"),
        ("/Quill", "/quill"),
        ("/quill/", "/quill"),
    ):
        reply = client.get(path)
        assert (reply.status_code, reply.headers["Location"]) == (301, wanted), path


def test_an_address_with_a_slash_at_its_end_never_leads_elsewhere(client: Client, people: People) -> None:
    reply = client.get("/", PATH_INFO="//elsewhere.example/x/")
    assert reply.headers["Location"] == "/elsewhere.example/x"


def test_resolve_leads_to_the_data_of_a_page(client: Client, people: People, publish: Publish) -> None:
    track = publish()
    site = "http://localhost:8000"
    for url, wanted in (
        (f"{site}/ada-quill/slow-harbour", f"/api/v1/tracks/{track.pk}"),
        ("/ada-quill/slow-harbour", f"/api/v1/tracks/{track.pk}"),
        (f"{site}/ada-quill", "/api/v1/profiles/ada-quill"),
    ):
        reply = client.get("/resolve", {"url": url})
        assert (reply.status_code, reply.headers["Location"]) == (302, wanted)
    secret = publish("Other.wav", sharing="secret")
    address = f"/ada-quill/other/{secret.secret_token}"
    wanted = f"/api/v1/tracks/{secret.pk}?secret_token={secret.secret_token}"
    assert client.get("/resolve", {"url": address}).headers["Location"] == wanted
    catalogue.edit_track(people.ada, track.pk, {"slug": "harbour"})
    led = client.get("/resolve", {"url": "/ada-quill/slow-harbour"}).headers["Location"]
    assert client.get(led).headers["Location"] == f"/api/v1/tracks/{track.pk}"


@pytest.mark.parametrize("url", ["", "https://elsewhere.example/ada-quill", "http://[", "//", "mailto:ada"])
def test_resolve_refuses_what_is_not_an_address_here(client: Client, people: People, url: str) -> None:
    reply = client.get("/resolve", {"url": url}, headers={"Accept": "application/json"})
    assert reply.status_code in (404, 422)
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert json.loads(reply.content)["detail"]


def test_errors_are_pages_too(client: Client, people: People, publish: Publish) -> None:
    track = publish()
    assert "Nothing here" in text(client, "/nobody/at-all", 404)
    catalogue.withdraw_tracks(people.ada, [track.pk])
    assert "Withdrawn" in text(client, "/ada-quill/slow-harbour", 410)
    assert client.get(f"/listen/{track.pk}.json").headers["Content-Type"] == "application/problem+json"
    strict = Client(enforce_csrf_checks=True)
    assert "gone stale" in strict.post("/account/login/", {}).content.decode()


def test_the_page_of_last_resort_needs_no_database(client: Client) -> None:
    from django.test import RequestFactory

    from antiphon.web import errors

    reply = errors.broken(RequestFactory().get("/"))
    assert reply.status_code == 500
    assert "not yours" in reply.content.decode()


def test_a_creators_page_offers_to_report_and_block(client: Client, people: People, publish: Publish) -> None:
    publish()
    assert "/people/ada-quill/block" not in text(client, "/ada-quill")
    client.force_login(people.cleo)
    assert "/people/ada-quill/block" in text(client, "/ada-quill")
    accounts.block(people.cleo, people.ada)
    page = text(client, "/ada-quill")
    assert "/people/ada-quill/unblock" in page
    assert "Slow Harbour" not in page


def test_moderators_can_hide_from_the_page_itself(client: Client, people: People, publish: Publish) -> None:
    track = publish()
    assert "/operate/hide/" not in text(client, "/ada-quill/slow-harbour")
    client.force_login(people.mo)
    assert f"/operate/hide/track/{track.pk}" in text(client, "/ada-quill/slow-harbour")
    catalogue.hide(people.mo, "track", track.pk, "Somebody else’s recording.")
    assert "Somebody else’s recording." in text(client, "/ada-quill/slow-harbour")
    client.force_login(people.ben)
    text(client, "/ada-quill/slow-harbour", 404)


def test_the_chosen_theme_is_there_before_any_script(client: Client, people: People) -> None:
    accounts.set_preferences(people.ben, time_zone="", language="", theme="dark")
    client.force_login(people.ben)
    assert 'data-theme="dark"' in text(client, "/about").split(">", 2)[1]


def test_about_names_whom_to_write_to_where_somebody_is_named(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 'id="contact"' not in text(client, "/about")
    monkeypatch.setattr(settings.ANTIPHON, "contact", "mailto:mo@example.org")
    page = text(client, "/about")
    assert '<a href="mailto:mo@example.org">mo@example.org</a>' in page
    assert 'href="/licence"' in page


@pytest.mark.parametrize("path", ["/", "/ada-quill", "/ada-quill/slow-harbour", "/search?q=harbour"])
def test_pages_stay_within_their_queries(
    client: Client, people: People, publish: Publish, path: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        publish("Slow Harbour.wav" if number == 4 else f"Harbour {number}.wav")
    with django_assert_max_num_queries(7):
        text(client, path)
    client.force_login(people.ben)
    text(client, path)
    with django_assert_max_num_queries(12):
        text(client, path)
