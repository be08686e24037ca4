"""Writing plays and what they add up to, in few statements: the plays of a batch, the sums of days, the counts."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from antiphon.accounts import service as accounts
from antiphon.community.core import hearing
from antiphon.community.models import NoHistory, Play
from antiphon.community.service import tallies
from antiphon.storage.upserts import write_rows

_Place = tuple[int, date, str, str]  # track, day, source, country

# By hand, like the sums: through models it costs three times as much, in the transaction that others wait for.
_COLUMNS = {
    "key": "uuid", "track_id": "bigint", "recording_id": "bigint", "user_id": "bigint", "browser": "uuid",
    "ticket": "bigint", "issued_ms": "bigint", "began_at": "timestamptz", "day": "date", "heard_ms": "bigint",
    "counted": "boolean", "finished": "boolean", "source": "text", "source_id": "bigint", "country": "text",
}  # fmt: skip
_KEEP = f"""
    INSERT INTO community_play ({", ".join(_COLUMNS)}) {{rows}}
    ON CONFLICT (key) DO UPDATE SET
        heard_ms = excluded.heard_ms, counted = excluded.counted, finished = excluded.finished
"""
_PLACES = ("bigint", "date", "text", "text", "bigint", "bigint", "bigint")
_ADD = """
    INSERT INTO community_playday (track_id, day, source, country, plays, heard_ms, finishes) {rows}
    ON CONFLICT (track_id, day, source, country) DO UPDATE SET
        plays = community_playday.plays + excluded.plays,
        heard_ms = community_playday.heard_ms + excluded.heard_ms,
        finishes = community_playday.finishes + excluded.finishes
"""


@dataclass(slots=True)
class Row:
    """A play as it is stored, in the order of the columns. A model's instance is dear to make."""

    key: uuid.UUID
    track_id: int
    recording_id: int
    user_id: int | None
    browser: uuid.UUID | None
    ticket: int
    issued_ms: int
    began_at: datetime
    day: date
    heard_ms: int
    counted: bool
    finished: bool
    source: str
    source_id: int
    country: str


def stored(keys: Collection[uuid.UUID]) -> dict[uuid.UUID, Row]:
    """Return those of these plays that there are. One query."""
    return {row[0]: Row(*row) for row in Play.objects.filter(key__in=keys).values_list(*_COLUMNS)}


class Sums:
    """What a batch adds to the days and counts of its tracks."""

    def __init__(self) -> None:
        self.days: dict[_Place, list[int]] = defaultdict(lambda: [0, 0, 0])
        self.plays: dict[int, int] = defaultdict(int)

    def add(self, row: Row, total_ms: int, length_ms: int) -> None:
        """Let a play grow to this total, and note what that adds: each play counts once, and ends once."""
        counted = row.counted or hearing.counts(total_ms, length_ms)
        finished = row.finished or hearing.is_finished(total_ms, length_ms)
        sums = self.days[row.track_id, row.day, row.source, row.country]
        sums[0] += counted - row.counted
        sums[1] += total_ms - row.heard_ms
        sums[2] += finished - row.finished
        if counted and not row.counted:
            self.plays[row.track_id] += 1
        row.heard_ms, row.counted, row.finished = total_ms, counted, finished


def write(rows: Collection[Row], sums: Sums) -> None:
    """Write plays that have changed and what they add. At most three statements, in the caller's transaction."""
    if not rows:
        return
    write_rows(_KEEP, list(_COLUMNS.values()), [_values_of(row) for row in rows])
    # In order, so that two batches over the same tracks wait for each other in turn.
    places = sorted(place for place, added in sums.days.items() if any(added))
    if places:
        day_of = connection.ops.adapt_datefield_value
        added = [(at[0], day_of(at[1]), at[2], at[3], *sums.days[at]) for at in places]
        write_rows(_ADD, _PLACES, added)
    tallies.bump_plays(sums.plays)


def _values_of(row: Row) -> list[Any]:
    """Return a play as the database takes it, in the order of the columns."""
    ops = connection.ops
    return [
        row.key.hex, row.track_id, row.recording_id, row.user_id, row.browser.hex if row.browser else None, row.ticket,
        row.issued_ms, ops.adapt_datetimefield_value(row.began_at), ops.adapt_datefield_value(row.day), row.heard_ms,
        row.counted, row.finished, row.source, row.source_id, row.country,
    ]  # fmt: skip


def who_keep_history(user_ids: Iterable[int]) -> frozenset[int]:
    """Return which of these people are still here and let a history be kept. One query, none for nobody."""
    wanted = list(user_ids)
    if not wanted:
        return frozenset()
    without = NoHistory.objects.filter(pk__in=wanted).values("pk")
    return frozenset(accounts.User.objects.filter(pk__in=wanted).exclude(pk__in=without).values_list("pk", flat=True))
