"""The verdict: which rule fired, the statements that made it, words for a person, and what would change it.

Facts in, decision out; nothing is read here. The words are those of the rule. Whoever is not a holder reads the
public words and sees no statement: a name or a minor's age is for the holders alone.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TypeAlias

import rfc8785

from antiphon.consent.core.answers import NOTHING_SAID, Statement, Statements
from antiphon.consent.core.expressions import And, Expr, Fact, Not, Or, facts_in
from antiphon.consent.core.facts import READINGS, Facts
from antiphon.consent.core.forms.python import code_of
from antiphon.consent.core.purposes import table_hash
from antiphon.consent.core.rules import BY_CODE, MINOR_CHANGE, RULES, Rule

# Not in the machine's language: whoever shows a decision translates it.
_MONTHS = tuple("January February March April May June July August September October November December".split())  # noqa: SIM905


Plain: TypeAlias = "str | Sequence[Plain]"

_NO_VALUES: Mapping[str, str] = MappingProxyType({})
# A few hundred combinations of facts are met in practice, of 65,536.
_remembered = lru_cache(maxsize=8192)


@dataclass(frozen=True, slots=True)
class Change:
    """One step that would turn the answer around: the fact it flips, and words. Without a fact, there is no way."""

    fact: str
    words: str


@dataclass(frozen=True, slots=True)
class Because:
    """The facts that the rule asked for, as they were, and the statements behind them (for holders only)."""

    facts: Mapping[str, bool]
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What the gate answers for one recording, purpose, actor and moment.

    `sentence` and `values` are `words` before they were put together, for whoever translates them. `terms` is the hash
    of the version that binds the recording: what that forbids went into this.
    """

    allowed: bool
    rule: str
    code: int
    words: str
    because: Because
    would_change: tuple[str, ...]
    purpose: str
    actor: str
    at: datetime
    policy_hash: str
    sentence: str = field(repr=False)
    values: Mapping[str, str] = field(repr=False)
    terms: str = ""  # empty: nobody knows the recording


def decide(
    facts: Facts,
    statements: Statements = NOTHING_SAID,
    *,
    purpose: str,
    actor: str,
    at: datetime,
    for_holders: bool = False,
    terms: str = "",
) -> Decision:
    """Decide, and say why. `for_holders` is whether the words may name people; nobody else gets `statements`."""
    rule, because, changes = _explained(facts)
    shown = _behind(rule.slug, statements) if for_holders else ()
    values = _values(rule.slug, statements, shown) if for_holders and rule.names_people else _NO_VALUES
    sentence = rule.words if for_holders and (values or not rule.names_people) else rule.public_words
    if for_holders and statements.minor and rule.slug in ("no.licence", "no.consent"):
        changes = (MINOR_CHANGE,)
    return Decision(
        allowed=rule.allows,
        rule=rule.slug,
        code=rule.code,
        words=sentence % values if values else sentence,
        because=Because(because, shown),
        would_change=changes,
        purpose=purpose,
        actor=actor,
        at=at,
        policy_hash=policy_hash(),
        sentence=sentence,
        values=values,
        terms=terms,
    )


def what_would_change(facts: Facts) -> tuple[Change, ...]:
    """The steps that would turn this answer around, in order, found by flipping facts and deciding again.

    For a yes, the one step that ends it. For a no, everything that has to happen; where one of these cannot, only it.
    """
    first = BY_CODE[code_of(facts)]
    steps: list[Change] = []
    while True:
        rule = BY_CODE[code_of(facts)]
        if rule.allows != first.allows:
            return tuple(steps)
        if not rule.cure:
            return (Change("", rule.change),)
        steps.append(Change(rule.cure, rule.change))
        facts = replace(facts, **{rule.cure: not getattr(facts, rule.cure)})
        if BY_CODE[code_of(facts)] is rule:
            raise AssertionError(f"flipping {rule.cure} does not change {rule.slug}")


@_remembered
def _explained(facts: Facts) -> tuple[Rule, Mapping[str, bool], tuple[str, ...]]:
    """The rule that fires, the facts it asked for, and the words of what would change it."""
    rule = BY_CODE[code_of(facts)]
    asked = MappingProxyType({name: getattr(facts, name) for name in facts_in(rule.when)})
    return rule, asked, tuple(change.words for change in what_would_change(facts))


def _behind(slug: str, statements: Statements) -> tuple[Statement, ...]:
    match slug:
        case "sealed":
            return statements.seals
        case "holder.no":
            return statements.noes
        case "no.licence":
            return statements.asks
        case "consent.all" | "no.consent":
            return statements.yeses + statements.grants
        case _:
            return ()


def _values(slug: str, statements: Statements, shown: tuple[Statement, ...]) -> Mapping[str, str]:
    """What the rule's words leave open; nothing where nobody is to be named, and then the public words are said."""
    if slug == "no.consent":
        return {"names": ", ".join(statements.silent)} if statements.silent else _NO_VALUES
    if slug == "consent.all":
        names = dict.fromkeys(one.name for one in shown if one.name)
        return {"names": ", ".join(names)} if names else _NO_VALUES
    if shown and shown[0].name:
        return {"name": shown[0].name, "day": _day(shown[0].at)}
    return _NO_VALUES


def _day(at: datetime) -> str:
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


@cache
def policy_hash() -> str:
    """SHA-256 over the JCS (RFC 8785) of the table of purposes and the rules with their words, as `sha256:…`."""
    rules = [
        (rule.code, rule.slug, rule.allows, _plain(rule.when), rule.words, rule.public_words, rule.change, rule.cure)
        for rule in RULES
    ]
    facts = [(r.fact, r.source.name, r.unknown, r.column, r.within) for r in READINGS]
    text = rfc8785.dumps({"table": table_hash(), "facts": facts, "rules": rules})
    return f"sha256:{hashlib.sha256(text).hexdigest()}"


def _plain(expr: Expr) -> "Plain":
    match expr:
        case Fact(name):
            return ("fact", name)
        case And(parts):
            return ("and", *(_plain(part) for part in parts))
        case Or(parts):
            return ("or", *(_plain(part) for part in parts))
        case Not(part):
            return ("not", _plain(part))
    raise TypeError(f"not an expression: {expr!r}")
