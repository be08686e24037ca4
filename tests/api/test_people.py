"""Account, profiles and blocks by JSON."""

import pytest
from django.test import Client

from antiphon.catalogue import service as catalogue
from tests.api.conftest import Api
from tests.people import People

pytestmark = pytest.mark.django_db


def test_me(ada: Api) -> None:
    me = ada.get("me").json()
    assert me["email"] == "ada@example.org"
    assert me["roles"] == ["creator", "listener"]
    assert [profile["permalink"] for profile in me["profiles"]] == ["ada-quill"]
    assert me["room"]["left_bytes"] == me["room"]["quota_bytes"] > 0


def test_preferences(ada: Api) -> None:
    assert ada.patch("me", {"time_zone": "Europe/Berlin"}).json()["time_zone"] == "Europe/Berlin"
    shown = ada.patch("me", {"theme": "dark"}).json()
    assert (shown["time_zone"], shown["theme"]) == ("Europe/Berlin", "dark")
    assert ada.patch("me", {"time_zone": "Europe/Atlantis"}).status_code == 422
    assert ada.patch("me", {"language": "xx"}).status_code == 422


def test_a_profile_is_made_edited_and_renamed(ada: Api, ben: Api, nobody: Api) -> None:
    made = ada.post("profiles", {"username": "Ada and the Tides"})
    assert made.status_code == 201
    assert made.json()["permalink"] == "ada-and-the-tides"
    edited = ada.patch(
        "profiles/ada-and-the-tides",
        {"city": "Lübeck", "links": [{"title": "Home", "url": "https://ada.example/"}], "permalink": "tides"},
    ).json()
    assert (edited["city"], edited["permalink"]) == ("Lübeck", "tides")
    assert edited["links"] == [{"title": "Home", "url": "https://ada.example/"}]
    # The former address still finds it.
    assert nobody.get("profiles/ada-and-the-tides").json()["permalink"] == "tides"
    assert nobody.get("profiles/nobody-here").status_code == 404
    assert ben.patch("profiles/tides", {"city": "Kiel"}).status_code == 404
    assert ben.post("profiles", {"username": "Ben", "permalink": "tides"}).status_code == 409
    assert [one["permalink"] for one in ada.get("me/profiles").json()["collection"]] == ["tides", "ada-quill"]


@pytest.mark.parametrize(
    "body", [{"links": [{"url": "javascript:alert(1)"}]}, {"username": "\u202e"}, {"permalink": "A B"}, {"links": "x"}]
)
def test_a_profile_refuses_what_does_not_belong(ada: Api, body: dict[str, object]) -> None:
    assert ada.patch("profiles/ada-quill", body).status_code == 422


def test_a_profile_lists_what_is_public(nobody: Api, song: catalogue.Track) -> None:
    assert [one["id"] for one in nobody.get("profiles/ada-quill/tracks").json()["collection"]] == [song.pk]
    assert nobody.get("profiles/cleo-park/tracks").json() == {"collection": [], "next_href": None}


def test_blocking_and_taking_it_back(ben: Api, song: catalogue.Track) -> None:
    assert ben.put("me/blocks/ada-quill").status_code == 204
    assert ben.put("me/blocks/ada-quill").status_code == 204
    assert [one["permalink"] for one in ben.get("me/blocks").json()["collection"]] == ["ada-quill"]
    assert ben.get(f"tracks/{song.pk}").status_code == 404
    assert ben.delete("me/blocks/ada-quill").status_code == 204
    assert ben.get(f"tracks/{song.pk}").status_code == 200
    assert ben.put("me/blocks/nobody-here").status_code == 404


def test_nobody_blocks_themselves(ada: Api) -> None:
    assert ada.put("me/blocks/ada-quill").status_code == 409


def test_leaving_and_coming_back(people: People) -> None:
    client = Client()
    client.force_login(people.ada)
    assert client.post("/api/v1/me/deletion").json()["deletion_due_at"]
    assert client.delete("/api/v1/me/deletion").json()["deletion_due_at"] is None
