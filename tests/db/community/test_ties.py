"""Liking, passing on, following and muting: once each, for whom it is allowed, told to whom it concerns."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.community.models import Follow, Like, Notice, Repost
from antiphon.community.service import notices, shelves, tallies, ties
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict, NotAllowed, NotFound, TooMany
from tests.db.community.conftest import MakeSet, MakeTrack
from tests.people import People

Kind = Notice.Kind


def told(user: accounts.User) -> list[tuple[str, str | None]]:
    return [(row.kind, row.by.slug if row.by else None) for row in Notice.objects.filter(user=user).order_by("pk")]


def counts(track: catalogue.Track) -> tuple[int, int]:
    found = tallies.of_tracks([track.pk]).get(track.pk, tallies.Counts())
    return found.likes, found.reposts


def test_a_like_counts_once_and_is_taken_back_once(people: People, make_track: MakeTrack) -> None:
    track = make_track(people.ada_quill)
    for _ in range(2):
        ties.like_track(people.cleo, track.pk)
    assert counts(track) == (1, 0)
    assert told(people.ada) == [(Kind.LIKE, "cleo-park")]
    for _ in range(2):
        ties.unlike_track(people.cleo, track.pk)
    assert counts(track) == (0, 0)
    assert told(people.ada) == []


def test_people_without_a_name_are_one_notice_a_day(people: People, make_track: MakeTrack) -> None:
    track = make_track(people.ada_quill)
    for user in (people.ben, people.mo):
        ties.like_track(user, track.pk)
        ties.follow(user, people.ada_quill)
    assert sorted(told(people.ada)) == [(Kind.FOLLOW, None), (Kind.LIKE, None)]
    ties.unlike_track(people.ben, track.pk)
    ties.unfollow(people.ben, people.ada_quill)
    assert len(told(people.ada)) == 2  # Mo still does
    # The day is counted in UTC, whatever zone the reader of the page is in.
    with timezone.override("Pacific/Kiritimati"):
        ties.unlike_track(people.mo, track.pk)
        ties.unfollow(people.mo, people.ada_quill)
    assert told(people.ada) == []


def test_nobody_hears_of_liking_their_own(people: People, make_track: MakeTrack) -> None:
    track = make_track(people.ada_quill)
    ties.like_track(people.ada, track.pk)
    ties.repost(people.ada, track_id=track.pk)
    assert counts(track) == (1, 1)
    assert told(people.ada) == []


def test_sets_are_liked_and_passed_on_too(people: People, make_music_set: MakeSet) -> None:
    row = make_music_set(people.ada_quill)
    ties.like_set(people.ben, row.pk)
    ties.repost(people.cleo, set_id=row.pk, words="All of it.")
    assert shelves.ties_of_set(row.pk, people.cleo) == shelves.Ties(1, 1, False, True, "All of it.", True)
    assert sorted(told(people.ada), key=str) == [(Kind.LIKE, None), (Kind.REPOST, "cleo-park")]
    ties.unlike_set(people.ben, row.pk)
    ties.unrepost(people.cleo, set_id=row.pk)
    assert shelves.ties_of_set(row.pk, None) == shelves.Ties()
    assert told(people.ada) == []


def test_only_who_may_hear_a_track_likes_it_and_only_what_all_may_hear_is_passed_on(
    people: People, make_track: MakeTrack
) -> None:
    track = make_track(people.ada_quill, sharing="private")
    with pytest.raises(NotFound):
        ties.like_track(people.ben, track.pk)
    ties.like_track(people.ada, track.pk)
    secret = make_track(people.ada_quill, sharing="secret")
    with pytest.raises(NotFound):
        ties.like_track(people.ben, secret.pk)
    ties.like_track(people.ben, secret.pk, secret.secret_token)
    assert counts(secret) == (1, 0)
    with pytest.raises(NotAllowed):
        ties.repost(people.ada, track_id=secret.pk)
    with pytest.raises(NotFound):
        ties.repost(people.cleo, track_id=secret.pk)


def test_who_is_blocked_can_do_nothing_and_follows_are_cut(people: People, make_track: MakeTrack) -> None:
    track = make_track(people.ada_quill)
    ties.follow(people.cleo, people.ada_quill)
    ties.follow(people.ada, people.cleo_park)
    accounts.block(people.ada, people.cleo)
    assert Follow.objects.count() == 0
    assert tallies.followers_of(people.ada_quill.pk) == tallies.followers_of(people.cleo_park.pk) == 0
    cleo = accounts.account_for(people.cleo.pk)
    for act in (
        lambda: ties.like_track(cleo, track.pk),
        lambda: ties.repost(cleo, track_id=track.pk),
        lambda: ties.follow(cleo, people.ada_quill),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_repost_keeps_its_words_until_they_are_changed(people: People, make_track: MakeTrack) -> None:
    track = make_track(people.ada_quill)
    ties.repost(people.cleo, track_id=track.pk, words="  Listen\nto the\tend. ")
    ties.repost(people.cleo, track_id=track.pk)
    assert Repost.objects.get().words == "Listen to the end."
    ties.repost(people.cleo, track_id=track.pk, words="")
    assert Repost.objects.get().words == ""
    assert counts(track) == (0, 1)
    for words in ("a" * 201, "a " * 1_000_000):
        with pytest.raises(BadInput):
            ties.repost(people.cleo, track_id=track.pk, words=words)
    with pytest.raises(Conflict):
        ties.repost(people.ben, track_id=track.pk)  # he has no name to speak under


def test_somebody_with_two_profiles_passes_on_under_each(people: People, make_track: MakeTrack) -> None:
    track, second = make_track(people.ada_quill), accounts.make_profile(people.cleo, "Cleo at Night")
    ties.repost(people.cleo, track_id=track.pk)
    ties.repost(people.cleo, track_id=track.pk, profile_id=second.pk)
    assert counts(track) == (0, 2)
    with pytest.raises(NotFound):
        ties.repost(people.cleo, track_id=track.pk, profile_id=people.ada_quill.pk)
    ties.unrepost(people.cleo, track_id=track.pk)
    assert counts(track) == (0, 0)


def test_following_is_told_once_and_not_to_others(people: People) -> None:
    ties.follow(people.cleo, people.ada_quill)
    ties.follow(people.cleo, people.lux_records)
    ties.unfollow(people.cleo, people.ada_quill)
    assert told(people.ada) == []
    assert told(people.lux) == [(Kind.FOLLOW, "cleo-park")]
    with pytest.raises(BadInput):
        ties.follow(people.ada, people.ada_quill)


def test_what_was_seen_is_not_taken_back_and_not_told_again(people: People) -> None:
    ties.follow(people.cleo, people.ada_quill)
    Notice.objects.update(seen_at=clock.now())
    for _ in range(3):
        ties.unfollow(people.cleo, people.ada_quill)
        ties.follow(people.cleo, people.ada_quill)
    assert Notice.objects.filter(user=people.ada).count() == 1


def test_whom_one_muted_is_not_heard_of(people: People, make_track: MakeTrack) -> None:
    ties.mute(people.ada, people.cleo_park)
    ties.follow(people.cleo, people.ada_quill)
    assert told(people.ada) == []
    assert tallies.followers_of(people.ada_quill.pk) == 1  # and nothing else changes
    ties.unmute(people.ada, people.cleo_park)
    ties.like_track(people.cleo, make_track(people.ada_quill).pk)
    assert told(people.ada) == [(Kind.LIKE, "cleo-park")]


@pytest.mark.parametrize(
    ("setting", "most", "act"),
    [
        ("likes_per_minute", 2, lambda user, track, face: ties.like_track(user, track.pk)),
        ("reposts_per_day", 2, lambda user, track, face: ties.repost(user, track_id=track.pk)),
        ("follows_per_day", 2, lambda user, track, face: ties.follow(user, face)),
    ],
)
def test_each_verb_comes_to_its_end_with_the_count(
    people: People, make_track: MakeTrack, settings: object, setting: str, most: int, act: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    moments = [clock.now().replace(hour=0, minute=0, second=0)]  # the clock stands, however busy the machine is
    monkeypatch.setattr(clock, "now", lambda: moments[-1])
    before = getattr(settings.ANTIPHON, setting)  # type: ignore[attr-defined]
    setattr(settings.ANTIPHON, setting, most)  # type: ignore[attr-defined]
    try:
        faces = [people.ada_quill, people.lux_records, accounts.make_profile(people.lux, "Lux Two")]
        for face in faces[:2]:
            act(people.cleo, make_track(face), face)
        with pytest.raises(TooMany, match=str(most)) as refused:
            act(people.cleo, make_track(faces[2]), faces[2])
        assert 0 < refused.value.retry_after_s <= 24 * 3600
        act(people.ada, make_track(faces[2]), faces[2])  # others go on
        moments.append(moments[-1] + timedelta(seconds=refused.value.retry_after_s))
        act(people.cleo, make_track(faces[2]), faces[2])
    finally:
        setattr(settings.ANTIPHON, setting, before)  # type: ignore[attr-defined]


def test_nobody_follows_everybody(people: People, settings: object) -> None:
    before = settings.ANTIPHON.follows_most  # type: ignore[attr-defined]
    settings.ANTIPHON.follows_most = 1  # type: ignore[attr-defined]
    try:
        ties.follow(people.ben, people.ada_quill)
        with pytest.raises(Conflict, match="1 profiles"):
            ties.follow(people.ben, people.cleo_park)
        ties.follow(people.ben, people.ada_quill)  # whom he follows already
    finally:
        settings.ANTIPHON.follows_most = before  # type: ignore[attr-defined]


def test_an_account_that_ends_leaves_the_counts_right(
    people: People, make_track: MakeTrack, make_music_set: MakeSet, later: Callable[[timedelta], object]
) -> None:
    track, row = make_track(people.ada_quill), make_music_set(people.ada_quill)
    second = accounts.make_profile(people.cleo, "Cleo at Night")
    for user in (people.ben, people.cleo):
        ties.like_track(user, track.pk)
        ties.like_set(user, row.pk)
        ties.follow(user, people.ada_quill)
    for profile_id in (0, second.pk):
        ties.repost(people.cleo, track_id=track.pk, profile_id=profile_id)
        ties.repost(people.cleo, set_id=row.pk, profile_id=profile_id)
    ties.follow(people.ben, people.cleo_park)
    accounts.ask_deletion(people.cleo)
    later(timedelta(days=15))
    assert accounts.end_due() == 1
    assert counts(track) == (1, 0)
    assert shelves.ties_of_set(row.pk, None) == shelves.Ties(likes=1)
    assert tallies.followers_of(people.ada_quill.pk) == 1
    assert [row.profile_id for row in Follow.objects.all()] == [people.ada_quill.pk]
    assert told(people.ada) == [(Kind.LIKE, None), (Kind.LIKE, None), (Kind.FOLLOW, None)]


def test_a_track_that_goes_takes_its_ties_along(people: People, make_track: MakeTrack) -> None:
    track = make_track(people.ada_quill)
    ties.like_track(people.ben, track.pk)
    ties.repost(people.cleo, track_id=track.pk)
    catalogue.delete_tracks(people.ada, [track.pk])
    assert not Like.objects.exists()
    assert not Repost.objects.exists()
    assert not Notice.objects.exists()
    assert tallies.of_tracks([track.pk]) == {}


def test_what_one_likes_is_shown_when_one_says_so(people: People, make_track: MakeTrack) -> None:
    track = make_track(people.ada_quill)
    ties.like_track(people.cleo, track.pk)
    assert shelves.likes_shown(people.cleo_park, None) == []
    shelves.show_likes(people.cleo, people.cleo_park.pk, True)
    assert shelves.likes_shown(people.cleo_park, None) == [track]
    assert shelves.ties_of_profile(people.cleo_park, None).shows_likes
    with pytest.raises(NotFound):
        shelves.show_likes(people.ben, people.cleo_park.pk, False)
    shelves.show_likes(people.cleo, people.cleo_park.pk, False)
    assert shelves.likes_shown(people.cleo_park, None) == []


def test_a_decision_is_told_whoever_is_muted(people: People) -> None:
    notices.tell(people.ada.pk, Kind.MODERATION, address="/")
    assert told(people.ada) == [(Kind.MODERATION, None)]
