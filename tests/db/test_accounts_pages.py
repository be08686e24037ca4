"""Pages of accounts, by Django's test client."""

import re
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from antiphon.accounts import service as accounts
from antiphon.audio import service as audio
from antiphon.catalogue import service as catalogue
from tests.people import PASSWORD, People

SIGNED_IN = [
    "account_welcome", "account_profiles", "account_new_profile", "account_preferences", "account_keys",
    "account_blocked", "account_data", "account_leave", "account_email", "account_change_password", "mfa_index",
    "mfa_activate_totp", "usersessions_list", "account_logout", "account_reauthenticate",
]  # fmt: skip
ANYBODY = [
    "account_login", "account_signup", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key_done", "account_email_verification_sent", "account_inactive",
]  # fmt: skip


def sign_in(client: Client, name: str) -> None:
    reply = client.post(reverse("account_login"), {"login": f"{name}@example.org", "password": PASSWORD})
    assert reply.status_code == 302


def confirm(client: Client) -> None:
    """Give the password once more, as pages ask that change what protects the account."""
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302


@pytest.mark.parametrize("name", ANYBODY)
def test_pages_for_anybody_wear_the_site_s_frame(client: Client, people: People, name: str) -> None:
    reply = client.get(reverse(name))
    assert reply.status_code == 200
    assert b'<main id="main"' in reply.content
    assert b"<h1>" in reply.content


@pytest.mark.parametrize("name", SIGNED_IN)
def test_pages_of_the_account_wear_the_site_s_frame(client: Client, people: People, name: str) -> None:
    sign_in(client, "ada")
    confirm(client)
    reply = client.get(reverse(name))
    assert reply.status_code == 200
    assert b'<main id="main"' in reply.content
    assert b"<h1>" in reply.content


@pytest.mark.parametrize("name", SIGNED_IN)
def test_pages_of_the_account_ask_strangers_to_sign_in(client: Client, db: None, name: str) -> None:
    reply = client.get(reverse(name))
    assert reply.status_code == 302


def test_a_first_profile_is_made_and_told_about(client: Client, people: People) -> None:
    sign_in(client, "ben")
    assert b"You have no page yet" in client.get(reverse("account_profiles")).content
    reply = client.post(reverse("account_new_profile"), {"name": "Ben Ō", "slug": ""}, follow=True)
    assert b"Ben \xc5\x8c has a page now, at /ben-o." in reply.content
    taken = client.post(reverse("account_new_profile"), {"name": "Ada", "slug": "ada-quill"})
    assert taken.status_code == 422
    assert b"belongs to somebody" in taken.content
    assert b'aria-invalid="true"' in taken.content


def test_a_profile_is_edited_renamed_and_stays_one_s_own(client: Client, people: People) -> None:
    sign_in(client, "ada")
    page = reverse("account_profile", args=[people.ada_quill.pk])
    said = {
        "name": "Ada Quill",
        "place": "Bergen",
        "biography": "Harp.",
        "link_title_0": "Shop",
        "link_url_0": "https://example.org",
    }
    assert client.post(page, said).status_code == 302
    assert b"https://example.org" in client.get(page).content
    crooked = client.post(page, said | {"link_url_0": "javascript:alert(1)"})
    assert crooked.status_code == 422
    assert b"A link starts with" in crooked.content
    client.post(reverse("account_profile_address", args=[people.ada_quill.pk]), {"slug": "ada"})
    assert accounts.profile_at("ada-quill").profile.slug == "ada"
    assert client.get(reverse("account_profile", args=[people.cleo_park.pk])).status_code == 404
    assert client.post(reverse("account_profile", args=[people.cleo_park.pk]), said).status_code == 404


