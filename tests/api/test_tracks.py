"""Tracks by JSON: what is shown to whom, and every verb."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.core.purposes import BY_SLUG
from antiphon.kernel import clock
from tests.api.conftest import Api, KeyFor
from tests.db.conftest import Receive
from tests.people import People

pytestmark = pytest.mark.django_db


def test_a_public_track_is_read_by_anybody(nobody: Api, song: catalogue.Track) -> None:
    shown = nobody.get(f"tracks/{song.pk}").json()
    assert shown["kind"] == "track"
    assert shown["title"] == "Slow Harbour"
    assert shown["permalink_url"].endswith("/ada-quill/slow-harbour")
    assert shown["user"]["username"] == "Ada Quill"
    assert shown["duration"] == 200_000
    assert shown["streamable"] is True
    assert shown["downloadable"] is False
    assert shown["loudness_lufs"] == -14.2
    assert shown["state"] == "published"
    assert shown["secret_token"] is None
    assert shown["published_at"].endswith("Z")


def test_a_track_says_what_its_label_says(nobody: Api, ada: Api, people: People, song: catalogue.Track) -> None:
    consent.answer(people.ada, {"organize": "yes", "agent": "ask", "finetune": "no"})
    shown = nobody.get(f"tracks/{song.pk}").json()["ai_permissions"]
    assert [one["purpose"] for one in shown] == list(BY_SLUG)
    assert {one["purpose"]: one["state"] for one in shown} == dict.fromkeys(BY_SLUG, "no") | {
        "identify": "on", "integrity": "on", "organize": "yes", "agent": "ask",
    }  # fmt: skip
    reasons = nobody.get(f"tracks/{song.pk}/permissions").json()["ai_permissions"]
    assert [(one["purpose"], one["state"]) for one in reasons] == [(one["purpose"], one["state"]) for one in shown]
    assert ada.patch(f"tracks/{song.pk}", {"genre": "folk"}).json()["ai_permissions"] == shown
    assert nobody.get(f"resolve?url={song.get_absolute_url()}").json()["ai_permissions"] == shown
    assert "ai_permissions" not in nobody.get("tracks").json()["collection"][0]


def test_a_withdrawn_track_says_no_to_everything(ada: Api, song: catalogue.Track) -> None:
    ada.put("me/answers", {"answers": {"organize": "yes"}})
    shown = ada.post(f"tracks/{song.pk}/withdraw").json()["ai_permissions"]
    assert {one["state"] for one in shown} == {"no"}


def test_reading_a_track_stays_within_its_queries(nobody: Api, ben: Api, song: catalogue.Track) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert nobody.get(f"tracks/{song.pk}").status_code == 200
    assert len(queries) <= 3  # the track, its label and its counts
    with CaptureQueriesContext(connection) as queries:
        assert ben.get(f"tracks/{song.pk}").status_code == 200
    assert len(queries) <= 6


def test_a_page_of_tracks_stays_within_its_queries(nobody: Api, people: People, bring: Receive) -> None:
    rows = [bring(people.ada, f"{name}.wav").track_id for name in ("One", "Two", "Three")]
    catalogue.publish_tracks(people.ada, rows)
    with CaptureQueriesContext(connection) as queries:
        assert len(nobody.get("tracks").json()["collection"]) == 3
    assert len(queries) <= 3  # the tracks, their counts, and what the headers tell


def test_a_draft_is_there_for_its_creator_only(nobody: Api, ada: Api, ben: Api, people: People, bring: Receive) -> None:
    track_id = bring(people.ada).track_id
    assert nobody.get(f"tracks/{track_id}").status_code == 404
    assert ben.get(f"tracks/{track_id}").status_code == 404
    shown = ada.get(f"tracks/{track_id}").json()
    assert shown["state"] == "draft"
    assert shown["secret_token"]


def test_a_secret_link_opens_a_track(nobody: Api, ada: Api, song: catalogue.Track) -> None:
    ada.patch(f"tracks/{song.pk}", {"sharing": "secret"})
    assert nobody.get(f"tracks/{song.pk}").status_code == 404
    assert nobody.get(f"tracks/{song.pk}?secret_token={song.secret_token}").status_code == 200
    renewed = ada.post(f"tracks/{song.pk}/secret").json()["secret_token"]
    assert nobody.get(f"tracks/{song.pk}?secret_token={song.secret_token}").status_code == 404
    assert nobody.get(f"tracks/{song.pk}?secret_token={renewed}").status_code == 200


def test_editing_changes_what_was_sent_and_nothing_else(ada: Api, song: catalogue.Track) -> None:
    reply = ada.patch(
        f"tracks/{song.pk}", {"genre": "ambient", "release_date": "2026-11-04", "bpm": 84, "permalink": "harbour"}
    )
    assert reply.status_code == 200
    shown = reply.json()
    assert (shown["genre"], shown["release_day"], shown["bpm"]) == ("ambient", 4, 84.0)
    assert shown["permalink"] == "harbour"
    assert shown["title"] == "Slow Harbour"
    assert ada.patch(f"tracks/{song.pk}", {"release_date": None}).json()["release_date"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "\u0000"}, "title"),
        ({"title": None}, "title"),
        ({"license": "wtfpl"}, "license"),
        ({"bpm": "84"}, "bpm"),
        ({"release_date": 20261104}, "release_date"),
        ({"release_date": "2026-02-30"}, "release_date"),
        ({"commentable": "yes"}, "commentable"),
        ({"colour": "red"}, "colour"),
        ({"description": "a\u0000b"}, "description"),
    ],
)
def test_a_wrong_field_is_named(ada: Api, song: catalogue.Track, body: dict[str, object], field: str) -> None:
    reply = ada.patch(f"tracks/{song.pk}", body)
    assert reply.status_code == 422
    assert [fault["field"] for fault in reply.json()["errors"]] == [field]


def test_nobody_edits_the_track_of_another(ben: Api, nobody: Api, song: catalogue.Track) -> None:
    assert ben.patch(f"tracks/{song.pk}", {"title": "Mine"}).status_code == 404
    assert nobody.patch(f"tracks/{song.pk}", {"title": "Mine"}).status_code == 401
    assert ben.delete(f"tracks/{song.pk}").status_code == 404


def test_a_lost_update_is_refused(ada: Api, song: catalogue.Track) -> None:
    read = ada.get(f"tracks/{song.pk}")["ETag"]
    assert ada.patch(f"tracks/{song.pk}", {"genre": "folk"}, If_Match=read).status_code == 200
    late = ada.patch(f"tracks/{song.pk}", {"genre": "jazz"}, If_Match=read)
    assert late.status_code == 412
    assert late.json()["code"] == "changed-since"
    now = ada.get(f"tracks/{song.pk}")
    assert now.json()["genre"] == "folk"
    assert ada.patch(f"tracks/{song.pk}", {"genre": "jazz"}, If_Match=now["ETag"]).status_code == 200


def test_publishing_withdrawing_and_back(ada: Api, nobody: Api, people: People, bring: Receive) -> None:
    track_id = bring(people.ada).track_id
    assert ada.post(f"tracks/{track_id}/publish", {}).json()["state"] == "published"
    assert nobody.get(f"tracks/{track_id}").status_code == 200
    assert ada.post(f"tracks/{track_id}/withdraw").json()["state"] == "withdrawn"
    assert nobody.get(f"tracks/{track_id}").status_code == 410
    assert ada.post(f"tracks/{track_id}/restore").json()["state"] == "published"
    assert ada.post(f"tracks/{track_id}/unpublish").json()["state"] == "draft"
    assert ada.delete(f"tracks/{track_id}").status_code == 204
    assert ada.get(f"tracks/{track_id}").status_code == 404


def test_a_release_can_be_scheduled(ada: Api, nobody: Api, people: People, bring: Receive) -> None:
    track_id = bring(people.ada).track_id
    later = clock.now() + timedelta(days=3)
    shown = ada.post(f"tracks/{track_id}/publish", {"at": later.isoformat()}).json()
    assert shown["state"] == "scheduled"
    assert nobody.get(f"tracks/{track_id}").status_code == 404
    with clock.advanced(timedelta(days=4)):
        assert nobody.get(f"tracks/{track_id}").status_code == 200
    assert ada.post(f"tracks/{track_id}/publish", {"at": "1999-01-01T00:00:00Z"}).json()["state"] == "published"
    assert ada.post(f"tracks/{track_id}/publish", {"at": "9999-12-31T23:59:59-12:00"}).status_code == 409


def test_what_cannot_be_published_says_why(ada: Api, people: People, bring: Receive) -> None:
    recording = bring(people.ada, playable=False)
    catalogue.recording_failed(recording.pk, "empty", "It is empty.")
    reply = ada.post(f"tracks/{recording.track_id}/publish", {})
    assert reply.status_code == 409
    assert "nothing to play" in reply.json()["detail"]


def test_many_at_once_or_none(ada: Api, people: People, bring: Receive, song: catalogue.Track) -> None:
    other = bring(people.ada, "Two.wav").track_id
    assert ada.post("me/tracks/bulk", {"do": "publish", "ids": [song.pk, other]}).json() == {"count": 2}
    edit = {"do": "edit", "ids": [song.pk, other], "changes": {"genre": "folk"}}
    assert ada.post("me/tracks/bulk", edit).json() == {"count": 2}
    assert ada.post("me/tracks/bulk", {"do": "withdraw", "ids": [song.pk, 999]}).status_code == 404
    assert ada.get(f"tracks/{song.pk}").json()["state"] == "published"
    assert ada.post("me/tracks/bulk", {"do": "delete", "ids": [other]}).json() == {"count": 1}


def test_mine_are_filtered_by_state_and_words(
    ada: Api, ben: Api, people: People, bring: Receive, song: catalogue.Track
) -> None:
    bring(people.ada, "Night Ferry.wav")
    titles = lambda query: [one["title"] for one in ada.get(f"me/tracks{query}").json()["collection"]]  # noqa: E731
    assert titles("") == ["Night Ferry", "Slow Harbour"]
    assert titles("?state=draft") == ["Night Ferry"]
    assert titles("?q=harbour") == ["Slow Harbour"]
    assert ben.get("me/tracks").json()["collection"] == []


def test_blocked_people_find_nothing_of_each_other(ben: Api, people: People, song: catalogue.Track) -> None:
    accounts.block(people.ada, people.ben)
    assert ben.get(f"tracks/{song.pk}").status_code == 404
    assert ben.get("tracks").json()["collection"] == []


@pytest.mark.parametrize("wild", ["0", "-1", "9223372036854775808", "1" * 400, "abc", "%00", "1.5", "%F0%9F%8E%B5"])
def test_a_wild_number_is_refused_not_broken(nobody: Api, wild: str) -> None:
    assert nobody.get(f"tracks/{wild}").status_code in (404, 422)


def test_a_read_key_may_not_write(with_key: KeyFor, people: People, song: catalogue.Track) -> None:
    reader = with_key(people.ada, "read")
    assert reader.get("me").status_code == 200
    refused = reader.patch(f"tracks/{song.pk}", {"genre": "folk"})
    assert refused.status_code == 403
    assert refused.json()["code"] == "wrong-scope"
    assert 'scope="write"' in refused["WWW-Authenticate"]
