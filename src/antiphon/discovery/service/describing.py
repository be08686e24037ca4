"""Making descriptors under a permit, and letting go of them. Here the gate is asked; `similar` only filters by it.

Asked when a job is queued (`permitted`), when it starts (`ask`), before the sound is given out and before the numbers
are stored (`recheck`). A yes that is taken back in between leaves nothing behind.
"""

import logging
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import transaction

from antiphon.audio import service as audio
from antiphon.audio.core.failures import Failure
from antiphon.catalogue import service as catalogue
from antiphon.consent.core.permits import Permit
from antiphon.discovery import registry
from antiphon.discovery.core import layout
from antiphon.discovery.core.use import ARTEFACT, ENGINE, PURPOSE, SYSTEM
from antiphon.discovery.models import Descriptor
from antiphon.jobs import service as jobs

log = logging.getLogger(__name__)
DESCRIBE, CATCH_UP = "discovery.describe", "discovery.catch_up"
_AT_ONCE = 5000
_FEW = 200
_WAIT_S = 60.0


class Listener:
    """`audio.ports.Subscriber`: new recordings are described, where their holders said yes."""

    purpose = PURPOSE

    def recording_ready(self, recording_id: int) -> None:
        recording_ready(recording_id)


def recording_ready(recording_id: int) -> None:
    """A recording can be heard from now on: enqueue its description, if that is allowed now."""
    answers_changed([recording_id])


def answers_changed(recording_ids: Iterable[int]) -> None:
    """What holders say of these recordings may have changed: describe what is allowed now, forget what is not.

    Of a whole catalogue, forgetting happens at once and describing is left to the job that catches up.
    """
    recording_ids = list(recording_ids)
    if len(recording_ids) > _FEW:
        for ids in _portions(recording_ids):
            forget(set(ids) - set(_allowed().filter(pk__in=ids).values_list("pk", flat=True)))
        jobs.enqueue(CATCH_UP, key=CATCH_UP)
        return
    for ids in _portions(recording_ids):
        allowed = _allowed().filter(pk__in=ids)
        wanted = set(allowed.values_list("pk", flat=True))
        forget(set(ids) - wanted)
        _enqueue(wanted)


def forget(recording_ids: Iterable[int]) -> int:
    """Delete what was derived from these recordings, as a recall asks; return how many had something. Idempotent."""
    return sum(Descriptor.objects.filter(recording_id__in=ids).delete()[0] for ids in _portions(recording_ids))


def catch_up() -> None:
    """Bring descriptors into line with the answers, whatever was missed: delete, and enqueue."""
    allowed = registry.gate().permitted(PURPOSE)
    gone = forget(Descriptor.objects.exclude(allowed).values_list("recording_id", flat=True))
    if gone:
        log.info("%s descriptors were deleted: their recordings may no longer be organised", gone)
    ready = Descriptor.objects.filter(version=layout.VERSION).values("recording_id")
    _enqueue(_allowed().exclude(pk__in=ready).values_list("pk", flat=True)[:_AT_ONCE])


def describe(recording_id: int, ctx: jobs.JobContext) -> None:
    """Listen to a recording under a permit and store what it is like. Without a permit nothing is heard or kept."""
    gate = registry.gate()
    try:
        permit = gate.ask([recording_id], PURPOSE, SYSTEM)
        heard = audio.listen(
            permit,
            ENGINE,
            ctx=ctx,
            on_result=lambda recording, found: _store(permit, recording, found),
        )
    except gate.Refused:
        forget([recording_id])
        return
    except Failure as failure:
        raise _again(failure, ctx) from failure
    forget(heard.refused)
    if heard.strikes:
        raise jobs.GiveUp(f"The engine reached {heard.strikes} times for what it was not given.")
    for why in heard.failed.values():
        if why != "missing":  # deleted meanwhile
            raise jobs.GiveUp(f"It could not be described: {why}")


def _again(failure: Failure, ctx: jobs.JobContext) -> Exception:
    if failure.code == "interrupted" or (failure.of_the_moment and not ctx.last_attempt):
        return jobs.TryAgain(failure.in_english(), _WAIT_S)
    return jobs.GiveUp(failure.in_english())


def _store(permit: Permit, recording_id: int, found: dict[str, Any]) -> None:
    """Keep a descriptor in place of the one before, if the permit still stands. What was heard is not trusted."""
    gate = registry.gate()
    if found.get("version") != layout.VERSION or not isinstance(numbers := found.get("vector"), list):
        raise jobs.GiveUp("The engine said what no descriptor is.")
    try:
        vector = layout.packed(numbers)
    except ValueError as error:
        raise jobs.GiveUp(f"The engine said what no descriptor is: {error}.") from error
    with transaction.atomic():
        if not gate.recheck(permit).covers(recording_id):
            return
        uid = gate.keep_artefact(ARTEFACT, permit, note=f"recording {recording_id}, version {layout.VERSION}")
        before = Descriptor.objects.filter(recording_id=recording_id)
        for replaced in before.values_list("artefact_uid", flat=True):
            gate.end_artefact(replaced)
        before.delete()
        Descriptor.objects.create(
            recording_id=recording_id,
            vector=vector,
            version=layout.VERSION,
            purpose=permit.purpose,
            permit_uid=permit.uid,
            artefact_uid=uid,
        )


def _allowed() -> Any:
    """Recordings that can be heard and may be organised now."""
    rows = catalogue.Recording.objects.filter(registry.gate().permitted(PURPOSE, path="id"))
    return rows.filter(state__in=(catalogue.Recording.State.PLAYABLE, catalogue.Recording.State.COMPLETE))


def _enqueue(recording_ids: Iterable[int]) -> None:
    """Enqueue what has no descriptor of this version yet, once however often it is asked for."""
    for ids in _portions(recording_ids):
        ready = Descriptor.objects.filter(recording_id__in=ids, version=layout.VERSION)
        for recording_id in sorted(set(ids) - set(ready.values_list("recording_id", flat=True))):
            subject = f"recording:{recording_id}"
            jobs.enqueue(DESCRIBE, subject=subject, key=f"{DESCRIBE}:{recording_id}", recording_id=recording_id)


def _portions(recording_ids: Iterable[int]) -> Iterator[list[int]]:
    """Cut into what one statement of any database takes."""
    left = iter(list(recording_ids))
    while portion := list(islice(left, _AT_ONCE)):
        yield portion
