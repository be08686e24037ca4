"""What changed in somebody else's terms, as one tells it: which sentences about AI came and went, what else was
touched, which clauses. Pure; the letter's words are its caller's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from antiphon.terms.core.comparing import Change, Kind
from antiphon.terms.core.subjects import Topic
from antiphon.terms.core.watching import Spoken


@dataclass(frozen=True)
class Difference:
    """The last change of a text. `replaced` pairs an old sentence about AI with what stands in its place."""

    came: tuple[str, ...]
    gone: tuple[str, ...]
    replaced: tuple[tuple[str, tuple[str, ...]], ...]
    topics: tuple[Topic, ...]  # of other sentences that came, went or were changed
    clauses: tuple[str, ...]  # the titles of those that are not as they were

    @property
    def is_about_ai(self) -> bool:
        return bool(self.came or self.gone or self.replaced)


def difference(said: Sequence[Spoken], at: datetime, topics: frozenset[Topic], changes: Sequence[Change]) -> Difference:
    """Return what the snapshot of a moment changed: `said` are the sentences about AI over time, `topics` those that
    were touched, `changes` the clauses."""
    ended = [one for one in said if one.until == at]
    instead = {words for one in ended for words in one.replaced_by}
    return Difference(
        tuple(one.words for one in said if one.since == at and one.not_before and one.words not in instead),
        tuple(one.words for one in ended if not one.replaced_by),
        tuple((one.words, one.replaced_by) for one in ended if one.replaced_by),
        tuple(topic for topic in Topic if topic in topics - {Topic.AI}),
        tuple(one.clause.title for one in changes if one.kind is not Kind.SAME),
    )
