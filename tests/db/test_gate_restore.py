"""After a restore the gate says again whatever refuses something, and nothing that allows."""

import pytest

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.kernel import clock
from antiphon.ledger import service as ledger
from tests.db.conftest import Receive
from tests.db.gates import replaying, rule
from tests.db.ledgers import forgotten
from tests.people import People

pytestmark = pytest.mark.django_db


def test_an_ask_on_a_track_or_a_set_takes_a_wider_yes_away_again(people: People, bring: Receive) -> None:
    one, two = bring(people.ada), bring(people.ada, "Other.wav")
    album = catalogue.make_set(people.ada, people.ada_quill.pk, title="Ports")
    catalogue.put_tracks(people.ada, album.pk, [two.track_id])
    places = [consent.Scope(consent.TRACK, one.pk), consent.Scope(consent.SET, album.pk)]
    consent.answer(people.ada, {"organize": "yes", "assist": "no"})
    with forgotten():
        consent.answer(people.ada, {"organize": "ask", "assist": "ask", "agent": "ask"}, places)
    assert [rule(song, "organize") for song in (one, two)] == ["no.licence", "no.licence"]
    assert [rule(song, "assist") for song in (one, two)] == ["holder.no", "holder.no"]
    assert [rule(song, "agent") for song in (one, two)] == ["no.consent", "no.consent"]


def test_after_a_restore_every_later_no_is_said_again_and_no_later_yes(people: People, bring: Receive) -> None:
    song, other = bring(people.ada), bring(people.ada, "Other.wav")
    consent.answer(people.ada, {"organize": "yes", "recommend": "yes"})
    party = consent.party_of(people.ada)
    row = ledger.append("answer", {})
    with replaying(row):
        said = {"party": party.pk, "act": "a" * 32, "where": [["account", 0]]}
        answers = {"organize": "no", "recommend": "nothing", "assist": "yes", "derive": "ask"}
        consent.replay("answer", {**said, "answers": answers}, clock.now())
        consent.replay("withdraw", {"party": party.pk, "recordings": [other.pk]}, clock.now())
        consent.replay("answer", {**said, "party": 999_999, "answers": {"organize": "no"}}, clock.now())
        consent.replay("dataset", {"party": party.pk}, clock.now())
    assert rule(song, "organize") == "holder.no"
    assert rule(song, "recommend") == "no.consent"
    assert rule(song, "assist") == "no.consent"
    assert rule(other, "identify") == "withdrawn"
    assert consent.Act.objects.get(uid="a" * 32).entry == row


def test_an_account_that_ends_takes_its_words_out_of_the_log_and_ends_again_after_a_restore(
    people: People, bring: Receive
) -> None:
    from antiphon.accounts import service as accounts
    from antiphon.site import wiring

    song = bring(people.ada)
    lines = [
        consent.Named("Ada", "", ("recording",), 500_000),
        consent.Named("Ben", "ben@example.org", ("performance",), 500_000),
    ]
    consent.name_holders(people.ada, song.pk, lines)
    act = consent.answer(people.ben, {"recommend": "yes"})
    kept = consent.answer(people.ben, {"organize": "no"})
    ledger.publish()
    assert ledger.receipts_of([act.entry or 0])[act.entry or 0].private
    ben = people.ben.pk
    wiring._replay("erasure", {"user": ben}, clock.now())
    assert not accounts.User.objects.filter(pk=ben).exists()
    assert rule(song, "organize") == "holder.no"
    ledger.publish()
    assert ledger.receipts_of([act.entry or 0])[act.entry or 0].is_erased
    assert not ledger.receipts_of([kept.entry or 0])[kept.entry or 0].is_erased, "a no has to be heard after a restore"
    assert len(ledger.entries(subject=f"erased:{ben}")) == 1
    wiring._replay("erasure", {"user": ben}, clock.now())
    ledger.publish()
    assert len(ledger.entries(subject=f"erased:{ben}")) == 1
