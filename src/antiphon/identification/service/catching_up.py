"""Whatever was missed: recordings that nobody heard, rows that no file has, and what the doctor wants to know."""

import logging
from dataclasses import dataclass

from antiphon.identification.models import Comparison, Fingerprint, Match
from antiphon.identification.service import hearing, shelving

log = logging.getLogger(__name__)
CATCH_UP = "identification.catch_up"


@dataclass(frozen=True)
class State:
    """How the room stands. waiting: recordings nobody has compared; failed: those that could not be."""

    kept: int
    unindexed: int
    waiting: int
    failed: int
    open: int


def catch_up() -> None:
    """Hear what nobody heard, and bring the index into line with the rows. Raises `Conflict`, `Damaged`."""
    hearing.enqueue(hearing.unheard())
    if Fingerprint.objects.exists() or shelving.shelf().folder.exists():
        shelving.bring_in()
        missed, extra = shelving.reconcile()
        if missed or extra:
            log.info("the index of fingerprints missed %s recordings and had %s too many", missed, extra)


def state() -> State:
    """Return how the room stands. Five queries."""
    return State(
        kept=shelving.size(),
        unindexed=Fingerprint.objects.filter(indexed_at=None).count(),
        waiting=len(hearing.unheard()),
        failed=Comparison.objects.filter(state=Comparison.State.FAILED).count(),
        open=Match.objects.filter(state=Match.State.OPEN).count(),
    )
