"""What a sentence about AI does: it takes, it promises, it forbids the reader something; and whether anybody outside
could check a promise. By open rules in `data/promises.toml`; the sentence is the evidence, and no model is asked.
"""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

from antiphon.terms.core.clauses import folded


class Does(StrEnum):
    """What a sentence does to whoever reads it."""

    TAKES = "takes"
    PROMISES = "promises"
    FORBIDS_YOU = "forbids-you"
    SAYS = "says"


class Checked(StrEnum):
    """Whether somebody outside can see if a promise is kept."""

    WHOLE = "whole"
    PART = "part"
    NOT = "not"


@dataclass(frozen=True)
class Judged:
    """A sentence, judged by rule. `checked` is None for what is no promise; `by` names the rule that fired."""

    does: Does
    checked: Checked | None = None
    by: str = ""


@dataclass(frozen=True)
class _Check:
    by: str
    whole: bool
    pattern: re.Pattern[str]


def judge(sentence: str) -> Judged:
    """Say what a sentence does, and of a promise whether it can be checked from outside."""
    said = folded(sentence)
    _version, kinds, checks = table()
    does = next((kind for kind, pattern in kinds if pattern.search(said)), Does.SAYS)
    if does is not Does.PROMISES:
        return Judged(does)
    found = next((one for one in checks if one.pattern.search(said)), None)
    if found is None:
        return Judged(does, Checked.NOT)
    return Judged(does, Checked.WHOLE if found.whole else Checked.PART, found.by)


@cache
def table() -> tuple[int, tuple[tuple[Does, re.Pattern[str]], ...], tuple[_Check, ...]]:
    """Return the version of the rules, what makes a sentence which kind, and what makes a promise one to check."""
    raw = tomllib.loads(resources.files("antiphon.terms.data").joinpath("promises.toml").read_text(encoding="utf-8"))
    kinds = tuple((Does(one["kind"]), _pattern(one["patterns"])) for one in raw["kinds"])
    checks = tuple(_Check(one["by"], bool(one["whole"]), _pattern(one["patterns"])) for one in raw["checks"])
    return int(raw["version"]), kinds, checks


def _pattern(patterns: list[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)
