"""What jobs made of recordings, and what has to lose some of them again."""

import logging
from collections.abc import Callable, Iterable

from django.db import transaction
from pyroaring import BitMap

from antiphon.consent.core.places import places_of, places_with
from antiphon.consent.core.purposes import PURPOSES
from antiphon.consent.models import Artefact, Recall, RecallOf
from antiphon.consent.service.finding import newest
from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.ledger import service as ledger

log = logging.getLogger(__name__)
CARRY_OUT = "consent.carry_out_recall"
_ROUNDS = 5
# Takes an artefact's uid and the recordings it must lose; returns in words what was done. May be called twice.
Remedy = Callable[[str, BitMap], str]
_remedies: dict[str, Remedy] = {}


def use_remedy(kind: str, remedy: Remedy) -> None:
    """Name who makes an artefact of this kind lose recordings; called by `site`."""
    _remedies[kind] = remedy


def end_artefact(uid: str) -> None:
    """Say that an artefact is no more; it needs no recall."""
    Artefact.objects.filter(uid=uid, ended_at=None).update(ended_at=clock.now())


def recall(refused: dict[int, dict[int, str]]) -> int:
    """List and queue what must lose recordings, in the caller's transaction; return how many recalls that are.

    refused: by purpose's number, recordings that were allowed before and are not now, each with the rule.
    """
    made = 0
    for number, recordings in refused.items():
        for pk, hit in holding(number, BitMap(recordings)):
            _queue(pk, hit, recordings[hit[0]])
            made += 1
    return made


def holding(purpose: int, recordings: BitMap) -> list[tuple[int, BitMap]]:
    """Return the live artefacts of a purpose that hold any of these recordings, by row id, and which they hold."""
    rows = Artefact.objects.filter(purpose=purpose, ended_at=None).values_list("pk", "bitmap").iterator(2000)
    found = ((pk, BitMap.deserialize(bytes(data)) & recordings) for pk, data in rows)
    return [(pk, hit) for pk, hit in found if hit]


def _queue(artefact_id: int, hit: BitMap, because: str) -> None:
    row = Recall.objects.create(artefact_id=artefact_id, bitmap=hit.serialize(), because=because)
    RecallOf.objects.bulk_create(
        (RecallOf(recall=row, place=place, bitmap=bitmap) for place, bitmap in places_of(hit)), batch_size=500
    )
    artefact = row.artefact
    public = {"artefact": artefact.uid, "kind": artefact.kind, "because": because, "recordings": len(hit)}
    row.entry = ledger.append("recall", {"recordings": sorted(hit)}, public)
    row.save(update_fields=["entry"])
    _send(row.pk)


def _send(recall_id: int) -> None:
    jobs.enqueue(CARRY_OUT, subject=f"recall:{recall_id}", key=f"{CARRY_OUT}:{recall_id}", recall_id=recall_id)


def resume_recalls() -> int:
    """Queue again what was not carried out yet, also where its job was given up; return how many wait.

    A recall has one key, so one whose job is queued or running gets no second.
    """
    waiting = list(Recall.objects.filter(state=Recall.State.QUEUED).order_by("pk").values_list("pk", flat=True))
    for recall_id in waiting:
        _send(recall_id)
    return len(waiting)


def carry_out(recall_id: int) -> None:
    """Carry a recall out and write down what was done. May run again after it was interrupted."""
    row = Recall.objects.select_related("artefact").filter(pk=recall_id, state=Recall.State.QUEUED).first()
    if row is None:
        return
    remedy = _remedies.get(row.artefact.kind)
    if remedy is None:
        raise LookupError(f"nobody can make a {row.artefact.kind} lose recordings")
    lost = lost_in(row)
    words = remedy(row.artefact.uid, lost)
    with transaction.atomic():
        artefact = Artefact.objects.select_for_update().get(pk=row.artefact_id)
        left = BitMap.deserialize(bytes(artefact.bitmap)) - lost
        artefact.bitmap = left.serialize()
        if not left:
            artefact.ended_at = clock.now()
        artefact.save(update_fields=["bitmap", "ended_at"])
        row.state, row.remedy, row.done_at = Recall.State.DONE, words[:200], clock.now()
        row.save(update_fields=["state", "remedy", "done_at"])


def recalls_waiting() -> int:
    """Return how many recalls were not carried out yet."""
    return Recall.objects.filter(state=Recall.State.QUEUED).count()


class Recalls(list[Recall]):
    """A page of recalls, the latest first, that knows where the next one begins."""

    older = 0  # the recall before which it goes on; zero where the beginning was reached


def recalls_with(recording_ids: Iterable[int], *, before: int = 0, limit: int = 100) -> Recalls:
    """Return the latest recalls that touch any of these recordings, with their artefacts.

    Two queries. Where many neighbours of theirs were recalled and they were not, it gives up after some more, so a
    page may be short and still have an older one.
    """
    mine, found = BitMap(recording_ids), Recalls()
    places = places_with(mine)
    for _number in range(_ROUNDS):
        older = RecallOf.objects.filter(recall__lt=before) if before else RecallOf.objects.all()
        pks = newest(older, "recall_id", places, limit + 1)
        rows = Recall.objects.select_related("artefact").defer("artefact__bitmap").in_bulk(pks)
        for row in (rows[pk] for pk in pks):
            if not lost_in(row) & mine:
                continue
            if len(found) == limit:
                found.older = found[-1].pk
                return found
            found.append(row)
        if len(pks) <= limit:
            return found
        before = pks[-1]
    found.older = before
    return found


def lost_in(row: Recall) -> BitMap:
    """Return the recordings that an artefact loses by a recall."""
    return BitMap.deserialize(bytes(row.bitmap))


def purpose_of(number: int) -> str:
    """Return the slug of a purpose's number."""
    return PURPOSES[number - 1].slug
