"""A write that is sent twice happens once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from antiphon.accounts import service as accounts
from antiphon.api import idempotency
from antiphon.api.models import IdempotentReply
from antiphon.kernel import clock
from tests.api.conftest import Api
from tests.people import People

pytestmark = pytest.mark.django_db
KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"


def profiles_of(user: accounts.User) -> int:
    return len(accounts.profiles_of(accounts.account_for(user.pk)))


def test_the_same_write_is_answered_not_repeated(ada: Api, people: People) -> None:
    first = ada.post("profiles", {"username": "Tides"}, Idempotency_Key=KEY)
    again = ada.post("profiles", {"username": "Tides"}, Idempotency_Key=f'"{KEY}"')
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert again["Idempotency-Replayed"] == "true"
    assert profiles_of(people.ada) == 2


def test_another_write_with_the_same_key_is_refused(ada: Api, people: People) -> None:
    ada.post("profiles", {"username": "Tides"}, Idempotency_Key=KEY)
    reply = ada.post("profiles", {"username": "Ebb"}, Idempotency_Key=KEY)
    assert reply.status_code == 422
    assert reply.json()["code"] == "key-reused"
    assert profiles_of(people.ada) == 2


def test_two_people_may_use_the_same_key(ada: Api, ben: Api) -> None:
    assert ada.post("profiles", {"username": "Tides"}, Idempotency_Key=KEY).status_code == 201
    assert ben.post("profiles", {"username": "Tides"}, Idempotency_Key=KEY).status_code == 201


def test_a_refusal_is_not_kept(ada: Api, people: People) -> None:
    assert ada.post("profiles", {"username": ""}, Idempotency_Key=KEY).status_code == 422
    assert IdempotentReply.objects.count() == 0
    assert ada.post("profiles", {"username": "Tides"}, Idempotency_Key=KEY).status_code == 201


def test_while_the_first_runs_the_second_waits(ada: Api, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    inner: list[HttpResponse] = []
    before = accounts.make_profile

    def meanwhile(*args: object, **kwargs: object) -> object:
        inner.append(ada.post("profiles", {"username": "Tides"}, Idempotency_Key=KEY))
        return before(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(accounts, "make_profile", meanwhile)
    assert ada.post("profiles", {"username": "Tides"}, Idempotency_Key=KEY).status_code == 201
    assert inner[0].status_code == 409
    assert inner[0].json()["code"] == "still-running"


def test_a_crash_in_between_leaves_neither_change_nor_reply(ada: Api, people: People) -> None:
    def crash() -> HttpResponse:
        accounts.make_profile(people.ada, "Tides")
        raise KeyboardInterrupt

    request = RequestFactory().post("/api/v1/profiles", b"{}", content_type="application/json")
    with pytest.raises(KeyboardInterrupt):
        idempotency.once(request, people.ada, KEY, crash)
    assert IdempotentReply.objects.count() == 0
    assert profiles_of(people.ada) == 1
    assert ada.post("profiles", {"username": "Tides"}, Idempotency_Key=KEY).status_code == 201


def test_another_server_that_was_quicker_is_repeated(ada: Api, people: People) -> None:
    """The other server's mark is not in our cache; the row is what both see."""
    ada.post("profiles", {"username": "Tides"}, Idempotency_Key=KEY)
    cache.clear()
    assert ada.post("profiles", {"username": "Tides"}, Idempotency_Key=KEY)["Idempotency-Replayed"] == "true"


def test_replies_are_forgotten_after_a_day(ada: Api, people: People) -> None:
    ada.post("profiles", {"username": "Tides"}, Idempotency_Key=KEY)
    assert idempotency.forget_old() == 0
    with clock.advanced(timedelta(hours=25)):
        assert ada.post("profiles", {"username": "Tides"}, Idempotency_Key=KEY).status_code == 201
        assert profiles_of(people.ada) == 3
    with clock.advanced(timedelta(hours=50)):
        assert idempotency.forget_old() == 1


@pytest.mark.parametrize("key", ["", "a b", "a" * 256, "caf\u00e9", "\x7f"])
def test_a_key_that_cannot_be_one(ada: Api, key: str) -> None:
    assert ada.post("profiles", {"username": "Tides"}, Idempotency_Key=key).status_code == 400


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="a database in memory has one writer and no waiting")
def test_two_servers_at_once_change_once(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    # Two servers do not see each other's marks.
    monkeypatch.setattr(idempotency, "cache", SimpleNamespace(add=lambda *_: True, delete=lambda *_: None))
    _key, secret = accounts.make_api_key(people.ada, "both", accounts.SCOPES)
    barrier = Barrier(2)

    def send(_number: int) -> HttpResponse:
        barrier.wait()
        try:
            return Api(secret).post("profiles", {"username": "Tides"}, Idempotency_Key=KEY)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        replies = list(pool.map(send, range(2)))
    assert [reply.status_code for reply in replies] == [201, 201]
    assert replies[0].content == replies[1].content
    assert profiles_of(people.ada) == 2
