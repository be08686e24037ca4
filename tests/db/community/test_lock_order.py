"""People leave while others press: nobody waits for somebody who waits for them.

On PostgreSQL, which locks row by row, and holds whom a row points at when its transaction ends: an account that ended
while somebody answered its comment or liked its music was seen to deadlock with them.
"""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.community.core.hearing import Why
from antiphon.community.models import Comment, Like, Play, ProfileTally, TrackTally
from antiphon.community.service import comments, holding, plays, ties
from antiphon.community.service.comments import Opened
from antiphon.kernel import clock
from antiphon.kernel.errors import AntiphonError, NotFound
from antiphon.storage import service as storage
from tests.db.conftest import Receive
from tests.db.test_lock_order import ROUNDS, at_once
from tests.people import PASSWORD, People

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="a database in memory has one writer and no waiting"),
]


@pytest.fixture
def song(people: People, bring: Receive) -> catalogue.Track:
    return catalogue.publish_tracks(people.ada, [bring(people.ada).track_id])[0]


@pytest.fixture
def leaving(people: People, song: catalogue.Track, bring: Receive) -> list[tuple[Any, Comment, catalogue.Track]]:
    """Members whose days of grace are over, each with a comment on Ada's song and a song of their own."""
    members = []
    for number in range(ROUNDS):
        member = accounts.make_account(f"member{number}@example.org", PASSWORD, verified=True)
        accounts.make_profile(member, f"Member {number}")
        own = catalogue.publish_tracks(member, [bring(member, f"Song {number}.wav").track_id])[0]
        said = comments.write(member, Opened(song), f"Number {number}.")
        ties.like_track(member, song.pk)
        accounts.ask_deletion(member)
        members.append((member, said, own))
    return members


def tried(deed: Callable[[], object]) -> None:
    """Do it; where somebody has gone meanwhile, it is refused."""
    try:
        deed()
    except (AntiphonError, IntegrityError):
        return


def test_accounts_end_while_others_answer_like_and_follow(
    people: People, song: catalogue.Track, leaving: list[tuple[Any, Comment, catalogue.Track]]
) -> None:
    def end(number: int) -> None:
        accounts.User.objects.filter(pk=leaving[number][0].pk).update(deletion_due_at=clock.now())
        accounts.end_due()

    def answer(number: int) -> None:
        user = accounts.account_for(people.cleo.pk)
        tried(lambda: comments.write(user, Opened(song), f"Yes, {number}.", parent_id=leaving[number][1].pk))

    def like(number: int) -> None:
        tried(lambda: ties.like_track(accounts.account_for(people.ben.pk), leaving[number][2].pk))

    def follow(number: int) -> None:
        user, profile = accounts.account_for(people.lux.pk), leaving[number][2].profile
        tried(lambda: ties.follow(user, profile))

    assert at_once(end, answer, like, follow) == []
    assert not accounts.User.objects.filter(pk__in=[member.pk for member, _said, _own in leaving]).exists()
    tally = TrackTally.objects.get(track=song)
    assert tally.comments == Comment.objects.filter(track=song, state=Comment.State.SHOWN).count()
    assert tally.likes == Like.objects.filter(track=song).count() == 0
    assert not ProfileTally.objects.filter(followers__gt=0).exists()


def test_music_is_deleted_while_others_hear_it_like_it_take_it_back_and_comment(people: People, bring: Receive) -> None:
    songs = catalogue.publish_tracks(
        people.ada, [bring(people.ada, f"Song {number}.wav").track_id for number in range(ROUNDS)]
    )
    sets = [catalogue.make_set(people.ada, people.ada_quill.pk, title=f"Set {number}") for number in range(ROUNDS)]
    for song, row in zip(songs, sets, strict=True):
        catalogue.put_tracks(people.ada, row.pk, [song.pk])
        catalogue.publish_set(people.ada, row.pk, sharing="public")
        for user in (people.ben, people.cleo):
            ties.like_track(user, song.pk)
            ties.like_set(user, row.pk)

    binding = storage.binding_of("0" * 32)
    tickets = [plays.ticket_for(song, song.recording, people.ben, binding) for song in songs if song.recording]

    def hear(number: int) -> None:
        said = [
            {"play": str(uuid.uuid4()), "ticket": ticket, "heard_ms": 100, "source": "page"}
            for ticket in reversed(tickets[number:])
        ]
        assert {one.why for one in plays.record(binding, said)} <= {None, Why.GONE}

    def delete(number: int) -> None:
        catalogue.delete_set(people.ada, sets[number].pk)
        catalogue.delete_tracks(people.ada, [songs[number].pk])

    def press(number: int) -> None:
        ben = accounts.account_for(people.ben.pk)
        for verb, thing in ((ties.unlike_set, sets), (ties.like_set, sets), (ties.unlike_track, songs)):
            tried(partial(verb, ben, thing[number].pk))
        tried(lambda: ties.like_track(ben, songs[number].pk))

    def comment(number: int) -> None:
        tried(lambda: comments.write(accounts.account_for(people.cleo.pk), Opened(songs[number]), f"Yes, {number}."))

    assert at_once(delete, press, comment, hear) == []
    assert not Like.objects.exists()
    assert not Comment.objects.exists()
    assert not Play.objects.exists()


def test_what_has_gone_is_not_held(people: People, song: catalogue.Track) -> None:
    with transaction.atomic():
        holding.hold(people=[people.ben.pk, 0], profiles=[people.ada_quill.pk], tracks=[song.pk])
        with pytest.raises(NotFound):
            holding.hold(tracks=[song.pk, 0])