def test_a_picture_is_handed_on_as_a_file_of_our_own_name(
    client: Client, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[tuple[Path, str, int]] = []

    def take(path: Path, *, kind: str, subject_id: int) -> None:
        assert path.read_bytes() == b"not looked at here"
        taken.append((path, kind, subject_id))

    monkeypatch.setattr(audio, "accept_picture", take, raising=False)
    sign_in(client, "ada")
    sent = SimpleUploadedFile("../../etc/passwd.png", b"not looked at here")
    reply = client.post(reverse("account_profile_picture", args=[people.ada_quill.pk]), {"picture": sent})
    assert reply.status_code == 302
    [(path, kind, subject_id)] = taken
    assert (kind, subject_id) == ("profile", people.ada_quill.pk)
    assert "passwd" not in path.name
    assert not path.exists()
    assert client.post(reverse("account_profile_picture", args=[people.ada_quill.pk])).status_code == 422
    assert client.post(reverse("account_profile_picture", args=[people.cleo_park.pk]), {}).status_code == 404


def test_preferences_change_the_time_and_the_look(client: Client, people: People) -> None:
    sign_in(client, "ada")
    wanted = {"theme": "dark", "time_zone": "Asia/Tokyo", "language": "en"}
    assert client.post(reverse("account_preferences"), wanted).status_code == 302
    page = client.get(reverse("account_preferences"))
    assert b'data-theme="dark"' in page.content
    assert accounts.account_at("ada@example.org").time_zone == "Asia/Tokyo"
    assert client.post(reverse("account_preferences"), {"time_zone": "Mars/Base"}).status_code == 422


def test_a_key_is_shown_once_and_only_after_the_password(client: Client, people: People) -> None:
    sign_in(client, "ada")
    wanted = {"name": "script", "scopes": ["read", "upload"], "days": "30"}
    assert client.post(reverse("account_keys"), wanted).url.startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    reply = client.post(reverse("account_keys"), wanted)
    secret = reply.context["secret"]
    assert secret.encode() in reply.content
    assert reply.headers["Cache-Control"].startswith("max-age=0")
    assert accounts.api_key_for(secret)
    assert secret.encode() not in client.get(reverse("account_keys")).content
    [key] = accounts.api_keys_of(people.ada)
    client.post(reverse("account_revoke_key", args=[key.pk]))
    assert accounts.api_key_for(secret) is None


def test_blocking_and_unblocking_by_the_pages(client: Client, people: People) -> None:
    assert client.post(reverse("block", args=["ada-quill"])).status_code == 302
    assert accounts.blocked_ids(accounts.account_at("ada@example.org")) == frozenset()
    sign_in(client, "ben")
    reply = client.post(reverse("block", args=["ada-quill"]), {"next": "https://evil.example/"})
    assert reply.url == reverse("account_blocked")
    assert b"Ada Quill" in client.get(reverse("account_blocked")).content
    assert client.get(reverse("block", args=["ada-quill"])).status_code == 405
    client.post(reverse("account_unblock", args=[people.ada.pk]))
    assert b"blocked nobody" in client.get(reverse("account_blocked")).content


def test_anybody_reports_but_not_without_end(client: Client, people: People) -> None:
    page = f"{reverse('report')}?kind=profile&id={people.ada_quill.pk}"
    assert b"Ada Quill" in client.get(page).content
    assert client.post(page, {"words": "no reason chosen"}).status_code == 422
    for _report in range(9):
        assert client.post(page, {"reason": "spam", "words": "Look at it."}).status_code == 200
    assert len(catalogue.open_reports()) == 9
    client.post(page, {"reason": "spam"})
    refused = client.post(page, {"reason": "spam"})
    assert refused.status_code == 429
    assert len(catalogue.open_reports()) == 10


@pytest.mark.parametrize("query", ["", "kind=profile", "kind=profile&id=x", "kind=track&id=1", "kind=cat&id=1"])
def test_a_report_needs_something_to_be_about(client: Client, people: People, query: str) -> None:
    assert client.get(f"{reverse('report')}?{query}").status_code in (404, 422)


def test_a_report_page_does_not_name_what_is_hidden(client: Client, people: People) -> None:
    accounts.suspend(people.mo, people.ada, "spam")
    reply = client.get(f"{reverse('report')}?kind=profile&id={people.ada_quill.pk}")
    assert reply.status_code == 404
    assert b"Ada Quill" not in reply.content


def test_every_browser_gets_a_listening_secret_with_its_first_page(client: Client, db: None) -> None:
    first = client.get(reverse("account_login"))
    cookie = first.cookies["antiphon_listener"]
    assert re.fullmatch("[0-9a-f]{32}", cookie.value)
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", "")
    assert first.wsgi_request.listener_secret == cookie.value
    second = client.get(reverse("account_login"))
    assert "antiphon_listener" not in second.cookies
    assert second.wsgi_request.listener_secret == cookie.value
    client.cookies["antiphon_listener"] = "made up"
    assert re.fullmatch("[0-9a-f]{32}", client.get(reverse("account_login")).cookies["antiphon_listener"].value)


def test_the_frame_costs_four_queries_session_user_profiles_and_notices(client: Client, people: People) -> None:
    sign_in(client, "ada")
    client.get(reverse("account_preferences"))
    cache.delete_many([key for key in [client.session.cache_key] if key])
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("account_preferences"))
    assert len(queries) <= 4, [query["sql"] for query in queries]
