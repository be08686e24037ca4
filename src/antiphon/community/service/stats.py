"""What a creator may know of how their music is heard: sums of days, never of people. Days are those of UTC."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet, Sum

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.community.models import PlayDay, TrackTally
from antiphon.kernel import clock

PERIODS = (7, 28, 90, 0)  # days up to today; 0: since the first
MOST_TRACKS = 50  # in the table of tracks
MOST_COUNTRIES = 30
_SUMS = {"plays": Sum("plays"), "heard_ms": Sum("heard_ms"), "finishes": Sum("finishes")}


@dataclass(frozen=True)
class Line:
    """What one day, source, country or track brought."""

    name: Any
    plays: int = 0
    heard_ms: int = 0
    finishes: int = 0

    @property
    def finish_rate(self) -> float | None:
        """The share of plays that were heard to the end; None where there were none."""
        return min(1.0, self.finishes / self.plays) if self.plays else None


@dataclass(frozen=True)
class Stats:
    """How music was heard in a period: in all, and by day, source, country and track."""

    first: date
    last: date
    total: Line
    days: list[Line]  # every day of the period, those without plays too
    sources: list[Line]
    countries: list[Line]
    tracks: list[tuple[Line, catalogue.Track]] = field(default_factory=list)
    likes: int = 0  # of all time, as they stand now
    plays_ever: int = 0

    @property
    def like_rate(self) -> float | None:
        """Likes by play, of all time; None without plays."""
        return self.likes / self.plays_ever if self.plays_ever else None


def of_track(track: catalogue.Track, days: int) -> Stats:
    """Return how one track was heard; whose it is, the caller has asked. At most five queries."""
    return _stats(PlayDay.objects.filter(track=track), TrackTally.objects.filter(track=track), days)


def of_person(user: accounts.User, days: int) -> Stats:
    """Return how all of somebody's music was heard, with a line for each track. At most seven queries."""
    rows = PlayDay.objects.filter(track__profile__owner=user)
    stats = _stats(rows, TrackTally.objects.filter(track__profile__owner=user), days)
    best = _lines(rows.filter(day__range=(stats.first, stats.last)), "track_id", MOST_TRACKS)
    tracks = {track.pk: track for track in catalogue.watched_tracks(user, [line.name for line in best])}
    return replace(stats, tracks=[(line, tracks[line.name]) for line in best if line.name in tracks])


def _period(rows: QuerySet[PlayDay], days: int) -> tuple[date, date]:
    last = clock.now().date()
    if days:
        return last - timedelta(days=days - 1), last
    begun = rows.order_by("day").values_list("day", flat=True).first()
    return min(begun or last, last), last


def _stats(rows: QuerySet[PlayDay], counts: QuerySet[TrackTally], days: int) -> Stats:
    first, last = _period(rows, days)
    rows = rows.filter(day__range=(first, last))
    by_day = {line.name: line for line in _lines(rows, "day")}
    every = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    lines = [by_day.get(day, Line(day)) for day in every]
    ever = counts.aggregate(plays=Sum("plays"), likes=Sum("likes"))
    return Stats(
        first=first,
        last=last,
        total=_in_all(lines),
        days=lines,
        sources=_lines(rows, "source"),
        countries=[line for line in _lines(rows, "country", MOST_COUNTRIES) if line.name],
        likes=ever["likes"] or 0,
        plays_ever=ever["plays"] or 0,
    )


def _in_all(lines: Sequence[Line]) -> Line:
    plays, heard_ms, finishes = (sum(getattr(line, name) for line in lines) for name in _SUMS)
    return Line("", plays, heard_ms, finishes)


def _lines(rows: QuerySet[PlayDay], by: str, most: int | None = None) -> list[Line]:
    found = rows.values(by).annotate(**{f"all_{name}": total for name, total in _SUMS.items()})
    ordered = found.order_by("-all_plays", "-all_heard_ms", by)[:most]
    return [Line(one[by], one["all_plays"], one["all_heard_ms"], one["all_finishes"]) for one in ordered]
