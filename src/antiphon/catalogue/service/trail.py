"""The trail: every act of moderation, written on and never changed. People stand in it by number, named when read."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.catalogue.models import Case, TrailLine
from antiphon.kernel.sheets import harmless

MOST_IN_CSV = 50_000
WHATS = (
    "claim", "unclaim", "note", "leave", "hide", "withdraw", "suspend", "show", "unsuspend", "appeal-kept",
    "appeal-changed", "case-pass", "case-note", "case-decide", "case-keep", "case-change",
)  # fmt: skip
HEAD = ("at", "who", "what", "kind", "subject_id", "name", "case", "why", "before", "after")


@dataclass(frozen=True)
class Filters:
    """Which lines to read; empty ones let everything through."""

    who: int | None = None
    what: str = ""
    kind: str = ""
    subject_id: int | None = None
    case_id: int | None = None
    since: date | None = None
    until: date | None = None  # this day included


@dataclass(frozen=True)
class Told:
    """A line with the names that its numbers have now; of an account that ended, only that."""

    line: TrailLine
    who: str
    name: str


def record(
    who: accounts.User | None,
    what: str,
    kind: str,
    subject_id: int,
    *,
    case_id: int | None = None,
    why: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write a line, inside the transaction of what it tells of."""
    TrailLine.objects.create(
        who=who.pk if who else None,
        what=what,
        kind=kind,
        subject_id=subject_id,
        case_id=case_id,
        why=why[:500],
        before=dict(before or {}),
        after=dict(after or {}),
    )


def lines(filters: Filters, *, before: int | None = None, limit: int = 100, zone: str = "UTC") -> list[Told]:
    """Return lines, the latest first, from below the line `before` on."""
    rows = _filtered(filters, zone)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return _told(rows[:limit])


def as_csv(filters: Filters, *, zone: str = "UTC") -> str:
    """Return lines as CSV (RFC 4180), the latest first, at most `MOST_IN_CSV`."""
    page = io.StringIO()
    writer = csv.writer(page)
    writer.writerow(HEAD)
    for told in _told(_filtered(filters, zone)[:MOST_IN_CSV]):
        line = told.line
        said = (told.who, line.what, line.kind, line.subject_id, told.name, line.case_id or "", line.why)
        states = (_states(line.before), _states(line.after))
        writer.writerow([line.at.isoformat(), *(harmless(str(value)) for value in (*said, *states))])
    return page.getvalue()


def people_in_it() -> list[tuple[int, str]]:
    """Return whoever stands in the trail, by number and name, for a filter."""
    numbers = TrailLine.objects.exclude(who=None).order_by("who").values_list("who", flat=True).distinct()
    return sorted(_names(number for number in numbers if number is not None).items(), key=lambda pair: pair[1])


def _filtered(filters: Filters, zone: str) -> "QuerySet[TrailLine]":
    rows = TrailLine.objects.order_by("-pk")
    exact = {
        "who": filters.who,
        "what": filters.what,
        "kind": filters.kind,
        "subject_id": filters.subject_id,
        "case_id": filters.case_id,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value not in (None, "")})
    if filters.since:
        rows = rows.filter(at__gte=_midnight(filters.since, zone))
    if filters.until:
        rows = rows.filter(at__lt=_midnight(filters.until + timedelta(days=1), zone))
    return rows


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))


def _told(rows: Iterable[TrailLine]) -> list[Told]:
    found = list(rows)
    names = _names([row.who for row in found if row.who is not None])
    cases = dict(Case.objects.filter(pk__in={row.case_id for row in found}).values_list("pk", "name"))
    nobody = _("this installation")
    return [Told(row, nobody if row.who is None else names[row.who], cases.get(row.case_id or 0, "")) for row in found]


def _names(numbers: Iterable[int]) -> dict[int, str]:
    wanted = set(numbers)
    found = dict(accounts.User.objects.filter(pk__in=wanted).values_list("pk", "email"))
    return {number: found.get(number, _("an account that has ended (%d)") % number) for number in wanted}


def _states(said: Mapping[str, Any]) -> str:
    return "; ".join(f"{name}: {value}" for name, value in said.items())
