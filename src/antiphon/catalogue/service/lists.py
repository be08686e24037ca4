"""Pages of tracks and sets: newest, and of a profile. Cursors are (instant, id) of the last row."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import BigAutoField, DateTimeField, Q, QuerySet

from antiphon.accounts import service as accounts
from antiphon.accounts.core.names import fold
from antiphon.catalogue.models import MusicSet, Track
from antiphon.catalogue.service.access import (
    SetRows,
    TrackRows,
    Viewer,
    is_owner,
    listenable,
    public_now,
    public_sets,
    public_tracks,
)
from antiphon.catalogue.service.states import in_state
from antiphon.consent import service as consent
from antiphon.kernel import clock
from antiphon.storage.prepared import Prepared, Slot, Slots

Cursor = tuple[datetime, int]
MOST_LINES = 6  # of a short list beside a track
MOST_SETS = 50  # of a profile, on its page

_NOW = Slot("now", DateTimeField())


@dataclass(frozen=True)
class TrackList:
    tracks: list[Track]
    next: Cursor | None  # where the following page begins; None at the end


@dataclass(frozen=True)
class Line:
    """What one line of a short list shows. A page has several, and rows with all their columns cost it more."""

    address: str
    title: str
    kind: str = ""
    duration_ms: int | None = None


def newest(
    viewer: Viewer, before: Cursor | None = None, limit: int = 24, *, columns: tuple[str, ...] = ()
) -> TrackList:
    """Return public tracks, the latest published first; with `columns`, those only. One query."""
    if viewer is not None and accounts.blocked_ids(viewer):
        rows = listenable(viewer)
        return _page(rows.only(*columns) if columns else rows, before, limit)
    return _prepared_page(before, limit, columns=columns)


def tracks_of(profile: accounts.Profile, viewer: Viewer, before: Cursor | None = None, limit: int = 24) -> TrackList:
    """Return a profile's public tracks, the latest published first. One query."""
    if viewer is not None and profile.owner_id in accounts.blocked_ids(viewer):
        return TrackList([], None)
    return _prepared_page(before, limit, profile=profile.pk)


_told_of_profile = consent.told_together(
    lambda: public_tracks(_NOW).filter(profile_id=Slot("profile", BigAutoField())).order_by().values("recording_id")
)


def told_of_profile(profile: accounts.Profile) -> list[str]:
    """Return what is told outside of a profile's public tracks, all of them, each word once. One query."""
    return _told_of_profile(profile=profile.pk, now=clock.now())


@lru_cache(maxsize=64)
def _published(limit: int, *, paged: bool, of_profile: bool, columns: tuple[str, ...]) -> Prepared[Track]:
    rows = public_tracks(_NOW)
    if of_profile:
        rows = rows.filter(profile_id=Slot("profile", BigAutoField()))
    if columns:
        rows = rows.only(*columns)
    if paged:
        rows = _behind(rows, Slot("at", DateTimeField()), Slot("last", BigAutoField()))
    return Prepared(lambda: rows[: limit + 1])


def _prepared_page(before: Cursor | None, limit: int, columns: tuple[str, ...] = (), **of: int) -> TrackList:
    ask = _published(limit, paged=before is not None, of_profile=bool(of), columns=columns)
    place = {"at": before[0], "last": before[1]} if before is not None else {}
    return _cut(ask(now=clock.now(), **place, **of), limit)


def tracks_by_id(viewer: Viewer, ids: Iterable[int]) -> dict[int, Track]:
    """Return those of these tracks that are public for this viewer now. One query, none for no ids."""
    wanted, blocked = list(ids), accounts.blocked_ids(viewer)
    rows = _by_ids(ids=wanted, now=clock.now()) if wanted else []
    return {row.pk: row for row in rows if row.profile.owner_id not in blocked}


_by_ids = Prepared(lambda: public_tracks(_NOW).filter(pk__in=Slots("ids")).order_by())


