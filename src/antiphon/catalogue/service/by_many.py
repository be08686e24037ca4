"""What many profiles have published, newest first: the same cost whether one asks for ten profiles or for thousands.

Two ways lead there. Who asks for many finds their rows among the newest of all, which are read in one short walk. Who
asks for few, or for many that have been quiet, has each of them looked up in the index of its own rows: the newest
`n` rows stand under the `n` profiles whose own newest row is latest, so that no more of them have to be read.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import BigAutoField, DateTimeField, F, Field, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from antiphon.accounts import service as accounts
from antiphon.catalogue.models import Track
from antiphon.catalogue.service.access import public_now
from antiphon.kernel import clock
from antiphon.kernel.ids import MOST_ID
from antiphon.storage.prepared import Prepared, Slot, Slots

Place = tuple[datetime, int]  # the moment and the id of a row
Row = tuple[datetime | int, int, int]  # at, as `Kept` has it, id, profile
Walk = Callable[[datetime, int], list[Row]]  # the newest rows before a place
Seek = Callable[[frozenset[int], datetime, int, int], list[Place]]  # the newest rows of these profiles before a place
WALKED = 600  # rows of one walk
_FEW = 200
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def newest_of(profile_ids: frozenset[int], before: Place | None, limit: int) -> list[Place]:
    """Return where the newest public tracks of these profiles are: at most `limit` places, in at most two queries."""
    return pick(profile_ids, before, limit, _walk, _seek)


def pick(profile_ids: frozenset[int], before: Place | None, limit: int, walk: Walk, seek: Seek) -> list[Place]:
    """Return the newest places of these profiles by the way that costs less; both ways give the same."""
    if not profile_ids:
        return []
    at, last = before or (clock.now(), MOST_ID)
    if len(profile_ids) > _FEW:
        rows = walk(at, last)
        found = [(kept, row_id) for kept, row_id, profile_id in rows if profile_id in profile_ids]
        if len(found) >= limit or len(rows) < WALKED:
            return [(_moment(kept), row_id) for kept, row_id in found[:limit]]
    return seek(profile_ids, at, last, limit)


class Kept(Func):
    """A moment's column without a time zone: on SQLite as it is kept, on PostgreSQL in microseconds since 1970.

    Giving all rows of a walk their time zones, for the few that are used, takes longer than the walk.
    """

    output_field = Field()

    def as_sqlite(self, compiler: Any, connection: Any, **named: Any) -> Any:
        return self.as_sql(compiler, connection, template="%(expressions)s")

    def as_postgresql(self, compiler: Any, connection: Any, **named: Any) -> Any:
        return self.as_sql(compiler, connection, template="(EXTRACT(EPOCH FROM %(expressions)s) * 1000000)::bigint")


def _moment(kept: datetime | int) -> datetime:
    return _EPOCH + timedelta(microseconds=kept) if isinstance(kept, int) else kept.replace(tzinfo=UTC)


def before(field: str, at: datetime | Slot, last: int | Slot) -> Q:
    """The condition of standing behind a place, in the form in which an index on the moment is of use."""
    return Q(**{f"{field}__lte": at}) & (Q(**{f"{field}__lt": at}) | Q(pk__lt=last))


def sought(rows: "QuerySet[Any]", field: str, limit: int) -> "QuerySet[Any, Any]":
    """The newest of these rows behind a place, of many profiles: to be prepared, with slots `profiles`, `at`, `last`.

    They stand under the `limit` profiles whose own newest row is latest.
    """
    rows = rows.filter(before(field, Slot("at", DateTimeField()), Slot("last", BigAutoField())))
    newest = rows.filter(profile_id=OuterRef("pk")).order_by(f"-{field}").values(field)[:1]
    profiles = accounts.Profile.objects.filter(pk__in=Slots("profiles"))
    latest = profiles.order_by(Subquery(newest).desc(nulls_last=True)).values("pk")[:limit]
    return rows.filter(profile_id__in=latest).order_by(*_newest_first(field)).values_list(field, "pk")[:limit]


def _newest_first(field: str) -> tuple[Any, str]:
    """The order of time, put so that no database walks the index of everybody's rows for the sake of a few."""
    return Coalesce(F(field), F(field)).desc(), "-pk"


def _walked() -> "QuerySet[Track, Row]":
    at, last = Slot("at", DateTimeField()), Slot("last", BigAutoField())
    rows = Track.objects.filter(before("published_at", at, last), **public_now(Slot("now", DateTimeField())))
    return rows.order_by("-published_at", "-pk").values_list(Kept("published_at"), "pk", "profile_id")[:WALKED]


_newest = Prepared(_walked)


def _walk(at: datetime, last: int) -> list[Row]:
    return _newest(at=at, last=last, now=clock.now())


@lru_cache(maxsize=16)
def _seek_of(limit: int) -> Prepared[Place]:
    public = Track.objects.filter(**public_now(Slot("now", DateTimeField())))
    return Prepared(lambda: sought(public, "published_at", limit))


def _seek(profile_ids: frozenset[int], at: datetime, last: int, limit: int) -> list[Place]:
    return _seek_of(limit)(profiles=profile_ids, at=at, last=last, now=clock.now())
