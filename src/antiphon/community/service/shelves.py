"""What pages show of ties: a person's own lists, what stands on a button, and what a profile lets everybody see."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import BigAutoField, Exists, OuterRef, QuerySet, Subquery

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.catalogue.service import by_many as places
from antiphon.community.models import Follow, Like, Mute, OpenLikes, Repost
from antiphon.storage.prepared import Prepared, Slot

Cursor = tuple[datetime, int]
Row = TypeVar("Row", Like, Follow)
PAGE = 24
FEW_LIKES = 12


@dataclass(frozen=True)
class Ties:
    """What the buttons of a track or a set say: the counts, and whether this viewer is among them."""

    likes: int = 0
    reposts: int = 0
    liked: bool = False
    reposted: bool = False
    words: str = ""  # what they said when they passed it on
    speaks: bool = False  # has a profile to pass it on with


@dataclass(frozen=True)
class ProfileTies:
    """What the buttons of a profile say."""

    followers: int = 0
    followed: bool = False
    muted: bool = False
    shows_likes: bool = False


@dataclass(frozen=True)
class Liked:
    tracks: list[catalogue.Track]
    next: Cursor | None  # where the following page begins; None at the end


def ties_of_track(track_id: int, viewer: accounts.User | None) -> Ties:
    """Return what a track's buttons say. One query."""
    return _ties(_track, _my_track, track_id, viewer)


def ties_of_set(set_id: int, viewer: accounts.User | None) -> Ties:
    """Return what a set's buttons say. One query."""
    return _ties(_set, _my_set, set_id, viewer)


def ties_of_profile(profile: accounts.Profile, viewer: accounts.User | None) -> ProfileTies:
    """Return what a profile's buttons say. One query."""
    if viewer is None:
        rows = _profile(id=profile.pk)
        return ProfileTies(rows[0][0] or 0, shows_likes=rows[0][1] is not None) if rows else ProfileTies()
    mine = _my_profile(id=profile.pk, user=viewer.pk)
    if not mine:
        return ProfileTies()
    followers, shown, followed, muted = mine[0]
    return ProfileTies(followers or 0, bool(followed), bool(muted), shown is not None)


def likes_of(user: accounts.User, before: Cursor | None = None, limit: int = PAGE) -> Liked:
    """Return the tracks that somebody likes and may hear, the latest liked first. Two queries."""
    rows = Like.objects.filter(user=user).exclude(track=None)
    found, end = _paged(rows, before, limit)
    return Liked(_tracks(user, [row.track_id for row in found if row.track_id]), end)


def liked_sets(
    user: accounts.User, before: Cursor | None = None, limit: int = PAGE
) -> tuple[list[catalogue.MusicSet], Cursor | None]:
    """Return the sets that somebody likes and may see, the latest liked first. Two queries."""
    rows = Like.objects.filter(user=user).exclude(music_set=None)
    found, end = _paged(rows, before, limit)
    ids = [row.music_set_id for row in found if row.music_set_id]
    shown = {row.pk: row for row in catalogue.visible_sets(user).filter(pk__in=ids)}
    return [shown[pk] for pk in ids if pk in shown], end


def likes_shown(profile: accounts.Profile, viewer: accounts.User | None) -> list[catalogue.Track]:
    """Return a few of what a profile's owner likes; nothing unless they let everybody see it."""
    if not OpenLikes.objects.filter(profile=profile).exists():
        return []
    rows = Like.objects.filter(user_id=profile.owner_id).exclude(track=None).order_by("-at", "-pk")
    return _tracks(viewer, [pk for pk in rows.values_list("track_id", flat=True)[:FEW_LIKES] if pk])


def show_likes(user: accounts.User, profile_id: int, shown: bool) -> None:
    """Let everybody see on a profile what its owner likes, or nobody. Raises `NotFound` for anybody else's."""
    profile = accounts.profile_for(user, profile_id)
    if shown:
        OpenLikes.objects.get_or_create(profile=profile)
    else:
        OpenLikes.objects.filter(profile=profile).delete()


