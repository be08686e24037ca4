"""Answers, who asked, permissions and the register, for programs."""

from contextlib import suppress
from typing import Any, get_args

import pytest

from antiphon.api.shapes import consent as shapes
from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.core.purposes import BY_SLUG, CONSTANT
from antiphon.consent.service import artefacts, registering
from tests.api.conftest import Api
from tests.db.conftest import Receive
from tests.people import People

pytestmark = pytest.mark.django_db
SIMILAR = consent.System("test/similar", "organize", "this site", "sound, decoded to mono", "1")


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registering, "_declared", {SIMILAR.name: SIMILAR})
    consent.sync_declared()


def ask(*recordings: int) -> None:
    with suppress(consent.Refused):
        consent.ask(recordings, "organize", SIMILAR.name)


def said(track: catalogue.Track, slug: str, api: Api) -> dict[str, Any]:
    reply = api.get(f"tracks/{track.pk}/permissions").json()
    (found,) = [one for one in reply["ai_permissions"] if one["purpose"] == slug]
    return dict(found)


def test_the_slugs_are_those_of_the_table() -> None:
    assert get_args(shapes.Slug) == tuple(BY_SLUG)
    assert get_args(shapes.Answerable) == tuple(slug for slug in BY_SLUG if slug not in CONSTANT)


def test_an_answer_counts_at_once_and_has_a_proof_address(ada: Api, nobody: Api, song: catalogue.Track) -> None:
    reply = ada.put("me/answers", {"answers": {"organize": "yes", "agent": "no"}})
    assert reply.status_code == 200, reply.content
    done = reply.json()
    assert done["proof_url"].endswith(f"/studio/proofs/act/{done['uid']}")
    assert consent.act_at(done["uid"]).via == "api"
    found = said(song, "organize", nobody)
    assert (found["allowed"], found["state"], found["rule"]) == (True, "yes", "consent.all")
    assert "Ada" not in found["words"]
    ada.put("me/answers", {"answers": {"organize": "no"}, "where": [{"kind": "track", "id": song.pk}]})
    assert said(song, "organize", nobody)["rule"] == "holder.no"
    listed = ada.get("me/answers").json()["collection"]
    assert [(one["kind"], one["id"], one["purpose"], one["said"]) for one in listed] == [
        ("track", song.pk, "organize", "no"),
        ("account", None, "agent", "no"),
        ("account", None, "organize", "yes"),
    ]
    assert listed[0]["recording_id"] == song.recording_id
    first = ada.get("me/answers?limit=1").json()
    assert len(first["collection"]) == 1
    assert ada.get(first["next_href"].partition("/api/v1/")[2]).json()["collection"] == listed[1:2]


def test_a_preview_changes_nothing(ada: Api, song: catalogue.Track) -> None:
    reply = ada.post("me/answers/preview", {"answers": {"organize": "yes", "finetune": "yes"}})
    assert reply.status_code == 200, reply.content
    by_slug = {one["purpose"]: one for one in reply.json()["changes"]}
    assert (by_slug["organize"]["now_allowed"], by_slug["organize"]["waiting_until"]) == (1, None)
    assert by_slug["finetune"]["waiting_until"]
    assert ada.get("me/answers").json()["collection"] == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"answers": {}}, 422),
        ({"answers": {"identify": "no"}}, 422),
        ({"answers": {"organize": "maybe"}}, 422),
        ({"answers": {"organize": "yes"}, "where": []}, 422),
        ({"answers": {"organize": "yes"}, "where": [{"kind": "account", "id": 3}]}, 422),
        ({"answers": {"organize": "yes"}, "where": [{"kind": "track"}]}, 422),
        ({"answers": {"organize": "yes"}, "where": [{"kind": "track", "id": 10**9}]}, 404),
        ({"answers": {"organize": "yes"}, "where": [{"kind": "set", "id": 10**9}]}, 404),
        ({"answers": {"organize": "yes"}, "note": 1}, 422),
    ],
)
def test_what_is_no_answer_is_refused(ada: Api, body: dict[str, Any], status: int) -> None:
    for verb in (ada.put, ada.post):
        where = "me/answers" if verb == ada.put else "me/answers/preview"
        reply = verb(where, body)
        assert reply.status_code == status, reply.content
        assert reply["content-type"] == "application/problem+json"


