"""Many rows, a few at a time: nothing holds the database while one of them is worked on, and none is held in memory."""

from collections.abc import Iterator
from typing import TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)
A_TIME = 500


def in_turn(rows: "QuerySet[M]", size: int = A_TIME) -> Iterator[M]:
    """Yield rows in the order of their keys. What comes while they are read may or may not be among them."""
    for some in in_parts(rows, size):
        yield from some


def in_parts(rows: "QuerySet[M]", size: int = A_TIME) -> Iterator[list[M]]:
    """Yield the same rows as lists of up to `size`, for whoever asks something about many at once."""
    ordered = rows.order_by("pk")
    found = list(ordered[:size])
    while found:
        yield found
        found = list(ordered.filter(pk__gt=found[-1].pk)[:size])