def follows_of(
    user: accounts.User, before: Cursor | None = None, limit: int = 48
) -> tuple[list[Follow], Cursor | None]:
    """Return whom somebody follows, the latest first, with their profiles. One query."""
    rows = Follow.objects.filter(user=user, profile__hidden_at=None).select_related("profile")
    rows = rows.exclude(profile__owner_id__in=accounts.blocked_ids(user))
    return _paged(rows.defer("profile__biography", "profile__search_text"), before, limit)


def mutes_of(user: accounts.User) -> list[accounts.Profile]:
    """Return whom somebody muted, the latest first."""
    rows = Mute.objects.filter(user=user).select_related("profile").order_by("-at", "-pk")
    return [row.profile for row in rows]


def _ties(of_all: Prepared[Any], of_mine: Prepared[Any], number: int, viewer: accounts.User | None) -> Ties:
    if viewer is None:
        rows = of_all(id=number)
        return Ties(rows[0][0] or 0, rows[0][1] or 0) if rows else Ties()
    mine = of_mine(id=number, user=viewer.pk)
    if not mine:
        return Ties()
    likes, reposts, liked, words = mine[0]
    speaks = bool(accounts.profiles_of(viewer))
    return Ties(likes or 0, reposts or 0, bool(liked), words is not None, words or "", speaks)


def _tracks(viewer: accounts.User | None, ids: list[int]) -> list[catalogue.Track]:
    shown = catalogue.tracks_by_id(viewer, ids)
    return [shown[pk] for pk in ids if pk in shown]


def _paged(rows: "QuerySet[Row]", before: Cursor | None, limit: int) -> tuple[list[Row], Cursor | None]:
    if before is not None:
        rows = rows.filter(places.before("at", *before))
    found = list(rows.order_by("-at", "-pk")[: limit + 1])
    end = found[limit - 1] if len(found) > limit else None
    return found[:limit], (end.at, end.pk) if end else None


_ID, _USER = Slot("id", BigAutoField()), Slot("user", BigAutoField())


def _mine(rows: "QuerySet[Any]", field: str) -> "QuerySet[Any]":
    """Whether a person likes a thing, and what they said when they reposted it, beside its counts."""
    said = Repost.objects.filter(**{field: OuterRef("pk")}, profile__owner_id=_USER).order_by("pk").values("words")
    asked: QuerySet[Any] = rows.annotate(
        liked=Exists(Like.objects.filter(**{field: OuterRef("pk")}, user_id=_USER)), said=Subquery(said[:1])
    ).values_list("tally__likes", "tally__reposts", "liked", "said")
    return asked


def _ties_with_profile() -> "QuerySet[Any]":
    return (
        accounts.Profile.objects.filter(pk=_ID)
        .annotate(
            followed=Exists(Follow.objects.filter(profile=OuterRef("pk"), user_id=_USER)),
            muted=Exists(Mute.objects.filter(profile=OuterRef("pk"), user_id=_USER)),
        )
        .values_list("tally__followers", "open_likes__profile_id", "followed", "muted")
    )


_track = Prepared(lambda: catalogue.Track.objects.filter(pk=_ID).values_list("tally__likes", "tally__reposts"))
_my_track = Prepared(lambda: _mine(catalogue.Track.objects.filter(pk=_ID), "track"))
_set = Prepared(lambda: catalogue.MusicSet.objects.filter(pk=_ID).values_list("tally__likes", "tally__reposts"))
_my_set = Prepared(lambda: _mine(catalogue.MusicSet.objects.filter(pk=_ID), "music_set"))
_profile = Prepared(
    lambda: accounts.Profile.objects.filter(pk=_ID).values_list("tally__followers", "open_likes__profile_id")
)
_my_profile = Prepared(_ties_with_profile)
