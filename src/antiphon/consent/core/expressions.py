"""Expressions over named facts: the one form in which a rule says when it fires.

An immutable tree of `Fact`, `And`, `Or` and `Not`, built with `&`, `|` and `~`. Owns no meaning: which facts there are
is said in `facts`, what a rule does with them in `rules`, and how an expression is run in `forms`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


class Expr:
    """A question about facts that is answered with true or false."""

    __slots__ = ()

    def __and__(self, other: Expr) -> Expr:
        return And((self, other))

    def __or__(self, other: Expr) -> Expr:
        return Or((self, other))

    def __invert__(self) -> Expr:
        return Not(self)


@dataclass(frozen=True, slots=True)
class Fact(Expr):
    name: str


@dataclass(frozen=True, slots=True)
class And(Expr):
    """True when every part is, and so when there is none."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Or(Expr):
    """True when any part is, and so not when there is none."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Not(Expr):
    part: Expr


ALWAYS: Expr = And(())
NEVER: Expr = Or(())


def facts_in(expr: Expr) -> Iterator[str]:
    """Yield the names of the facts it asks for, from left to right, as often as it does."""
    match expr:
        case Fact(name):
            yield name
        case And(parts) | Or(parts):
            for part in parts:
                yield from facts_in(part)
        case Not(part):
            yield from facts_in(part)
        case _:
            raise TypeError(f"not an expression: {expr!r}")


def settle(expr: Expr, known: Mapping[str, bool]) -> Expr:
    """Put in the facts that are known already; what is left asks only for the others. May be `ALWAYS` or `NEVER`."""
    match expr:
        case Fact(name):
            return expr if name not in known else ALWAYS if known[name] else NEVER
        case And(parts):
            return _joined([settle(part, known) for part in parts], unit=ALWAYS, zero=NEVER)
        case Or(parts):
            return _joined([settle(part, known) for part in parts], unit=NEVER, zero=ALWAYS)
        case Not(part):
            inner = settle(part, known)
            return NEVER if inner == ALWAYS else ALWAYS if inner == NEVER else Not(inner)
    raise TypeError(f"not an expression: {expr!r}")


def _joined(parts: list[Expr], *, unit: Expr, zero: Expr) -> Expr:
    if zero in parts:
        return zero
    rest = tuple(part for part in parts if part != unit)
    if len(rest) == 1:
        return rest[0]
    return (And(rest) if unit is ALWAYS else Or(rest)) if rest else unit
