"""The rules as SQL: one expression over a row, on SQLite (from 3.23) and PostgreSQL alike.

The columns are those of `facts.Standing`: flags are booleans, masks are integers. Whatever cannot be read, NULL before
all, is on the side that denies, so no fact is ever NULL and NOT means what it says.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from antiphon.consent.core.expressions import And, Expr, Fact, Not, Or, facts_in
from antiphon.consent.core.facts import BY_FACT, FLAGS, MASKS, U16, Source, settled_by, settled_by_actor
from antiphon.consent.core.permits import SITE
from antiphon.consent.core.purposes import BY_SLUG
from antiphon.consent.core.rules import RULES, Rule, check_rules, settled

_NAME = re.compile(r'[A-Za-z_][A-Za-z0-9_]*|"[^"]+"')
NO_GRANT = "FALSE"


@dataclass(frozen=True)
class Sql:
    """SQL text. Where `covered` has parameters, they are given `covered_times` times over, in a row."""

    text: str
    covered_times: int


def code_sql(
    alias: str,
    purpose: str,
    *,
    actor: str = SITE,
    known_actor: bool = True,
    covered: str = NO_GRANT,
    rules: Sequence[Rule] = RULES,
) -> Sql:
    """Return an integer expression: the code of the rule that fires for the row of the table `alias`.

    `covered` is a boolean expression of the caller's, true where grants cover this actor, purpose and moment as
    `answers.fold` says it; NULL is false. It goes into the text as it is: never a stranger's words. Raises ValueError
    for an alias that is not a name.
    """
    open_rules = _open_rules(alias, purpose, actor, known_actor, rules)
    return _case(open_rules, alias, purpose, covered, lambda rule: str(rule.code))


def allowed_sql(
    alias: str,
    purpose: str,
    *,
    actor: str = SITE,
    known_actor: bool = True,
    covered: str = NO_GRANT,
    rules: Sequence[Rule] = RULES,
) -> Sql:
    """Return a boolean expression, never NULL: whether the row may be used. Arguments as for `code_sql`."""
    open_rules = _open_rules(alias, purpose, actor, known_actor, rules)
    return _case(open_rules, alias, purpose, covered, lambda rule: "TRUE" if rule.allows else "FALSE")


def _open_rules(alias: str, purpose: str, actor: str, known_actor: bool, rules: Sequence[Rule]) -> list[Rule]:
    if not _NAME.fullmatch(alias):
        raise ValueError(f"not the name of a table: {alias!r}")
    check_rules(rules)
    return settled(rules, settled_by(purpose) | settled_by_actor(actor, known_actor))


def _case(rules: Sequence[Rule], alias: str, purpose: str, covered: str, value: Callable[[Rule], str]) -> Sql:
    bit = BY_SLUG[purpose].bit if purpose in BY_SLUG else 0
    *before, last = rules
    asked = [name for rule in before for name in facts_in(rule.when)]
    text = {name: _fact(name, alias, bit, covered) for name in asked}
    arms = [f"WHEN {_text(rule.when, text)} THEN {value(rule)}" for rule in before]
    # A CASE needs an arm, also where purpose and actor have settled everything.
    whole = f"CASE {' '.join(arms)} ELSE {value(last)} END" if arms else value(last)
    return Sql(whole, asked.count("covered"))


def _text(expr: Expr, facts: Mapping[str, str]) -> str:
    match expr:
        case Fact(name):
            return facts[name]
        case Not(part):
            return f"NOT {_text(part, facts)}"
        case And(parts) if parts:
            return f"({' AND '.join(_text(part, facts) for part in parts)})"
        case Or(parts) if parts:
            return f"({' OR '.join(_text(part, facts) for part in parts)})"
        case And():
            return "TRUE"
        case Or():
            return "FALSE"
    raise TypeError(f"not an expression: {expr!r}")


def _fact(name: str, alias: str, bit: int, covered: str) -> str:
    """SQL that is true or false for every row, in parentheses or a call so that NOT may stand before it."""
    reading = BY_FACT[name]
    column = f"{alias}.{reading.column}"
    match reading.source:
        case Source.FLAG:
            return _certain(f"{column} = {'FALSE' if reading.unknown else 'TRUE'}", reading.unknown)
        case Source.BIT if reading.column == "covered":
            return _certain(f"({covered})", reading.unknown)
        case Source.BIT:
            wanted = "= 0" if reading.unknown else "<> 0"
            return _certain(f"{_is_mask(column)} AND ({column} & {bit}) {wanted}", reading.unknown)
        case Source.MASK:
            return _certain(_is_mask(column), reading.unknown)
        case Source.ROW:
            flags = [f"{alias}.{flag} IN (TRUE, FALSE)" for flag in FLAGS]
            masks = [_is_mask(f"{alias}.{mask}") for mask in MASKS]
            return _certain(" AND ".join([f"{alias}.known = TRUE", *flags, *masks]), reading.unknown)
        case Source.PURPOSE | Source.ASKER:
            raise ValueError(f"{name} is settled before there is a row")


def _certain(condition: str, unknown: bool) -> str:
    # `condition` is the side that allows. NULL is not certain, so the fact is then on the other side.
    return f"(NOT COALESCE({condition}, FALSE))" if unknown else f"COALESCE({condition}, FALSE)"


def _is_mask(column: str) -> str:
    # False for everything that SQLite may keep in an integer column and that is no u16: text, fractions, large numbers.
    return f"({column} & {U16}) = {column}"
