"""What the rules say of many recordings at once: looked at as a whole, and again only where something has changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pyroaring import BitMap

from antiphon.consent.core.permits import SITE
from antiphon.consent.core.purposes import BY_SLUG
from antiphon.consent.models import Actor, Cover, Gone, Subject
from antiphon.consent.service import acts, deciding, registering

_CHUNK = 5000


@dataclass(frozen=True)
class Asking:
    """A question of a system: may it use these recordings for this?"""

    wanted: BitMap
    purpose: str
    system: str
    actor: str
    at: datetime


@dataclass(frozen=True)
class Verdicts:
    """The recordings of a question by the rule that decided, and the change of the gate up to which that holds."""

    by_rule: dict[str, BitMap]
    seen: int
    asker: tuple[int, bool]  # the row that lets the system ask, and whether the actor is known

    @property
    def allowed(self) -> BitMap:
        return allowed_in(self.by_rule)


def look(asking: Asking) -> Verdicts:
    """Look at every recording of a question."""
    # Read before the masks: a number that is too old only means another look, one too new would be false evidence.
    seen = acts.size()
    return Verdicts(by_rule(asking.wanted, asking), seen, _asker(asking))


def look_again(asking: Asking, before: Verdicts, *, most: int | None = None) -> Verdicts | None:
    """Return the verdicts as they are now, looking only at what has changed; None when that is more than `most`.

    Held against every change (`acts.hold`), it is what stands until the transaction ends.
    """
    seen = acts.size()
    if _asker(asking) != before.asker:
        return look(asking) if most is None else None
    if seen == before.seen:
        return before
    changed = _changed_since(before.seen, most)
    if most is not None and len(changed) > most:
        return None
    hit = changed & asking.wanted
    now = by_rule(hit, asking) if hit else {}
    rules = {
        rule: rows
        for rule in before.by_rule.keys() | now.keys()
        if (rows := (before.by_rule.get(rule, BitMap()) - hit) | now.get(rule, BitMap()))
    }
    return Verdicts(rules, seen, before.asker)


def by_rule(wanted: BitMap, asking: Asking) -> dict[str, BitMap]:
    """Return recordings by the rule that decides now. One that the gate does not know is a no."""
    purpose, actor = asking.purpose, asking.actor
    system, known_actor = _asker(asking)
    if not system:
        # A system that is not registered, not yet, or for something else is nobody that the gate knows.
        return {"unknown.actor" if purpose in BY_SLUG else "unknown.purpose": BitMap(wanted)}
    found: dict[str, BitMap] = {}
    for rows in _stored(wanted):
        covered = covered_of([row[0] for row in rows], purpose, actor, asking.at)
        for rule, hit in deciding.by_rule(rows, purpose, actor, known_actor, covered).items():
            found[rule] = found.get(rule, BitMap()) | hit
    if missing := wanted - BitMap().union(*found.values()):
        found["unknown.facts"] = found.get("unknown.facts", BitMap()) | missing
    return found


def allowed_in(found: Mapping[str, BitMap]) -> BitMap:
    """Return the recordings that a rule allowed."""
    return BitMap().union(*(rows for rule, rows in found.items() if deciding.is_allowing(rule)))


def is_known(actor: str) -> bool:
    """Tell whether the gate knows who asks."""
    return actor == SITE or Actor.objects.filter(slug=actor, ended_at=None).exists()


def covered_of(pks: Sequence[int], purpose: str, actor: str, at: datetime) -> set[int]:
    """Return those of the recordings that grants cover for an actor, a purpose and a moment."""
    if actor == SITE:
        return set()  # nobody grants anything to the site itself
    rows = Cover.objects.filter(
        subject_id__in=pks, actor=actor, purpose=BY_SLUG[purpose].number if purpose in BY_SLUG else 0,
        starts_at__lte=at, ends_at__gt=at,
    )  # fmt: skip
    return set(rows.values_list("subject_id", flat=True))


def _asker(asking: Asking) -> tuple[int, bool]:
    row = registering.active(asking.system, asking.at)
    if row is None or asking.purpose not in BY_SLUG or row.purpose != BY_SLUG[asking.purpose].number:
        return 0, False
    return row.pk, is_known(asking.actor)


def _stored(wanted: BitMap) -> Iterable[list[deciding.Stored]]:
    every = list(wanted)
    for start in range(0, len(every), _CHUNK):
        # Tuples: making a million rows into objects took ten times as long as deciding on them.
        rows = list(Subject.objects.filter(pk__in=every[start : start + _CHUNK]).values_list(*deciding.COLUMNS))
        if rows:
            yield rows


def _changed_since(seen: int, most: int | None) -> BitMap:
    """Return what was folded to something else, or let go, by a later change; one more than `most` is enough."""
    upto = None if most is None else most + 1
    changed = BitMap(Subject.objects.filter(changed_in__gt=seen).values_list("pk", flat=True)[:upto])
    return changed | BitMap(Gone.objects.filter(changed_in__gt=seen).values_list("recording_id", flat=True)[:upto])
