"""Finding by words: how text becomes words, which words are meant by what was typed, and which thing comes first.

Pure, and the same for every database: an index only hands over what may match, and everything is weighed here in whole
numbers. Spellings are found by deletions (Garbe's symmetric delete): two words that are at most n mistakes apart have a
form in common that n deletions make of either.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise

from antiphon.accounts.core.names import fold

MOST_WORDS = 8  # of what is looked for
MOST_KEPT = 60  # of one field
LONGEST_WORD = 40
LONGEST_QUERY = 200
SHORTEST_START = 2  # of the last word, which may still be in the middle of being typed
SPELT = 8  # letters of a word that its forms are made of

NAME, PEOPLE, TAGS = "name", "people", "tags"
FIELDS = (NAME, PEOPLE, TAGS)
_WEIGHT = {NAME: 10, PEOPLE: 6, TAGS: 3}
_EXACT, _JOINED, _START, _ONE, _TWO = 100, 90, 75, 50, 30
MOST_COUNTED = 1000  # more than this is "frequent", whatever it is

# Written without spaces, so that each of them is a word: kana and Han.
_ALONE = re.compile("[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")

_LETTER = re.compile("x((?:0[0-9a-f]|10)[0-9a-f]{4})")


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text as search compares them: folded, letters, digits and their marks, each at most 40.

    Apostrophes are no ends of words. A text without a single letter or digit is one word of its signs.
    """
    spaced = _ALONE.sub(r" \g<0> ", fold(text))
    plain = "".join(" " if _ends_word(c) else c for c in spaced if not _says_nothing(c))
    found = plain.split() or ["".join(c for c in fold(text) if c.isprintable() and not c.isspace())]
    return tuple(word[:LONGEST_WORD] for word in found if word)[:MOST_KEPT]


def _says_nothing(character: str) -> bool:
    return character in "'’ʼ`" or unicodedata.category(character) in ("Cf", "Cs")


def _ends_word(character: str) -> bool:
    return not (character.isalnum() or unicodedata.category(character).startswith("M"))


@lru_cache(maxsize=4096)
def key_of(word: str) -> str:
    """Return a word in the letters a to z and digits, so that no index has its own idea of what a word is.

    The start of a word gives the start of its key.
    """
    if word.isascii() and word.isalnum():
        return word
    return "".join(c if c.isascii() and c.isalnum() else f"x{ord(c):06x}" for c in word)


def word_of(key: str) -> str:
    """Return the word that a key was made of."""
    word = _LETTER.sub(lambda found: chr(int(found[1], 16)), key)
    return word if key_of(word) == key else key


def keys_of(text: str) -> str:
    """Return the keys of a text's words as one line."""
    return " ".join(key_of(word) for word in words_of(text))


def whole_of(words: Iterable[str]) -> int:
    """Return a number for words in this order, whatever spaces are between them."""
    return zlib.crc32("".join(words).encode()) & 0x7FFFFFFF


# Mistakes


def mistakes_in(word: str) -> int:
    """Return how many mistakes are forgiven in what stands for this word. In numbers none: 1998 is not 1999."""
    if len(word) < 4 or any(c.isdigit() for c in word):
        return 0
    return 1 if len(word) <= 7 else 2


def forms_kept(word: str) -> set[int]:
    """Return the forms by which a word that is there is found."""
    return _forms(word, mistakes_in(word))


def forms_sought(word: str) -> set[int]:
    """Return the forms of what was typed; the word that was meant may be up to two letters longer."""
    if len(word) < 3 or any(c.isdigit() for c in word):
        return set()
    return _forms(word, 2 if len(word) >= 6 else 1)


def form_of(word: str) -> int:
    """Return the form of a word as it is."""
    return zlib.crc32(word[:SPELT].encode()) & 0x7FFFFFFF


def _forms(word: str, deletions: int) -> set[int]:
    letters = word[:SPELT]
    made = {letters}
    for count in range(1, min(deletions, len(letters) - 1) + 1):
        made.update("".join(kept) for kept in combinations(letters, len(letters) - count))
    return {zlib.crc32(form.encode()) & 0x7FFFFFFF for form in made}


