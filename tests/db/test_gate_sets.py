"""Which sets a recording is in: written down like an answer, and after a restore never more than it was."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.models import SubjectSet
from antiphon.kernel import clock
from antiphon.ledger import service as ledger
from antiphon.ledger.models import Entry
from tests.db.conftest import Receive
from tests.db.ledgers import forgotten
from tests.people import People

pytestmark = pytest.mark.django_db
Album = Callable[..., catalogue.MusicSet]


@pytest.fixture
def album(people: People) -> Album:
    def make(*songs: catalogue.Recording) -> catalogue.MusicSet:
        made = catalogue.make_set(people.ada, people.ada_quill.pk, title="Ports")
        put(people, made, *songs)
        return made

    return make


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Move the clock forward, and fold what comes to count by then."""
    real, ahead = clock.now, timedelta()

    def move(by: timedelta) -> None:
        nonlocal ahead
        ahead += by
        consent.fold_due(clock.now())

    monkeypatch.setattr(clock, "now", lambda: real() + ahead)
    return move


def put(people: People, album: catalogue.MusicSet, *songs: catalogue.Recording) -> None:
    catalogue.put_tracks(people.ada, album.pk, [song.track_id for song in songs])


def on(album: catalogue.MusicSet) -> list[consent.Scope]:
    return [consent.Scope(consent.SET, album.pk)]


def rule(song: catalogue.Recording, purpose: str) -> str:
    return consent.explain(song.pk, purpose).rule


def written() -> list[tuple[list[int], list[int]]]:
    """What the log was told of sets: who joined and who left, in order."""
    rows = Entry.objects.filter(kind="set").order_by("pk").values_list("private", flat=True)
    return [(told["joined"], told["left"]) for told in map(json.loads, rows)]


def test_who_joins_and_leaves_a_set_is_written_down_and_its_order_is_not(
    people: People, bring: Receive, album: Album
) -> None:
    one, two = bring(people.ada), bring(people.ada, "Other.wav")
    ports = album(one)
    put(people, ports, one, two)
    before = consent.size()
    put(people, ports, two, one)
    assert consent.size() == before
    put(people, ports, two)
    catalogue.delete_set(people.ada, ports.pk)
    assert written() == [([one.pk], []), ([two.pk], []), ([], [one.pk]), ([], [two.pk])]
    act = consent.acts_of(people.ada, limit=1)[0]
    assert act.told == {"set": ports.pk, "joined": [], "left": [two.pk]}
    ledger.publish()
    receipt = ledger.receipts_of([act.entry or 0])[act.entry or 0]
    assert (receipt.private["set"], receipt.private["change"]) == (ports.pk, consent.size())
    assert "joined" not in json.loads(receipt.entry), "only a commitment is public"


def test_what_others_brought_joins_no_set_of_mine_and_new_audio_of_mine_does(
    people: People, bring: Receive, album: Album
) -> None:
    song, theirs = bring(people.ada), bring(people.cleo, "North.wav")
    catalogue.publish_tracks(people.cleo, [theirs.track_id], sharing="public")
    ports = album(song, theirs)
    again = bring(people.ada, "Again.wav", replaces=song.track_id)
    assert written() == [([song.pk], []), ([again.pk], [])]
    consent.answer(people.ada, {"organize": "no"}, on(ports))
    assert [rule(one, "organize") for one in (song, again, theirs)] == ["holder.no", "holder.no", "no.consent"]


def test_a_change_that_is_undone_is_not_written_down(people: People, bring: Receive, album: Album) -> None:
    one, two = bring(people.ada), bring(people.ada, "Other.wav")
    ports, before = album(one), written()
    begun = transaction.savepoint()
    put(people, ports, one, two)
    assert written() == [*before, ([two.pk], [])]
    transaction.savepoint_rollback(begun)
    assert written() == before


