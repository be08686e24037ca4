"""Pieces of a parcel: what a room hands out of one person, as files that any program can read. Pure.

Owns the form of documents and tables (JSON, CSV), and no word of what stands in them. Nothing is made before it is
asked for, and then in parts: a table of any length is never in memory whole.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from antiphon.kernel.sheets import harmless

Row = Mapping[str, Any]
Rows = Callable[[], Iterable[Row]]


@dataclass(frozen=True)
class Folder:
    """A folder by the name that people call it. With `of`, things of the same name have a folder each."""

    name: str
    of: str = ""


Place = tuple[Folder, ...]


@dataclass(frozen=True)
class Piece:
    """One file of a parcel: words that are made on the way, a stored file as it is, or why there is none."""

    place: Place
    name: str
    about: str  # what it is, for whoever opens the parcel
    text: Callable[[], Iterable[str]] | None = None
    key: str = ""
    sha256: str = ""  # of the stored file, where that is known
    missing: str = ""  # why it is not in the parcel


def document(place: Place, name: str, about: str, read: Callable[[], Any]) -> Piece:
    """Return a JSON file of one thing, read when the file is written."""
    return Piece(place, f"{name}.json", about, text=lambda: [json_of(read()), "\n"])


def words(place: Place, name: str, about: str, text: str) -> Piece:
    """Return a file of words that are there already, as they are."""
    return Piece(place, name, about, text=lambda: [text])


def tables(place: Place, name: str, about: str, columns: tuple[str, ...], rows: Rows) -> Iterator[Piece]:
    """Yield the same rows twice: as JSON with all that each says, and as CSV with these columns, headings first."""
    yield Piece(place, f"{name}.json", about, text=lambda: _as_json(rows()))
    yield Piece(place, f"{name}.csv", about, text=lambda: _as_csv(columns, rows()))


def json_of(thing: Any) -> str:
    """Return a thing as JSON for people: indented, every script as it is, moments in ISO 8601."""
    return json.dumps(thing, ensure_ascii=False, indent=2, default=_plain)


def _as_json(rows: Iterable[Row]) -> Iterator[str]:
    yield "["
    for number, row in enumerate(rows):
        yield ("," if number else "") + "\n" + json_of(row)
    yield "\n]\n"


def _as_csv(columns: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    page = io.StringIO()
    sheet = csv.writer(page)
    sheet.writerow(columns)
    for row in rows:
        sheet.writerow([_cell(row.get(name)) for name in columns])
        yield page.getvalue()
        page.seek(0)
        page.truncate()
    yield page.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, list | tuple | dict):
        return harmless(json.dumps(value, ensure_ascii=False, default=_plain)) if value else ""
    return str(value if isinstance(value, int | float) else _plain(value))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"no form in JSON for {type(value).__name__}")
