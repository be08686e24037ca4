"""robots.txt and its like as programs fetch them: no session, sandboxed, known again; and names nobody gets."""

import json

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from antiphon.accounts.core.names import RESERVED
from tests import declared
from tests.people import People

pytestmark = pytest.mark.django_db
FILES = {
    "/robots.txt": "text/plain; charset=utf-8",
    "/ai.txt": "text/plain; charset=utf-8",
    "/rsl.xml": "application/rsl+xml",
    "/.well-known/tdmrep.json": "application/json",
    "/policies/site.json": "application/ld+json",
}


@pytest.mark.parametrize("path", FILES)
def test_a_file_of_the_site_asks_nothing_and_sets_nothing(
    people: People, path: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = Client()
    client.force_login(people.ada)
    with django_assert_num_queries(0):
        reply = client.get(path)
    assert reply.status_code == 200
    assert reply.headers["Content-Type"] == FILES[path]
    assert not reply.cookies
    assert reply.headers["Cache-Control"] == "public, max-age=3600"
    assert reply.headers["Last-Modified"]
    again = client.get(path, headers={"If-None-Match": reply.headers["ETag"]})
    assert again.status_code == 304
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405


def test_robots_txt_is_sandboxed_and_read_alike(client: Client) -> None:
    reply = client.get("/robots.txt")
    assert reply.headers["Content-Security-Policy"] == "sandbox"
    text = reply.content.decode()
    assert "License: http://localhost:8000/rsl.xml\n\n" in text
    for may in declared.ROBOTS.values():
        assert not may(text, "GPTBot", "http://localhost:8000/ada-quill/slow-harbour")
        assert may(text, "Googlebot", "http://localhost:8000/ada-quill/slow-harbour")


def test_the_site_reserves_mining_and_permits_nothing(client: Client) -> None:
    (rule,) = json.loads(client.get("/.well-known/tdmrep.json").content)
    assert rule == {
        "location": "/*", "tdm-reservation": 1, "tdm-policy": "http://localhost:8000/policies/site.json",
    }  # fmt: skip
    policy = client.get("/policies/site.json").json()
    assert policy["uid"] == "http://localhost:8000/policies/site.json"
    permitted, prohibited = declared.rsl_usages(client.get("/rsl.xml").content.decode(), "/")
    assert (permitted, prohibited) == (set(), {"ai-input", "ai-train"})


def test_nobody_can_have_these_names() -> None:
    assert {path.strip("/").split("/")[0] for path in FILES} <= RESERVED
