"""Likes, reposts, follows, the feed and notices by JSON."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from tests.api.conftest import Api, KeyFor
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def cleo(people: People, with_key: KeyFor) -> Api:
    return with_key(people.cleo)


def test_a_track_is_liked_and_taken_back(ben: Api, nobody: Api, song: catalogue.Track) -> None:
    where = f"me/likes/tracks/{song.pk}"
    for _ in range(2):
        assert ben.put(where).status_code == 204
    assert ben.get(f"tracks/{song.pk}/ties").json() == {
        "likes_count": 1, "reposts_count": 0, "liked": True, "reposted": False,
    }  # fmt: skip
    assert nobody.get(f"tracks/{song.pk}/ties").json()["liked"] is None
    assert [row["id"] for row in ben.get("me/likes/tracks").json()["collection"]] == [song.pk]
    assert nobody.get("me/likes/tracks").status_code == 401
    for _ in range(2):
        assert ben.delete(where).status_code == 204
    assert ben.get("me/likes/tracks").json()["collection"] == []
    assert ben.put("me/likes/tracks/999").status_code == 404


def test_what_was_passed_on_comes_into_the_feed(ben: Api, cleo: Api, nobody: Api, song: catalogue.Track) -> None:
    assert ben.put("me/follows/cleo-park").status_code == 204
    made = cleo.put(f"me/reposts/tracks/{song.pk}", {"words": "Listen to the end."}).json()
    assert (made["user"]["permalink"], made["words"]) == ("cleo-park", "Listen to the end.")
    [entry] = ben.get("me/feed").json()["collection"]
    assert (entry["kind"], entry["track"]["id"], entry["set"]) == ("repost", song.pk, None)
    assert entry["reposts"][0]["words"] == "Listen to the end."
    assert nobody.get("profiles/cleo-park/reposts").json()["collection"][0]["track"]["id"] == song.pk
    assert ben.put(f"me/reposts/tracks/{song.pk}").status_code == 409  # he has no profile
    assert cleo.put(f"me/reposts/tracks/{song.pk}", {"words": "a" * 201}).status_code == 422
    assert cleo.delete(f"me/reposts/tracks/{song.pk}").status_code == 204
    assert ben.get("me/feed").json() == {"collection": [], "next_href": None}


def test_sets_too(ada: Api, ben: Api, cleo: Api, song: catalogue.Track) -> None:
    set_id = ada.post("sets", {"title": "Harbours"}).json()["id"]
    ada.put(f"sets/{set_id}/tracks", {"track_ids": [song.pk]})
    assert ben.put(f"me/likes/sets/{set_id}").status_code == 404
    ada.post(f"sets/{set_id}/publish", {})
    assert ben.put(f"me/likes/sets/{set_id}").status_code == 204
    assert cleo.put(f"me/reposts/sets/{set_id}").status_code == 200
    assert ben.get(f"sets/{set_id}/ties").json() == {
        "likes_count": 1, "reposts_count": 1, "liked": True, "reposted": False,
    }  # fmt: skip
    assert ben.get("me/likes/sets").json()["collection"][0]["id"] == set_id
    assert ben.delete(f"me/likes/sets/{set_id}").status_code == 204
    assert cleo.delete(f"me/reposts/sets/{set_id}").status_code == 204


def test_follows_and_mutes(ben: Api, ada: Api, nobody: Api) -> None:
    assert ben.put("me/follows/ada-quill").status_code == 204
    assert ben.put("me/mutes/ada-quill").status_code == 204
    assert ben.get("profiles/ada-quill/ties").json() == {
        "followers_count": 1, "followed": True, "muted": True, "shows_likes": False,
    }  # fmt: skip
    assert [row["permalink"] for row in ben.get("me/follows").json()["collection"]] == ["ada-quill"]
    assert [row["permalink"] for row in ben.get("me/mutes").json()["collection"]] == ["ada-quill"]
    assert ben.delete("me/follows/ada-quill").status_code == ben.delete("me/mutes/ada-quill").status_code == 204
    assert nobody.get("profiles/ada-quill/ties").json()["followers_count"] == 0
    assert ada.put("me/follows/ada-quill").status_code == 409
    assert ada.put("me/follows/nobody-here").status_code == 404
    assert ada.put("profiles/ada-quill/ties", {"shows_likes": True}).json()["shows_likes"] is True
    assert ben.put("profiles/ada-quill/ties", {"shows_likes": False}).status_code == 404


def test_notices_and_their_switches(ada: Api, cleo: Api, song: catalogue.Track) -> None:
    cleo.put(f"me/likes/tracks/{song.pk}")
    cleo.put("me/follows/ada-quill")
    newest, older = ada.get("me/notices").json()["collection"]
    assert (newest["kind"], newest["text"]) == ("follow", "Cleo Park follows you.")
    assert (older["track_id"], older["seen_at"]) == (song.pk, None)
    assert ada.post("me/notices/seen", {"ids": [older["id"], 999]}).json() == {"marked": 1, "unseen": 1}
    assert ada.post("me/notices/seen", {}).json() == {"marked": 1, "unseen": 0}
    changed = ada.patch("me/notices/switches/like", {"in_app": False}).json()
    assert changed == {"kind": "like", "in_app": False, "mail": "never"}
    assert [row["kind"] for row in ada.get("me/notices").json()["collection"]] == ["follow"]
    assert ada.patch("me/notices/switches/moderation", {"in_app": False}).json()["in_app"] is True
    assert changed in ada.get("me/notices/switches").json()["collection"]
    assert ada.patch("me/notices/switches/everything", {"mail": "daily"}).status_code == 422
    assert ada.patch("me/notices/switches/like", {"mail": "hourly"}).status_code == 422


def test_a_key_that_only_reads_changes_nothing(people: People, with_key: KeyFor, song: catalogue.Track) -> None:
    reader = with_key(people.ben, "read")
    for path in (
        f"me/likes/tracks/{song.pk}",
        f"me/reposts/tracks/{song.pk}",
        "me/follows/ada-quill",
        "me/mutes/ada-quill",
    ):
        assert reader.put(path).status_code == 403
        assert reader.delete(path).status_code == 403
    assert reader.get("me/feed").status_code == 200


def test_lists_lead_on_without_repeating(ben: Api, people: People) -> None:
    for number in range(5):
        accounts.make_profile(people.lux, f"Face {number}")
        ben.put(f"me/follows/face-{number}")
    seen, href = [], "/api/v1/me/follows?limit=2"
    while href:
        page = ben.get("/" + href.partition("://")[2].partition("/")[2] if "://" in href else href).json()
        seen += [row["permalink"] for row in page["collection"]]
        href = page["next_href"]
    assert seen == [f"face-{number}" for number in (4, 3, 2, 1, 0)]


def test_the_feed_stays_within_its_queries(ben: Api, cleo: Api, song: catalogue.Track) -> None:
    ben.put("me/follows/ada-quill")
    ben.put("me/follows/cleo-park")
    cleo.put(f"me/reposts/tracks/{song.pk}")
    with CaptureQueriesContext(connection) as queries:
        assert len(ben.get("me/feed").json()["collection"]) == 1
    assert len(queries) <= 8