def test_nobody_answers_for_a_track_of_somebody_else(ben: Api, song: catalogue.Track) -> None:
    body = {"answers": {"organize": "yes"}, "where": [{"kind": "track", "id": song.pk}]}
    assert ben.put("me/answers", body).status_code == 404


@pytest.mark.parametrize("state", ["private", "withdrawn"])
def test_who_holds_a_share_says_no_to_a_track_that_is_not_public(
    ben: Api, people: People, song: catalogue.Track, state: str
) -> None:
    lines = [
        consent.Named("Ada", "", ("recording",), 500_000),
        consent.Named("Ben", "ben@example.org", ("performance",), 500_000),
    ]
    assert song.recording_id is not None
    consent.name_holders(people.ada, song.recording_id, lines, title=song.title)
    {"private": catalogue.unpublish_tracks, "withdrawn": catalogue.withdraw_tracks}[state](people.ada, [song.pk])
    assert ben.get(f"tracks/{song.pk}").status_code in (404, 410)
    body = {"answers": {"train-analysis": "no"}, "where": [{"kind": "track", "id": song.pk}]}
    assert ben.post("me/answers/preview", body).status_code == 200
    reply = ben.put("me/answers", body)
    assert reply.status_code == 200, reply.content
    (line,) = ben.get("me/answers").json()["collection"]
    assert (line["id"], line["recording_id"], line["said"]) == (song.pk, song.recording_id, "no")


def test_looking_at_who_asked_makes_nobody_a_party_and_shows_nothing_of_what_one_declined(
    ben: Api, people: People, song: catalogue.Track
) -> None:
    assert ben.get("me/asked").json()["collection"] == []
    assert not consent.Party.objects.filter(user=people.ben).exists()
    lines = [
        consent.Named("Ada", "", ("recording",), 500_000),
        consent.Named("Ben", "ben@example.org", ("performance",), 500_000),
    ]
    assert song.recording_id is not None
    consent.name_holders(people.ada, song.recording_id, lines, title=song.title)
    ask(song.recording_id)
    assert len(ben.get("me/asked").json()["collection"]) == 1
    consent.Holder.objects.filter(party__user=people.ben).update(state=consent.Holder.State.DECLINED)
    assert ben.get("me/asked").json()["collection"] == []


def test_who_asked_finds_a_question_behind_any_number_about_others(
    ada: Api, people: People, song: catalogue.Track, bring: Receive, django_assert_max_num_queries: Any
) -> None:
    assert song.recording_id is not None
    other = bring(people.cleo, "North.wav")
    ask(song.recording_id)
    for _number in range(40):
        ask(other.pk)
    with django_assert_max_num_queries(6):  # two for the page, the rest for the key
        page = ada.get("me/asked?limit=1").json()
    assert [one["recordings"] for one in page["collection"]] == [[song.recording_id]]
    assert page["next_href"] is None


