"""The register, the ledger and the proof files as a browser gets them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.service import registering
from antiphon.ledger import service as ledger
from antiphon.ledger.core import receipts
from antiphon.transparency import service as transparency
from antiphon.transparency.core import checking
from tests.db.ledgers import Home
from tests.people import People

pytestmark = pytest.mark.django_db
Receive = Callable[..., catalogue.Recording]
SIMILAR = consent.System("test/similar", "organize", "this site", "sound, decoded to mono", "7.1")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.setattr(registering, "_declared", {SIMILAR.name: SIMILAR})
    with Home(tmp_path / "a").open() as home:
        consent.sync_declared()
        yield home


def text(client: Client, path: str, status: int = 200) -> str:
    reply = client.get(path)
    assert reply.status_code == status, reply.content[:500]
    return reply.content.decode()


def test_the_register_says_what_each_system_reads_and_what_it_was_answered(
    client: Client, people: People, bring: Receive, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    song = bring(people.ada)
    with pytest.raises(consent.Refused):
        consent.ask([song.pk], "organize", SIMILAR.name)
    consent.register(
        consent.System("lab/tags", "train-analysis", "A lab", "tags", "2"), approved_by=("Ada Quill", "Mo Lund")
    )
    with django_assert_max_num_queries(10):
        page = text(client, "/transparency")
    for words in ("test/similar", "sound, decoded to mono", "7.1", "1 times about 1 recordings: 0 allowed, 1 refused"):
        assert words in page
    assert "Ada Quill, Mo Lund" in page
    assert "it gets no permit before" in page
    assert "No matcher is running yet" in page
    assert "root password" in page
    assert "It was never broken." in page


def test_questions_are_counted_once_a_minute_whoever_looks(
    client: Client, people: People, bring: Receive, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    song = bring(people.ada)
    consent.answer(people.ada, {"organize": "yes"})
    consent.ask([song.pk], "organize", SIMILAR.name)
    (line,) = transparency.register()
    assert (line.questions, line.allowed) == (1, 1)
    consent.ask([song.pk], "organize", SIMILAR.name)
    with django_assert_num_queries(1):  # the register itself, and no count
        (again,) = transparency.register()
    with django_assert_num_queries(0):
        transparency.counts_by_purpose()
    assert again.questions == 1
    for path in ("/transparency", "/api/v1/transparency/systems"):
        with CaptureQueriesContext(connection) as seen:
            client.get(path)
        assert not [one for one in seen.captured_queries if "SUM(" in one["sql"]]
    cache.clear()  # as after a minute
    (line,) = transparency.register()
    assert line.questions == 2


def test_breaking_the_glass_stands_there_without_the_reason_or_the_name(
    client: Client, people: People, bring: Receive
) -> None:
    song = bring(people.ada)
    accounts.grant_role(people.mo, "operator")
    consent.break_glass(people.mo, "A court asked for this recording today", [song.pk])
    page = text(client, "/transparency")
    assert "It was never broken." not in page
    assert "court" not in page
    assert "mo@example.org" not in page


def test_the_explorer_shows_entries_their_tile_and_their_proof(client: Client, people: People, bring: Receive) -> None:
    assert "There is no entry yet." in text(client, "/transparency/ledger")
    bring(people.ada)
    consent.answer(people.ada, {"organize": "no"})
    for number in range(70):
        ledger.append("recall", {"number": number}, {"artefact": f"a{number}"})
    ledger.publish()
    size = ledger.size()
    page = text(client, "/transparency/ledger")
    assert f'href="/transparency/ledger/{size - 1}"' in page
    assert "artefact: a69" in page
    assert 'href="/transparency/ledger/0"' not in page
    assert 'href="/transparency/ledger/0"' in text(client, f"/transparency/ledger?before={size - 50}")
    found = client.get("/transparency/ledger?index=1")
    assert (found.status_code, found["location"]) == (302, "/transparency/ledger/1")
    one = text(client, f"/transparency/ledger/{size - 1}")
    assert f'href="/log/tile/0/000.p/{size}"' in one
    assert "a salted hash; whoever has its receipt" in one
    proof = receipts.proof_from(text(client, f"/transparency/ledger/{size - 1}/proof"))
    assert proof.index == size - 1
    for path in (
        f"/transparency/ledger/{size}",
        f"/transparency/ledger/{10**30}",
        f"/transparency/ledger/{size}/proof",
    ):
        text(client, path, 404)
    text(client, "/transparency/ledger?index=words&before=x")


def test_private_parts_of_an_entry_are_on_no_page(client: Client, people: People, bring: Receive) -> None:
    bring(people.ada)
    act = consent.answer(people.ada, {"organize": "no"})
    ledger.publish()
    everything = text(client, "/transparency/ledger") + "".join(
        text(client, f"/transparency/ledger/{index}") for index in range(ledger.size())
    )
    assert act.uid not in everything
    assert "party" not in everything.split("<main", 1)[1].split("</main>", 1)[0].replace("rights partner", "")


def test_a_receipt_is_handed_to_whoever_said_it_and_to_nobody_else(
    client: Client, people: People, bring: Receive
) -> None:
    bring(people.ada)
    act = consent.answer(people.ada, consent.everything("no"))
    path = f"/studio/proofs/act/{act.uid}"
    assert client.get(path).status_code == 302
    client.force_login(people.cleo)
    text(client, path, 404)
    client.force_login(people.ada)
    soon = client.get(path)
    assert soon.status_code == 202
    ledger.publish()
    reply = client.get(path)
    assert reply["content-disposition"].startswith('attachment; filename="antiphon-answer-')
    assert reply["cache-control"] == "private, no-store"
    assert checking.check(reply.content).ok
    text(client, "/studio/proofs/act/nothing", 404)


def test_proof_of_absence_is_handed_to_holders_of_the_recording(client: Client, people: People, bring: Receive) -> None:
    song = bring(people.ada)
    with pytest.raises(consent.Refused) as refused:
        consent.ask([song.pk], "organize", SIMILAR.name)
    ledger.publish()
    path = f"/studio/proofs/asked/{refused.value.uid}/{song.pk}"
    client.force_login(people.cleo)
    text(client, path, 404)
    client.force_login(people.ada)
    for address in (path, path.rpartition("/")[0]):
        verdict = checking.check(client.get(address).content)
        assert (verdict.ok, verdict.shows) == (True, "absent")


def test_a_question_about_several_recordings_offers_a_file_for_each(
    client: Client, people: People, bring: Receive
) -> None:
    songs = [bring(people.ada, f"Song {number}.wav") for number in range(3)]
    with pytest.raises(consent.Refused) as refused:
        consent.ask([song.pk for song in songs], "organize", SIMILAR.name)
    ledger.publish()
    client.force_login(people.ada)
    page = text(client, f"/studio/proofs/asked/{refused.value.uid}")
    for song in songs:
        address = f"/studio/proofs/asked/{refused.value.uid}/{song.pk}"
        assert f'href="{address}"' in page
        assert checking.check(client.get(address).content).shows == "absent"


def test_the_page_that_checks_takes_no_upload(client: Client, people: People) -> None:
    page = text(client, "/verify")
    assert 'data-module="/static/bundle/verify' in page
    assert "Nothing is uploaded" in page
    assert client.post("/verify", {"file": "x"}).status_code == 405