def distance(one: str, other: str, most: int) -> int:
    """Return how many letters are wrong, missing, too many or swapped with their neighbour; `most` + 1 for more.

    Optimal string alignment: Damerau's four mistakes, no stretch changed twice.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, against in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                best = min(best, last[j - 2] + 1)
            row.append(best)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


# What is looked for


@dataclass(frozen=True)
class Option:
    """One way in which a word that was typed can be there: as these words, all of them."""

    words: tuple[str, ...]
    worth: int
    starts: bool = False  # the last of them may go on


@dataclass(frozen=True)
class Wanted:
    """A word that was typed, and what it may stand for, the best first."""

    options: tuple[Option, ...]


Reading = tuple[Wanted, ...]  # the whole of what was typed, understood in one way


def as_typed(words: Sequence[str]) -> Reading:
    """Return the plain reading: each word as it stands, the last one perhaps unfinished."""
    wanted = []
    for place, word in enumerate(words, 1):
        options = [Option((word,), _EXACT)]
        if place == len(words) and len(word) >= SHORTEST_START:
            options.append(Option((word,), _START, starts=True))
        wanted.append(Wanted(tuple(options)))
    return tuple(wanted)


def halves_of(word: str) -> list[tuple[str, str]]:
    """Return the ways to put the missing space into a word."""
    return [(word[:at], word[at:]) for at in range(2, len(word) - 1)] if len(word) >= 5 else []


def joins_of(words: Sequence[str]) -> list[str]:
    """Return each two neighbours without the space between them."""
    return [one + other for one, other in pairwise(words)]


def forgiving(words: Sequence[str], known: set[str], near: Iterable[str]) -> list[Reading]:
    """Return the readings that forgive: mistakes, a space too few, and then a space too many.

    known: which of the words, halves and joins are there at all; near: words that are there and may be what was meant.
    """
    near = set(near)
    plain = as_typed(words)
    wanted = [Wanted((*one.options, *_forgiven(word, known, near))) for one, word in zip(plain, words, strict=True)]
    readings = [tuple(wanted)]
    for at, joined in enumerate(joins_of(words)):
        if joined in known:
            readings.append((*wanted[:at], Wanted((Option((joined,), _JOINED),)), *wanted[at + 2 :]))
    return readings


def _forgiven(word: str, known: set[str], near: set[str]) -> list[Option]:
    options = [Option(halves, _JOINED) for halves in halves_of(word) if known.issuperset(halves)]
    for other in near:
        most = mistakes_in(other)
        if other != word and most and (apart := distance(word, other, most)) <= most:
            options.append(Option((other,), _ONE if apart == 1 else _TWO))
    return sorted(options, key=lambda one: (-one.worth, one.words))[:20]


# What comes first


@dataclass(frozen=True)
class Entry:
    """What can be found, by the words it has: those of its fields as keys, in order."""

    name: tuple[str, ...]
    people: tuple[str, ...]
    tags: tuple[str, ...]


def rarity_of(count: int) -> int:
    """Return the weight of a word that so many things have: from 1 for a frequent one to 11."""
    return 11 - min(count, MOST_COUNTED).bit_length()


def weigh(entry: Entry, reading: Reading, rarities: Sequence[int]) -> tuple[int, list[Option | None]]:
    """Return how well an entry answers a reading, 0 for not at all, and by which option each word is there.

    What each word adds is its rarity, the weight of the field it is in, and how exactly it is there. A name that is
    just what was typed counts twice, one that begins with it or holds it in a row counts more, and a long one less.
    """
    fields = {NAME: entry.name, PEOPLE: entry.people, TAGS: entry.tags}
    total = 0
    used: list[Option | None] = []
    for wanted, rarity in zip(reading, rarities, strict=True):
        best, by = 0, None
        for option in wanted.options:
            worth = _worth(option, fields)
            if worth > best:
                best, by = worth, option
        total += rarity * best
        used.append(by)
    if not total:
        return 0, used
    return total + _bonus(entry.name, used, total), used


def _worth(option: Option, fields: dict[str, tuple[str, ...]]) -> int:
    least = _WEIGHT[NAME]
    for place, word in enumerate(option.words, 1):
        key = key_of(word)
        goes_on = option.starts and place == len(option.words)
        for field in FIELDS:
            held = fields[field]
            if key in held or (goes_on and any(one.startswith(key) for one in held)):
                least = min(least, _WEIGHT[field])
                break
        else:
            return 0
    return least * option.worth


def _bonus(name: tuple[str, ...], used: Sequence[Option | None], total: int) -> int:
    if None in used:
        return 0
    asked = tuple(key_of(word) for option in used if option for word in option.words)
    last = used[-1]
    starts = last is not None and last.starts
    more = 0
    if name == asked:
        more = total
    else:
        for at in range(len(name) - len(asked) + 1):
            stretch = name[at : at + len(asked)]
            if stretch == asked:
                more = max(more, total // (4 if at else 2))
            elif starts and stretch[:-1] == asked[:-1] and stretch[-1].startswith(asked[-1]):
                more = max(more, total // (5 if at else 3))
    return more - total * min(max(0, len(name) - len(asked)), 8) // 100


def meant_by(used: Sequence[Option | None]) -> str:
    """Return what was typed as it is there: with its mistakes put right and its spaces in place."""
    return " ".join(word for option in used if option for word in option.words)
