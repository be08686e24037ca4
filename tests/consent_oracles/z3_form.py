"""The rules as a z3 model, over the raw columns and over holders: for proving what holds for every case there is.

`Asked` is one question with every column free, each one present or not. `People` ties the masks of its purpose to what
up to three holders said and granted. A claim is proved when its negation has no model.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import z3

from antiphon.consent.core.expressions import And, Expr, Fact, Not, Or
from antiphon.consent.core.facts import FLAGS, MASKS, READINGS, Source
from antiphon.consent.core.purposes import ALL_MASK, BY_SLUG
from antiphon.consent.core.rules import RULES, Rule

WIDTH = 16


def has(mask: Any, bit: Any) -> Any:
    return mask & bit != 0


class Asked:
    """One question: purpose, actor and every column of a row, all of them free. `tag` keeps two questions apart."""

    def __init__(self, tag: str = "") -> None:
        def flag(name: str) -> Any:
            return z3.Bool(f"{name}{tag}")

        def mask(name: str) -> Any:
            return z3.BitVec(f"{name}{tag}", WIDTH)

        self.purpose = mask("purpose")  # its bit; 0 for one that is not in the table
        self.site, self.registered = flag("site"), flag("registered")
        self.flags = {name: flag(name) for name in ("known", *FLAGS)}
        self.masks = {name: mask(name) for name in (*MASKS, "terms_forbid")}
        self.present = {name: flag(f"has_{name}") for name in (*self.flags, *self.masks)}
        self.covered = mask("covered")
        one_bit = self.purpose & (self.purpose - 1) == 0
        self.given = [one_bit]

    def within(self, mask: int) -> Any:
        return has(self.purpose, mask)

    def asks_for(self, slug: str) -> Any:
        return self.purpose == BY_SLUG[slug].bit

    def facts(self) -> dict[str, Any]:
        """Read the facts by the same table as the other forms."""
        read: dict[str, Any] = {
            "known_actor": z3.Or(self.site, self.registered),
            "outsider": z3.Not(self.site),
        }
        known = self.within(ALL_MASK)
        for reading in READINGS:
            unknown = z3.BoolVal(reading.unknown)
            match reading.source:
                case Source.PURPOSE:
                    read[reading.fact] = z3.If(known, self.within(reading.within), unknown)
                case Source.FLAG:
                    value = z3.If(self.present[reading.column], self.flags[reading.column], unknown)
                    read[reading.fact] = z3.And(value, z3.If(known, self.within(reading.within), unknown))
                case Source.BIT:
                    covers = reading.column == "covered"
                    column = self.covered if covers else self.masks[reading.column]
                    there = known if covers else z3.And(known, self.present[reading.column])
                    read[reading.fact] = z3.If(there, has(column, self.purpose), unknown)
                case Source.MASK:
                    read[reading.fact] = self.present[reading.column]
                case Source.ROW:
                    columns = [self.present[name] for name in ("known", *FLAGS, *MASKS)]
                    read[reading.fact] = z3.And(self.flags["known"], *columns)
        return read

    def code(self, rules: Sequence[Rule] = RULES) -> Any:
        facts = self.facts()
        answer = z3.IntVal(rules[-1].code)
        for rule in reversed(rules[:-1]):
            answer = z3.If(formula(rule.when, facts), z3.IntVal(rule.code), answer)
        return answer

    def allowed(self, rules: Sequence[Rule] = RULES) -> Any:
        code = self.code(rules)
        return z3.Or([code == rule.code for rule in rules if rule.allows])

    def missing(self) -> Any:
        """Something that a decision needs is not known."""
        there = [self.flags["known"], *self.present.values(), self.within(ALL_MASK), z3.Or(self.site, self.registered)]
        return z3.Not(z3.And(there))


def formula(expr: Expr, facts: dict[str, Any]) -> Any:
    match expr:
        case Fact(name):
            return facts[name]
        case And(parts):
            return z3.And([formula(part, facts) for part in parts])
        case Or(parts):
            return z3.Or([formula(part, facts) for part in parts])
        case Not(part):
            return z3.Not(formula(part, facts))
    raise TypeError(f"not an expression: {expr!r}")


NOTHING, NO, ASK, YES = range(4)


@dataclass
class Person:
    """One holder: whether there is one, what their word on this purpose is, and one grant to whoever asks."""

    tag: str
    word: Any = field(init=False)

    def __post_init__(self) -> None:
        self.exists, self.performs, self.minor = (z3.Bool(f"{n}{self.tag}") for n in ("exists", "performs", "minor"))
        self.word = z3.Int(f"word{self.tag}")
        self.gave = z3.Bool(f"gave{self.tag}")  # a grant for this actor and purpose
        self.start, self.end = z3.Int(f"start{self.tag}"), z3.Int(f"end{self.tag}")
        self.revoked, self.revoked_at = z3.Bool(f"revoked{self.tag}"), z3.Int(f"revoked_at{self.tag}")

    def licenses(self, at: Any) -> Any:
        revoked = z3.And(self.revoked, self.revoked_at <= at)
        return z3.And(self.exists, self.gave, self.start <= at, at < self.end, z3.Not(revoked))

    def says(self, word: int) -> Any:
        return z3.And(self.exists, self.word == word)

    def agrees(self, at: Any) -> Any:
        return z3.Or(self.says(YES), self.licenses(at))


class People:
    """Up to three holders of the recording that is asked about, and the masks that folding makes of them."""

    def __init__(self, asked: Asked, tag: str = "") -> None:
        self.asked, self.at, self.whole = asked, z3.Int("at"), z3.Bool(f"whole{tag}")
        self.holders = [Person(f"_{number}{tag}") for number in range(3)]
        voice = asked.asks_for("voice-likeness")
        self.wanted = [z3.And(p.exists, z3.Implies(voice, p.performs)) for p in self.holders]
        self.minor_voice = z3.And(voice, z3.Or([z3.And(p.exists, p.performs, p.minor) for p in self.holders]))
        some_no = z3.Or([p.says(NO) for p in self.holders])
        self.all_agree = z3.And(
            self.whole,
            z3.Or(self.wanted),
            z3.Not(self.minor_voice),
            z3.Not(some_no),
            *[z3.Implies(w, p.agrees(self.at)) for w, p in zip(self.wanted, self.holders, strict=True)],
        )
        without_grants = [z3.Implies(w, p.says(YES)) for w, p in zip(self.wanted, self.holders, strict=True)]
        licensed = z3.Or([z3.And(w, p.licenses(self.at)) for w, p in zip(self.wanted, self.holders, strict=True)])
        asking = z3.And([z3.Implies(p.says(ASK), p.licenses(self.at)) for p in self.holders])
        bit, masks = asked.purpose, asked.masks
        self.given = [
            *[z3.And(p.word >= NOTHING, p.word <= YES) for p in self.holders],
            has(masks["any_no"], bit) == some_no,
            has(masks["any_ask"], bit) == z3.Or([p.says(ASK) for p in self.holders]),
            has(masks["all_yes"], bit) == z3.And(self.all_agree, *without_grants),
            has(asked.covered, bit) == z3.And(self.all_agree, licensed, asking),
        ]


def counterexample(claim: Any, *given: Sequence[Any]) -> z3.ModelRef | None:
    """Return a case in which the claim is false, or None when it is proved. Raises when z3 cannot tell."""
    solver = z3.Solver()
    for part in given:
        solver.add(*part)
    solver.add(z3.Not(claim))
    found = solver.check()
    if found == z3.unknown:
        raise AssertionError(f"z3 cannot tell: {solver.reason_unknown()}")
    return solver.model() if found == z3.sat else None


def same(rules: Sequence[Rule], others: Sequence[Rule]) -> bool:
    """Whether two lists of rules give one code in every case there is."""
    asked = Asked()
    return counterexample(asked.code(rules) == asked.code(others), asked.given) is None
