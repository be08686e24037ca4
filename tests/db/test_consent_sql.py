"""The rules as SQL give the same codes in the database of the site, whichever that is."""

from dataclasses import astuple

import pytest
from django.db import connection

from antiphon.consent.core.facts import Standing
from antiphon.consent.core.forms.sql import allowed_sql
from tests.consent_oracles import cases
from tests.consent_oracles.comparing import Asking, compare_random

pytestmark = pytest.mark.django_db


def table(rows: list[Standing], covered: list[int]) -> Asking:
    """Fill a table of this database with the rows; return who answers questions about it."""
    columns = cases.COLUMNS_IN_ORDER
    listed = ", ".join(f"{name} {'boolean' if name in columns[:4] else 'integer'}" for name in columns)
    marks = ", ".join(["%s"] * (len(columns) + 2))
    numbered = enumerate(zip(rows, covered, strict=True), 1)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS t")
        cursor.execute(f"CREATE TEMPORARY TABLE t (id integer PRIMARY KEY, {listed}, covered integer)")
        cursor.executemany(
            f"INSERT INTO t VALUES ({marks})", [(n, *astuple(row), grants) for n, (row, grants) in numbered]
        )
    return ask


def ask(sql: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [code for (code,) in cursor.fetchall()]


def test_random_rows_get_the_same_codes_in_this_database() -> None:
    told = compare_random(3_000, seed=8, typed=True, more=table)
    assert told.disagreements == []
    assert len(told.codes) >= 13


def test_a_filter_keeps_what_the_rules_allow_and_nothing_that_is_null() -> None:
    good = Standing(True, False, False, False, 0, 0, 0, 8, 0)
    table([good, Standing(), Standing(*[None, *astuple(good)[1:]]), Standing(*[*astuple(good)[:-1], None])], [0] * 4)
    assert ask(f"SELECT t.id FROM t WHERE {allowed_sql('t', 'organize').text}") == [1]
    assert ask(f"SELECT t.id FROM t WHERE NOT {allowed_sql('t', 'organize').text} ORDER BY t.id") == [2, 3, 4]
