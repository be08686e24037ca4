"""Counts of tracks and profiles: bumped in the transaction of what they count, read for whole pages at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import F
from django.db.models.functions import Greatest

from antiphon.community.models import ProfileTally, SetTally, TrackTally
from antiphon.storage.prepared import Prepared, Slots
from antiphon.storage.upserts import write_rows


@dataclass(frozen=True)
class Counts:
    """What a page shows of a track."""

    plays: int = 0
    likes: int = 0
    reposts: int = 0
    comments: int = 0


def bump_track(track_id: int, **by: int) -> None:
    """Add to a track's counts (plays, likes, reposts, comments); never below nothing. In the caller's transaction."""
    TrackTally.objects.bulk_create([TrackTally(track_id=track_id)], ignore_conflicts=True)
    TrackTally.objects.filter(pk=track_id).update(**{name: Greatest(F(name) + more, 0) for name, more in by.items()})


_ADD_PLAYS = """
    INSERT INTO community_tracktally (track_id, plays, likes, reposts, comments) {rows}
    ON CONFLICT (track_id) DO UPDATE SET plays = community_tracktally.plays + excluded.plays
"""


def bump_plays(by_track: Mapping[int, int]) -> None:
    """Add to the plays of many tracks, in one statement. In the caller's transaction."""
    if not by_track:
        return
    # In order, so that two batches over the same tracks wait for each other in turn.
    rows = [(track_id, by_track[track_id], 0, 0, 0) for track_id in sorted(by_track)]
    write_rows(_ADD_PLAYS, ["bigint"] * 5, rows)


def bump_set(set_id: int, **by: int) -> None:
    """Add to a set's counts (likes, reposts). In the caller's transaction."""
    SetTally.objects.bulk_create([SetTally(music_set_id=set_id)], ignore_conflicts=True)
    SetTally.objects.filter(pk=set_id).update(**{name: Greatest(F(name) + more, 0) for name, more in by.items()})


def bump_profile(profile_id: int, followers: int) -> None:
    """Add to how many follow a profile. In the caller's transaction."""
    ProfileTally.objects.bulk_create([ProfileTally(profile_id=profile_id)], ignore_conflicts=True)
    ProfileTally.objects.filter(pk=profile_id).update(followers=Greatest(F("followers") + followers, 0))


def of_tracks(track_ids: Iterable[int]) -> dict[int, Counts]:
    """Return the counts of these tracks; those of nothing yet are left out. One query."""
    return {track_id: Counts(*counts) for track_id, *counts in _of_tracks(tracks=track_ids)}


def of_track(track_id: int) -> Counts:
    """Return the counts of one track. One query."""
    return of_tracks([track_id]).get(track_id, Counts())


_of_tracks = Prepared(
    lambda: TrackTally.objects.filter(pk__in=Slots("tracks")).values_list(
        "track_id", "plays", "likes", "reposts", "comments"
    )
)


def followers_of(profile_id: int) -> int:
    """Return how many follow a profile. One query."""
    return ProfileTally.objects.filter(pk=profile_id).values_list("followers", flat=True).first() or 0
