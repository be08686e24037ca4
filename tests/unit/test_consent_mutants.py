"""Every change to the list of rules that changes an answer is noticed by comparing with the description."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from antiphon.consent.core.expressions import ALWAYS, And, Expr, Fact, Not, Or
from antiphon.consent.core.facts import NAMES, facts_of
from antiphon.consent.core.forms import numpy as arrays
from antiphon.consent.core.rules import RULES, Rule, check_rules
from tests.consent_oracles import cases
from tests.consent_oracles.z3_form import same


@dataclass(frozen=True)
class Mutant:
    name: str
    rules: tuple[Rule, ...]


def mutants() -> Iterator[Mutant]:
    """Delete a rule, swap neighbours, flip an effect, negate a fact, turn an and into an or, drop a part."""
    for place, rule in enumerate(RULES[:-1]):
        before, after = RULES[:place], RULES[place + 1 :]
        yield Mutant(f"without {rule.slug}", before + after)
        yield Mutant(f"{rule.slug} flipped", (*before, replace(rule, allows=not rule.allows), *after))
        if after[1:]:
            yield Mutant(f"{rule.slug} after {after[0].slug}", (*before, after[0], rule, *after[1:]))
        for change, when in changed(rule.when):
            yield Mutant(f"{rule.slug}: {change}", (*before, replace(rule, when=when), *after))


def changed(expr: Expr) -> Iterator[tuple[str, Expr]]:
    match expr:
        case Fact(name):
            yield f"not {name}", Not(expr)
        case Not(part):
            yield "not taken away", part
            yield from ((f"not ({change})", Not(inner)) for change, inner in changed(part) if inner != Not(part))
        case And(parts) | Or(parts):
            other: type[And] | type[Or] = Or if isinstance(expr, And) else And
            yield f"{other.__name__} for {type(expr).__name__}", other(parts)
            for place, part in enumerate(parts):
                left, right = parts[:place], parts[place + 1 :]
                yield f"part {place} dropped", type(expr)(left + right)
                yield from ((change, type(expr)((*left, inner, *right))) for change, inner in changed(part))


@cache
def reachable() -> tuple[dict[str, Any], "np.ndarray[Any, Any]"]:
    """The distinct facts that the lattice of raw rows leads to, as arrays, and the described code of each."""
    found: dict[Any, int] = {}
    for purpose, asker, covered in cases.lattice():
        about = {"actor": asker.actor, "known_actor": asker.known, "covered": covered}
        wanted = cases.lattice_codes(purpose, asker, covered)
        for row, code in zip(cases.lattice_rows(cases.bit_of(purpose)), wanted, strict=True):
            found[facts_of(row, purpose, **about)] = code
    columns = {name: np.array([getattr(facts, name) for facts in found]) for name in NAMES}
    return columns, np.array(list(found.values()), np.uint8)


def verdicts(rules: Sequence[Rule], codes: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    allows = np.zeros(256, bool)
    allows[[rule.code for rule in rules if rule.allows]] = True
    return allows[codes]


def is_caught(mutant: Mutant) -> bool:
    facts, wanted = reachable()
    codes = np.empty(len(wanted), np.uint8)
    arrays.code_block(mutant.rules, facts, codes)
    return bool((codes != wanted).any() or (verdicts(mutant.rules, codes) != verdicts(RULES, wanted)).any())


def test_the_rules_themselves_are_not_caught() -> None:
    assert not is_caught(Mutant("none", RULES))


def test_every_mutant_that_is_not_equivalent_is_caught() -> None:
    made = list(mutants())
    assert len(made) >= 60
    missed = [mutant for mutant in made if not is_caught(mutant)]
    # z3 decides which of these change nothing, over every raw row there is.
    assert [m.name for m in missed if not same(RULES, m.rules) or flips(m)] == []
    assert len(missed) <= 4


def flips(mutant: Mutant) -> bool:
    effects = {rule.code: rule.allows for rule in RULES}
    return any(rule.allows != effects[rule.code] for rule in mutant.rules)


def test_a_list_that_could_end_without_an_answer_is_refused() -> None:
    last = RULES[-1]
    for bad in (
        (),
        RULES[:-1],
        (*RULES[:-1], replace(last, allows=True)),
        (*RULES[:-1], replace(last, when=Fact("any_no"))),
        (RULES[0], RULES[0], last),
        (replace(RULES[0], code=256), last),
        (replace(RULES[0], code=0), last),
        (replace(RULES[0], when=Fact("mood")), last),
        (replace(RULES[0], cure="mood"), last),
    ):
        with pytest.raises(ValueError, match=r"."):
            check_rules(bad)
    check_rules((last,))
    assert last.when == ALWAYS
