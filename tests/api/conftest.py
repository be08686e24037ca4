"""The API as a program sees it: with a key of one of the five, or with none."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from tests.db.conftest import Receive, bring, file_store, heard_ingest

__all__ = ["bring", "file_store", "heard_ingest"]


class Api:
    """`api.get("tracks/1")` as somebody, or as nobody."""

    def __init__(self, secret: str = "") -> None:
        self.client = Client(raise_request_exception=False)
        self.secret = secret

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        sent = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        kept: dict[str, Any] = {} if body is None else {"data": body, "content_type": "application/json"}
        where = path if path.startswith("/") else f"/api/v1/{path}"
        return self.client.generic(
            method,
            where,
            headers=sent | {name.replace("_", "-"): value for name, value in headers.items()},
            **(kept | {"data": _json(body)} if kept else {}),
        )

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.ask("POST", path, {} if body is None else body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.ask("PATCH", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.ask("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> HttpResponse:
        return self.ask("DELETE", path, **headers)


def _json(body: Any) -> bytes:
    import json

    return body if isinstance(body, bytes) else json.dumps(body).encode()


KeyFor = Callable[..., Api]


@pytest.fixture
def nobody(db: None) -> Api:
    return Api()


@pytest.fixture
def with_key(db: None) -> KeyFor:
    def make(user: accounts.User, *scopes: str) -> Api:
        _key, secret = accounts.make_api_key(user, "test", scopes or accounts.SCOPES)
        api = Api(secret)
        assert accounts.api_key_for(secret) is not None  # the day of its first use is written once
        return api

    return make


@pytest.fixture
def ada(people: Any, with_key: KeyFor) -> Api:
    return with_key(people.ada)


@pytest.fixture
def ben(people: Any, with_key: KeyFor) -> Api:
    return with_key(people.ben)


@pytest.fixture
def song(people: Any, bring: Receive) -> catalogue.Track:
    """A public track of Ada's."""
    recording = bring(people.ada)
    return catalogue.publish_tracks(people.ada, [recording.track_id])[0]
