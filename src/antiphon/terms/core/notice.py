"""How much notice a change needs: its class, what the class is at least, and from when it can be in force. Pure.

Sources: Regulation (EU) 2019/1150 art. 3 (15 days on a durable medium at least; editorial changes excepted);
Regulation (EU) 2022/2065 art. 14. Ours are longer, and no operator can make them shorter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from antiphon.terms.core.clauses import Document
from antiphon.terms.core.comparing import Change, Kind, compare
from antiphon.terms.core.subjects import Topic, marked, touched


class Weight(StrEnum):
    """How much a change weighs, lightest first."""

    EDITORIAL = "editorial"  # spelling, typography, an address: what is agreed stays the same
    CLARIFYING = "clarifying"  # other words for the same
    MATERIAL = "material"
    RIGHTS = "rights"  # AI rights, or money

    @property
    def rank(self) -> int:
        return list(Weight).index(self)


LEAST_DAYS: Mapping[Weight, int] = {
    Weight.EDITORIAL: 0, Weight.CLARIFYING: 15, Weight.MATERIAL: 30, Weight.RIGHTS: 60,
}  # fmt: skip
_OPTED_INTO = frozenset({Topic.AI, Topic.MONEY})


@dataclass(frozen=True)
class Weighed:
    """What a new version changes, and how much that weighs by itself."""

    changes: tuple[Change, ...]
    topics: frozenset[Topic]
    weight: Weight

    @property
    def is_empty(self) -> bool:
        return all(change.kind is Kind.SAME and not change.is_moved for change in self.changes)


def weigh(old: Document | None, new: Document) -> Weighed:
    """Compare two versions and say what class the change is by rule. A first version changes nothing for anybody."""
    if old is None:
        return Weighed((), frozenset(), Weight.EDITORIAL)
    changes = tuple(compare(old, new))
    topics = touched(marked(old), marked(new))
    if topics & _OPTED_INTO:
        weight = Weight.RIGHTS
    elif topics or any(change.kind in (Kind.ADDED, Kind.REMOVED) for change in changes):
        weight = Weight.MATERIAL
    else:
        weight = Weight.EDITORIAL
    return Weighed(changes, topics, weight)


def earliest(weight: Weight, published_at: datetime, days: Mapping[Weight, int] = LEAST_DAYS) -> datetime:
    """Return the first moment at which a change of this class may be in force for anybody."""
    return published_at + timedelta(days=max(days.get(weight, 0), LEAST_DAYS[weight]))


def in_force_for(
    effective_at: datetime, weight: Weight, reached_at: datetime | None, days: Mapping[Weight, int] = LEAST_DAYS
) -> datetime | None:
    """Return from when a version binds one person: not before its own day, nor before they have had their notice for
    as long as its class asks. None for somebody who was not reached.
    """
    if reached_at is None:
        return None
    return max(effective_at, reached_at + timedelta(days=max(days.get(weight, 0), LEAST_DAYS[weight])))


BOUNCES_WITHIN = timedelta(
    days=5
)  # servers try for four to five days (RFC 5321, 4.5.4.1) before they send a letter back


@dataclass(frozen=True)
class Told:
    """How one person heard of a version, if they did."""

    delivered_at: datetime | None = None  # a mail server took the letter
    bounced_at: datetime | None = None  # and it came back after all
    seen_at: datetime | None = None  # they looked at it here


def binds_from(
    effective_at: datetime, weight: Weight, told: Told, days: Mapping[Weight, int] = LEAST_DAYS
) -> datetime | None:
    """Return from when a version binds one person who heard of it like this, or None.

    A letter that a server took counts from that moment, and binds nobody before it could have come back; one that did
    come back never counted, whenever that becomes known. What was seen needs no such time.
    """
    moments = [in_force_for(effective_at, weight, told.seen_at, days)]
    if told.delivered_at is not None and told.bounced_at is None:
        by_letter = in_force_for(effective_at, weight, told.delivered_at, days)
        moments.append(max(by_letter, told.delivered_at + BOUNCES_WITHIN) if by_letter else None)
    return min((at for at in moments if at is not None), default=None)
