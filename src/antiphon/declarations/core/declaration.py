"""A declaration: what the outside is told of each of the sixteen purposes. Pure; every renderer reads nothing else.

Owns how answers are folded for a label that covers several of them. Which answer stands, the gate decides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from antiphon.consent.core.purposes import ALL_MASK, BY_SLUG, GUARDED_MASK, PURPOSES


class Said(StrEnum):
    """What is told of one purpose. The value is its letter in a declaration's code."""

    YES = "y"
    ASK = "a"  # told as a no, with where to ask
    NO = "n"
    OPEN = "o"  # nothing is said here: a narrower place decides. Only the site says it, never a track


_WORDS = {"yes": Said.YES, "ask": Said.ASK, "no": Said.NO}


@dataclass(frozen=True)
class Declaration:
    """What is told of the sixteen, one letter each in the order of the purposes' numbers."""

    code: str

    @cached_property
    def _masks(self) -> dict[Said, int]:
        return {
            word: sum(one.bit for one, letter in zip(PURPOSES, self.code, strict=True) if letter == word)
            for word in Said
        }

    def told(self, covered: int) -> Said:
        """Fold the purposes of a mask: any no is a no, then any ask; a yes needs them all. Nothing covered is a no."""
        masks = self._masks
        if covered & masks[Said.NO] or not covered & ALL_MASK:
            return Said.NO
        if covered & masks[Said.ASK]:
            return Said.ASK
        return Said.OPEN if covered & masks[Said.OPEN] else Said.YES

    def denies(self, covered: int) -> bool:
        """Tell whether a label over these purposes has to say no."""
        return self.told(covered) in (Said.NO, Said.ASK)

    def allows(self, covered: int) -> bool:
        """Tell whether a label over these purposes may say yes."""
        return self.told(covered) is Said.YES

    def of(self, purpose: str) -> Said:
        """Return what is told of one purpose; of one that is not in the table, a no."""
        return self.told(BY_SLUG[purpose].bit) if purpose in BY_SLUG else Said.NO

    @property
    def denied(self) -> int:
        """The mask of all that is not a yes."""
        return ALL_MASK & ~self._masks[Said.YES]


def declare(answers: Mapping[str, object]) -> Declaration:
    """Return the declaration of a track's answers by purpose. Whatever is not exactly yes or ask is a no."""
    said = (answers.get(purpose.slug) for purpose in PURPOSES)
    return Declaration("".join(_WORDS.get(one, Said.NO) if isinstance(one, str) else Said.NO for one in said))


def read(code: object) -> Declaration:
    """Return the declaration of a code. One that is broken, or leaves anything open, says no where it is not read."""
    if not isinstance(code, str) or len(code) != len(PURPOSES):
        return NOTHING
    return Declaration("".join(letter if letter in "ya" else Said.NO for letter in code))


_RANK = {Said.NO: 0, Said.ASK: 1, Said.OPEN: 2, Said.YES: 3}


def strictest(several: Iterable[Declaration]) -> Declaration:
    """Return what may be told of several together: for each purpose the most restrictive. Of none, all noes."""
    codes = [one.code for one in several]
    if not codes:
        return NOTHING
    return Declaration(
        "".join(min(letters, key=lambda letter: _RANK[Said(letter)]) for letters in zip(*codes, strict=True))
    )


# What is told where nobody answered, or what was answered cannot be read.
NOTHING = Declaration(Said.NO * len(PURPOSES))
# What the site says of all its pages: what no track here can be told otherwise. A use in models or outputs needs a
# licence for somebody by name, and a page is read by nobody by name; the rest is each track's own to say.
SITE = Declaration("".join(Said.ASK if one.bit & GUARDED_MASK else Said.OPEN for one in PURPOSES))
