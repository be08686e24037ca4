"""Buttons, lists, feed and notices as a browser gets them."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.community.models import Follow, Like, Mute, Notice, Repost
from antiphon.community.service import hearing, notices, shelves, ties
from tests.db.community.conftest import MakeSet, MakeTrack, text
from tests.db.community.packed import packed
from tests.people import People

BrowserOf = Callable[[accounts.User], Client]
PART = {"HX-Request": "true"}


@pytest.fixture
def track(people: People, make_track: MakeTrack) -> catalogue.Track:
    return make_track(people.ada_quill, title="Slow Harbour")


def test_somebody_who_is_not_signed_in_is_led_there_and_back(client: Client, track: catalogue.Track) -> None:
    page = text(client, track.get_absolute_url())
    assert f'href="/account/login/?next=%2Fada-quill%2F{track.slug}"' in page
    reply = client.post(f"/likes/track/{track.pk}", {"next": track.get_absolute_url()})
    assert reply.status_code == 302
    assert reply["Location"] == f"/account/login/?next={track.get_absolute_url()}"
    part = client.post(f"/likes/track/{track.pk}", {"next": track.get_absolute_url()}, headers=PART)
    assert (part.status_code, part["HX-Redirect"]) == (204, reply["Location"])
    assert not Like.objects.exists()


def test_a_press_without_scripts_leads_back_and_with_them_brings_the_buttons(
    people: People, track: catalogue.Track, browser_of: BrowserOf
) -> None:
    ben = browser_of(people.ben)
    where = f"/likes/track/{track.pk}"
    assert 'aria-pressed="false"' in text(ben, track.get_absolute_url())
    reply = ben.post(where, {"on": "1", "next": track.get_absolute_url()})
    assert (reply.status_code, reply["Location"]) == (302, track.get_absolute_url())
    assert ben.post(where, {"on": "1", "next": "https://elsewhere.example/"})["Location"] == "/"
    page = text(ben, track.get_absolute_url())
    assert 'aria-pressed="true"' in page
    part = ben.post(where, {"on": "0", "next": "/"}, headers=PART).content.decode()
    assert part.lstrip().startswith('<div class="ties"')
    assert 'aria-pressed="false"' in part
    assert not Like.objects.exists()
    assert ben.get(where).status_code == 405


def test_a_refusal_stands_beside_the_button_and_says_nothing_of_what_is_hidden(
    people: People, make_track: MakeTrack, browser_of: BrowserOf
) -> None:
    private = make_track(people.ada_quill, sharing="private")
    ties.like_track(people.ada, private.pk)
    ben = browser_of(people.ben)
    reply = ben.post(f"/likes/track/{private.pk}", headers=PART)
    assert reply.status_code == 404
    assert 'role="alert"' in reply.content.decode()
    assert 'class="nums"' not in reply.content.decode()
    assert ben.post("/likes/song/1").status_code == 404


def test_who_has_no_name_gives_one_where_they_first_pass_on(
    people: People, track: catalogue.Track, browser_of: BrowserOf
) -> None:
    ben = browser_of(people.ben)
    where = f"/reposts/track/{track.pk}/words"
    assert f'href="{where}"' in text(ben, track.get_absolute_url())
    assert "Your name here" in text(ben, where)
    assert ben.post(where, {"words": "Hear this."}).status_code == 422
    assert ben.post(where, {"name": "Ben of the Boats", "words": "Hear this."})["Location"] == track.get_absolute_url()
    row = Repost.objects.get()
    assert (row.profile.name, row.words) == ("Ben of the Boats", "Hear this.")
    assert "Change your words" in text(ben, track.get_absolute_url())
    ben.post(f"/reposts/track/{track.pk}", {"on": "0"})
    assert not Repost.objects.exists()


def test_a_profile_shows_its_followers_and_follows_by_a_press(
    people: People, track: catalogue.Track, browser_of: BrowserOf, client: Client
) -> None:
    ben = browser_of(people.ben)
    assert "0 followers" in text(client, "/ada-quill")
    ben.post("/people/ada-quill/follow", {"next": "/ada-quill"})
    assert "1 follower<" in text(client, "/ada-quill")
    part = ben.post("/people/ada-quill/mute", {"counted": "1"}, headers=PART).content.decode()
    assert part.count('aria-pressed="true"') == 2
    assert "1 follower<" in part
    page = text(ben, "/following")
    assert "Ada Quill" in page
    ben.post("/people/ada-quill/follow", {"on": "0"})
    assert "Muted" in text(ben, "/following")
    ben.post("/people/ada-quill/mute", {"on": "0"})
    assert not Follow.objects.exists()
    assert not Mute.objects.exists()
    assert "You follow nobody yet" in text(ben, "/following")
    assert "/people/ada-quill/follow" not in text(browser_of(people.ada), "/ada-quill")


def test_likes_are_a_list_of_ones_own_unless_a_profile_shows_them(
    people: People, track: catalogue.Track, make_music_set: MakeSet, browser_of: BrowserOf, client: Client
) -> None:
    cleo = browser_of(people.cleo)
    assert "Nothing yet" in text(cleo, "/likes")
    ties.like_track(people.cleo, track.pk)
    ties.like_set(people.cleo, make_music_set(people.ada_quill, title="Harbours").pk)
    assert "Slow Harbour" in text(cleo, "/likes")
    assert "Harbours" in text(cleo, "/likes?of=sets")
    assert "What Cleo Park likes" not in text(client, "/cleo-park")
    cleo.post(f"/account/profiles/{people.cleo_park.pk}/likes", {"on": "1"})
    assert "Slow Harbour" in text(client, "/cleo-park")
    assert "Hide it again" in text(cleo, f"/account/profiles/{people.cleo_park.pk}")
    cleo.post(f"/account/profiles/{people.cleo_park.pk}/likes", {"on": "0"})
    assert "Slow Harbour" not in text(client, "/cleo-park")
    assert client.get("/likes").status_code == 302


def test_the_feed_shows_who_passed_on_and_leads_on(
    people: People, make_track: MakeTrack, browser_of: BrowserOf
) -> None:
    ben = browser_of(people.ben)
    page = text(ben, "/feed")
    assert "You follow nobody yet" in page
    assert "Cleo Park" not in page  # she has published nothing
    tracks = [make_track(people.ada_quill, minutes_ago=n) for n in range(1, 27)]
    assert "Ada Quill" in text(ben, "/feed")
    ties.follow(people.ben, people.ada_quill)
    ties.follow(people.ben, people.cleo_park)
    ties.repost(people.cleo, track_id=tracks[25].pk, words="An old one.")
    page = text(ben, "/feed")
    assert "reposted by" in page
    assert "An old one." in page
    assert page.count("data-id=") == 24
    address = page.split('href="?before=')[1].split('"')[0]
    assert text(ben, f"/feed?before={address}").count("data-id=") == 3
    assert Client().get("/feed")["Location"] == "/account/login/?next=/feed"


def test_notices_are_new_until_one_has_been_there(
    people: People, track: catalogue.Track, browser_of: BrowserOf
) -> None:
    ada = browser_of(people.ada)
    assert "Nothing has happened yet" in text(ada, "/notices")
    ties.like_track(people.cleo, track.pk)
    ties.follow(people.cleo, people.ada_quill)
    page = text(ada, "/notices")
    assert 'aria-label="Notices, 2 new"' in page
    assert "Cleo Park likes “Slow Harbour”." in page
    like = Notice.objects.get(kind="like")
    assert ada.head(f"/notices/{like.pk}").status_code == 302
    assert hearing.unseen(people.ada) == 2
    assert ada.get(f"/notices/{like.pk}")["Location"] == track.get_absolute_url()
    assert browser_of(people.ben).get(f"/notices/{like.pk}").status_code == 404
    assert 'aria-label="Notices, 1 new"' in text(ada, "/about")
    assert ada.post("/notices/seen")["Location"] == "/notices"
    page = text(ada, "/notices")
    assert 'aria-label="Notices"' in page
    assert "Mark all as seen" not in page


def test_what_is_told_by_mail_alone_is_neither_listed_nor_counted(people: People, browser_of: BrowserOf) -> None:
    ada = browser_of(people.ada)
    form = {f"mail-{kind}": mail for kind, (_app, mail) in notices.DEFAULTS.items()} | {"mail-like": "weekly"}
    form |= {f"app-{kind}": "on" for kind in notices.DEFAULTS if kind not in ("like", "moderation")}
    assert ada.post("/settings/notices", form).status_code == 302
    switches = {one.kind: one for one in hearing.switches_of(people.ada)}
    assert (switches["like"].in_app, switches["like"].mail) == (False, "weekly")
    assert switches["moderation"].in_app
    assert switches["comment"].in_app
    notices.tell(people.ada.pk, "like", by=people.cleo_park, address="/")
    assert hearing.unseen(people.ada) == 0
    assert "Nothing has happened yet" in text(ada, "/notices")
    assert "selected>On Monday mornings" in text(ada, "/settings/notices")
    assert ada.post("/settings/notices", form | {"mail-like": "hourly"}).status_code == 422


def test_the_copy_of_ones_data_has_it_all(people: People, track: catalogue.Track, make_music_set: MakeSet) -> None:
    ties.like_track(people.cleo, track.pk)
    ties.like_set(people.cleo, make_music_set(people.ada_quill).pk)
    ties.repost(people.cleo, track_id=track.pk, words="Hear this.")
    ties.follow(people.cleo, people.ada_quill)
    ties.mute(people.cleo, people.lux_records)
    shelves.show_likes(people.cleo, people.cleo_park.pk, True)
    mine, hers = packed(people.cleo), packed(people.ada)
    likes = [row["what"].removeprefix(settings.SITE_URL) for row in mine["likes.json"]]
    assert likes == [track.get_absolute_url(), "/ada-quill/sets/set-1"]
    assert [(row["profile"], row["words"]) for row in mine["reposts.json"]] == [("cleo-park", "Hear this.")]
    assert [row["profile"] for row in mine["follows.json"]] == ["ada-quill"]
    assert [row["profile"] for row in mine["mutes.json"]] == ["lux-records"]
    assert mine["switches.json"]["profiles_that_show_likes"] == ["cleo-park"]
    assert [row["kind"] for row in hers["notices.json"]] == ["like", "like", "repost", "follow"]
    assert {row["kind"] for row in mine["switches.json"]["notices"]} == set(Notice.Kind.values)


@pytest.mark.parametrize("path", ["/feed", "/likes", "/following", "/notices", "/settings/notices", "/", "/ada-quill"])
def test_pages_stay_within_twelve_queries(
    people: People, make_track: MakeTrack, browser_of: BrowserOf, path: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    ben = browser_of(people.ben)
    for face in (people.ada_quill, people.cleo_park):
        ties.follow(people.ben, face)
    for n in range(5):
        track = make_track(people.ada_quill, minutes_ago=n)
        ties.repost(people.cleo, track_id=track.pk)
        ties.like_track(people.ben, track.pk)
        notices.tell(people.ben.pk, "mention", by=people.cleo_park, track_id=track.pk, address="/")
    text(ben, path)
    with django_assert_max_num_queries(12):
        text(ben, path)
