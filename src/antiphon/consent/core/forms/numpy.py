"""The rules over arrays: reason codes of many recordings for one purpose, or all sixteen purposes at once as masks.

Works through the arrays in blocks that stay in the processor's cache. Elements that are not exactly of their column's
type are read as unknown, as one by one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from antiphon.consent.core.expressions import And, Expr, Fact, Not, Or
from antiphon.consent.core.facts import (
    FLAGS,
    MASKS,
    READINGS,
    U16,
    Reading,
    Source,
    is_mask,
    settled_by,
    settled_by_actor,
)
from antiphon.consent.core.permits import SITE
from antiphon.consent.core.purposes import BY_SLUG
from antiphon.consent.core.rules import RULES, Rule, check_rules, settled

Words: TypeAlias = npt.NDArray[np.uint16]
BLOCK = 32_768  # some twenty blocks of 64 kB at once


@dataclass(frozen=True)
class Columns:
    """The columns of many recordings, one element each: those of `facts.Standing`, and what grants cover.

    Flags of dtype bool and masks of dtype uint16 are taken as they are. In any other array (objects, integers) each
    element counts only if it is exactly a bool, or an integer from 0 to 65,535; floats never do. A column that is
    None is unknown for all; `covered` None is no grant at all.
    """

    known: npt.NDArray[Any] | None
    withdrawn: npt.NDArray[Any] | None
    label: npt.NDArray[Any] | None
    sealed: npt.NDArray[Any] | None
    match_no: npt.NDArray[Any] | None
    any_no: npt.NDArray[Any] | None
    any_ask: npt.NDArray[Any] | None
    all_yes: npt.NDArray[Any] | None
    terms_forbid: npt.NDArray[Any] | None
    covered: npt.NDArray[Any] | None = None

    def __len__(self) -> int:
        """How many recordings. Raises ValueError when the columns differ in length, or there is none."""
        lengths = {column.shape for column in vars(self).values() if column is not None}
        if len(lengths) != 1 or len(shape := lengths.pop()) != 1:
            raise ValueError("columns of one dimension and one length are needed")
        return int(shape[0])

    def blocks(self) -> Iterator[tuple[slice, "Columns"]]:
        for start in range(0, len(self), BLOCK):
            part = slice(start, start + BLOCK)
            yield part, Columns(**{n: None if c is None else c[part] for n, c in vars(self).items()})


def codes(
    columns: Columns,
    purpose: str,
    *,
    actor: str = SITE,
    known_actor: bool = True,
    rules: Sequence[Rule] = RULES,
) -> npt.NDArray[np.uint8]:
    """Return the code of the rule that fires, uint8, for each recording."""
    check_rules(rules)
    known = settled_by(purpose) | settled_by_actor(actor, known_actor)
    open_rules = settled(rules, known)
    out = np.empty(len(columns), np.uint8)
    for part, block in columns.blocks():
        code_block(open_rules, _flags_of(block, purpose, known), out[part])
    return out


def code_block(rules: Sequence[Rule], facts: Mapping[str, Any], out: npt.NDArray[np.uint8]) -> None:
    """Write the codes of rules over facts as bool arrays. The last rule must match always."""
    out[:] = rules[-1].code
    # Backwards, so that the first that matches is written last and stays.
    for rule in reversed(rules[:-1]):
        np.copyto(out, np.uint8(rule.code), where=evaluate(rule.when, facts, np.logical_not, np.bool_(True)))


def masks(columns: Columns, *, actor: str = SITE, known_actor: bool = True, rules: Sequence[Rule] = RULES) -> Words:
    """Return the purposes that each recording allows, as uint16 masks."""
    check_rules(rules)
    known = settled_by_actor(actor, known_actor)
    open_rules = settled(rules, known)
    out = np.zeros(len(columns), np.uint16)
    for part, block in columns.blocks():
        facts = _masks_of(block, known)
        undecided: Words = np.full(len(out[part]), U16, np.uint16)
        for rule in open_rules:
            matched = evaluate(rule.when, facts, np.bitwise_not, np.uint16(U16)) & undecided
            if rule.allows:
                out[part] |= matched
            undecided &= ~matched
    return out


def evaluate(expr: Expr, facts: Mapping[str, Any], invert: Callable[[Any], Any], top: Any) -> Any:
    """Work out an expression over arrays of bools, or over u16 in which each bit is a purpose of its own."""
    match expr:
        case Fact(name):
            return facts[name]
        case Not(part):
            return invert(evaluate(part, facts, invert, top))
        case And(parts):
            return reduce(np.bitwise_and, [evaluate(part, facts, invert, top) for part in parts] or [top])
        case Or(parts):
            return reduce(np.bitwise_or, [evaluate(part, facts, invert, top) for part in parts] or [invert(top)])
    raise TypeError(f"not an expression: {expr!r}")


def _flags_of(block: Columns, purpose: str, known: Mapping[str, bool]) -> dict[str, Any]:
    """The facts of one purpose that are still open, as bools."""
    bit = np.uint16(BY_SLUG[purpose].bit if purpose in BY_SLUG else 0)
    loaded = _Loaded(block)
    read: dict[str, Any] = {}
    for reading in READINGS:
        if reading.fact in known:
            continue
        match reading.source:
            case Source.FLAG:
                read[reading.fact] = loaded.flag(reading)
            case Source.BIT:
                read[reading.fact] = (loaded.mask(reading) & bit) != 0
            case Source.MASK:
                read[reading.fact] = loaded.has_mask(reading.column)
            case Source.ROW:
                read[reading.fact] = loaded.is_complete()
    return read


def _masks_of(block: Columns, known: Mapping[str, bool]) -> dict[str, Any]:
    """The facts of all purposes that are still open, as u16: bit by bit what `_flags_of` says of one."""
    loaded = _Loaded(block)
    read: dict[str, Any] = {}
    for reading in READINGS:
        if reading.fact in known:
            continue
        match reading.source:
            case Source.PURPOSE:
                read[reading.fact] = np.uint16(reading.within)
            case Source.FLAG:
                read[reading.fact] = loaded.flag(reading) * np.uint16(reading.within)
            case Source.BIT:
                read[reading.fact] = loaded.mask(reading)
            case Source.MASK:
                read[reading.fact] = loaded.has_mask(reading.column) * np.uint16(U16)
            case Source.ROW:
                read[reading.fact] = loaded.is_complete() * np.uint16(U16)
    return read


class _Loaded:
    """Reads columns: what they hold where they hold a value of their type, and what stands for unknown elsewhere."""

    def __init__(self, block: Columns) -> None:
        self.block = block

    def flag(self, reading: Reading) -> Any:
        column = getattr(self.block, reading.column)
        there = self._has_flag(reading.column)
        return column if there is _ALL else self._filled(column, there, reading.unknown, np.bool_)

    def mask(self, reading: Reading) -> Any:
        column = getattr(self.block, reading.column)
        there = self.has_mask(reading.column)
        return column if there is _ALL else self._filled(column, there, U16 if reading.unknown else 0, np.uint16)

    def has_mask(self, name: str) -> Any:
        column = getattr(self.block, name)
        if column is None:
            return np.bool_(False)
        if column.dtype == np.uint16:
            return _ALL
        if column.dtype == object:
            return np.fromiter((is_mask(value) for value in column), np.bool_, len(column))
        if np.issubdtype(column.dtype, np.integer):
            return (column >= 0) & (column <= U16)
        return np.bool_(False)

    def is_complete(self) -> Any:
        known = self.block.known
        if known is None:
            return np.bool_(False)
        parts = [self._has_flag("known"), *map(self._has_flag, FLAGS), *map(self.has_mask, MASKS)]
        whole = reduce(np.bitwise_and, parts)
        return known & whole if known.dtype == np.bool_ else self._filled(known, whole, False, np.bool_)

    def _has_flag(self, name: str) -> Any:
        column = getattr(self.block, name)
        if column is None:
            return np.bool_(False)
        if column.dtype == np.bool_:
            return _ALL
        if column.dtype == object:
            return np.fromiter((type(value) is bool for value in column), np.bool_, len(column))
        return np.bool_(False)

    def _filled(self, column: Any, there: Any, unknown: int, dtype: type[np.generic]) -> Any:
        if there.ndim == 0:  # a whole column that holds nothing of its type
            return dtype(unknown)
        filled = np.full(len(column), unknown, dtype)
        filled[there] = column[there].astype(dtype)
        return filled


_ALL = np.bool_(True)  # every element holds a value
