"""What the community keeps of somebody, for the parcel that they take along: what they heard, liked, passed on and
wrote, whom they follow, what they were told, and how often their music was played. Fills `accounts.ports.Packer`.

Who heard, liked or follows somebody stands in none of it: that is theirs.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.accounts.core.pieces import Folder, Piece, document, tables
from antiphon.community.models import Follow, Like, Mute, Notice, OpenLikes, PlayDay, ProfileTally, Repost, TrackTally
from antiphon.community.service import comment_care, hearing, history
from antiphon.storage.paging import in_turn

_PLACE = (Folder("community"),)
_FACE = ("at", "profile")
_THINGS = ("track__profile", "music_set__profile")


def weigh(user_id: int) -> int:
    """Nothing but words."""
    return 0


def pieces(user: accounts.User) -> Iterator[Piece]:
    """Yield what somebody did, then what they were told, then what became of their music."""
    about = _("What you heard, as far as a history was kept")
    columns: tuple[str, ...] = ("began_at", "heard_ms", "finished", "source", "track", "artists", "address")
    yield from tables(_PLACE, "heard", about, columns, lambda: map(history.line_of, history.everything(user)))
    yield from tables(_PLACE, "likes", _("What you like"), ("at", "what"), lambda: _likes(user))
    about = _("What you reposted, with your words")
    yield from tables(_PLACE, "reposts", about, ("at", "profile", "what", "words"), lambda: _reposts(user))
    follows = Follow.objects.filter(user=user).select_related("profile")
    yield from tables(_PLACE, "follows", _("Whom you follow"), _FACE, lambda: map(_face, in_turn(follows)))
    mutes = Mute.objects.filter(user=user).select_related("profile")
    yield from tables(_PLACE, "mutes", _("Whom you do not want to hear"), _FACE, lambda: map(_face, in_turn(mutes)))
    about = _("Every comment that you wrote, with its earlier words")
    columns = ("created_at", "track", "profile", "at_ms", "words", "state", "edited_at", "answers", "id")
    yield from tables(_PLACE, "comments", about, columns, lambda: comment_care.comments_written_by(user))
    about = _("What you were told here")
    columns = ("at", "kind", "by", "address", "words", "seen_at", "mailed_at")
    yield from tables(_PLACE, "notices", about, columns, lambda: _notices(user))
    about = _("How you want to hear of things, whether a history is kept, and which profiles show what they like")
    yield document(_PLACE, "switches", about, lambda: _switches(user))
    about = _("How often your tracks were played, by day, by where from and, where that is counted, by country")
    columns = ("day", "track", "source", "country", "plays", "heard_ms", "finishes")
    yield from tables(_PLACE, "plays_of_my_tracks", about, columns, lambda: _days(user))
    about = _("How often each track of yours was played, liked, reposted and written about, and how many follow you")
    yield document(_PLACE, "totals", about, lambda: _totals(user))


def _likes(user: accounts.User) -> Iterator[dict[str, Any]]:
    for row in in_turn(Like.objects.filter(user=user).select_related(*_THINGS)):
        yield {"at": row.at, "what": _address(row)}


def _reposts(user: accounts.User) -> Iterator[dict[str, Any]]:
    for row in in_turn(Repost.objects.filter(profile__owner=user).select_related("profile", *_THINGS)):
        yield {"at": row.at, "profile": row.profile.slug, "what": _address(row), "words": row.words}


def _face(row: Follow | Mute) -> dict[str, Any]:
    return {"at": row.at, "profile": row.profile.slug}


def _notices(user: accounts.User) -> Iterator[dict[str, Any]]:
    said = ("kind", "address", "words", "at", "seen_at", "mailed_at")
    for row in in_turn(Notice.objects.filter(user=user).select_related("by")):
        yield {**{name: getattr(row, name) for name in said}, "by": row.by.slug if row.by else None}


def _switches(user: accounts.User) -> dict[str, Any]:
    return {
        "notices": [{"kind": one.kind, "in_app": one.in_app, "mail": one.mail} for one in hearing.switches_of(user)],
        "keeps_history": history.is_kept(user),
        "profiles_that_show_likes": list(
            OpenLikes.objects.filter(profile__owner=user).values_list("profile__slug", flat=True)
        ),
    }


def _days(user: accounts.User) -> Iterator[dict[str, Any]]:
    counted = ("day", "source", "country", "plays", "heard_ms", "finishes")
    for row in in_turn(PlayDay.objects.filter(track__profile__owner=user).select_related("track__profile")):
        yield {"track": row.track.get_absolute_url(), **{name: getattr(row, name) for name in counted}}


def _totals(user: accounts.User) -> dict[str, Any]:
    counted = ("plays", "likes", "reposts", "comments")
    tracks = TrackTally.objects.filter(track__profile__owner=user).select_related("track__profile")
    followers = ProfileTally.objects.filter(profile__owner=user)
    return {
        "tracks": {
            row.track.get_absolute_url(): {name: getattr(row, name) for name in counted} for row in in_turn(tracks)
        },
        "followers": dict(followers.values_list("profile__slug", "followers")),
    }


def _address(row: Like | Repost) -> str:
    thing = row.track or row.music_set
    return settings.SITE_URL + thing.get_absolute_url() if thing else ""
