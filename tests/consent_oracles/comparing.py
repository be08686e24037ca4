"""Random rows through every form at once, and where they disagree."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from antiphon.consent.core.facts import Standing, facts_of
from antiphon.consent.core.forms import numpy as arrays
from antiphon.consent.core.forms.python import code_of
from antiphon.consent.core.forms.sql import code_sql
from antiphon.consent.core.purposes import BY_SLUG
from antiphon.consent.core.rules import ALLOWING
from tests.consent_oracles import cases
from tests.consent_oracles.cases import Asker

BATCH = 50_000
Asking = Callable[[str], list[int]]  # SQL over the rows of a batch in, a code each out


@dataclass
class Told:
    compared: int = 0
    codes: set[int] = field(default_factory=set)
    disagreements: list[tuple[str, Standing, str, Asker, int]] = field(default_factory=list)


def compare_random(
    count: int, seed: int, *, typed: bool = False, more: Callable[[list[Standing], list[int]], Asking] | None = None
) -> Told:
    """Compare Python, NumPy, SQLite and the description on random rows; and one more database where it is given.

    Each row is asked about for one purpose and one asker of its own.
    """
    chance = random.Random(seed)
    told = Told()
    while told.compared < count:
        size = min(BATCH, count - told.compared)
        rows = [cases.random_row(chance, typed=typed) for _ in range(size)]
        covered = [chance.getrandbits(16) if chance.random() < 0.5 else 0 for _ in rows]
        asked = [(chance.choice(cases.ASKED), chance.choice(cases.ASKERS)) for _ in rows]
        _compare(told, rows, covered, asked, more(rows, covered) if more else None)
        told.compared += size
    return told


def _compare(
    told: Told,
    rows: list[Standing],
    covered: list[int],
    asked: list[tuple[str, Asker]],
    more: Asking | None,
) -> None:
    database = cases.sqlite_with(rows, covered)

    def sqlite(sql: str) -> list[int]:
        return [code for (code,) in database.execute(sql)]

    databases = {"sqlite": sqlite} | ({"database": more} if more else {})
    groups: dict[tuple[str, Asker], list[int]] = {}
    for place, about in enumerate(asked):
        groups.setdefault(about, []).append(place)
    # One pass over the table: each row asks by the form of its own purpose and asker.
    arms = {}
    for number, (purpose, asker) in enumerate(groups):
        bit = cases.bit_of(purpose)
        form = code_sql("t", purpose, actor=asker.actor, known_actor=asker.known, covered=f"t.covered & {bit} <> 0")
        arms[number] = form.text
    found = {name: [0] * len(rows) for name in databases}
    for number, places in enumerate(groups.values()):
        listed = ", ".join(str(place + 1) for place in places)
        for name, ask in databases.items():
            codes = ask(f"SELECT {arms[number]} FROM t WHERE t.id IN ({listed}) ORDER BY t.id")
            for place, code in zip(places, codes, strict=True):
                found[name][place] = code
    for (purpose, asker), places in groups.items():
        some, grants = [rows[place] for place in places], [covered[place] for place in places]
        columns = cases.as_columns(some, grants)
        many = arrays.codes(columns, purpose, actor=asker.actor, known_actor=asker.known).tolist()
        masks = arrays.masks(columns, actor=asker.actor, known_actor=asker.known).tolist()
        bit = BY_SLUG[purpose].bit if purpose in BY_SLUG else 0
        for at, place in enumerate(places):
            row, grant = rows[place], covered[place]
            wanted = cases.spec_code(row, purpose, asker, grant)
            told.codes.add(wanted)
            facts = facts_of(row, purpose, actor=asker.actor, known_actor=asker.known, covered=grant)
            forms = {"python": code_of(facts), "numpy": many[at], **{name: found[name][place] for name in found}}
            wrong = [name for name, code in forms.items() if code != wanted]
            if (masks[at] & bit != 0) != (wanted in ALLOWING and bit != 0):
                wrong.append("numpy masks")
            told.disagreements += [(name, row, purpose, asker, grant) for name in wrong]
    database.close()
