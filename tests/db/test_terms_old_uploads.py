"""Old uploads stay under the terms of their day until every holder accepts newer ones; the gate says which."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.cli.main import main
from antiphon.consent import service as consent
from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.ledger import service as ledger
from antiphon.storage.local import LocalFiles
from antiphon.terms import service as terms
from antiphon.terms.service import versions
from tests.db.answering import text
from tests.db.gates import shared
from tests.people import People

pytestmark = pytest.mark.django_db
Receive = Callable[..., catalogue.Recording]
DAY = timedelta(days=1)
Move = Callable[[timedelta], None]


@pytest.fixture(autouse=True)
def travel(monkeypatch: pytest.MonkeyPatch, file_store: LocalFiles, people: People) -> Move:
    now = [datetime(2036, 11, 28, 12, tzinfo=UTC)]
    monkeypatch.setattr(clock, "now", lambda: now[0])
    monkeypatch.setattr(versions, "_entries", {})
    monkeypatch.setattr(versions, "_known", {})
    accounts.User.objects.update(date_joined=now[0] - DAY)

    def move(by: timedelta) -> None:
        now[0] += by

    return move


def publish() -> terms.Version:
    words = terms.current().text.replace("You answer for what you say.", "You stand by what you say.")
    row = terms.publish(terms.Draft(words, "In other words.", clock.now() + 31 * DAY, "Mo"))
    ledger.publish()
    jobs.run_due()
    terms.note_delivered()
    return row


def bound(song: catalogue.Recording) -> str:
    return consent.explain(song.pk, "recommend").terms


def accept(user: accounts.User, row: terms.Version) -> None:
    client = Client()
    client.force_login(user)
    client.post("/terms/terms/answer", {"do": "accept", "version": row.hash})
    jobs.run_due()


def test_an_old_upload_moves_to_new_terms_only_once_every_holder_has_accepted_them(
    people: People, bring: Receive, travel: Move
) -> None:
    song = bring(people.ada)
    first = terms.current()
    shared(people, song)
    row = publish()
    travel(40 * DAY)
    assert terms.bound_by(people.ada) == row, "she was told, and her days are over"
    assert bound(song) == first.hash, "which is no acceptance"
    accept(people.ada, row)
    assert bound(song) == first.hash, "Ben has not accepted"
    accept(people.ben, row)
    assert bound(song) == row.hash
    assert consent.follow_terms() == 0


def test_a_yes_before_the_day_moves_nothing_before_the_day(people: People, bring: Receive, travel: Move) -> None:
    song = bring(people.ada)
    first = terms.current()
    row = publish()
    accept(people.ada, row)
    assert bound(song) == first.hash
    travel(32 * DAY)
    assert consent.follow_terms() == 1
    assert bound(song) == row.hash


def test_who_has_no_account_or_has_gone_holds_it_where_it_is(people: People, bring: Receive, travel: Move) -> None:
    song = bring(people.ada)
    first = terms.current()
    consent.name_holders(
        people.ada,
        song.pk,
        [
            consent.Named("Ada", "", ("recording",), 500_000),
            consent.Named("Zoë", "zoe@example.org", ("composition",), 500_000),
        ],
    )
    row = publish()
    travel(32 * DAY)
    accept(people.ada, row)
    assert (consent.follow_terms(), bound(song)) == (0, first.hash)


def test_a_new_upload_is_no_acceptance_for_the_old_ones(people: People, bring: Receive, travel: Move) -> None:
    song = bring(people.ada)
    first = terms.current()
    row = publish()
    travel(40 * DAY)
    other = bring(people.ada, name="other.flac")
    assert (consent.follow_terms(), bound(song), bound(other)) == (0, first.hash, row.hash)


def test_every_decision_names_the_terms_that_went_into_it(
    people: People, bring: Receive, capsys: pytest.CaptureFixture[str]
) -> None:
    song = bring(people.ada)
    catalogue.publish_tracks(people.ada, [song.track_id])
    row = terms.current()
    assert main(["may", f"recording:{song.pk}", "recommend", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["terms"] == row.hash
    assert main(["may", f"recording:{song.pk}", "recommend"]) == 1
    assert f"Under the terms: {row.hash}" in capsys.readouterr().out
    client = Client()
    said = client.get(f"/api/v1/tracks/{song.track_id}/permissions").json()
    assert said["terms_hash"] == row.hash
    track = catalogue.track_for(people.ada, song.track_id)
    label = text(client, f"{track.get_absolute_url()}/label")
    assert f"/terms/terms/version/{terms.short(row)}" in label
    assert {one.terms for one in consent.explain_each(song.pk).values()} == {row.hash}
    assert {one.terms for one in consent.decisions_of(song.pk, at=clock.now())} == {row.hash}
    assert consent.explain(10**9, "recommend").terms == ""
