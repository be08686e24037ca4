"""Matches and claims by JSON."""

import pytest

from antiphon.catalogue import service as catalogue
from tests.api.conftest import Api, KeyFor
from tests.people import People

pytestmark = pytest.mark.django_db
CLAIM = {"at_ms": 1000, "length_ms": 9000, "reason": "recording", "words": "It is my tape.", "good_faith": True}


def test_a_claim_is_made_answered_and_taken_back(
    ada: Api, ben: Api, song: catalogue.Track, people: People, with_key: KeyFor
) -> None:
    cleo = with_key(people.cleo)
    assert cleo.post(f"tracks/{song.pk}/claims", CLAIM | {"good_faith": False}).status_code == 409
    made = cleo.post(f"tracks/{song.pk}/claims", CLAIM)
    assert made.status_code == 201, made.content
    uid = made.json()["uid"]
    assert made.json()["side"] == "holder"
    (head,) = ada.get("me/cases").json()["collection"]
    assert (head["uid"], head["kind"], head["waits_for_you"]) == (uid, "claim", True)
    assert ada.get("me/cases?kind=match").json()["collection"] == []
    assert ben.get(f"me/cases/{uid}").status_code == 404
    answer = {"do": "answer", "way": "cover", "words": "My hands.", "good_faith": True}
    assert ben.post(f"me/cases/{uid}/acts", answer).status_code == 404
    said = ada.post(f"me/cases/{uid}/acts", answer)
    assert said.status_code == 201
    assert said.json()["stage"] == "reply"
    read = cleo.get(f"me/cases/{uid}").json()
    assert [entry["act"] for entry in read["entries"]] == ["open", "answer"]
    assert "withdraw" in read["may"]
    assert read["stretches"][0]["at_ms"] == 1000
    ended = cleo.post(f"me/cases/{uid}/acts", {"do": "withdraw"})
    assert ended.json()["outcome"] == "withdrawn"
    assert cleo.post(f"me/cases/{uid}/acts", {"do": "withdraw"}).status_code == 409


def test_one_s_own_track_cannot_be_claimed(ada: Api, song: catalogue.Track) -> None:
    assert ada.post(f"tracks/{song.pk}/claims", CLAIM).status_code == 403