def test_after_a_restore_what_had_joined_a_set_is_bound_by_its_no_and_gets_no_yes_there(
    people: People, bring: Receive, album: Album
) -> None:
    one, two = bring(people.ada), bring(people.ada, "Other.wav")
    ports = album(one)
    consent.answer(people.ada, {"organize": "yes", "recommend": "yes", "assist": "no"})
    consent.answer(people.ada, {"organize": "no", "assist": "yes", "agent": "yes"}, on(ports))
    with forgotten():
        put(people, ports, one, two)
        consent.answer(people.ada, {"recommend": "no"}, on(ports))
        assert rule(two, "assist") == "consent.all"
    assert [rule(two, slug) for slug in ("organize", "recommend", "assist", "agent")] == [
        "holder.no", "holder.no", "holder.no", "no.consent"
    ]  # fmt: skip
    assert consent.acts_of(people.ada, limit=9)[1].told["joined"] == [two.pk]
    put(people, ports, one)  # the catalogue knows nothing of it: what it says of the set undoes nothing
    catalogue.delete_set(people.ada, ports.pk)
    assert rule(two, "organize") == "holder.no"


def test_after_a_restore_what_had_left_a_set_keeps_its_no_and_loses_its_yes(
    people: People, bring: Receive, album: Album
) -> None:
    one, two = bring(people.ada), bring(people.ada, "Other.wav")
    ports = album(one, two)
    consent.answer(people.ada, {"organize": "yes"})
    consent.answer(people.ada, {"organize": "no", "agent": "yes"}, on(ports))
    with forgotten():
        put(people, ports, one)
        assert [rule(two, slug) for slug in ("organize", "agent")] == ["consent.all", "no.consent"]
    assert [rule(two, slug) for slug in ("organize", "agent")] == ["holder.no", "no.consent"]
    assert [rule(one, slug) for slug in ("organize", "agent")] == ["holder.no", "consent.all"]
    put(people, ports, two, one)  # it was in there already, as far as the catalogue knows
    assert rule(two, "agent") == "no.consent"
    put(people, ports, one)
    put(people, ports, one, two)
    assert [rule(two, slug) for slug in ("organize", "agent")] == ["holder.no", "consent.all"]
    put(people, ports, one)
    assert [rule(two, slug) for slug in ("organize", "agent")] == ["consent.all", "no.consent"]


def test_after_a_restore_a_track_s_own_answer_and_its_set_s_taken_back_stand_before_what_binds_it(
    people: People, bring: Receive, album: Album, later: Callable[[timedelta], None]
) -> None:
    one, two, three = (bring(people.ada, f"{name}.wav") for name in ("One", "Two", "Three"))
    ports = album(one)
    consent.answer(people.ada, {"organize": "yes", "train-analysis": "yes"})
    consent.answer(people.ada, {"organize": "no", "train-analysis": "no"}, on(ports))
    later(timedelta(days=10))
    with forgotten():
        put(people, ports, one, two, three)
    consent.answer(people.ada, {"organize": "yes"}, [consent.Scope(consent.TRACK, two.pk)])
    assert [rule(song, "organize") for song in (two, three)] == ["consent.all", "holder.no"]
    consent.answer(people.ada, {"organize": "yes", "train-analysis": "yes"}, on(ports))
    assert rule(three, "organize") == "consent.all", "there is no no any more, and the account says yes"
    assert rule(three, "train-analysis") == "holder.no", "taking a no back to models waits"
    later(timedelta(hours=73))
    assert rule(three, "train-analysis") == "consent.all"


def test_after_a_restore_new_audio_is_bound_as_the_track_s_was(people: People, bring: Receive, album: Album) -> None:
    one, two = bring(people.ada), bring(people.ada, "Other.wav")
    ports = album(one)
    consent.answer(people.ada, {"organize": "yes"})
    consent.answer(people.ada, {"organize": "no"}, on(ports))
    with forgotten():
        put(people, ports, one, two)
    again = bring(people.ada, "Again.wav", replaces=two.track_id)
    assert rule(again, "organize") == "holder.no"
    assert not SubjectSet.objects.filter(subject_id=again.pk, left_at=None).exists()


def test_nobody_s_entry_puts_somebody_else_s_track_into_a_set(people: People, bring: Receive, album: Album) -> None:
    song, theirs = bring(people.ada), bring(people.cleo, "North.wav")
    ports = album(song)
    told = {"party": consent.party_of(people.ada).pk, "set": ports.pk, "joined": [theirs.pk, 999_999], "left": []}
    consent.replay("set", told, clock.now())
    assert not SubjectSet.objects.filter(subject_id=theirs.pk).exists()