def test_recalls_are_shown_to_holders_with_what_was_done(
    ada: Api, ben: Api, nobody: Api, people: People, song: catalogue.Track, bring: Receive,
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    monkeypatch.setattr(artefacts, "_remedies", {"test-index": lambda uid, rows: "The index was built again."})
    assert song.recording_id is not None
    other = bring(people.cleo, "North.wav")
    assert ada.get("me/recalls").json() == {"collection": [], "next_href": None}
    made = []
    for _number in range(3):
        for person in (people.ada, people.cleo):
            consent.answer(person, {"organize": "yes"})
        permit = consent.ask([song.recording_id, other.pk], "organize", SIMILAR.name)
        made.append(consent.keep_artefact("test-index", permit))
        for before in made[:-1]:
            consent.end_artefact(before)
        consent.answer(people.ada, {"organize": "no"})
        consent.answer(people.cleo, {"organize": "no"})
    with django_assert_max_num_queries(6):  # two for the page, the rest for the key
        page = ada.get("me/recalls?limit=2").json()
    assert [one["artefact"] for one in page["collection"]] == made[:0:-1]
    assert [one["state"] for one in page["collection"]] == ["queued", "queued"]
    consent.carry_out(page["collection"][0]["id"])
    rest = ada.get(page["next_href"].partition("/api/v1/")[2]).json()
    assert [one["artefact"] for one in rest["collection"]] == made[:1]
    assert rest["next_href"] is None
    first = ada.get("me/recalls").json()["collection"][0]
    assert first["recordings"] == [song.recording_id]
    assert (first["state"], first["remedy"]) == ("done", "The index was built again.")
    assert (first["rule"], first["purpose"], first["kind"]) == ("holder.no", "organize", "test-index")
    assert first["done_at"]
    assert "Ada" not in first["words"]
    assert ben.get("me/recalls").json()["collection"] == []
    assert nobody.get("me/recalls").status_code == 401
    assert ada.get(f"me/recalls?cursor={'0' * 32}").json()["collection"] == []


def test_reading_alone_does_not_let_a_key_answer(with_key: Any, nobody: Api, people: People) -> None:
    reader = with_key(people.ada, "read")
    assert reader.put("me/answers", {"answers": {"organize": "yes"}}).status_code == 403
    assert reader.get("me/answers").status_code == 200
    assert nobody.get("me/answers").status_code == 401
    assert nobody.get("me/asked").status_code == 401


def test_who_asked_says_the_rule_and_what_would_change_it(
    ada: Api, ben: Api, people: People, song: catalogue.Track, bring: Receive
) -> None:
    other = bring(people.ada, "Other.wav")
    assert song.recording_id is not None
    ask(song.recording_id, other.pk)
    consent.answer(people.ada, {"organize": "yes"}, [consent.Scope(consent.TRACK, other.pk)])
    ask(song.recording_id, other.pk)
    lines = ada.get("me/asked").json()["collection"]
    assert [(one["rule"], one["allowed"], one["recordings"]) for one in lines] == [
        ("consent.all", True, [other.pk]),
        ("no.consent", False, [song.recording_id]),
        ("no.consent", False, [song.recording_id, other.pk]),
    ]
    assert all(one["words"] and one["would_change"] for one in lines)
    first = ada.get("me/asked?limit=1").json()
    assert len(first["collection"]) == 2  # both lines of one question
    rest = ada.get(first["next_href"].partition("/api/v1/")[2]).json()
    assert [one["uid"] for one in rest["collection"]] == [lines[2]["uid"]]
    assert ben.get("me/asked").json()["collection"] == []
    assert ada.get(f"me/asked?cursor={'0' * 32}").json()["collection"] == []
    assert ada.get("me/asked?cursor=x").status_code == 422


def test_permissions_are_those_of_who_may_see_the_track(
    nobody: Api, ada: Api, people: People, song: catalogue.Track
) -> None:
    reply = nobody.get(f"tracks/{song.pk}/permissions").json()
    assert [one["purpose"] for one in reply["ai_permissions"]] == list(BY_SLUG)
    assert [one["purpose"] for one in reply["ai_permissions"] if one["allowed"]] == ["identify", "integrity"]
    assert said(song, "identify", nobody)["state"] == "on"
    catalogue.unpublish_tracks(people.ada, [song.pk])
    assert nobody.get(f"tracks/{song.pk}/permissions").status_code == 404
    assert ada.get(f"tracks/{song.pk}/permissions").status_code == 200


def test_the_register_is_for_everybody(nobody: Api, song: catalogue.Track) -> None:
    assert song.recording_id is not None
    ask(song.recording_id)
    reply = nobody.get("transparency/systems").json()
    (system,) = reply["systems"]
    assert (system["name"], system["considered"], system["refused"]) == ("test/similar", 1, 1)
    assert len(reply["counts"]) == 16
    assert reply["matching"] is False
