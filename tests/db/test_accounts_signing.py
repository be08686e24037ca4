"""Signing up and in: letters, limits, second step, reset, invitations, suspension."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.test import Client
from django.urls import reverse

from antiphon.accounts import service as accounts
from tests.people import PASSWORD, People

NEW = {"email": "nora@example.org", "password1": "a harp in the cellar"}


def sign_in(client: Client, email: str, password: str = PASSWORD) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": password})


def is_in(client: Client) -> bool:
    return client.get(reverse("account_profiles")).status_code == 200


def link_in(letter: mail.EmailMessage) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", letter.body)
    assert found
    return found[1]


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_signing_up_takes_a_letter_and_leads_to_the_welcome(client: Client, db: None) -> None:
    reply = client.post(reverse("account_signup"), NEW)
    assert reply.url == reverse("account_email_verification_sent")
    assert not is_in(client)
    [letter] = mail.outbox
    assert letter.to == ["nora@example.org"]
    assert letter.subject == "Antiphon: Is this your e-mail address?"
    address = link_in(letter)
    page = client.get(address)
    assert b"nora@example.org" in page.content
    assert client.post(address).url == reverse("account_welcome")
    assert is_in(client)
    assert b"I make music" in client.get(reverse("account_welcome")).content
    assert accounts.roles_of(accounts.account_at("nora@example.org")) == {"listener"}


def test_confirmed_in_another_browser_one_signs_in_and_is_welcomed(client: Client, db: None) -> None:
    client.post(reverse("account_signup"), NEW)
    other = Client()
    assert other.post(link_in(mail.outbox[0])).url == f"{reverse('account_login')}?next={reverse('account_welcome')}"
    assert sign_in(other, NEW["email"], NEW["password1"]).status_code == 302
    assert is_in(other)


def test_nobody_gets_in_with_an_address_that_is_not_confirmed(client: Client, db: None) -> None:
    client.post(reverse("account_signup"), NEW)
    other = Client()
    assert sign_in(other, NEW["email"], NEW["password1"]).url == reverse("account_email_verification_sent")
    assert not is_in(other)


def test_signing_up_does_not_tell_who_has_an_account(client: Client, people: People) -> None:
    new = client.post(reverse("account_signup"), NEW)
    known = Client().post(reverse("account_signup"), NEW | {"email": "ada@example.org"})
    assert (new.status_code, new.url) == (known.status_code, known.url)
    assert mail.outbox[1].subject == "Antiphon: You have an account already"
    assert "/account/password/reset/" in mail.outbox[1].body


def test_signing_in_and_resetting_do_not_tell_who_has_an_account(client: Client, people: People) -> None:
    wrong = sign_in(client, "ada@example.org", "not her password")
    unknown = sign_in(Client(), "nobody@example.org", "not her password")
    words = b"No account has this e-mail address and password."
    assert words in wrong.content
    assert words in unknown.content
    one = client.post(reverse("account_reset_password"), {"email": "ada@example.org"})
    other = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert (one.status_code, one.url) == (other.status_code, other.url)


def test_too_many_attempts_are_refused_even_with_the_right_password(client: Client, people: People) -> None:
    for _attempt in range(5):
        sign_in(client, "ada@example.org", "guess")
    refused = sign_in(client, "ada@example.org")
    assert b"Too many attempts" in refused.content
    assert not is_in(client)
    assert sign_in(Client(), "ben@example.org").status_code == 302


def test_a_flood_of_sign_ins_from_one_address_meets_the_page_that_says_so(client: Client, people: People) -> None:
    replies = [sign_in(client, f"nobody{number}@example.org", "guess") for number in range(31)]
    assert replies[-1].status_code == 429
    assert b"That was too often" in replies[-1].content


def test_a_forgotten_password_is_replaced_by_letter_and_the_link_works_once(client: Client, people: People) -> None:
    client.post(reverse("account_reset_password"), {"email": "ada@example.org"})
    address = link_in(mail.outbox[0])
    form = client.get(address, follow=True)
    new = "another sentence altogether"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    assert sign_in(Client(), "ada@example.org", new).status_code == 302
    assert b"Send a new link" in Client().get(address, follow=True).content
    assert sign_in(Client(), "ada@example.org").status_code == 200


def test_a_second_step_is_switched_on_and_asked_for(client: Client, people: People) -> None:
    sign_in(client, "ada@example.org")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert page.context["totp_svg_data_uri"].startswith("data:image/svg")
    assert client.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 200
    assert client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}).status_code == 302
    codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    assert len(codes) == 10

    other = Client()
    assert sign_in(other, "ada@example.org").url.startswith(reverse("mfa_authenticate"))
    assert not is_in(other)
    assert b"six digits" in other.get(reverse("mfa_authenticate")).content
    other.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert is_in(other)

    third = Client()
    sign_in(third, "ada@example.org")
    third.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert not is_in(third)


def test_the_app_s_code_signs_in(client: Client, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(client, "ada@example.org")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    # A code works once, so that the next one has to be of another half minute.
    later = time.time() + 90
    monkeypatch.setattr(time, "time", lambda: later)
    other = Client()
    sign_in(other, "ada@example.org")
    other.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert is_in(other)


@pytest.mark.parametrize(("off_s", "is_taken"), [(-30, True), (30, True), (-90, False), (90, False)])
def test_a_code_of_a_clock_that_is_off_by_half_a_minute_is_taken(
    client: Client, people: People, monkeypatch: pytest.MonkeyPatch, off_s: int, is_taken: bool
) -> None:
    sign_in(client, "ada@example.org")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + off_s)
    code = code_of(secret)
    monkeypatch.setattr(time, "time", lambda: now)
    reply = client.post(reverse("mfa_activate_totp"), {"code": code})
    assert reply.status_code == (302 if is_taken else 200)


class SignUp:
    """The site's settings, with another answer to who may sign up."""

    def __init__(self, config: object, sign_up: str) -> None:
        self._config, self.sign_up = config, sign_up

    def __getattr__(self, name: str) -> object:
        return getattr(self._config, name)


