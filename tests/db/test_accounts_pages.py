"""Pages of accounts, by Django's test client."""

import pytest
from django.test import Client
from django.urls import reverse

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
