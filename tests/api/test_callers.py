"""Who may ask: keys, sessions with their token, and nobody."""

from datetime import timedelta

import pytest
from django.test import Client

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.kernel import clock
from tests.api.conftest import Api, KeyFor
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "header",
    ["Bearer nonsense", "Bearer ", "Basic YTpi", "Bearer antiphon_a_b", "Bearer antiphon_\x00_b", "Bearer \u00e9"],
)
def test_a_key_that_does_not_live_is_refused_even_where_none_is_needed(
    nobody: Api, song: catalogue.Track, header: str
) -> None:
    reply = nobody.get(f"tracks/{song.pk}", Authorization=header.encode().decode("latin-1"))
    assert reply.status_code == 401
    assert reply.json()["code"] == "bad-key"
    assert reply["WWW-Authenticate"].startswith("Bearer ")


def test_a_revoked_or_ended_key_opens_nothing(people: People, with_key: KeyFor) -> None:
    api = with_key(people.ada)
    assert api.get("me").status_code == 200
    accounts.revoke_api_key(people.ada, accounts.api_keys_of(people.ada)[0].pk)
    assert api.get("me").status_code == 401
    _key, secret = accounts.make_api_key(people.ada, "short", ["read"], clock.now() + timedelta(days=1))
    assert Api(secret).get("me").status_code == 200
    with clock.advanced(timedelta(days=2)):
        assert Api(secret).get("me").status_code == 401


def test_a_suspended_person_is_out_with_every_key(people: People, with_key: KeyFor) -> None:
    api = with_key(people.ben)
    accounts.suspend(people.mo, people.ben, "Spam.")
    assert api.get("me").status_code == 401


def test_what_needs_somebody_says_so(nobody: Api) -> None:
    reply = nobody.get("me")
    assert reply.status_code == 401
    assert reply["WWW-Authenticate"] == 'Bearer realm="Antiphon"'
    assert reply["Content-Type"] == "application/problem+json"


def test_a_session_reads_without_a_token_and_writes_with_one(people: People, song: catalogue.Track) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.ada)
    assert client.get("/api/v1/me").json()["email"] == "ada@example.org"
    where, body = f"/api/v1/tracks/{song.pk}", '{"genre": "folk"}'
    refused = client.patch(where, body, content_type="application/json")
    assert refused.status_code == 403
    assert refused["Content-Type"] == "application/problem+json"
    client.cookies["antiphon_csrf"] = "a" * 32
    allowed = client.patch(where, body, content_type="application/json", headers={"X-CSRFToken": "a" * 32})
    assert allowed.status_code == 200


def test_a_key_needs_no_token_even_beside_a_session(people: People, song: catalogue.Track) -> None:
    _key, secret = accounts.make_api_key(people.ada, "laptop", ["write"])
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.ben)
    reply = client.patch(
        f"/api/v1/tracks/{song.pk}",
        '{"genre": "folk"}',
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert reply.status_code == 200


def test_a_key_cannot_make_keys_or_delete_the_account(ada: Api) -> None:
    assert ada.post("me/keys", {"name": "more", "scopes": ["read"]}).status_code == 403
    assert ada.post("me/deletion").status_code == 403


def test_somebody_at_the_keyboard_makes_and_ends_keys(people: People) -> None:
    client = Client()
    client.force_login(people.ada)
    made = client.post("/api/v1/me/keys", {"name": "laptop", "scopes": ["read"]}, content_type="application/json")
    assert made.status_code == 201
    secret = made.json()["secret"]
    assert Api(secret).get("me").status_code == 200
    listed = client.get("/api/v1/me/keys").json()["collection"]
    assert [key["name"] for key in listed] == ["laptop"]
    assert "secret" not in listed[0]
    assert client.delete(f"/api/v1/me/keys/{listed[0]['id']}").status_code == 204
    assert Api(secret).get("me").status_code == 401


def test_a_key_for_uploads_alone_reads_nothing(people: People, with_key: KeyFor, song: catalogue.Track) -> None:
    uploader = with_key(people.ada, "upload")
    assert uploader.get(f"tracks/{song.pk}").status_code == 403
    assert uploader.get("me").status_code == 403
