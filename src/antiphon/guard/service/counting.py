"""What was turned away: counted in memory as it happens, written to the database in batches, read by day.

A server process writes every ten seconds and when it is stopped; what cannot be written is kept and tried again. A
process that is killed loses the last ten seconds.
"""

import threading
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import F, Max, Min
from django.db.models import Sum as Sum_

from antiphon.catalogue import service as catalogue
from antiphon.guard.core.paths import NOBODY, Subject
from antiphon.guard.core.tally import Tally
from antiphon.guard.models import TurnedAway, TurnedAwayFrom
from antiphon.kernel import clock
from antiphon.storage.upserts import write_rows

_ROWS = 200
_tally = Tally()
_lock = threading.Lock()
_flushing = threading.Lock()

_ADD = """
    INSERT INTO guard_turnedaway (day, name, number) {rows}
    ON CONFLICT (day, name) DO UPDATE SET number = guard_turnedaway.number + excluded.number
"""
_ADD_FROM = """
    INSERT INTO guard_turnedawayfrom (track_id, day, name, number) {rows}
    ON CONFLICT (track_id, day, name) DO UPDATE SET number = guard_turnedawayfrom.number + excluded.number
"""


@dataclass(frozen=True)
class Sum:
    """How often a name was turned away, and when first and last."""

    name: str
    number: int
    first: date
    last: date


def count(name: str, subject: Subject = NOBODY) -> None:
    """Count one refusal of today. Waits for no database."""
    with _lock:
        _tally.add(clock.now().date(), name[:64], subject)


def flush() -> int:
    """Write down what was counted; return how many refusals that were. What cannot be written stays counted."""
    with _flushing:  # or two that wait for the same rows in turn
        with _lock:
            taken = _tally.take()
        if not taken:
            return 0
        try:
            with transaction.atomic():
                _write(taken)
        except BaseException:
            with _lock:
                _tally.put_back(taken)
            raise
        cache.delete("guard:turned-away:30")
        return sum(taken.names.values())


def _write(taken: Tally) -> None:
    totals = [(_day(day), name, number) for (day, name), number in sorted(taken.names.items())]
    _insert(_ADD, ("date", "text", "bigint"), totals)
    by_track = sorted(_by_track(taken.subjects).items())
    of_tracks = [(track_id, _day(day), name, number) for (track_id, day, name), number in by_track]
    _insert(_ADD_FROM, ("bigint", "date", "text", "bigint"), of_tracks)


def _by_track(subjects: Mapping[tuple[date, str, Subject], int]) -> Counter[tuple[int, date, str]]:
    """Find the track of each subject; what names none is left out, and counts under its name all the same."""
    found = {subject for _day, _name, subject in subjects}
    at = catalogue.track_ids_at({(one.creator, one.slug) for one in found if one.creator})
    tracks, recordings = catalogue.track_ids_among(
        {one.track_id for one in found if one.track_id}, {one.recording_id for one in found if one.recording_id}
    )
    sums: Counter[tuple[int, date, str]] = Counter()
    for (day, name, one), number in subjects.items():
        track_id = at.get((one.creator, one.slug)) or recordings.get(one.recording_id)
        if track_id is None and one.track_id in tracks:
            track_id = one.track_id
        if track_id is not None:
            sums[track_id, day, name] += number
    return sums


def _insert(statement: str, types: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    for start in range(0, len(rows), _ROWS):
        write_rows(statement, types, rows[start : start + _ROWS])


def _day(day: date) -> Any:
    return connection.ops.adapt_datefield_value(day)


def from_tracks(track_ids: Collection[int], days: int = 365) -> list[Sum]:
    """Return who was turned away from any of these tracks, the most often first."""
    since = clock.now().date() - timedelta(days=days)
    sums: dict[str, Sum] = {}
    ids = sorted(track_ids)
    for start in range(0, len(ids), 500):
        rows = TurnedAwayFrom.objects.filter(track__in=ids[start : start + 500], day__gt=since)
        sums = _merged(sums, rows.values("name").annotate(n=Sum_("number"), first=Min("day"), last=Max("day")))
    return sorted(sums.values(), key=lambda one: (-one.number, one.name))


def by_track(track_ids: Collection[int], days: int = 365) -> dict[int, int]:
    """Return how often anybody was turned away from each of these tracks; those nobody asked for are left out."""
    since = clock.now().date() - timedelta(days=days)
    found: dict[int, int] = {}
    ids = sorted(track_ids)
    for start in range(0, len(ids), 500):
        rows = TurnedAwayFrom.objects.filter(track__in=ids[start : start + 500], day__gt=since)
        found.update(rows.values_list("track_id").annotate(n=Sum_("number")))
    return found


def in_all(days: int = 30) -> list[Sum]:
    """Return who was turned away from the whole site, the most often first; counted once a minute."""
    key = f"guard:turned-away:{days}"
    found: list[Sum] | None = cache.get(key)
    if found is None:
        since = clock.now().date() - timedelta(days=days)
        rows = TurnedAway.objects.filter(day__gt=since).values("name", n=F("number"), first=F("day"), last=F("day"))
        found = sorted(_merged({}, rows).values(), key=lambda one: (-one.number, one.name))
        cache.set(key, found, 60)
    return found


def _merged(sums: dict[str, Sum], rows: Iterable[Mapping[str, Any]]) -> dict[str, Sum]:
    merged = dict(sums)
    for row in rows:
        name, number, first, last = row["name"], row["n"], row["first"], row["last"]
        before = merged.get(name)
        if before is not None:
            number, first, last = number + before.number, min(first, before.first), max(last, before.last)
        merged[name] = Sum(name, number, first, last)
    return merged
