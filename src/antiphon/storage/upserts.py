"""Writing many rows in one statement by hand, as each kind of database takes them fastest."""

from collections.abc import Sequence
from typing import Any

from django.db import connection


def write_rows(statement: str, types: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Run a statement with its `{rows}` filled in by these, in their order.

    types: what PostgreSQL calls each column's type. There a column is one value, an array: with a place for each value,
    psycopg and the server would read a new statement of many kilobytes for each number of rows.
    """
    if connection.vendor == "postgresql":
        filled = f"SELECT * FROM unnest({', '.join(f'%s::{one}[]' for one in types)})"  # noqa: S608  (names that stand in this room)
        values: list[Any] = [list(column) for column in zip(*rows, strict=True)]
    else:
        row = f"({', '.join(['%s'] * len(types))})"
        filled = f"VALUES {', '.join([row] * len(rows))}"
        values = [value for one in rows for value in one]
    with connection.cursor() as cursor:
        cursor.execute(statement.format(rows=filled), values)
