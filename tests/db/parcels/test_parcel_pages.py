"""The page on which one asks and fetches, and the door that hands it out: to its owner's session and nobody else."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from antiphon.accounts import service as accounts
from antiphon.accounts.service import parcels
from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.site.door.front import FrontDoor
from antiphon.storage import service as storage
from tests.db.door import Reply, once
from tests.db.parcels.conftest import pack
from tests.people import PASSWORD, People

pytestmark = pytest.mark.django_db


@pytest.fixture
def door(data: Path) -> Iterator[FrontDoor]:
    def no_pages(environ: object, start: object) -> list[bytes]:
        raise AssertionError("media must not reach Django")

    door = FrontDoor(no_pages)
    yield door
    door.pages.close()
    door.rooms.close()


def signed_in(email: str = "ada@example.org", *, confirmed: bool = True) -> Client:
    client = Client()
    if confirmed:
        client.post(reverse("account_login"), {"login": email, "password": PASSWORD})
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    else:
        client.force_login(accounts.account_at(email))
    return client


def text(client: Client, path: str = "/account/data") -> str:
    reply = client.get(path)
    assert reply.status_code == 200
    return reply.content.decode()


def fetch(door: FrontDoor, address: str, method: str = "GET", **headers: str) -> Reply:
    return once(door, method, address, headers={name.replace("_", "-"): said for name, said in headers.items()})


def cookies(client: Client) -> str:
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def test_asking_waiting_and_fetching(people: People, door: FrontDoor) -> None:
    ada = signed_in()
    assert "Make a copy of everything" in text(ada)
    assert ada.post("/account/data/ask")["Location"] == "/account/data"
    page = text(ada)
    assert "Your copy is being made" in page
    assert 'hx-trigger="every 3s"' in page
    assert "Look again" in page
    assert "Make a copy" not in page
    jobs.run_due()
    page = text(ada)
    assert "Your copy is ready" in page
    assert "every 3s" not in page
    assert "You can ask for a new copy from" in page
    reply = ada.post("/account/data/download")
    assert reply.status_code == 302
    assert "no-store" in reply["Cache-Control"]
    row = parcels.Parcel.objects.get()
    got = fetch(door, reply["Location"], cookie=cookies(ada))
    assert (got.status, got["content-type"]) == (200, "application/zip")
    assert got["cache-control"] == "private, no-store"
    assert got["content-disposition"] == f'attachment; filename="antiphon-{clock.now():%Y-%m-%d}.zip"'
    with storage.files().open(row.key) as file:
        whole = file.read()
    assert (got.body or Path(got.path).read_bytes()) == whole
    part = fetch(door, reply["Location"], cookie=cookies(ada), range="bytes=10-29")
    assert (part.status, part.body) == (206, whole[10:30])
    assert part["cache-control"] == "private, no-store"


def test_the_address_opens_to_no_other_session_browser_key_or_time(people: People, door: FrontDoor) -> None:
    pack(people.ada)
    ada = signed_in()
    ada.get("/")
    address = ada.post("/account/data/download")["Location"]
    assert fetch(door, address, cookie=cookies(ada)).status == 200
    listener = f"{settings.LISTENER_COOKIE_NAME}={ada.cookies[settings.LISTENER_COOKIE_NAME].value}"
    _key, secret = accounts.make_api_key(people.ada, "key", ["read"])
    for shown in (
        {},
        {"cookie": listener},
        {"cookie": cookies(signed_in("ben@example.org"))},
        {"cookie": cookies(signed_in())},  # Ada in another browser: let her ask there
        {"authorization": f"Bearer {secret}"},
        {"authorization": f"Bearer {ada.cookies[settings.SESSION_COOKIE_NAME].value}"},
    ):
        assert fetch(door, address, **shown).status == 403
    assert fetch(door, address.partition("?")[0], cookie=cookies(ada)).status == 403
    before = cookies(ada)
    ada.post("/account/logout/")
    assert cookies(ada) != before
    assert fetch(door, address, cookie=cookies(ada)).status == 403


def test_an_address_that_was_signed_for_a_listener_opens_no_parcel(people: People, door: FrontDoor) -> None:
    row = pack(people.ada)
    address = storage.media_url(row.key, binding=storage.binding_of("listens"), seconds=600)
    assert fetch(door, address, cookie=f"{settings.LISTENER_COOKIE_NAME}=listens").status == 403


def test_the_address_ends_after_hours_and_never_after_the_parcel(people: People) -> None:
    row = pack(people.ada)
    assert row.ends_at is not None
    with clock.frozen(row.ends_at - timedelta(minutes=10)):
        ends = int(parcels.address_of(people.ada, "session").partition("e=")[2].split("&")[0])
        assert ends <= (row.ends_at + timedelta(minutes=10)).timestamp()
    ends = int(parcels.address_of(people.ada, "session").partition("e=")[2].split("&")[0])
    assert ends <= clock.now().timestamp() + parcels.ADDRESS_SECONDS + 600


def test_the_password_is_asked_for_before(people: People) -> None:
    pack(people.ada)
    ada = signed_in(confirmed=False)
    reply = ada.post("/account/data/download")
    assert reply.status_code == 302
    assert reply["Location"].startswith("/account/reauthenticate/")
    # A file is no part of a page: the form that leads to it leaves the browser to itself.
    form = 'action="/account/reauthenticate/" hx-boost="false"'
    assert form in text(ada, reply["Location"])
    assert form not in text(ada, "/account/reauthenticate/?next=/account/leave")
    done = ada.post(reply["Location"], {"password": PASSWORD})
    assert done.status_code == 302
    assert done["Location"].startswith("/media/parcels/")
    assert ada.get("/account/data/download").status_code == 405


def test_nobody_gets_to_anything_of_somebody_else(people: People) -> None:
    row = pack(people.ada)
    for path in ("/account/data", "/account/data/ask", "/account/data/download"):
        reply = Client().post(path) if path != "/account/data" else Client().get(path)
        assert (reply.status_code, reply["Location"].split("?")[0]) == (302, "/account/login/")
    ben = signed_in("ben@example.org")
    assert row.key not in text(ben)
    assert "Your copy is ready" not in text(ben)
    assert ben.post("/account/data/download")["Location"] == "/account/data"
    assert "no copy to download" in text(ben)


def test_a_refusal_is_told_on_the_page(people: People) -> None:
    pack(people.ada)
    ada = signed_in()
    reply = ada.post("/account/data/ask")
    assert reply.status_code == 429
    assert 0 < int(reply["Retry-After"]) <= 3601
    assert "less than an hour ago" in reply.content.decode()


def test_a_failure_is_shown_with_its_reason_and_a_way_to_try_again(people: People) -> None:
    row = parcels.ask(people.ada)
    parcels.gave_up(row.pk, "ValueError: internals")
    page = text(signed_in())
    assert "Your copy could not be made." in page
    assert "internals" not in page
    assert "Try again" in page


def test_how_far_it_is_is_shown(people: People) -> None:
    row = parcels.ask(people.ada)
    parcels.Parcel.objects.filter(pk=row.pk).update(state="packing", all_bytes=4_000_000, packed_bytes=1_000_000)
    page = text(signed_in())
    assert '<progress max="100" value="25"' in page


@pytest.mark.parametrize("path", ["/account/data", "/account/leave"])
def test_pages_stay_within_their_queries(
    people: People, path: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    pack(people.ada)
    ada = signed_in()
    text(ada, path)
    with django_assert_max_num_queries(6):
        text(ada, path)


def test_leaving_offers_everything_first_and_still_in_the_days_of_grace(people: People) -> None:
    ada = signed_in()
    page = text(ada, "/account/leave")
    assert page.index("First, take everything along") < page.index("Delete my account")
    ada.post("/account/leave", {"sure": "on"})
    assert "Make a copy of everything" in text(ada, "/account/leave")
    pack(people.ada)
    assert "Go to the download" in text(ada, "/account/leave")
    assert ada.post("/account/data/download")["Location"].startswith("/media/parcels/")


def test_a_large_one_is_sent_as_fast_as_it_is_taken(people: People, door: FrontDoor) -> None:
    """What is one's own is no listening: no budget holds it up."""
    pack(people.ada)
    ada = signed_in()
    address = ada.post("/account/data/download")["Location"]
    path, _, query = address.partition("?")
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": []}
    receive = asyncio.Queue[dict[str, object]]().get
    assert door.pacing.gate_for(scope | {"client": ("192.0.2.7", 1)}, receive) is None
