"""Cases for the forms to agree on: the whole lattice of what a row can say, and random rows with holes in them."""

import random
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from functools import cache
from itertools import product
from typing import Any

import numpy as np

from antiphon.consent.core.facts import COLUMNS, NAMES, Standing
from antiphon.consent.core.forms.numpy import Columns
from antiphon.consent.core.purposes import BY_SLUG
from antiphon.consent.core.rules import RULES
from tests.consent_oracles import spec

UNKNOWN_PURPOSE = "telepathy"
ASKED = (*BY_SLUG, UNKNOWN_PURPOSE)
CODE = {rule.slug: rule.code for rule in RULES}


@dataclass(frozen=True)
class Asker:
    actor: str
    known: bool


ASKERS = (Asker("site", True), Asker("lab", True), Asker("nobody", False))


@cache
def lattice_rows(bit: int) -> list[Standing]:
    """Every row there is for one purpose: each flag true, false or missing, its bit set or not, terms known or not."""
    flags = (True, False, None)
    bits = (0, bit)
    return [
        Standing(known, withdrawn, label, sealed, match_no, any_no, any_ask, all_yes, terms)
        for known, withdrawn, label, sealed, match_no, any_no, any_ask, all_yes, terms in product(
            flags, flags, flags, flags, bits, bits, bits, bits, (0, bit, None)
        )
    ]


def lattice() -> Iterator[tuple[str, Asker, int]]:
    """Yield purpose, asker and covered mask: with the rows of each, 396,576 points."""
    for purpose in ASKED:
        yield from ((purpose, asker, covered) for asker in ASKERS for covered in (0, bit_of(purpose)))


@cache
def lattice_codes(purpose: str, asker: Asker, covered: int) -> list[int]:
    """What the description says of each row of the lattice."""
    rows = lattice_rows(bit_of(purpose))
    return [CODE[spec.answer(row, purpose, asker.actor, asker.known, covered)] for row in rows]


def bit_of(purpose: str) -> int:
    return BY_SLUG[purpose].bit if purpose in BY_SLUG else 1


def fact_lattice() -> dict[str, "np.ndarray[Any, Any]"]:
    """Every combination of the named facts, as bool arrays of 65,536."""
    points = np.arange(2 ** len(NAMES))
    return {name: (points >> place) & 1 == 1 for place, name in enumerate(NAMES)}


def spec_code(row: Standing, purpose: str, asker: Asker, covered: int) -> int:
    return CODE[spec.answer(row, purpose, asker.actor, asker.known, covered)]


def as_columns(rows: Sequence[Standing], covered: Iterable[int]) -> Columns:
    """The rows as arrays of objects, holes and all."""
    arrays = []
    for column in zip(*(astuple(row) for row in rows), strict=True):
        array = np.empty(len(rows), object)
        array[:] = column
        arrays.append(array)
    return Columns(*arrays, covered=np.array(list(covered), np.uint16))


@cache
def lattice_columns(bit: int) -> Columns:
    rows = lattice_rows(bit)
    return as_columns(rows, [0] * len(rows))


def sqlite_with(rows: Iterable[Standing], covered: Iterable[int]) -> sqlite3.Connection:
    """A database in memory with a table `t` of these rows in order."""
    database = sqlite3.connect(":memory:")
    types = ["bool"] * 4 + ["integer"] * 5
    listed = ", ".join(f"{name} {kind}" for name, kind in zip(COLUMNS_IN_ORDER, types, strict=True))
    database.execute(f"CREATE TABLE t (id integer PRIMARY KEY, {listed}, covered integer)")
    values = ((*astuple(row), grants) for row, grants in zip(rows, covered, strict=True))
    database.executemany(
        f"INSERT INTO t ({', '.join(COLUMNS_IN_ORDER)}, covered) VALUES ({', '.join('?' * 10)})", values
    )
    return database


COLUMNS_IN_ORDER = tuple(Standing.__dataclass_fields__)
assert set(COLUMNS_IN_ORDER) == set(COLUMNS)

HOLES = (None, float("nan"), "x", "")
BAD_MASKS = (None, -1, 65536, 2**40, float("nan"), 0.5, "x")
BAD_FLAGS = (None, float("nan"), "x", 2, 0.5)


def random_row(chance: random.Random, *, typed: bool = False) -> Standing:
    """A row as it may come, mostly ordinary, so that late rules are reached; one in ten with something missing.

    `typed` keeps to what PostgreSQL's columns can hold.
    """

    def flag(often: float) -> Any:
        if chance.random() < 0.01:
            return None if typed else chance.choice(BAD_FLAGS)
        return chance.random() < often

    def mask(density: int) -> Any:
        if chance.random() < 0.01:
            return chance.choice((None, -1, 65536) if typed else BAD_MASKS)
        bits = 65535
        for _ in range(density):
            bits &= chance.getrandbits(16)
        return bits

    known = True if chance.random() < 0.99 else flag(0.5)
    return Standing(known, flag(0.03), flag(0.1), flag(0.1), mask(4), mask(3), mask(2), mask(1), mask(4))
