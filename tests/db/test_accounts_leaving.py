"""Leaving: days of grace, a change of mind, and what is gone when they are over."""

from datetime import timedelta
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from antiphon.accounts import jobs
from antiphon.accounts import service as accounts
from antiphon.accounts.service import deletion
from antiphon.catalogue import service as catalogue
from antiphon.kernel import clock
from antiphon.kernel.errors import NotFound
from antiphon.storage import service as storage
from antiphon.storage.local import LocalFiles
from tests.people import PASSWORD, People

GRACE = timedelta(days=14)


class Keeper:
    """Stands in for the rooms above, and remembers whom it was told to forget."""

    def __init__(self) -> None:
        self.forgotten: list[int] = []

    def hold(self) -> None:
        """Nobody else is there."""

    def forget_person(self, user_id: int) -> int:
        self.forgotten.append(user_id)
        return 1


@pytest.fixture
def keeper(monkeypatch: pytest.MonkeyPatch) -> Keeper:
    keeper = Keeper()
    monkeypatch.setattr(deletion, "_belongings", [keeper])
    return keeper


def test_nothing_is_deleted_before_the_days_of_grace_are_over(people: People, keeper: Keeper) -> None:
    asked = accounts.ask_deletion(people.ada)
    assert asked.deletion_due_at == asked.deletion_asked_at + GRACE
    with clock.advanced(GRACE - timedelta(minutes=1)):
        jobs.end_due()
    assert keeper.forgotten == []
    assert accounts.profile_at("ada-quill")


@pytest.mark.django_db(transaction=True)
def test_when_they_are_over_the_account_and_what_hangs_on_it_are_gone(
    people: People, keeper: Keeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = LocalFiles(tmp_path / "files")
    monkeypatch.setattr(storage, "files", lambda: store)
    (tmp_path / "picture").write_bytes(b"webp")
    store.put("pictures/abc/500.webp", tmp_path / "picture")
    accounts.set_picture(people.ada_quill.pk, "pictures/abc")
    _key, secret = accounts.make_api_key(people.ada, "key", ["read"])
    asked_before = accounts.ask_deletion(people.ada)
    with clock.advanced(GRACE + timedelta(minutes=1)):
        jobs.end_due()
        jobs.end_due()
    assert keeper.forgotten == [asked_before.pk]
    assert accounts.api_key_for(secret) is None
    assert store.keys() == []
    with pytest.raises(NotFound):
        accounts.profile_at("ada-quill")
    with pytest.raises(NotFound):
        accounts.account_at("ada@example.org")
    assert [letter.to for letter in mail.outbox] == [["ada@example.org"]] * 2
    assert "deleted" in mail.outbox[1].subject


@pytest.mark.django_db(transaction=True)
def test_who_changes_their_mind_keeps_everything(people: People, keeper: Keeper) -> None:
    accounts.ask_deletion(people.ada)
    accounts.ask_deletion(people.ada)
    accounts.cancel_deletion(people.ada)
    with clock.advanced(2 * GRACE):
        jobs.end_due()
    assert keeper.forgotten == []
    assert [letter.subject for letter in mail.outbox] == [
        f"Your account will be deleted on {(clock.now() + GRACE):%-d %B %Y}",
        "Your account stays",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_down_stops_nobody_from_leaving(
    people: People, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*words: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(deletion, "send_mail", refuse)
    accounts.ask_deletion(people.ada)
    assert accounts.account_at("ada@example.org").deletion_due_at is not None


@pytest.mark.django_db(transaction=True)
def test_the_catalogue_lets_go_of_what_the_person_brought(people: People) -> None:
    upload = catalogue.begin_upload(people.ada, file_name="song.wav", size_bytes=100, attested=True)
    accounts.ask_deletion(people.ada)
    with clock.advanced(GRACE):
        jobs.end_due()
    with pytest.raises(NotFound):
        accounts.account_at("ada@example.org")
    assert upload.pk not in [left.pk for left in catalogue.unfinished_uploads()]


def test_a_picture_that_is_replaced_is_deleted(
    people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    store = LocalFiles(tmp_path / "files")
    monkeypatch.setattr(storage, "files", lambda: store)
    for name in ("old", "new"):
        (tmp_path / name).write_bytes(b"webp")
        store.put(f"pictures/{name}/500.webp", tmp_path / name)
    accounts.set_picture(people.ada_quill.pk, "pictures/old")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        accounts.set_picture(people.ada_quill.pk, "pictures/new")
    assert store.keys() == ["pictures/new/500.webp"]


def test_asking_and_staying_by_the_pages(client: Client, people: People) -> None:
    client.post(reverse("account_login"), {"login": "ada@example.org", "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.post(reverse("account_leave")).status_code == 422
    assert client.post(reverse("account_leave"), {"sure": "on"}).status_code == 302
    assert accounts.account_at("ada@example.org").deletion_due_at is not None
    assert b"will be deleted on" in client.get(reverse("account_leave")).content
    client.post(reverse("account_stay"))
    assert accounts.account_at("ada@example.org").deletion_due_at is None


def test_addresses_of_quiet_sessions_are_forgotten(client: Client, people: People) -> None:
    login = {"login": "ada@example.org", "password": PASSWORD}
    client.post(reverse("account_login"), login, headers={"user-agent": "Firefox"}, REMOTE_ADDR="192.0.2.7")
    client.get(reverse("account_profiles"), headers={"user-agent": "Firefox"}, REMOTE_ADDR="192.0.2.7")
    session = UserSession.objects.get()
    assert (session.ip, session.user_agent) == ("192.0.2.7", "Firefox")
    with clock.advanced(timedelta(days=settings.ANTIPHON.keep_address_days, minutes=-5)):
        jobs.forget_addresses()
    session.refresh_from_db()
    assert session.ip == "192.0.2.7"
    with clock.advanced(timedelta(days=settings.ANTIPHON.keep_address_days, minutes=5)):
        jobs.forget_addresses()
    session.refresh_from_db()
    assert (session.ip, session.user_agent) == ("0.0.0.0", "")
