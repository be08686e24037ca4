"""What others promised when: the sentences of a text about one topic, since when each stands, what took its place."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from antiphon.terms.core.clauses import Document
from antiphon.terms.core.subjects import Sentence, Topic, about

LIKE = 0.75  # a sentence of which so many words stay is the same one, changed


@dataclass(frozen=True)
class Seen:
    """A text as it stood at a moment."""

    at: datetime
    document: Document


@dataclass(frozen=True)
class Spoken:
    """A sentence over time. `since` and `until` are when it was first seen, and first seen no more: it may have come
    any time between `since` and the snapshot before that."""

    words: str
    clause: str
    since: datetime
    not_before: datetime | None  # the last snapshot without it; None where the first one has it
    until: datetime | None = None
    replaced_by: tuple[str, ...] = ()


def spoken(snapshots: Sequence[Seen], topic: Topic = Topic.AI) -> list[Spoken]:
    """Return every sentence about a topic that ever stood in a text, in the order in which they came."""
    found: list[Spoken] = []
    live: dict[str, int] = {}
    before: datetime | None = None
    for seen in snapshots:
        here = {one.words: one for one in about(seen.document, topic)}
        new = [one for words, one in here.items() if words not in live]
        gone = [found[live.pop(words)] for words in [words for words in live if words not in here]]
        for old, instead in zip(gone, _in_place_of(gone, new), strict=True):
            place = found.index(old)
            found[place] = Spoken(old.words, old.clause, old.since, old.not_before, seen.at, instead)
        for one in new:
            live[one.words] = len(found)
            found.append(Spoken(one.words, one.clause, seen.at, before))
        before = seen.at
    return found


def _in_place_of(gone: Sequence[Spoken], new: Sequence[Sentence]) -> list[tuple[str, ...]]:
    """What stands in each sentence's place: the one that says nearly the same, else what came to its clause and is no
    other's successor."""
    alike: list[str | None] = []
    for old in gone:
        here = [one.words for one in new if one.clause == old.clause and _likeness(one.words, old.words) >= LIKE]
        alike.append(max(here, key=lambda words: _likeness(words, old.words), default=None))
    taken = set(alike)
    return [
        (same,) if same else tuple(one.words for one in new if one.clause == old.clause and one.words not in taken)
        for old, same in zip(gone, alike, strict=True)
    ]


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()
