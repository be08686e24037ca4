"""Who asked, what had to lose a track, and the proof of it: the pages, and how far they look back."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.core.rules import BY_RULE
from antiphon.consent.service import artefacts, registering
from antiphon.consent.service import asked as asked_service
from antiphon.ledger import service as ledger
from antiphon.ledger.core import notes
from antiphon.transparency.core import checking
from antiphon.web.consent import asked as asked_page
from tests.db.answering import SIMILAR, signed_in, text
from tests.db.conftest import Receive
from tests.db.ledgers import Home
from tests.people import People

pytestmark = pytest.mark.django_db


def test_who_asked_lists_allowed_and_refused_with_the_rule_in_words(
    ada: Client, people: People, song: catalogue.Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registering, "_declared", {SIMILAR.name: SIMILAR})
    consent.sync_declared()
    assert "Nobody has asked yet" in text(ada, "/studio/asked")
    with pytest.raises(consent.Refused):
        consent.ask([song.pk], "organize", "test/similar")
    consent.answer(people.ada, {"organize": "yes"})
    permit = consent.ask([song.pk], "organize", "test/similar")
    page = text(ada, "/studio/asked")
    assert page.count(f'<a href="?recording={song.pk}">Slow Harbour</a>') == 2
    proof = f"/studio/proofs/asked/{permit.uid}/{song.pk}"
    assert f'href="{proof}"' in page
    assert "Not everyone with rights in it has said yes" in page
    assert "What would change it: Everyone with rights in it says yes." in " ".join(page.split())
    assert "Everyone with rights in it said yes." in page
    assert "test/similar" in page
    for answer, there, away in (("allowed", "Allowed", "Refused"), ("refused", "Refused", "Allowed")):
        page = text(ada, f"/studio/asked?answer={answer}")
        assert f"{there}</span>" in page
        assert f"{away}</span>" not in page
    assert text(ada, f"/studio/asked?recording={song.pk}").count("<li>") > 0
    stranger = signed_in(people.cleo)
    assert "Nobody has asked yet" in text(stranger, "/studio/asked")
    text(stranger, proof, 404)
    assert ada.get(proof).status_code == 202  # it is not in the log yet


def test_who_asked_goes_on_page_by_page(
    ada: Client, song: catalogue.Recording, people: People, monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    monkeypatch.setattr(registering, "_declared", {SIMILAR.name: SIMILAR})
    consent.sync_declared()
    consent.answer(people.ada, {"organize": "yes"})
    uids = [consent.ask([song.pk], "organize", "test/similar").uid for _number in range(60)]
    seen: list[str] = []
    address = "/studio/asked"
    text(ada, address)
    while address:
        with django_assert_max_num_queries(9):
            page = text(ada, address)
        seen += re.findall(r"/studio/proofs/asked/(\w+)/", page)
        more = re.findall(r'href="(\?before=\w+)"', page)
        address = f"/studio/asked{more[0]}" if more else ""
    assert seen == uids[::-1]


def test_who_asked_goes_on_behind_questions_about_neighbours(
    ada: Client, song: catalogue.Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registering, "_declared", {SIMILAR.name: SIMILAR})
    monkeypatch.setattr(asked_service, "_ROUNDS", 1)
    monkeypatch.setattr(asked_page, "PAGE", 1)
    consent.sync_declared()
    neighbours = range(song.pk + 1, song.pk + 60)
    for recordings in ([song.pk], neighbours, neighbours, neighbours):
        with pytest.raises(consent.Refused):
            consent.ask(recordings, "organize", "test/similar")
    page = text(ada, "/studio/asked")
    assert "Nobody has asked yet" not in page
    assert "None among the latest questions" in page
    [more] = re.findall(r'href="(\?before=\w+)"', page)
    assert "Look further back" in page
    assert f'<a href="?recording={song.pk}">Slow Harbour</a>' in text(ada, f"/studio/asked{more}")


def test_the_studio_shows_what_has_to_lose_a_track_and_what_was_done(
    ada: Client, song: catalogue.Recording, people: People, bring: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registering, "_declared", {SIMILAR.name: SIMILAR})
    monkeypatch.setattr(artefacts, "_remedies", {"test-index": lambda uid, rows: "The index was built again."})
    consent.sync_declared()
    other = bring(people.cleo, "North.wav")
    for person in (people.ada, people.cleo):
        consent.answer(person, {"organize": "yes"})
    assert "Nothing had to be taken out" in text(ada, "/studio/asked?answer=recalled")
    consent.keep_artefact("test-index", consent.ask([song.pk, other.pk], "organize", "test/similar"))
    consent.answer(people.ada, {"organize": "no"})
    page = text(ada, "/studio/asked?answer=recalled")
    assert "Waiting" in page
    assert "Slow Harbour" in page
    assert "test-index" in page
    assert escape(BY_RULE["holder.no"].public_words) in page
    (row,) = consent.recalls_with([song.pk])
    consent.carry_out(row.pk)
    page = text(ada, f"/studio/asked?answer=recalled&recording={song.pk}")
    assert "The index was built again." in page
    assert "Waiting" not in page
    assert "North" not in page
    assert "Nothing had to be taken out" in text(signed_in(people.cleo), "/studio/asked?answer=recalled")
    text(signed_in(people.cleo), f"/studio/asked?answer=recalled&recording={song.pk}", 404)


def test_a_proof_is_promised_until_it_is_in_the_log_and_sent_from_then_on(
    ada: Client, people: People, tmp_path: Path
) -> None:
    with Home(tmp_path / "a").open():
        promised_and_sent(ada, people)


def promised_and_sent(ada: Client, people: People) -> None:
    act = consent.answer(people.ada, consent.everything("no"))
    assert "No to everything" in text(ada, "/studio/proofs")
    path = f"/studio/proofs/act/{act.uid}"
    reply = ada.get(path)
    assert (reply.status_code, reply.headers["Refresh"]) == (202, "3")
    assert "A moment" in reply.content.decode()
    ledger.publish()
    reply = ada.get(path)
    assert reply.status_code == 200
    assert reply.headers["Content-Disposition"].startswith('attachment; filename="antiphon-answer-')
    assert reply.headers["Cache-Control"] == "private, no-store"
    checked = checking.check(reply.content, log_keys=[notes.verifier_key(ledger.verifier_key())])
    assert checked.ok, checked.reason
