"""Whoever's letters come back learns so where they sign in, and mends it; who runs the site sees how letters fare."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.cache import cache
from django.test import Client

from antiphon.accounts import service as accounts
from antiphon.accounts.service.parcels.own import _account
from antiphon.cli.ports import Finding, Verdict
from antiphon.jobs import service as jobs
from antiphon.mail import service as mail
from antiphon.site.installation import look_gate
from tests import bounced
from tests.db.mail.conftest import DAY, Move, Send
from tests.people import PASSWORD, People

SAID = "Our letters do not reach you"


@pytest.fixture
def paused(people: People, send: Send) -> None:
    for _ in range(mail.PAUSED_AFTER):
        mail.take(bounced.report(send("ada@example.org").name))


def text(client: Client, path: str) -> str:
    reply = client.get(path)
    assert reply.status_code == 200
    return " ".join(reply.content.decode().split())


def signed_in(email: str = "ada@example.org") -> Client:
    client = Client()
    client.post("/account/login/", {"login": email, "password": PASSWORD})
    return client


def test_whoever_signs_in_is_told_that_letters_come_back(paused: None) -> None:
    client = signed_in()
    page = text(client, "/account/preferences")
    assert SAID in page
    assert 'href="/account/letters"' in page
    assert "there is no such address" in text(client, "/account/letters")
    assert SAID not in text(signed_in("ben@example.org"), "/account/preferences")
    assert SAID not in text(Client(), "/")


def test_somebody_who_stays_signed_in_is_told_as_well(people: People, send: Send) -> None:
    client = Client()
    client.force_login(people.ada)
    assert SAID not in text(client, "/account/preferences")
    for _ in range(mail.PAUSED_AFTER):
        mail.take(bounced.report(send("ada@example.org").name))
    cache.clear()  # it is looked at every ten minutes
    assert SAID in text(client, "/account/preferences")


def test_a_letter_that_arrives_ends_it_by_one_press_and_not_by_looking(paused: None) -> None:
    client = signed_in()
    outbox.outbox.clear()
    assert client.post("/account/letters").url == "/account/letters"
    jobs.run_due()
    [letter] = outbox.outbox
    page = re.search(r"/account/letters/\S+", letter.body)
    assert (letter.to, page is not None) == (["ada@example.org"], True)
    assert page is not None
    assert "ada@example.org" in text(Client(), page.group())
    assert mail.is_paused("ada@example.org")
    client.post(page.group())
    assert not mail.is_paused("ada@example.org")
    assert SAID not in text(client, "/account/preferences")


def test_a_link_of_somebody_elses_making_or_of_last_week_opens_nothing(
    paused: None, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Client().get("/account/letters/nonsense").status_code == 410
    client = signed_in()
    outbox.outbox.clear()
    client.post("/account/letters")
    jobs.run_due()
    page = re.search(r"/account/letters/\S+", outbox.outbox[0].body)
    assert page is not None
    accounts.User.objects.filter(pk=people.ada.pk).update(email="new@example.org")
    assert Client().post(page.group()).status_code == 410
    assert mail.is_paused("ada@example.org"), "the address is nobody's any more"


def test_letters_to_oneself_are_few(paused: None) -> None:
    client = signed_in()
    replies = [client.post("/account/letters").status_code for _ in range(6)]
    assert replies == [302] * 5 + [429]


def test_a_new_address_that_is_confirmed_ends_it(paused: None, people: People) -> None:
    client = signed_in()
    outbox.outbox.clear()
    client.post("/account/email/", {"action_add": "", "email": "ada@new.example"})
    [letter] = [one for one in outbox.outbox if one.to == ["ada@new.example"]]
    link = re.search(r"/account/confirm-email/\S+", letter.body)
    assert link is not None
    client.post(link.group())
    people.ada.refresh_from_db()
    assert people.ada.email == "ada@new.example"
    assert SAID not in text(client, "/account/preferences")


def test_an_account_that_ends_takes_what_is_known_of_its_address_along(
    paused: None, people: People, travel: Move
) -> None:
    accounts.ask_deletion(people.ada)
    travel(15 * DAY)
    assert accounts.end_due() == 1
    assert mail.mailbox("ada@example.org") is None


def test_whoever_runs_the_site_sees_how_letters_fare(paused: None, people: People, send: Send) -> None:
    send("ben@example.org")
    accounts.grant_role(people.mo, accounts.Role.OPERATOR)
    client = Client()
    client.force_login(people.mo)
    page = text(client, "/operate")
    assert "(1 of 2 addresses, 50.0 %)" in page
    assert "ada@example.org" not in page
    assert "3 in a row came back" in text(client, f"/operate/people/{people.ada.pk}")
    assert "came back" not in text(client, f"/operate/people/{people.ben.pk}")


@pytest.fixture
def config(settings: Any) -> Iterator[Any]:
    before = settings.ANTIPHON.bounces, settings.ANTIPHON.email_url
    yield settings.ANTIPHON
    settings.ANTIPHON.bounces, settings.ANTIPHON.email_url = before


def found() -> list[Finding]:
    return [one for one in look_gate.letters() if one.subject == "bounces"]


def test_the_doctor_says_what_came_back_and_that_nobody_reads_it(send: Send, config: Any, tmp_path: Any) -> None:
    assert found() == []
    letter = send("ben@example.org")
    config.email_url = "smtp://mail.example"
    [finding] = found()
    assert (finding.verdict, "ANTIPHON_BOUNCES" in finding.advice) == (Verdict.NOTE, True)
    config.bounces = str(tmp_path)
    [finding] = found()
    assert (finding.verdict, "no Maildir" in finding.words) == (Verdict.PROBLEM, True)
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    assert found() == []
    mail.take(bounced.report(letter.name))
    [finding] = found()
    assert (finding.verdict, finding.details["bounced"]) == (Verdict.NOTE, 1), "one of one is many"
    for n in range(30):
        send(f"n{n}@example.org")
    [finding] = found()
    assert (finding.verdict, "1 of 31 letters" in finding.words) == (Verdict.GOOD, True)


def test_the_copy_of_ones_data_says_what_is_known_of_the_address(paused: None, people: People) -> None:
    said = _account(people.ada)["letters_that_came_back"]
    assert (said["in_a_row"], said["status"]) == (3, "5.1.1")
    assert _account(people.ben)["letters_that_came_back"] is None
