"""What a sentence of terms is about: AI, money, a licence, data, liability; by open rules, with the sentence as
evidence. No model is asked, so that anybody can check why a sentence was marked.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

from antiphon.terms.core.clauses import Document, folded


class Topic(StrEnum):
    """In the order in which they matter to somebody who makes music."""

    AI = "ai"
    MONEY = "money"
    LICENCE = "licence"
    DATA = "data"
    LIABILITY = "liability"


@dataclass(frozen=True)
class Sentence:
    """A sentence of a clause, with what it is about."""

    clause: str
    words: str
    topics: frozenset[Topic]


_ABBREVIATIONS = frozenset(
    "e.g i.e etc inc ltd co corp no nos art arts sec para vs mr mrs ms dr st cf approx resp u.s u.k e.u gmbh kg".split()  # noqa: SIM905
)
# A full stop, question or exclamation mark with what closes behind it, and a new beginning after a space.
_END = re.compile(r"""[.!?]["')\]]*(?=\s+["'(\[]?[A-Z0-9ÄÖÜÉÈÀ])""")


def sentences(paragraph: str) -> list[str]:
    """Cut a paragraph into sentences. Abbreviations and numbers of sections end none."""
    said = folded(paragraph)
    ends = [match.end() for match in _END.finditer(said)]
    found: list[str] = []
    for start, end in zip([0, *ends], [*ends, len(said)], strict=True):
        part = said[start:end].strip()
        if found and _goes_on(found[-1]):
            found[-1] += " " + part
        elif part:
            found.append(part)
    return found


def _goes_on(before: str) -> bool:
    last = before.rstrip("\"')]").rsplit(" ", 1)[-1].lower()
    if not last.endswith("."):
        return False
    word = last.rstrip(".").lstrip("\"'([")
    return word in _ABBREVIATIONS or len(word) == 1 or (word.isdigit() and len(before) < 8)


@cache
def table() -> tuple[int, dict[Topic, re.Pattern[str]]]:
    """Return the version of the rules and the pattern of each topic."""
    raw = tomllib.loads(resources.files("antiphon.terms.data").joinpath("subjects.toml").read_text(encoding="utf-8"))
    return int(raw["version"]), {
        topic: re.compile(rf"\b(?:{'|'.join(raw[topic.value]['patterns'])})\b", re.IGNORECASE) for topic in Topic
    }


def topics_of(sentence: str) -> frozenset[Topic]:
    """Return what a sentence is about; nothing for most."""
    said = folded(sentence)
    return frozenset(topic for topic, pattern in table()[1].items() if pattern.search(said))


def marked(document: Document) -> list[Sentence]:
    """Return the sentences of a text that are about any of the topics, in their order."""
    found = []
    for clause in document.clauses:
        for paragraph in clause.paragraphs:
            for words in sentences(paragraph):
                topics = topics_of(words)
                if topics:
                    found.append(Sentence(clause.name, words, topics))
    return found


def about(document: Document, topic: Topic) -> list[Sentence]:
    """Return the sentences of a text about one topic."""
    return [one for one in marked(document) if topic in one.topics]


def touched(old: Iterable[Sentence], new: Iterable[Sentence]) -> frozenset[Topic]:
    """Return the topics of sentences that stand in one version and not in the other. Moving a sentence is no touch."""
    before, after = {one.words: one.topics for one in old}, {one.words: one.topics for one in new}
    changed = [topics for words, topics in before.items() if words not in after]
    changed += [topics for words, topics in after.items() if words not in before]
    return frozenset(topic for topics in changed for topic in topics)
