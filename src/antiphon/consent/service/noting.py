"""Noting a question on each recording, for its label and for Who asked: at once for few, by a job for many."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F
from pyroaring import BitMap

from antiphon.consent.core.places import BLOCK, places_of
from antiphon.consent.core.rules import BY_RULE
from antiphon.consent.models import Asked, AskedOf, AskedRule, Subject
from antiphon.consent.service import acts, deciding
from antiphon.jobs import service as jobs

NOTE = "consent.note_asked"
STEP = 5000  # recordings that are written to while others wait
_NEEDED_HERE = (1, 2)  # the pair that keeps the place safe is no question to anybody


def begin(asked: Asked, by_rule: Mapping[str, BitMap]) -> None:
    """Note a question in the transaction that writes it down, or queue the job that does: a million take seconds."""
    if asked.considered <= STEP:
        _note(asked, by_rule)
        return
    Asked.objects.filter(pk=asked.pk).update(noted_to=0)
    jobs.enqueue(NOTE, key=f"{NOTE}:{asked.pk}", asked_id=asked.pk)


def go_on(asked_id: int) -> None:
    """Note a question on all its recordings, each once, from where an earlier run was cut off."""
    rules = {
        rule: BitMap.deserialize(bytes(rows))
        for rule, rows in AskedRule.objects.filter(asked=asked_id).values_list("rule", "bitmap")
    }
    every = BitMap().union(*rules.values())
    while _step(asked_id, rules, every):
        pass


def _step(asked_id: int, rules: Mapping[str, BitMap], every: BitMap) -> bool:
    with transaction.atomic():
        acts.hold()
        asked = Asked.objects.get(pk=asked_id)
        if asked.noted_to is None:
            return False
        done = every.rank(asked.noted_to)
        part = every[done : done + STEP]
        if done + len(part) < len(every):
            # It ends where a block of neighbours does: cut in two, they would not share a place.
            part = part & BitMap(range(part.max() // BLOCK * BLOCK)) or part
        _note(asked, {rule: rows & part for rule, rows in rules.items()})
        asked.noted_to = part.max() if done + len(part) < len(every) else None
        asked.save(update_fields=["noted_to"])
        return asked.noted_to is not None


def _note(asked: Asked, by_rule: Mapping[str, BitMap]) -> None:
    if not asked.purpose:
        return  # outside the table: it was refused, and is about no purpose that anybody answers
    AskedOf.objects.bulk_create(
        (
            AskedOf(asked=asked, rule=BY_RULE[rule].code, place=place, bitmap=bitmap)
            for rule, rows in by_rule.items()
            for place, bitmap in places_of(rows)
        ),
        batch_size=500,
    )
    if asked.purpose in _NEEDED_HERE:
        return
    for rule, rows in by_rule.items():
        column = "asked_allowed" if deciding.is_allowing(rule) else "asked_refused"
        if rows:
            Subject.objects.filter(pk__in=list(rows)).update(**{column: F(column) + 1})