def test_a_closed_site_makes_no_accounts(client: Client, people: People, settings: Any) -> None:
    settings.ANTIPHON = SignUp(settings.ANTIPHON, "closed")
    _made, code = accounts.invite(people.mo)
    assert b"Sign-up is closed" in client.get(reverse("account_signup"), {"invitation": code}).content
    client.post(reverse("account_signup"), NEW)
    assert accounts.find_people("nora") == []
    assert mail.outbox == []


def test_by_invitation_a_code_makes_one_account(client: Client, people: People, settings: Any) -> None:
    settings.ANTIPHON = SignUp(settings.ANTIPHON, "invitation")
    client.post(reverse("account_signup"), NEW)
    assert accounts.find_people("nora") == []
    assert b"By invitation" in client.get(reverse("account_signup"), {"invitation": "guessed"}).content
    _made, code = accounts.invite(people.mo)
    assert b"<form" in client.get(reverse("account_signup"), {"invitation": code}).content
    other = Client()
    other.get(reverse("account_signup"), {"invitation": code})
    client.post(reverse("account_signup"), NEW)
    nora = accounts.account_at("nora@example.org")
    assert accounts.invitations()[0].used_by == nora
    other.post(reverse("account_signup"), NEW | {"email": "late@example.org"})
    assert accounts.find_people("late") == []


def test_a_known_address_does_not_use_the_invitation_up(client: Client, people: People, settings: Any) -> None:
    settings.ANTIPHON = SignUp(settings.ANTIPHON, "invitation")
    _made, code = accounts.invite(people.mo)
    client.get(reverse("account_signup"), {"invitation": code})
    client.post(reverse("account_signup"), NEW | {"email": "ada@example.org"})
    assert accounts.is_invitation(code)


def test_suspended_people_are_signed_out_at_once_and_told_why(client: Client, people: People) -> None:
    sign_in(client, "ada@example.org")
    assert is_in(client)
    accounts.suspend(people.mo, people.ada, "Uploads of other people's music")
    assert not is_in(client)
    other = Client()
    told = other.post(reverse("account_login"), {"login": "ada@example.org", "password": PASSWORD}, follow=True)
    assert b"Uploads of other people" in told.content
    assert not is_in(other)
    accounts.unsuspend(people.ada)
    sign_in(other, "ada@example.org")
    assert is_in(other)


def test_sessions_are_listed_and_the_others_can_be_ended(client: Client, people: People) -> None:
    other = Client()
    sign_in(client, "ada@example.org")
    sign_in(other, "ada@example.org")
    page = client.get(reverse("usersessions_list"))
    assert page.context["session_count"] == 2
    assert b"this one" in page.content
    client.post(reverse("usersessions_list"))
    assert is_in(client)
    assert not is_in(other)


def test_addresses_typed_without_their_slash_lead_on(client: Client, db: None) -> None:
    assert client.get("/account/login?next=/x").url == "/account/login/?next=/x"
    assert client.get("/account/nothing").status_code == 404
    assert client.get("/account/nothing/").status_code == 404
