"""What recordings are called, for those who hold rights in them: reads titles and addresses, and nothing one hears.

Whoever asks has checked that these recordings are theirs to see: the gate knows holders, the catalogue does not.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import QuerySet

from antiphon.accounts import service as accounts
from antiphon.accounts.core.names import fold
from antiphon.catalogue.models import Recording, Track

_Thing = TypeVar("_Thing")


@dataclass(frozen=True)
class Titled:
    """A recording by the name of its track. `current` is whether the track sounds like it now."""

    recording_id: int
    track_id: int
    title: str
    by: str
    profile_slug: str
    owner_id: int
    current: bool

    def is_of(self, user: accounts.User) -> bool:
        return self.owner_id == user.pk


def titles_of(recording_ids: Iterable[int]) -> dict[int, Titled]:
    """Return the names of these recordings; those that are gone are missing. One query."""
    rows = Recording.objects.filter(pk__in=list(recording_ids))
    return {row[0]: _titled(row) for row in rows.values_list(*_COLUMNS)}


def titled_among(recordings: Any, *, words: str = "", after: int = 0, limit: int = 50) -> tuple[list[Titled], int]:
    """Return those of these recordings (ids, or a query of ids) that their tracks sound like, the latest track first.

    With them comes the track before which the next page begins; zero at the end. One query, whatever their number.
    """
    rows = _current(recordings, words)
    if after:
        rows = rows.filter(pk__lt=after)
    found = [_titled(row) for row in rows.order_by("-pk").values_list(*_OF_TRACK)[: limit + 1]]
    return found[:limit], (found[limit - 1].track_id if len(found) > limit else 0)


def ids_among(recordings: Any, *, words: str = "", limit: int = 20_000) -> list[int]:
    """Return the ids of all of them, in the same order."""
    found = _current(recordings, words).order_by("-pk").values_list("recording_id", flat=True)[:limit]
    return [pk for pk in found if pk is not None]


def count_among(recordings: Any, *, words: str = "") -> int:
    """Return how many they are."""
    return _current(recordings, words).count()


def _current(recordings: Any, words: str) -> QuerySet[Track]:
    rows = Track.objects.filter(recording__in=recordings)
    for word in fold(words)[:200].split()[:8]:
        rows = rows.filter(search_text__contains=word)
    return rows


_COLUMNS = ("pk", "track_id", "track__title", "track__artists", "track__profile__name", "track__profile__slug",
            "track__profile__owner_id", "track__recording_id")  # fmt: skip
_OF_TRACK = ("recording_id", "pk", "title", "artists", "profile__name", "profile__slug", "profile__owner_id",
             "recording_id")  # fmt: skip


def _titled(row: tuple[Any, ...]) -> Titled:
    pk, track_id, title, artists, name, slug, owner_id, current = row
    return Titled(pk, track_id, title, artists or name, slug, owner_id, current == pk)


def track_ids_at(addresses: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Return the tracks at these addresses (profile's, track's own), whoever may see them; one query a 200 of them."""
    found: dict[tuple[str, str], int] = {}
    for some in _by(200, sorted(addresses)):
        rows = Track.objects.filter(slug__in={slug for _profile, slug in some})
        rows = rows.filter(profile__slug__in={profile for profile, _slug in some})
        for track_id, profile, slug in rows.values_list("pk", "profile__slug", "slug"):
            found[profile, slug] = track_id
    return {address: found[address] for address in addresses if address in found}


def track_ids_among(track_ids: Collection[int], recording_ids: Collection[int]) -> tuple[set[int], dict[int, int]]:
    """Return which of these tracks there are, and of these recordings the tracks they belong to."""
    tracks: set[int] = set()
    for some in _by(500, sorted(track_ids)):
        tracks.update(Track.objects.filter(pk__in=some).values_list("pk", flat=True))
    recordings: dict[int, int] = {}
    for few in _by(500, sorted(recording_ids)):
        recordings.update(Recording.objects.filter(pk__in=few).values_list("pk", "track_id"))
    return tracks, recordings


def _by(size: int, things: list[_Thing]) -> Iterator[list[_Thing]]:
    for start in range(0, len(things), size):
        yield things[start : start + size]
