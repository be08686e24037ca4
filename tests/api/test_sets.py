"""Sets by JSON."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from antiphon.catalogue import service as catalogue
from tests.api.conftest import Api
from tests.db.conftest import Receive
from tests.people import People

pytestmark = pytest.mark.django_db


def test_a_set_is_made_filled_published_and_deleted(
    ada: Api, nobody: Api, people: People, bring: Receive, song: catalogue.Track
) -> None:
    draft = bring(people.ada, "Night Ferry.wav").track_id
    made = ada.post("sets", {"title": "Harbours", "set_type": "album"})
    assert made.status_code == 201
    set_id = made.json()["id"]
    assert made["Location"].endswith(f"/api/v1/sets/{set_id}")
    assert nobody.get(f"sets/{set_id}").status_code == 404
    assert ada.post(f"sets/{set_id}/publish", {}).status_code == 409  # it is empty
    filled = ada.put(f"sets/{set_id}/tracks", {"track_ids": [draft, song.pk]}).json()
    assert [track["id"] for track in filled["tracks"]] == [draft, song.pk]
    assert (filled["track_count"], filled["duration"]) == (2, 400_000)
    assert ada.post(f"sets/{set_id}/publish", {}).status_code == 200
    shown = nobody.get(f"sets/{set_id}").json()
    assert [track["id"] for track in shown["tracks"]] == [draft, song.pk]
    assert nobody.get("sets").json()["collection"][0]["id"] == set_id
    assert nobody.get("profiles/ada-quill/sets").json()["collection"][0]["title"] == "Harbours"
    assert ada.post(f"sets/{set_id}/unpublish").json()["published_at"] is None
    assert ada.delete(f"sets/{set_id}").status_code == 204
    assert ada.get(f"sets/{set_id}").status_code == 404
    assert nobody.get(f"tracks/{song.pk}").status_code == 200


def test_a_set_takes_no_track_that_is_not_heard(ada: Api, people: People, bring: Receive) -> None:
    set_id = ada.post("sets", {"title": "Harbours"}).json()["id"]
    hidden = bring(people.cleo, "Mine Alone.wav").track_id
    assert ada.put(f"sets/{set_id}/tracks", {"track_ids": [hidden]}).status_code == 404
    assert ada.put(f"sets/{set_id}/tracks", {"track_ids": [2**63]}).status_code == 422


def test_a_lost_update_of_a_set_is_refused(ada: Api, song: catalogue.Track) -> None:
    made = ada.post("sets", {"title": "Harbours"})
    where = f"sets/{made.json()['id']}"
    assert ada.patch(where, {"title": "Ports", "set_type": "ep"}, If_Match=made["ETag"]).json()["set_type"] == "ep"
    assert ada.put(f"{where}/tracks", {"track_ids": [song.pk]}, If_Match=made["ETag"]).status_code == 412
    assert ada.patch(where, {"title": "Ports"}, If_Match="*").status_code == 200


def test_a_set_by_secret_link(ada: Api, nobody: Api, song: catalogue.Track) -> None:
    where = f"sets/{ada.post('sets', {'title': 'Harbours'}).json()['id']}"
    ada.put(f"{where}/tracks", {"track_ids": [song.pk]})
    token = ada.post(f"{where}/publish", {"sharing": "secret"}).json()["secret_token"]
    assert nobody.get(where).status_code == 404
    assert nobody.get(f"{where}?secret_token={token}").json()["track_count"] == 1
    ada.post(f"{where}/secret")
    assert nobody.get(f"{where}?secret_token={token}").status_code == 404


def test_a_set_is_made_under_one_of_several_profiles(ada: Api, ben: Api) -> None:
    second = ada.post("profiles", {"username": "Tides"}).json()
    made = ada.post("sets", {"title": "Ebb", "user_id": second["id"]}).json()
    assert made["user"]["permalink"] == "tides"
    assert ada.post("sets", {"title": "Ebb", "user_id": 999}).status_code == 404
    assert ben.post("sets", {"title": "Ebb"}).status_code == 409


def test_two_sets_cannot_share_an_address(ada: Api) -> None:
    ada.post("sets", {"title": "Harbours"})
    other = ada.post("sets", {"title": "Ports"}).json()["id"]
    assert ada.patch(f"sets/{other}", {"permalink": "harbours"}).status_code == 409


def test_reading_a_set_stays_within_its_queries(nobody: Api, ada: Api, people: People, bring: Receive) -> None:
    rows = [bring(people.ada, f"{name}.wav").track_id for name in ("One", "Two", "Three")]
    where = f"sets/{ada.post('sets', {'title': 'Harbours'}).json()['id']}"
    ada.put(f"{where}/tracks", {"track_ids": rows})
    ada.post(f"{where}/publish", {})
    with CaptureQueriesContext(connection) as queries:
        assert nobody.get(where).json()["track_count"] == 3
    assert len(queries) <= 4  # one of them for what the headers tell
