"""Whatever people press, in whatever order: each count says how many rows there are."""

from functools import partial

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from antiphon.accounts import service as accounts
from antiphon.community.models import Follow, Like, ProfileTally, Repost, SetTally, TrackTally
from antiphon.community.service import partings, ties
from antiphon.kernel.errors import AntiphonError
from tests.db.community.conftest import MakeSet, MakeTrack
from tests.people import People

VERBS = ("like", "unlike", "like set", "unlike set", "repost", "unrepost", "follow", "unfollow", "block", "leave")
presses = st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 2), st.integers(0, 1)), max_size=25)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pressed=presses)
def test_counts_are_what_there_is_after_any_sequence(
    pressed: list[tuple[str, int, int]], people: People, make_track: MakeTrack, make_music_set: MakeSet
) -> None:
    with transaction.atomic():
        _press(pressed, people, make_track, make_music_set)
        _compare()
        transaction.set_rollback(True)


def _press(pressed: list[tuple[str, int, int]], people: People, make_track: MakeTrack, make_set: MakeSet) -> None:
    faces = [people.ada_quill, people.lux_records]
    tracks, sets = [make_track(face) for face in faces], [make_set(face) for face in faces]
    for verb, who, what in pressed:
        user = accounts.account_for([people.ada, people.ben, people.cleo][who].pk)
        track, row, face = tracks[what], sets[what], faces[what]
        acts = {
            "like": partial(ties.like_track, user, track.pk),
            "unlike": partial(ties.unlike_track, user, track.pk),
            "like set": partial(ties.like_set, user, row.pk),
            "unlike set": partial(ties.unlike_set, user, row.pk),
            "repost": partial(ties.repost, user, track_id=track.pk),
            "unrepost": partial(ties.unrepost, user, track_id=track.pk),
            "follow": partial(ties.follow, user, face),
            "unfollow": partial(ties.unfollow, user, face),
            "block": partial(accounts.block, user, face.owner),
            "leave": partial(partings.forget_person, user.pk),
        }
        try:
            acts[verb]()
        except AntiphonError:
            continue  # refused, so nothing may have changed


def _compare() -> None:
    for tally in TrackTally.objects.all():
        assert tally.likes == Like.objects.filter(track_id=tally.track_id).count()
        assert tally.reposts == Repost.objects.filter(track_id=tally.track_id).count()
    for of_set in SetTally.objects.all():
        assert of_set.likes == Like.objects.filter(music_set_id=of_set.music_set_id).count()
    for face in ProfileTally.objects.all():
        assert face.followers == Follow.objects.filter(profile_id=face.profile_id).count()
    assert TrackTally.objects.filter(likes__gt=0).count() == Like.objects.values("track").exclude(
        track=None
    ).distinct().count()  # fmt: skip
