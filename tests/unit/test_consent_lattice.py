"""One list of rules, four ways to run it: they agree on every point there is, and with a description written apart."""

import random
from dataclasses import replace

import numpy as np
import pytest

from antiphon.consent.core.facts import NAMES, U16, Facts, Standing, facts_of
from antiphon.consent.core.forms import numpy as arrays
from antiphon.consent.core.forms.python import code_of
from antiphon.consent.core.forms.sql import allowed_sql, code_sql
from antiphon.consent.core.purposes import BY_SLUG
from antiphon.consent.core.rules import ALLOWING, BY_CODE, RULES
from tests.consent_oracles import cases, cedar_form, spec
from tests.consent_oracles.comparing import compare_random

GOOD_FLAGS = {"known": True, "withdrawn": False, "label": False, "sealed": False}
GOOD_MASKS = {"match_no": 0, "any_no": 0, "any_ask": 0, "all_yes": U16, "terms_forbid": 0}
GOOD = GOOD_FLAGS | GOOD_MASKS

RANDOM_CASES = 20_000  # `python -m tests.soak.consent_cases` takes a million


def test_python_and_numpy_agree_on_the_whole_lattice_with_the_description() -> None:
    points = 0
    reached = set()
    for purpose, asker, covered in cases.lattice():
        rows = cases.lattice_rows(cases.bit_of(purpose))
        columns = replace(cases.lattice_columns(cases.bit_of(purpose)), covered=np.full(len(rows), covered, np.uint16))
        wanted = cases.lattice_codes(purpose, asker, covered)
        reached |= set(wanted)
        points += len(rows)
        about = {"actor": asker.actor, "known_actor": asker.known}
        assert [code_of(facts_of(row, purpose, **about, covered=covered)) for row in rows] == wanted, (purpose, asker)
        assert arrays.codes(columns, purpose, **about).tolist() == wanted, (purpose, asker)
        if purpose in BY_SLUG:
            allowed = arrays.masks(columns, **about) & BY_SLUG[purpose].bit != 0
            assert allowed.tolist() == [code in ALLOWING for code in wanted], (purpose, asker)
    assert points >= 262_400
    assert reached == {rule.code for rule in RULES}


def test_sqlite_agrees_on_the_whole_lattice() -> None:
    for purpose in cases.ASKED:
        rows = cases.lattice_rows(cases.bit_of(purpose))
        database = cases.sqlite_with(rows, [0] * len(rows))
        for asker in cases.ASKERS:
            for covered, granted in (("NULL", 0), ("t.covered = 0", cases.bit_of(purpose))):
                about = {"actor": asker.actor, "known_actor": asker.known, "covered": covered}
                code, allowed = code_sql("t", purpose, **about).text, allowed_sql("t", purpose, **about).text
                found = database.execute(f"SELECT {code}, {allowed} FROM t ORDER BY id").fetchall()
                wanted = cases.lattice_codes(purpose, asker, granted)
                assert found == [(code, int(code in ALLOWING)) for code in wanted], (purpose, asker, covered)
        database.close()


def test_every_combination_of_facts_gives_the_described_rule() -> None:
    facts = cases.fact_lattice()
    many = np.empty(2 ** len(NAMES), np.uint8)
    arrays.code_block(RULES, facts, many)
    values = np.array([facts[name] for name in NAMES]).T.tolist()
    for point, (told, code) in enumerate(zip(values, many.tolist(), strict=True)):
        wanted = cases.CODE[spec.by_facts(dict(zip(NAMES, told, strict=True)))]
        assert wanted == code == code_of(Facts(*told)), point


def test_random_rows_with_holes_give_one_answer_in_every_form() -> None:
    told = compare_random(RANDOM_CASES, seed=3)
    assert told.compared == RANDOM_CASES
    assert told.disagreements == []
    assert told.codes == {rule.code for rule in RULES}


def test_cedar_gives_the_same_verdicts() -> None:
    chance = random.Random(4)
    asked = [
        (cases.random_row(chance), chance.choice(cases.ASKED), chance.choice(cases.ASKERS), chance.getrandbits(16))
        for _ in range(2_000)
    ]
    wanted = [cases.spec_code(row, purpose, asker, covered) in ALLOWING for row, purpose, asker, covered in asked]
    assert any(wanted)
    assert cedar_form.verdicts(asked) == wanted


@pytest.mark.parametrize("column", cases.COLUMNS_IN_ORDER)
@pytest.mark.parametrize("value", [None, float("nan"), "x", "", -1, 65536, 0.5, 2, [], 1 + 0j])
def test_a_value_of_the_wrong_kind_is_a_no(column: str, value: object) -> None:
    assert BY_CODE[code_of(facts_of(Standing(**GOOD), "organize"))].slug == "consent.all"
    if column in GOOD_MASKS and value == 2:
        return  # a mask
    row = Standing(**{**GOOD, column: value})
    for purpose in BY_SLUG:
        slug = BY_CODE[code_of(facts_of(row, purpose))].slug
        assert slug == ("unknown.terms" if column == "terms_forbid" else "unknown.facts")
        assert arrays.codes(cases.as_columns([row], [0]), purpose).tolist() == [cases.CODE[slug]]


def test_arrays_of_other_types_are_read_as_one_by_one_and_floats_as_unknown() -> None:
    columns = {name: np.array([GOOD[name]] * 3) for name in GOOD_FLAGS}
    columns |= {name: np.array([GOOD[name], -1, 65536], np.int64) for name in GOOD_MASKS}
    assert arrays.codes(arrays.Columns(**columns), "organize").tolist() == [13, 3, 3]
    for name in GOOD_FLAGS:
        ones = {**columns, name: columns[name].astype(np.uint8)}
        assert arrays.codes(arrays.Columns(**ones), "organize").tolist()[0] == cases.CODE["unknown.facts"]
        gone = {**columns, name: None}
        assert arrays.codes(arrays.Columns(**gone), "organize").tolist()[0] == cases.CODE["unknown.facts"]
    for name in GOOD_MASKS:
        floats = {**columns, name: columns[name].astype(float)}
        slug = "unknown.terms" if name == "terms_forbid" else "unknown.facts"
        assert arrays.codes(arrays.Columns(**floats), "organize").tolist()[0] == cases.CODE[slug]
        assert arrays.masks(arrays.Columns(**floats)).tolist()[0] == 0


def test_arrays_of_different_lengths_are_refused() -> None:
    columns = {name: np.zeros(2, bool) for name in cases.COLUMNS_IN_ORDER}
    with pytest.raises(ValueError, match="one length"):
        arrays.codes(arrays.Columns(**{**columns, "label": np.zeros(3, bool)}), "organize")


def test_the_sql_says_how_often_its_caller_must_give_parameters() -> None:
    for purpose in cases.ASKED:
        for asker in cases.ASKERS:
            form = code_sql("t", purpose, actor=asker.actor, known_actor=asker.known, covered="g.x = ?")
            assert form.text.count("?") == form.covered_times


@pytest.mark.parametrize("alias", ["", "t; DROP TABLE t", "t.u", '"a"b"', "1t"])
def test_an_alias_that_is_no_name_is_refused(alias: str) -> None:
    with pytest.raises(ValueError, match="not the name of a table"):
        code_sql(alias, "organize")
