"""The feed: what those whom somebody follows have published and reposted, in the order of time and no other.

Two streams, tracks by `published_at` and reposts by `at`, are read to the length of a page and laid together. A place
in the feed is a moment and a number that is even for a track and odd for a repost, so that one cursor holds for both.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from django.db.models import BigAutoField, DateTimeField, Exists, OuterRef, QuerySet

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.catalogue.service import by_many as places
from antiphon.community.models import Follow, Mute, Repost
from antiphon.community.service.seen import heard_ids, muted_ids
from antiphon.storage.prepared import Prepared, Slot, Slots

Cursor = tuple[datetime, int]
PAGE = 24


@dataclass
class Entry:
    """One thing of the feed: a track or a set, and the reposts that brought it here (none: it was published)."""

    at: datetime
    track: catalogue.Track | None = None
    music_set: catalogue.MusicSet | None = None
    reposts: list[Repost] = field(default_factory=list)


@dataclass(frozen=True)
class Feed:
    entries: list[Entry]
    next: Cursor | None  # where the following page begins; None at the end
    follows_somebody: bool


def feed_of(user: accounts.User, before: Cursor | None = None, limit: int = PAGE) -> Feed:
    """Return a page of somebody's feed. The cost grows with neither the tracks nor the follows of the site."""
    heard = heard_ids(user)
    placed = [(at, 2 * row_id) for at, row_id in catalogue.newest_of(heard, _half(before, 0), limit + 1)]
    placed += [
        (at, 2 * row_id + 1)
        for at, row_id in places.pick(heard, _half(before, 1), limit + 1, _walk_reposts, _seek_reposts)
    ]
    placed.sort(reverse=True)
    page, more = placed[:limit], len(placed) > limit
    return Feed(_entries(user, page), page[-1] if more else None, bool(heard))


def reposts_of(profile: accounts.Profile, viewer: accounts.User | None, before: Cursor | None = None) -> Feed:
    """Return what one profile passed on, the latest first."""
    rows = _before(Repost.objects.filter(profile=profile), before)
    found = list(rows.order_by("-at", "-pk").values_list("at", "pk")[: PAGE + 1])
    page = [(at, 2 * row_id + 1) for at, row_id in found[:PAGE]]
    return Feed(_entries(viewer, page), found[PAGE - 1] if len(found) > PAGE else None, follows_somebody=True)


def worth_following(user: accounts.User, limit: int = 12) -> list[accounts.Profile]:
    """Return the newest profiles that have published something, for somebody whose feed is empty."""
    tracks = catalogue.listenable(user).filter(profile=OuterRef("pk"))
    unwanted = [Follow.objects.filter(user=user), Mute.objects.filter(user=user)]
    rows = accounts.Profile.objects.filter(Exists(tracks), hidden_at=None).exclude(owner=user)
    for known in unwanted:
        rows = rows.exclude(pk__in=known.values("profile_id"))
    return list(rows.defer("biography", "search_text").order_by("-pk")[:limit])


def _entries(viewer: accounts.User | None, page: list[Cursor]) -> list[Entry]:
    reposts = _reposts(code // 2 for _at, code in page if code % 2)
    track_ids = {code // 2 for _at, code in page if not code % 2}
    track_ids |= {row.track_id for row in reposts.values() if row.track_id}
    tracks = _tracks(viewer, track_ids)
    entries: dict[tuple[str, int], Entry] = {}
    for at, code in page:
        row = reposts.get(code // 2) if code % 2 else None
        if code % 2 and (row is None or not _shown(row, viewer)):
            continue
        track = tracks.get((row.track_id or 0) if row else code // 2)
        music_set = row.music_set if row and _set_shown(row.music_set, viewer) else None
        if track is None and music_set is None:
            continue
        key = ("track", track.pk) if track else ("set", music_set.pk if music_set else 0)
        # What comes several times on one page stands there once, at its latest, with everybody who reposted it.
        entry = entries.setdefault(key, Entry(at, track, music_set))
        if row is not None:
            entry.reposts.append(row)
    return list(entries.values())


def _tracks(viewer: accounts.User | None, ids: set[int]) -> dict[int, catalogue.Track]:
    muted = muted_ids(viewer)
    found = catalogue.tracks_by_id(viewer, ids)
    return {pk: track for pk, track in found.items() if track.profile_id not in muted}


def _reposts(ids: Iterable[int]) -> dict[int, Repost]:
    wanted = list(ids)
    return {row.pk: row for row in _reposts_by_id(ids=wanted)} if wanted else {}


def _by_id() -> "QuerySet[Repost]":
    rows = Repost.objects.filter(pk__in=Slots("ids")).select_related("profile", "music_set__profile")
    by = ("profile__biography", "profile__search_text", "music_set__profile__biography")
    return rows.defer(*by, "music_set__profile__search_text", "music_set__search_text")


_reposts_by_id = Prepared(_by_id)


def _shown(row: Repost, viewer: accounts.User | None) -> bool:
    return row.profile.hidden_at is None and row.profile.owner_id not in accounts.blocked_ids(viewer)


def _set_shown(music_set: catalogue.MusicSet | None, viewer: accounts.User | None) -> bool:
    if music_set is None or not catalogue.is_public(music_set):
        return False
    by = music_set.profile
    return by.owner_id not in accounts.blocked_ids(viewer) and by.pk not in muted_ids(viewer)


def _half(before: Cursor | None, kind: int) -> Cursor | None:
    """The place in one of the two streams (0 tracks, 1 reposts) that a place in the feed stands for."""
    if before is None:
        return None
    at, code = before
    return at, (code + 1 - kind) // 2


def _before(rows: "QuerySet[Repost]", before: Cursor | None) -> "QuerySet[Repost]":
    return rows if before is None else rows.filter(places.before("at", *before))


def _walked() -> "QuerySet[Repost, places.Row]":
    rows = Repost.objects.filter(places.before("at", Slot("at", DateTimeField()), Slot("last", BigAutoField())))
    return rows.order_by("-at", "-pk").values_list(places.Kept("at"), "pk", "profile_id")[: places.WALKED]


_newest_reposts = Prepared(_walked)


def _walk_reposts(at: datetime, last: int) -> list[places.Row]:
    return _newest_reposts(at=at, last=last)


@lru_cache(maxsize=16)
def _seek_of(limit: int) -> Prepared[Cursor]:
    return Prepared(lambda: places.sought(Repost.objects.all(), "at", limit))


def _seek_reposts(profile_ids: frozenset[int], at: datetime, last: int, limit: int) -> list[Cursor]:
    return _seek_of(limit)(profiles=profile_ids, at=at, last=last)
