"""What somebody has heard, for themselves alone: to look at, take along, delete, or not keep at all."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.community.models import NoHistory, Play
from antiphon.kernel.errors import NotFound

Cursor = tuple[datetime, int]
_CHUNK = 500


@dataclass(frozen=True)
class Heard:
    """One play. The track is None once it cannot be heard by this person any more."""

    id: int
    track: catalogue.Track | None
    began_at: datetime
    heard_ms: int
    finished: bool
    source: str


def heard_by(user: accounts.User) -> QuerySet[Play]:
    """Return somebody's plays, to be ordered and cut; the latest first is what the index knows."""
    return Play.objects.filter(user=user)


def shown(user: accounts.User, rows: list[Play]) -> list[Heard]:
    """Return plays with their tracks, as far as this person may still hear them. Two queries for any number."""
    ids = {row.track_id for row in rows}
    tracks = catalogue.tracks_by_id(user, ids)
    # One's own are there in any state; what others shared by a secret link is not named again without it.
    if missing := ids - tracks.keys():
        tracks |= {track.pk: track for track in catalogue.watched_tracks(user, missing)}
    return [
        Heard(row.pk, tracks.get(row.track_id), row.began_at, row.heard_ms, row.finished, row.source) for row in rows
    ]


def page(user: accounts.User, before: Cursor | None = None, limit: int = 50) -> tuple[list[Heard], Cursor | None]:
    """Return what somebody heard, the latest first, and where the next page begins."""
    rows = heard_by(user)
    if before is not None:
        at, last = before
        rows = rows.filter(Q(began_at__lt=at) | Q(began_at=at, pk__lt=last))
    found = list(rows.order_by("-began_at", "-pk")[: limit + 1])
    more = (found[limit - 1].began_at, found[limit - 1].pk) if len(found) > limit else None
    return shown(user, found[:limit]), more


def everything(user: accounts.User) -> Iterator[Heard]:
    """Yield all of somebody's plays, the latest first, in pieces."""
    before: Cursor | None = None
    while True:
        found, before = page(user, before, _CHUNK)
        yield from found
        if before is None:
            return


def line_of(one: Heard) -> dict[str, Any]:
    """Return one play as it goes out to whoever heard it, in JSON types and moments."""
    track = one.track
    return {
        "id": one.id,
        "began_at": one.began_at,
        "heard_ms": one.heard_ms,
        "finished": one.finished,
        "source": one.source,
        "track": track.title if track else None,
        "artists": (track.artists or track.profile.name) if track else None,
        "address": settings.SITE_URL + track.get_absolute_url() if track else None,
    }


def forget(user: accounts.User, play_id: int) -> None:
    """Take one's name off a play: it still counts, for nobody. Raises `NotFound`."""
    if not _unname(Play.objects.filter(user=user, pk=play_id)):
        raise NotFound(_("This is not in your history."))


def forget_all(user: accounts.User) -> int:
    """Take one's name off every play; return how many there were."""
    return _unname(Play.objects.filter(user=user))


def _unname(rows: QuerySet[Play]) -> int:
    # The browser goes too: beside other plays of that browser it would still say who it was.
    return rows.update(user=None, browser=None)


def is_kept(user: accounts.User) -> bool:
    """Tell whether a history is kept for somebody."""
    return not NoHistory.objects.filter(pk=user.pk).exists()


def keep(user: accounts.User, *, on: bool) -> None:
    """Let a history be kept from now on, or not. What is there already stays until it is deleted."""
    if on:
        NoHistory.objects.filter(pk=user.pk).delete()
    else:
        NoHistory.objects.get_or_create(user=user)


def hold() -> None:
    """Keep nobody out: plays are taken out by rows."""


def forget_person(user_id: int) -> int:
    """Take somebody who leaves off everything they heard. Fills `accounts.ports.Belongings`."""
    return _unname(Play.objects.filter(user_id=user_id))
