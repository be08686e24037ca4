"""How often a recording was the answer, for those who hold rights in it: sums by day and kind of asker."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import F, Max, Sum

from antiphon.identification.lookup_models import AskedAfter, Lookup
from antiphon.kernel import clock

MOST_ROWS = 200


@dataclass(frozen=True)
class After:
    """How often one kind of asker was told of some recordings. name: of an actor of the gate, else empty."""

    by_kind: str
    name: str
    released: bool
    number: int
    last: date


def count(row: Lookup, recording_ids: Iterable[int], *, day: date, released: bool) -> None:
    """Count one question for each of these recordings, in the caller's transaction. Two queries a recording."""
    # An actor is named to holders as the gate knows them; a person, a program and whoever is unknown are only counted.
    name = row.by_name if row.by_kind == "actor" else ""
    for recording_id in recording_ids:
        sums, _made = AskedAfter.objects.get_or_create(
            recording_id=recording_id, day=day, by_kind=row.by_kind, by_actor=row.by_actor, released=released,
            defaults={"by_name": name},
        )  # fmt: skip
        AskedAfter.objects.filter(pk=sums.pk).update(number=F("number") + 1, by_name=name)


def asked_after(recording_ids: Sequence[int]) -> list[After]:
    """Return by whom these recordings were asked after, who asked last first. One query."""
    rows = AskedAfter.objects.filter(recording_id__in=recording_ids)
    sums = rows.values("by_kind", "by_name", "released").annotate(sum=Sum("number"), last=Max("day"))
    return [
        After(row["by_kind"], row["by_name"], row["released"], row["sum"], row["last"])
        for row in sums.order_by("-last", "by_kind", "by_name")[:MOST_ROWS]
    ]


def times_asked_after(recording_ids: Sequence[int]) -> dict[int, int]:
    """Return how often each of these recordings was asked after. One query."""
    rows = AskedAfter.objects.filter(recording_id__in=recording_ids).values("recording_id")
    return {row["recording_id"]: row["sum"] for row in rows.annotate(sum=Sum("number"))}


def forget_old() -> int:
    """Delete sums that are older than the site keeps them; return how many."""
    days = int(settings.ANTIPHON.registry_keep_days)
    if not days:
        return 0
    number, _each = AskedAfter.objects.filter(day__lt=clock.now().date() - timedelta(days=days)).delete()
    return number
