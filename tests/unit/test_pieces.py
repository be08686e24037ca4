"""Documents and tables of a parcel: any program reads them, and none of them is in memory whole."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any
from uuid import UUID

import pytest

from antiphon.accounts.core.pieces import Folder, document, tables

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
PLACE = (Folder("answers"),)


def text(piece: Any) -> str:
    return "".join(piece.text())


def test_a_table_is_told_as_json_with_everything_and_as_csv_with_its_columns() -> None:
    rows = [
        {"at": NOON, "title": "Étude, “slow”\nsecond line", "yes": True, "share": Decimal("33.5"), "more": [1, 2]},
        {"at": None, "title": "=HYPERLINK(1)", "yes": False, "share": 0, "more": []},
    ]
    as_json, as_csv = tables(PLACE, "history", "What was said", ("at", "title", "yes", "share", "more"), lambda: rows)
    assert (as_json.name, as_csv.name) == ("history.json", "history.csv")
    first, second = json.loads(text(as_json))
    assert first == {
        "at": "2026-11-27T12:00:00+00:00", "title": "Étude, “slow”\nsecond line", "yes": True, "share": "33.5",
        "more": [1, 2],
    }  # fmt: skip
    assert second["title"] == "=HYPERLINK(1)"
    read = list(csv.DictReader(StringIO(text(as_csv))))
    assert read[0] == {
        "at": "2026-11-27T12:00:00+00:00", "title": "Étude, “slow”\nsecond line", "yes": "yes", "share": "33.5",
        "more": "[1, 2]",
    }  # fmt: skip
    assert read[1] == {"at": "", "title": "'=HYPERLINK(1)", "yes": "no", "share": "0", "more": ""}


def test_an_empty_table_is_a_list_and_a_line_of_headings() -> None:
    as_json, as_csv = tables(PLACE, "likes", "What you like", ("at", "what"), list)
    assert json.loads(text(as_json)) == []
    assert text(as_csv).split() == ["at,what"]


def test_a_long_table_is_made_row_by_row() -> None:
    made = 0

    def rows() -> Iterator[dict[str, int]]:
        nonlocal made
        for number in range(1000):
            made += 1
            yield {"number": number}

    for piece in tables(PLACE, "long", "Many", ("number",), rows):
        made = 0
        parts = iter(piece.text() if piece.text else ())
        next(parts)
        next(parts)
        assert made <= 2


def test_a_document_is_read_when_it_is_written() -> None:
    said = {"day": date(2026, 11, 27), "id": UUID(int=1)}
    piece = document(PLACE, "account", "You", lambda: said)
    said["name"] = "Ada"
    assert json.loads(text(piece)) == {"day": "2026-11-27", "id": str(UUID(int=1)), "name": "Ada"}


def test_what_has_no_form_in_json_is_a_fault_and_not_a_guess() -> None:
    with pytest.raises(TypeError, match="set"):
        text(document(PLACE, "x", "x", lambda: {1, 2}))
