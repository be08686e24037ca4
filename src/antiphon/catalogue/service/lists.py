"""Pages of tracks and sets: newest, of a profile, and found by words. Cursors are (instant, id) of the last row."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from antiphon.accounts import service as accounts
from antiphon.accounts.core.names import fold
from antiphon.catalogue.models import MusicSet, Track
from antiphon.catalogue.service.access import SetRows, TrackRows, Viewer, is_owner, listenable, public_now, visible_sets
from antiphon.catalogue.service.states import in_state

Cursor = tuple[datetime, int]


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


@dataclass(frozen=True)
class SearchResult:
    words: str
    tracks: list[Track]
    profiles: list[accounts.Profile]
    sets: list[MusicSet]


def newest(viewer: Viewer, before: Cursor | None = None, limit: int = 24) -> TrackList:
    """Return public tracks, the latest published first. One query."""
    return _page(listenable(viewer), before, limit)


def tracks_of(profile: accounts.Profile, viewer: Viewer, before: Cursor | None = None, limit: int = 24) -> TrackList:
    """Return a profile's public tracks, the latest published first. One query."""
    return _page(listenable(viewer).filter(profile=profile), before, limit)


def sets_of(profile: accounts.Profile, viewer: Viewer, limit: int = 50) -> list[MusicSet]:
    """Return a profile's public sets, newest first."""
    return list(visible_sets(viewer).filter(profile=profile)[:limit])


def sets_with(track: Track, viewer: Viewer, limit: int = 6) -> list[Line]:
    """Return public sets that hold a track; its owner sees their own in any state. One query."""
    if is_owner(viewer, track):
        rows: SetRows = MusicSet.objects.filter(profile__owner_id=track.profile.owner_id).order_by("-pk")
    else:
        rows = visible_sets(viewer).select_related(None).defer(None)
    found = rows.filter(items__track=track).values_list("profile__slug", "slug", "title", "kind")[:limit]
    return [Line(f"/{face}/sets/{slug}", title, kind=kind) for face, slug, title, kind in found]


def more_by(track: Track, viewer: Viewer, limit: int = 5) -> list[Line]:
    """Return other public tracks of the profile of a track that this viewer may see. One query."""
    if track.profile.hidden_at is not None:
        return []
    # Whoever may see one track of a profile is not blocked by it, so neither people nor profiles are joined.
    rows = Track.objects.filter(profile_id=track.profile_id, **public_now()).exclude(pk=track.pk)
    found = rows.order_by("-published_at", "-id").values_list("slug", "title", "recording__duration_ms")[:limit]
    return [Line(f"/{track.profile.slug}/{slug}", title, duration_ms=length) for slug, title, length in found]


def search(viewer: Viewer, words: str, limit: int = 24, before: Cursor | None = None) -> SearchResult:
    """Return what bears all these words in title, artists, tags or names, whatever their case and accents."""
    folded = fold(words)[:200].split()[:8]
    if not folded:
        return SearchResult(words, [], [], [])
    every = Q()
    for word in folded:
        every &= Q(search_text__contains=word)
    blocked = accounts.blocked_ids(viewer) if viewer is not None and viewer.is_authenticated else set()
    profiles = accounts.Profile.objects.filter(every, hidden_at=None).exclude(owner_id__in=blocked).order_by("name")
    return SearchResult(
        words,
        _page(listenable(viewer).filter(every), before, limit).tracks,
        list(profiles[:12]),
        list(visible_sets(viewer).filter(every)[:12]),
    )


def _page(rows: TrackRows, before: Cursor | None, limit: int) -> TrackList:
    if before is not None:
        at, last = before
        rows = rows.filter(Q(published_at__lt=at) | Q(published_at=at, pk__lt=last))
    found = list(rows[: limit + 1])
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
