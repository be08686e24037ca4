"""Who asked: every question of a system that considered a recording, with the rule that decided and the proof."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet, Sum
from pyroaring import BitMap

from antiphon.consent.core.places import places_with, recordings_at
from antiphon.consent.core.purposes import PURPOSES, Purpose
from antiphon.consent.core.rules import BY_CODE, BY_RULE, RULES
from antiphon.consent.models import Asked, AskedOf
from antiphon.consent.service.finding import at_places, newest

_ROUNDS = 5
_TOLD = ("uid", "at", "system", "purpose", "actor", "entry")


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

    Two queries. Where many neighbours of theirs were asked about and they were not, it gives up after some more, so a
    page may be short and still have an older one.
    """
    mine = BitMap(recording_ids)
    places, found = places_with(mine), Questions()
    rows = AskedOf.objects.all()
    if allowed is not None:
        rows = rows.filter(rule__in=[one.code for one in RULES if one.allows == allowed])
    older = rows.filter(asked__lt=Asked.objects.filter(uid=before).values("pk")[:1]) if before else rows
    for _number in range(_ROUNDS):
        pks = newest(older, "asked_id", places, limit + 1)
        lines = _lines(rows.filter(asked__in=pks), places, mine)
        for pk in pks:
            # A page never ends in the middle of one question, or the rest of it would be skipped.
            if pk in lines and len(found) >= limit:
                found.older = found[-1].uid
                return found
            found += lines.get(pk, [])
        if len(pks) <= limit:
            return found
        older = rows.filter(asked__lt=pks[-1])
    found.older = Asked.objects.values_list("uid", flat=True).get(pk=pks[-1])
    return found


def _lines(rows: QuerySet[AskedOf], places: Sequence[int], mine: BitMap) -> dict[int, list[Question]]:
    """Return the lines of questions by their ids, as far as they are about these recordings."""
    hits: dict[tuple[int, str], BitMap] = {}
    told: dict[int, tuple[str, datetime, str, int, str, int | None]] = {}
    columns = ("asked_id", "rule", "place", "bitmap", *(f"asked__{name}" for name in _TOLD))
    for part in at_places(rows, places):
        for pk, code, place, bitmap, *of_question in part.values_list(*columns):
            if hit := recordings_at(place, bytes(bitmap)) & mine:
                line = (pk, BY_CODE[code].slug)
                hits[line] = hits.get(line, BitMap()) | hit
                told[pk] = tuple(of_question)
    found: dict[int, list[Question]] = {}
    for pk, rule in sorted(hits):
        uid, at, system, purpose, actor, entry = told[pk]
        found.setdefault(pk, []).append(
            Question(
                uid, at, system, PURPOSES[purpose - 1], actor, rule, BY_RULE[rule].allows, tuple(hits[pk, rule]), entry
            )
        )
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
