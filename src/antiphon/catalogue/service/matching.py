"""Asking the database's full text: FTS5 on SQLite, tsvector on PostgreSQL, by the same words and for the same rows.

Both lie over `SearchRow`, and neither has an opinion: words were cut and folded before they were written, and what
comes first is weighed in `core.finding`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import BooleanField, Expression, F

from antiphon.catalogue.core import finding

MARKS = "marks"
_WEIGHTS = {finding.NAME: "A", finding.PEOPLE: "B", finding.TAGS: "C", MARKS: "D"}


@dataclass(frozen=True)
class Term:
    """A word in one of these fields."""

    key: str
    fields: tuple[str, ...] = finding.FIELDS
    starts: bool = False


@dataclass(frozen=True)
class Every:
    """All of these."""

    parts: "tuple[Sought, ...]"


@dataclass(frozen=True)
class Either:
    """One of these at least."""

    parts: "tuple[Sought, ...]"


Sought = Term | Every | Either


def of_reading(reading: finding.Reading, fields: tuple[str, ...] = finding.FIELDS) -> Sought:
    """Return what has every word of a reading, in whatever way."""
    return Every(tuple(of_wanted(wanted, fields) for wanted in reading))


def of_wanted(wanted: finding.Wanted, fields: tuple[str, ...] = finding.FIELDS) -> Sought:
    """Return what has one word."""
    ways: list[Sought] = []
    for option in wanted.options:
        keys = [finding.key_of(word) for word in option.words]
        terms = [Term(key, fields, option.starts and place == len(keys)) for place, key in enumerate(keys, 1)]
        ways.append(terms[0] if len(terms) == 1 else Every(tuple(terms)))
    # A beginning finds the whole word as well.
    starts = {way.key for way in ways if isinstance(way, Term) and way.starts}
    ways = [way for way in ways if not (isinstance(way, Term) and not way.starts and way.key in starts)]
    return ways[0] if len(ways) == 1 else Either(tuple(ways))


def marked(*marks: str) -> list[Sought]:
    """Return what bears these marks."""
    return [Term(mark, (MARKS,)) for mark in marks]


def as_fts5(sought: Sought) -> str:
    match sought:
        case Term(key, fields, starts):
            return f'{{{" ".join(fields)}}} : "{key}"{" *" if starts else ""}'
        case Every(parts):
            return "(" + " AND ".join(as_fts5(part) for part in parts) + ")"
        case Either(parts):
            return "(" + " OR ".join(as_fts5(part) for part in parts) + ")"


def as_tsquery(sought: Sought) -> str:
    match sought:
        case Term(key, fields, starts):
            weights = "".join(_WEIGHTS[field] for field in fields)
            return f"'{key}':{'*' if starts else ''}{weights}"
        case Every(parts):
            return "(" + " & ".join(as_tsquery(part) for part in parts) + ")"
        case Either(parts):
            return "(" + " | ".join(as_tsquery(part) for part in parts) + ")"


class Matches(Expression):
    """A condition on search rows: they have what is sought."""

    conditional = True

    def __init__(self, sought: Sought) -> None:
        super().__init__(output_field=BooleanField())
        self.sought = sought
        self.row: Any = F("pk")

    def get_source_expressions(self) -> list[Any]:
        return [self.row]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        (self.row,) = exprs

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, params = compiler.compile(self.row)
        return f"{column} IN ({_ROWS['sqlite']})", [*params, _asked(self.sought, "sqlite")]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        # Of the row itself: asked for by id, the table would be joined with itself.
        table = compiler.quote_name_unless_alias(self.row.alias)
        return f"{table}.found @@ %s::tsquery", [_asked(self.sought, "postgresql")]


_ROWS = {
    "sqlite": "SELECT rowid FROM catalogue_found WHERE catalogue_found MATCH %s",
    "postgresql": "SELECT id FROM catalogue_searchrow WHERE found @@ %s::tsquery",
}


def count_each(all_sought: Iterable[Sought], most: int) -> list[int]:
    """Return how many rows have each of these, counting no further than `most`. One query."""
    wanted = list(all_sought)
    if not wanted:
        return []
    rows = _ROWS[connection.vendor]
    one = f"(SELECT count(*) FROM ({rows} LIMIT {int(most)}) AS counted)"  # noqa: S608  (made of the lines above)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join([one] * len(wanted))}",
            [_asked(sought, connection.vendor) for sought in wanted],
        )
        return [int(count) for count in cursor.fetchone()]


def damage() -> str:
    """Return what is wrong with the index itself, empty when it holds exactly the rows that it lies over."""
    if connection.vendor != "sqlite":
        return ""  # the column is computed of its own row at each write
    with connection.cursor() as cursor:
        try:
            cursor.execute("INSERT INTO catalogue_found(catalogue_found, rank) VALUES ('integrity-check', 1)")
        except DatabaseError as error:
            return str(error)
    return ""


def mend() -> None:
    """Make the index anew from the rows that it lies over."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO catalogue_found(catalogue_found) VALUES ('rebuild')")


def _asked(sought: Sought, vendor: str) -> str:
    return as_fts5(sought) if vendor == "sqlite" else as_tsquery(sought)
