"""What the studio's list and its watching pages read: sorted pages of one's own tracks, counts by state, and uploads
with what became of them. Reads only; one query each."""

import base64
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from antiphon.accounts import service as accounts
from antiphon.accounts.core.names import fold
from antiphon.catalogue.models import MusicSet, Track, Upload
from antiphon.catalogue.service.states import STATES, condition, in_state, with_latest
from antiphon.kernel import clock

RECENT = timedelta(hours=12)
# Each order ends in the id, or two rows with one title could hide each other at the edge of a page.
ORDERS: dict[str, tuple[str, bool]] = {
    "newest": ("created_at", True),
    "oldest": ("created_at", False),
    "changed": ("updated_at", True),
    "title": ("title", False),
}
_HEAVY = ("recording__overview", "recording__report", "recording__waveform_path", "search_text")
_HEAVY_UPLOAD = tuple(
    f"{path}__{name}"
    for path in ("recording", "recording__track__recording")
    for name in ("overview", "report", "waveform_path")
)


@dataclass(frozen=True)
class StudioPage:
    tracks: list[Track]  # with `latest_state` and `latest_id`: the newest recording's
    next: str  # where the following page begins; empty at the end


def studio_page(
    user: accounts.User, *, state: str = "", words: str = "", sort: str = "newest", after: str = "", limit: int = 50
) -> StudioPage:
    """Return one's own tracks, filtered by state and words, in one of `ORDERS`, from a cursor on.

    An order or cursor that is not known means the first page of the newest.
    """
    field, falling = ORDERS.get(sort, ORDERS["newest"])
    rows = in_state(_mine(user), state)
    for word in fold(words)[:200].split()[:8]:
        rows = rows.filter(search_text__contains=word)
    cursor = _read(after, field)
    if cursor is not None:
        value, last = cursor
        way = "lt" if falling else "gt"
        rows = rows.filter(Q(**{f"{field}__{way}": value}) | Q(**{field: value, f"pk__{way}": last}))
    sign = "-" if falling else ""
    found = list(rows.order_by(f"{sign}{field}", f"{sign}pk")[: limit + 1])
    if len(found) <= limit:
        return StudioPage(found, "")
    return StudioPage(found[:limit], _written(found[limit - 1], field))


def count_states(user: accounts.User) -> dict[str, int]:
    """Return how many of one's tracks are in each of `STATES`, and under "" how many are not withdrawn."""
    named = {name or "all": Count("pk", filter=condition(name)) for name in ("", *STATES)}
    counts = with_latest(_bare(user)).aggregate(**named)
    return {"" if name == "all" else name: int(count) for name, count in counts.items()}


def watched_tracks(user: accounts.User, track_ids: Iterable[int]) -> list[Track]:
    """Return those of one's own tracks that are among these, with profile and recording."""
    return list(with_latest(_mine(user)).filter(pk__in=list(track_ids)[:500]))


def watched_uploads(user: accounts.User, upload_ids: Iterable[uuid.UUID]) -> list[Upload]:
    """Return those of one's own uploads that are among these, with what became of them (see `_with_set`)."""
    return list(_with_set(Upload.objects.filter(user=user, pk__in=list(upload_ids)[:500])))


def recent_uploads(user: accounts.User) -> list[Upload]:
    """Return one's unfinished uploads, and those of the last half day whose tracks are drafts; the oldest first."""
    now = clock.now()
    unfinished = Q(state=Upload.State.OPEN, expires_at__gt=now)
    came_in = Q(state=Upload.State.RECEIVED, created_at__gt=now - RECENT, recording__track__state=Track.State.DRAFT)
    rows = Upload.objects.filter(user=user).filter(unfinished | came_in).order_by("created_at")
    return list(_with_set(rows)[:500])


def _with_set(rows: QuerySet[Upload]) -> QuerySet[Upload]:
    """Add recording, track and profile, and the set of its folder as `set_id`, `set_title`, `set_published_at`."""
    sets = MusicSet.objects.filter(items__track=OuterRef("recording__track_id"), source_batch=OuterRef("batch"))
    first = sets.order_by("pk")
    return (
        rows.select_related("recording__track__profile", "recording__track__recording")
        .defer(*_HEAVY_UPLOAD)
        .annotate(
            set_id=Subquery(first.values("pk")[:1]),
            set_title=Subquery(first.values("title")[:1]),
            set_published_at=Subquery(first.values("published_at")[:1]),
        )
    )


def _bare(user: accounts.User) -> QuerySet[Track]:
    return Track.objects.filter(profile__owner=user)


def _mine(user: accounts.User) -> QuerySet[Track]:
    return _bare(user).select_related("profile", "recording").defer(*_HEAVY)


def _written(track: Track, field: str) -> str:
    value = getattr(track, field)
    text = value.isoformat() if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(json.dumps([text, track.pk]).encode()).decode().rstrip("=")


def _read(cursor: str, field: str) -> tuple[Any, int] | None:
    if not cursor or len(cursor) > 2000:
        return None
    try:
        value, last = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return (datetime.fromisoformat(value) if field.endswith("_at") else str(value)), int(last)
    except (ValueError, TypeError):
        return None
