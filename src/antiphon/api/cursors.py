"""Pages of a list: where the next one begins, as an opaque word that stays right while rows come and go.

A cursor is the position of the last row that was sent (its moment and its id), not a count of rows, so that nothing is
sent twice or skipped when something is added in front. Every well-formed word is a position; none can be wrong.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, TypeVar

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from ninja import Query

T = TypeVar("T")
Position = tuple[datetime, int]
_PAST = datetime(1, 1, 1, tzinfo=UTC)
_LAST_MICROSECOND = (datetime.max.replace(tzinfo=UTC) - _PAST) // timedelta(microseconds=1)

Cursor = Annotated[
    str | None,
    Query(
        None,
        pattern="^[0-7][0-9a-f]{15}[0-7][0-9a-f]{15}$",
        description="Where to go on: take it from `next_href`",
        example="00e2b1e8f9c0d40000000000000000c0",
    ),
]
Limit = Annotated[int, Query(24, ge=1, le=100, description="How many at most", example=24)]


def word_of(at: datetime | None, row_id: int) -> str:
    """Return the cursor of a row; lists that are ordered by id alone have no moment."""
    micros = (at - _PAST) // timedelta(microseconds=1) if at else 0
    return f"{micros:016x}{row_id:016x}"


def position_of(word: str | None) -> Position | None:
    """Return what a cursor says, None without one."""
    if not word:
        return None
    micros = min(int(word[:16], 16), _LAST_MICROSECOND)
    return _PAST + timedelta(microseconds=micros), int(word[16:], 16)


def next_href(request: HttpRequest, word: str | None) -> str | None:
    """Return the address of the next page: this one's, with another cursor."""
    if word is None:
        return None
    query = request.GET.copy()
    query["cursor"] = word
    return f"{settings.SITE_URL}{request.path}?{query.urlencode()}"


def newest_first(
    request: HttpRequest, rows: QuerySet[Any], cursor: str | None, limit: int, *, field: str = "published_at"
) -> tuple[list[Any], str | None]:
    """Return one page of rows by moment and id, latest first, and the address of the next page."""
    position = position_of(cursor)
    if position is not None:
        at, last = position
        rows = rows.filter(Q(**{f"{field}__lt": at}) | Q(**{field: at, "pk__lt": last}))
    found = list(rows.order_by(f"-{field}", "-pk")[: limit + 1])
    if len(found) <= limit:
        return found, None
    end = found[limit - 1]
    return found[:limit], next_href(request, word_of(getattr(end, field), end.pk))


def of_few(
    request: HttpRequest, rows: Iterable[T], cursor: str | None, limit: int, id_of: Callable[[T], int]
) -> tuple[list[T], str | None]:
    """Return one page of a list that is short enough to be held whole, the highest id first."""
    position = position_of(cursor)
    left = sorted((row for row in rows if position is None or id_of(row) < position[1]), key=id_of, reverse=True)
    more = len(left) > limit
    return left[:limit], next_href(request, word_of(None, id_of(left[limit - 1]))) if more else None
