"""Asking and replying by program: the same door as the pages'."""

from typing import Any, get_args

import pytest

from antiphon.api.shapes.enquiries import Enquired
from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.service import enquiries
from tests.api.conftest import Api, KeyFor
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab(people: People, with_key: KeyFor) -> Api:
    return with_key(people.cleo)


def asks(song: catalogue.Track, **changed: Any) -> dict[str, Any]:
    return {
        "tracks": [song.pk],
        "purpose": "finetune",
        "starts_at": "2026-12-01T00:00:00Z",
        "ends_at": "2027-12-01T00:00:00Z",
        "offer": {"amount_minor": 2500, "currency": "EUR"},
        "name": "Example Lab",
        "about": "A university: https://lab.example",
        "words": "A study of harbours in songs.",
    } | changed


def test_the_shape_knows_the_uses_that_can_be_asked_for() -> None:
    assert get_args(Enquired) == tuple(one.slug for one in enquiries.ENQUIRED)


def test_an_enquiry_goes_to_the_holder_and_comes_back_as_a_licence(
    people: People, lab: Api, ada: Api, song: catalogue.Track
) -> None:
    consent.answer(people.ada, {"finetune": "ask"})
    made = lab.post("enquiries", asks(song))
    assert made.status_code == 201, made.content
    uid = made.json()["uid"]
    assert made.json()["actor"] == "example-lab"
    assert made.json()["tracks"][0]["state"] == "waiting"
    [waiting] = ada.get("me/enquiries").json()["collection"]
    assert (waiting["uid"], waiting["waits_for_you"], waiting["tracks_count"]) == (uid, True, 1)
    recording = ada.get(f"me/enquiries/{uid}").json()["tracks"][0]["recording_id"]
    replied = ada.put(f"me/enquiries/{uid}/reply", {"yes": [recording], "words": "Gladly."})
    assert replied.status_code == 200
    assert replied.json()["tracks"][0]["said"] is True
    [line] = lab.get(f"enquiries/{uid}").json()["tracks"]
    assert (line["state"], line["said"]) == ("granted", None)
    assert lab.get("enquiries").json()["collection"][0]["is_open"] is True
    assert lab.delete(f"enquiries/{uid}").json()["withdrawn_at"]


def test_who_is_not_concerned_sees_nothing(
    people: People, lab: Api, ben: Api, nobody: Api, song: catalogue.Track
) -> None:
    consent.answer(people.ada, {"finetune": "ask"})
    uid = lab.post("enquiries", asks(song)).json()["uid"]
    for path in (f"enquiries/{uid}", f"me/enquiries/{uid}"):
        assert ben.get(path).status_code == 404
        assert nobody.get(path).status_code == 401
    assert ben.put(f"me/enquiries/{uid}/reply", {"yes": []}).status_code == 404
    assert ben.get("me/enquiries").json() == {"collection": [], "next_href": None}
    assert nobody.post("enquiries", asks(song)).status_code == 401


def test_what_cannot_be_asked_is_refused_in_words(people: People, lab: Api, song: catalogue.Track) -> None:
    assert lab.post("enquiries", asks(song)).status_code == 403  # nobody has answered: a no
    consent.answer(people.ada, {"finetune": "ask", "search-index": "yes"})
    assert lab.post("enquiries", asks(song, purpose="search-index")).status_code == 409
    assert lab.post("enquiries", asks(song, purpose="identify")).status_code == 422
    assert lab.post("enquiries", asks(song, tracks=[song.pk, 987654])).status_code == 404
    wrong = lab.post("enquiries", asks(song, offer={"amount_minor": 1, "currency": "XYZ"}))
    assert wrong.status_code == 409, "the right shape, and no currency"
    backwards = lab.post("enquiries", asks(song, ends_at="2026-11-30T00:00:00Z"))
    assert backwards.status_code == 409
    assert "until" in str(backwards.json())
    assert lab.post("enquiries", asks(song, starts_at="2026-12-01T00:00:00")).status_code == 422  # of which zone?


def test_a_list_goes_on_where_it_ended(people: People, lab: Api, ada: Api, song: catalogue.Track) -> None:
    consent.answer(people.ada, {"finetune": "ask"})
    made = [lab.post("enquiries", asks(song)).json()["uid"] for _ in range(3)]
    for api, path in ((lab, "enquiries"), (ada, "me/enquiries")):
        first = api.get(f"{path}?limit=2").json()
        rest = api.get(first["next_href"].split("/api/v1/")[1]).json()
        assert [one["uid"] for one in first["collection"] + rest["collection"]] == made[::-1]
        assert rest["next_href"] is None
