"""People are told once, never of their own doing, and only of what they want to hear."""

import pytest

from antiphon.accounts import service as accounts
from antiphon.community.models import Notice, NoticeChoice
from antiphon.community.service import notices, tallies
from tests.db.conftest import Receive
from tests.people import People

Kind = Notice.Kind


def heard(user: accounts.User) -> list[str]:
    return [notice.kind for notice in Notice.objects.filter(user=user)]


def test_the_same_thing_is_told_once(people: People) -> None:
    for _ in range(2):
        notices.tell(people.ada.pk, Kind.FOLLOW, by=people.cleo_park, address="/cleo-park")
    assert heard(people.ada) == [Kind.FOLLOW]


def test_nobody_hears_of_what_they_did_or_of_whom_they_blocked(people: People) -> None:
    notices.tell(people.ada.pk, Kind.LIKE, by=people.ada_quill, address="/")
    accounts.block(people.ada, people.cleo)
    notices.tell(people.ada.pk, Kind.LIKE, by=people.cleo_park, address="/")
    accounts.block(people.lux, people.ada)
    notices.tell(people.ada.pk, Kind.LIKE, by=people.lux_records, address="/")
    assert heard(people.ada) == []


def test_what_is_switched_off_is_not_told_but_decisions_always_are(people: People) -> None:
    for kind in (Kind.LIKE, Kind.MODERATION):
        NoticeChoice.objects.create(user=people.ada, kind=kind, in_app=False, mail="never")
        notices.tell(people.ada.pk, kind, by=people.cleo_park, address="/")
    assert heard(people.ada) == [Kind.MODERATION]


def test_what_is_undone_before_it_was_seen_is_not_told(people: People) -> None:
    notices.tell(people.ada.pk, Kind.FOLLOW, by=people.cleo_park, address="/")
    notices.take_back(Kind.FOLLOW, by=people.cleo_park)
    assert heard(people.ada) == []


@pytest.mark.django_db
def test_counts_go_with_what_they_count_and_never_below_nothing(people: People, bring: Receive) -> None:
    track_id = bring(people.ada).track_id
    tallies.bump_track(track_id, likes=1, plays=3)
    tallies.bump_track(track_id, likes=-2)
    assert tallies.of_tracks([track_id, track_id + 1]) == {track_id: tallies.Counts(plays=3)}
    tallies.bump_profile(people.ada_quill.pk, followers=1)
    assert tallies.followers_of(people.ada_quill.pk) == 1
    assert tallies.followers_of(people.cleo_park.pk) == 0
