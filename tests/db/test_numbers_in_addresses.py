"""Addresses with a number that no row can have: nothing is there, and no database is asked."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter

from antiphon.kernel.ids import MOST_ID
from tests.people import People

pytestmark = pytest.mark.django_db


def numbered(found: URLResolver, before: str = "") -> Iterator[str]:
    """Every address of the pages that has a number, with one too large in its place."""
    for one in found.url_patterns:
        route = before + str(getattr(one.pattern, "_route", ""))
        if isinstance(one, URLResolver):
            yield from numbered(one, route)
        elif isinstance(one, URLPattern) and any(
            isinstance(kind, IntConverter) for kind in one.pattern.converters.values()
        ):
            yield "/" + "".join(
                part if place % 2 == 0 else str(MOST_ID + 1) if part.startswith("int:") else "x"
                for place, part in enumerate(route.replace(">", "<").split("<"))
            )


ADDRESSES = sorted(set(numbered(get_resolver())))


def test_there_are_such_addresses() -> None:
    assert f"/listen/{MOST_ID + 1}.json" in ADDRESSES
    assert f"/policies/{MOST_ID + 1}/x.c2pa" in ADDRESSES


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_number_past_all_rows_is_nothing(people: People, address: str) -> None:
    stranger, ada = Client(), Client()
    ada.force_login(people.ada)
    for client in (stranger, ada):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404
