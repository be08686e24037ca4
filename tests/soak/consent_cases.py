"""Random rows with holes in them through every form of the rules: `python -m tests.soak.consent_cases --cases 1000000`.

Python, NumPy and SQLite must give one reason code each time, the same as a description written apart; with
`--postgres URL`, PostgreSQL too, on a table of its own types that ends with the connection. Cedar's engine judges a
part of the cases, verdicts only. Prints what it compared; exits 1 on any disagreement.
"""

import argparse
import random
import sys
import time
from dataclasses import astuple

import psycopg

from antiphon.consent.core.facts import Standing, facts_of
from antiphon.consent.core.forms.python import code_of
from antiphon.consent.core.rules import ALLOWING, RULES
from tests.consent_oracles import cases, cedar_form
from tests.consent_oracles.comparing import Asking, compare_random

FLAGS = cases.COLUMNS_IN_ORDER[:4]


def postgres(connection: "psycopg.Connection[tuple[int, ...]]", rows: list[Standing], covered: list[int]) -> Asking:
    """Fill a table with these rows, and return who answers questions about it."""
    listed = ", ".join(f"{name} {'boolean' if name in FLAGS else 'integer'}" for name in cases.COLUMNS_IN_ORDER)
    connection.execute("DROP TABLE IF EXISTS pg_temp.t")
    connection.execute(f"CREATE TEMPORARY TABLE t (id integer PRIMARY KEY, {listed}, covered integer)")
    with connection.cursor() as cursor, cursor.copy("COPY t FROM STDIN") as copy:
        for number, (row, grants) in enumerate(zip(rows, covered, strict=True), 1):
            copy.write_row((number, *astuple(row), grants))
    return lambda sql: [code for (code,) in connection.execute(sql)]


def disagreements_of_cedar(count: int, seed: int) -> int:
    chance = random.Random(seed)
    asked = [
        (cases.random_row(chance), chance.choice(cases.ASKED), chance.choice(cases.ASKERS), chance.getrandbits(16))
        for _ in range(count)
    ]
    ours = [
        code_of(facts_of(row, purpose, actor=who.actor, known_actor=who.known, covered=covered)) in ALLOWING
        for row, purpose, who, covered in asked
    ]
    theirs = cedar_form.verdicts(asked)
    wrong = [about for about, one, other in zip(asked, ours, theirs, strict=True) if one != other]
    for about in wrong[:5]:
        print("cedar disagrees:", about)
    print(f"{count:,} cases beside Cedar, {sum(theirs):,} allowed: {len(wrong)} disagreements")
    return len(wrong)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--cedar", type=int, default=20_000, help="how many of them Cedar judges")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", metavar="URL", help="compare PostgreSQL as well")
    told = parser.parse_args()
    began = time.monotonic()
    if told.postgres:
        with psycopg.connect(told.postgres, autocommit=True) as connection:
            result = compare_random(
                told.cases, told.seed, typed=True, more=lambda rows, covered: postgres(connection, rows, covered)
            )
    else:
        result = compare_random(told.cases, told.seed)
    for name, row, purpose, who, covered in result.disagreements[:5]:
        print(f"{name} disagrees:", row, purpose, who, covered)
    forms = "Python, NumPy, SQLite" + (", PostgreSQL" if told.postgres else "")
    print(f"{result.compared:,} cases, {forms} and the description: {len(result.disagreements)} disagreements")
    unreached = {rule.code for rule in RULES} - result.codes
    if unreached:
        print(f"rules that never fired: {unreached}")
    wrong = disagreements_of_cedar(told.cedar, told.seed) + len(result.disagreements) + len(unreached)
    print(f"{time.monotonic() - began:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
