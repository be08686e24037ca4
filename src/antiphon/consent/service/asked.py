"""Who asked: every question of a system that considered a recording, with the rule that decided and the proof."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Sum
from pyroaring import BitMap

from antiphon.consent.core.purposes import PURPOSES, Purpose
from antiphon.consent.core.rules import BY_RULE
from antiphon.consent.models import Asked, AskedRule

_LOOK_BACK = 5000  # lines of questions, others' included, that one page looks through


@dataclass(frozen=True)
class Question:
    """One question, as far as it concerns somebody's recordings."""

    uid: str
    at: datetime
    system: str
    purpose: Purpose
    actor: str
    rule: str
    allowed: bool
    recordings: tuple[int, ...]
    entry: int | None  # its row in the ledger


class Questions(list[Question]):
    """A page of questions, the latest first, that knows where the next one begins."""

    older = ""  # the question before which it goes on; empty where the beginning was reached


def who_asked(
    recording_ids: Iterable[int], *, before: str = "", allowed: bool | None = None, limit: int = 50
) -> Questions:
    """Return the latest questions that considered any of these recordings, one line for each rule that decided.

    It looks back so far and no further, so a page may be empty and still have an older one.
    """
    mine = BitMap(recording_ids)
    # A purpose outside the table has the number zero: it was refused, and is about no purpose that anybody answers.
    rows = AskedRule.objects.select_related("asked").filter(asked__purpose__gt=0).order_by("-asked_id", "rule")
    if before:
        rows = rows.filter(asked__lt=Asked.objects.filter(uid=before).values("pk")[:1])
    found, last = Questions(), ""
    # So many more that the last question is always looked at whole: no question has more lines than there are rules.
    for number, row in enumerate(rows[: _LOOK_BACK + len(BY_RULE)].iterator(500)):
        asked = row.asked
        if number >= _LOOK_BACK and asked.uid != last:
            found.older = last
            break
        last = asked.uid
        verdict = BY_RULE[row.rule].allows
        if allowed is not None and verdict != allowed:
            continue
        hit = BitMap.deserialize(bytes(row.bitmap)) & mine
        if not hit:
            continue
        # A page never ends in the middle of one question, or the rest of it would be skipped.
        if len(found) >= limit and found[-1].uid != asked.uid:
            found.older = found[-1].uid
            break
        found.append(
            Question(
                asked.uid, asked.at, asked.system, PURPOSES[asked.purpose - 1], asked.actor, row.rule, verdict,
                tuple(hit), asked.entry,
            )
        )  # fmt: skip
    return found


@dataclass(frozen=True)
class Tally:
    """How often a system asked for a purpose, and what it was answered, counted in recordings."""

    system: str
    purpose: Purpose
    questions: int
    considered: int
    allowed: int

    @property
    def refused(self) -> int:
        return self.considered - self.allowed


def counts() -> list[Tally]:
    """Return what was asked, allowed and refused, for each purpose and system."""
    rows = (
        Asked.objects.filter(purpose__gt=0)
        .values("system", "purpose")
        .annotate(questions=Count("pk"), considered_sum=Sum("considered"), allowed_sum=Sum("allowed"))
    )
    return [
        Tally(row["system"], PURPOSES[row["purpose"] - 1], row["questions"], row["considered_sum"], row["allowed_sum"])
        for row in rows.order_by("system", "purpose")
    ]
