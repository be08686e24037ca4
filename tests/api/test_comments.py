"""Comments by JSON."""

import json

import pytest

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.community.models import Comment
from antiphon.community.service import comments
from tests.api.conftest import Api, KeyFor
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def cleo(people: People, with_key: KeyFor) -> Api:
    return with_key(people.cleo)


def test_a_comment_is_written_answered_edited_and_taken_away(
    nobody: Api, ada: Api, cleo: Api, song: catalogue.Track
) -> None:
    where = f"tracks/{song.pk}/comments"
    assert nobody.post(where, {"body": "Hm."}).status_code == 401
    made = cleo.post(where, {"body": " What is \u202ethat bell? ", "timestamp": 65_000})
    assert made.status_code == 201
    bell = made.json()
    assert (bell["body"], bell["timestamp"], bell["user"]["permalink"]) == ("What is that bell?", 65_000, "cleo-park")
    answer = ada.post(where, {"body": "The harbour's.", "in_reply_to": bell["id"], "profile": "ada-quill"}).json()
    assert (answer["in_reply_to"], answer["timestamp"]) == (bell["id"], None)
    [thread] = nobody.get(where).json()["collection"]
    assert (thread["id"], thread["replies_count"]) == (bell["id"], 1)
    assert [one["body"] for one in thread["replies"]] == ["The harbour's."]
    here = f"comments/{bell['id']}"
    assert ada.patch(here, {"body": "Mine."}).status_code == 404
    edited = cleo.patch(here, {"body": "What is that bell, Ada?"}).json()
    assert edited["edited_at"] is not None
    assert nobody.get(here).json()["body"] == "What is that bell, Ada?"
    assert nobody.get(f"comments/{answer['id']}").json()["body"] == "The harbour's."
    assert cleo.delete(here).status_code == 204
    gone = nobody.get(here).json()
    assert (gone["state"], gone["body"], gone["user"]) == ("deleted", "", None)
    assert cleo.delete(f"comments/{answer['id']}").status_code == 404
    other = cleo.post(where, {"body": "Buy my tape."}).json()
    assert ada.delete(f"comments/{other['id']}").status_code == 204
    assert nobody.get(f"comments/{other['id']}").status_code == 404


def test_the_same_write_sent_again_is_one_comment(cleo: Api, song: catalogue.Track) -> None:
    where, sent = f"tracks/{song.pk}/comments", {"body": "Once.", "timestamp": 1000}
    first = cleo.post(where, sent, Idempotency_Key="a")
    again = cleo.post(where, sent, Idempotency_Key="a")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert first.json() == again.json()
    assert Comment.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"body": ""}, 422),
        ({"body": "\u200b"}, 409),
        ({"body": "x" * 2001}, 409),
        ({"body": "Hm.", "timestamp": -1}, 422),
        ({"body": "Hm.", "timestamp": 201_000}, 409),
        ({"body": "Hm.", "in_reply_to": 999}, 404),
        ({"body": "Hm.", "profile": "ada-quill"}, 404),
        ({"body": "Hm.", "likes": 3}, 422),
        ({"body": "x" * 70_000}, 413),
    ],
)
def test_what_cannot_be_used_is_refused(cleo: Api, song: catalogue.Track, sent: dict[str, object], status: int) -> None:
    assert cleo.post(f"tracks/{song.pk}/comments", sent).status_code == status
    assert Comment.objects.count() == 0


def test_a_megabyte_is_refused_before_it_is_read(cleo: Api, song: catalogue.Track) -> None:
    reply = cleo.post(f"tracks/{song.pk}/comments", json.dumps({"body": "x" * 1_000_000}).encode())
    assert (reply.status_code, reply.json()["code"]) == (413, "too-large")


def test_whoever_has_no_profile_is_told_to_make_one(ben: Api, song: catalogue.Track) -> None:
    reply = ben.post(f"tracks/{song.pk}/comments", {"body": "Lovely."})
    assert reply.status_code == 409
    assert "profile" in reply.json()["hint"]


def test_pages_by_place_follow_each_other(nobody: Api, people: People, song: catalogue.Track) -> None:
    Comment.objects.bulk_create(
        Comment(track=song, profile=people.cleo_park, words=str(n), place_ms=n // 2 * 1000) for n in range(9)
    )
    href, seen = f"tracks/{song.pk}/comments?order=time&limit=4", []
    while href:
        page = nobody.get(href.removeprefix("http://localhost:8000")).json()
        seen += [one["body"] for one in page["collection"]]
        href = page["next_href"]
    assert seen == [str(n) for n in range(9)]


def test_comments_of_what_one_may_not_see_are_not_there(
    nobody: Api, ada: Api, cleo: Api, people: People, song: catalogue.Track
) -> None:
    made = ada.post(f"tracks/{song.pk}/comments", {"body": "Note to self."}).json()
    secret = catalogue.publish_tracks(people.ada, [song.pk], sharing="secret")[0].secret_token
    for path in (f"tracks/{song.pk}/comments", f"comments/{made['id']}"):
        assert nobody.get(path).status_code == 404
        assert nobody.get(f"{path}?secret_token={secret}").status_code == 200
    catalogue.withdraw_tracks(people.ada, [song.pk])
    assert nobody.get(f"comments/{made['id']}?secret_token={secret}").status_code == 404


def test_a_comment_is_reported_and_hidden(
    ben: Api, nobody: Api, people: People, with_key: KeyFor, song: catalogue.Track
) -> None:
    row = comments.write(people.cleo, comments.Opened(catalogue.track_for(None, song.pk)), "Something vile.")
    told = ben.post("reports", {"kind": "comment", "id": row.pk, "reason": "hate"}).json()
    mo = with_key(people.mo)
    where = f"reports/{told['id']}/decision"
    assert mo.post(where, {"uphold": True, "decision": "A threat."}).json()["state"] == "upheld"
    assert nobody.get(f"comments/{row.pk}").status_code == 404
    assert mo.delete(f"hidden/comment/{row.pk}").status_code == 204
    assert nobody.get(f"comments/{row.pk}").status_code == 200
    accounts.block(people.lux, people.cleo)
    assert with_key(people.lux).get(f"comments/{row.pk}").status_code == 404