def sets_of(profile: accounts.Profile, viewer: Viewer) -> list[MusicSet]:
    """Return a profile's public sets, newest first. One query."""
    if viewer is not None and profile.owner_id in accounts.blocked_ids(viewer):
        return []
    return _sets_of(profile=profile.pk, now=clock.now())


_sets_of = Prepared(
    lambda: (
        public_sets(_NOW)
        .select_related("profile")
        .defer("search_text", "profile__biography", "profile__search_text")
        .filter(profile_id=Slot("profile", BigAutoField()))[:MOST_SETS]
    )
)


def sets_with(track: Track, viewer: Viewer) -> list[Line]:
    """Return up to six public sets that hold a track; its owner sees their own in any state. One query."""
    if is_owner(viewer, track):
        mine = MusicSet.objects.filter(profile__owner_id=track.profile.owner_id).order_by("-pk")
        found = list(_as_lines(mine, track.pk)[:MOST_LINES])
    elif viewer is not None and (blocked := accounts.blocked_ids(viewer)):
        found = list(_as_lines(public_sets().exclude(profile__owner_id__in=blocked), track.pk)[:MOST_LINES])
    else:
        found = _sets_with(track=track.pk, now=clock.now())
    return [Line(f"/{face}/sets/{slug}", title, kind=kind) for face, slug, title, kind in found]


def _as_lines(rows: SetRows, track: int | Slot) -> "QuerySet[MusicSet, tuple[str, str, str, str]]":
    return rows.filter(items__track_id=track).values_list("profile__slug", "slug", "title", "kind")


_sets_with = Prepared(lambda: _as_lines(public_sets(_NOW), Slot("track", BigAutoField()))[:MOST_LINES])


def more_by(track: Track, viewer: Viewer) -> list[Line]:
    """Return up to five other public tracks of the profile of a track that this viewer may see. One query."""
    if track.profile.hidden_at is not None:
        return []
    found = _more_by(profile=track.profile_id, track=track.pk, now=clock.now())
    return [Line(f"/{track.profile.slug}/{slug}", title, duration_ms=length) for slug, title, length in found]


def _others() -> "QuerySet[Track, tuple[str, str, int | None]]":
    # Whoever may see one track of a profile is not blocked by it, so neither people nor profiles are joined.
    rows = Track.objects.filter(profile_id=Slot("profile", BigAutoField()), **public_now(_NOW))
    rows = rows.exclude(pk=Slot("track", BigAutoField())).order_by("-published_at", "-id")
    return rows.values_list("slug", "title", "recording__duration_ms")[: MOST_LINES - 1]


_more_by = Prepared(_others)


def _page(rows: TrackRows, before: Cursor | None, limit: int) -> TrackList:
    if before is not None:
        rows = _behind(rows, *before)
    return _cut(list(rows[: limit + 1]), limit)


def _behind(rows: TrackRows, at: datetime | Slot, last: int | Slot) -> TrackRows:
    return rows.filter(Q(published_at__lt=at) | Q(published_at=at, pk__lt=last))


def _cut(found: list[Track], limit: int) -> TrackList:
    if len(found) <= limit:
        return TrackList(found, None)
    end = found[limit - 1]
    assert end.published_at is not None  # noqa: S101  (the filter of `listenable` asks for it)
    return TrackList(found[:limit], (end.published_at, end.pk))


def studio_tracks(
    viewer: accounts.User, *, state: str = "", words: str = "", before_id: int | None = None, limit: int = 50
) -> tuple[list[Track], int | None]:
    """Return one's own tracks, the latest first, and the id where the next page begins.

    state: "", draft, published, scheduled, processing, failed or withdrawn.
    """
    rows = Track.objects.filter(profile__owner=viewer).select_related("profile", "recording")
    rows = in_state(rows.defer("recording__overview", "recording__report"), state)
    for word in fold(words)[:200].split()[:8]:
        rows = rows.filter(search_text__contains=word)
    if before_id is not None:
        rows = rows.filter(pk__lt=before_id)
    found = list(rows.order_by("-pk")[: limit + 1])
    return found[:limit], (found[limit - 1].pk if len(found) > limit else None)
