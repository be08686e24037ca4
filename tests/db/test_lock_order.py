"""Two who write at the same moment wait for each other in turn, whatever they do and in whatever order they name it.

On PostgreSQL, which locks row by row: three of these pairs were seen to deadlock.
"""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.service import registering
from antiphon.kernel import clock
from antiphon.kernel.errors import NotFound
from antiphon.terms import service as terms
from tests.db.conftest import Receive
from tests.people import People

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="a database in memory has one writer and no waiting"),
]
SIMILAR = consent.System("test/similar", "organize", "this site", "sound, decoded to mono", "1")
ROUNDS = 12
Deed = Callable[[int], object]


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registering, "_declared", {SIMILAR.name: SIMILAR})
    consent.sync_declared()


@pytest.fixture
def songs(people: People, bring: Receive) -> list[catalogue.Recording]:
    return [bring(people.ada, f"Song {number}.wav") for number in range(8)]


def at_once(*deeds: Deed) -> list[str]:
    """Do these side by side, round by round; return what went wrong."""
    start, wrong = threading.Barrier(len(deeds)), []

    def rounds(deed: Deed) -> None:
        try:
            for number in range(ROUNDS):
                start.wait(timeout=60)
                deed(number)
        except Exception as error:  # noqa: BLE001  (told by the test)
            start.abort()
            wrong.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=rounds, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    return [one for one in wrong if "BrokenBarrier" not in one]


def answering(person: accounts.User) -> Deed:
    return lambda number: consent.answer(person, {"organize": ("yes", "no")[number % 2]})


def test_terms_are_bound_while_their_holder_answers(people: People, songs: list[catalogue.Recording]) -> None:
    hashes = (terms.current().hash, terms.hash_of_none())

    def bind(number: int) -> None:
        with transaction.atomic():
            consent.bind_terms([song.pk for song in reversed(songs)], hashes[number % 2])

    assert at_once(bind, answering(people.ada)) == []


def test_a_system_asks_while_holders_answer_and_tracks_come_and_go(
    people: People, songs: list[catalogue.Recording]
) -> None:
    def ask(number: int) -> None:
        try:
            consent.ask([song.pk for song in reversed(songs)], "organize", SIMILAR.name)
        except consent.Refused:
            assert number >= 0

    tracks = [song.track_id for song in songs]

    def come_and_go(number: int) -> None:
        (catalogue.withdraw_tracks, catalogue.restore_tracks)[number % 2](people.ada, tracks)

    assert at_once(ask, answering(people.ada), come_and_go) == []


def test_tracks_are_published_and_edited_in_opposite_order(people: People, songs: list[catalogue.Recording]) -> None:
    tracks = [song.track_id for song in songs]

    def edit(number: int) -> None:
        catalogue.edit_tracks(people.ada, tracks[::-1], {"genre": f"genre {number}"})

    assert at_once(edit, lambda number: catalogue.publish_tracks(people.ada, tracks)) == []


def test_music_is_deleted_while_its_owner_says_something_about_all_of_it(people: People, bring: Receive) -> None:
    doomed = [bring(people.ada, f"Song {number}.wav") for number in range(2 * ROUNDS)]
    catalogue.Recording.objects.update(attested_at=None)

    def delete(number: int) -> None:
        catalogue.delete_tracks(people.ada, [doomed[2 * number + 1].track_id, doomed[2 * number].track_id])

    def attest(number: int) -> None:
        try:
            catalogue.attest(people.ada, doomed[2 * number].track_id)
        except NotFound:
            assert not catalogue.Recording.objects.filter(pk=doomed[2 * number].pk).exists()

    assert at_once(delete, attest, answering(people.ada)) == []


@pytest.fixture
def leaving(people: People, bring: Receive) -> list[Any]:
    """So many members with a song each, whose days of grace are over."""
    members = []
    for number in range(ROUNDS):
        member = accounts.make_account(f"member{number}@example.org", "correct horse battery staple", verified=True)
        accounts.make_profile(member, f"Member {number}")
        bring(member, f"Song {number}.wav")
        accounts.ask_deletion(member)
        members.append(member)
    return members


def test_an_account_ends_while_its_person_answers(leaving: list[Any]) -> None:
    def end(number: int) -> None:
        accounts.User.objects.filter(pk=leaving[number].pk).update(deletion_due_at=clock.now())
        accounts.end_due()

    def answer(number: int) -> None:
        try:
            consent.answer(leaving[number], {"organize": "no"})
        except IntegrityError:  # the account is gone, and nobody is made a party for it
            assert not accounts.User.objects.filter(pk=leaving[number].pk).exists()

    assert at_once(end, answer) == []
    assert not accounts.User.objects.filter(pk__in=[one.pk for one in leaving]).exists()
