"""Finding what concerns recordings by their places, the latest first, without reading what concerns others."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

_CHUNK = 5000  # places in one query: SQLite takes no more than some ten thousand parameters


def newest(rows: QuerySet[Any], of: str, places: Sequence[int], count: int) -> list[int]:
    """Return the latest so many that `rows` write of at these places, by the id in the column `of`."""
    found: set[int] = set()
    for part in at_places(rows, places):
        found.update(part.order_by(f"-{of}").values_list(of, flat=True).distinct()[:count])
    return sorted(found, reverse=True)[:count]


def at_places(rows: QuerySet[Any], places: Sequence[int]) -> Iterator[QuerySet[Any]]:
    """Yield those of the rows that are written at these places, in as many queries as it takes."""
    for start in range(0, len(places), _CHUNK):
        yield rows.filter(place__in=places[start : start + _CHUNK])
