"""Who asked: every question of a system that considered a recording, with the rule that decided and the proof."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Sum
from pyroaring import BitMap

from antiphon.consent.core.purposes import PURPOSES, Purpose
from antiphon.consent.core.rules import BY_RULE
from antiphon.consent.models import Asked, AskedRule

_LOOK_BACK = 5000


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


def who_asked(
    recording_ids: Iterable[int], *, before: str = "", allowed: bool | None = None, limit: int = 50
) -> list[Question]:
    """Return the latest questions that considered any of these recordings, one line for each rule that decided."""
    mine = BitMap(recording_ids)
    # A purpose outside the table has the number zero: it was refused, and is about no purpose that anybody answers.
    rows = AskedRule.objects.select_related("asked").filter(asked__purpose__gt=0).order_by("-asked_id", "rule")
    if before:
        rows = rows.filter(asked__lt=Asked.objects.filter(uid=before).values("pk")[:1])
    found: list[Question] = []
    for row in rows[:_LOOK_BACK].iterator(500):
        verdict = BY_RULE[row.rule].allows
        if allowed is not None and verdict != allowed:
            continue
        hit = BitMap.deserialize(bytes(row.bitmap)) & mine
        if not hit:
            continue
        # A page never ends in the middle of one question, or the rest of it would be skipped.
        if len(found) >= limit and found[-1].uid != row.asked.uid:
            break
        asked = row.asked
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
