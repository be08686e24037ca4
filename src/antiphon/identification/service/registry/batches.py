"""Many fingerprints at once: taken in piece by piece, answered by a job that goes on where it was stopped.

Each fingerprint has a name of its asker's, once in a batch: what was cut is sent again, and what was there already is
neither refused nor answered twice.
"""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.identification.lookup_models import Lookup, LookupBatch
from antiphon.identification.service.registry import answering, index, pace
from antiphon.identification.service.registry.asking import asker_of, check_prints
from antiphon.jobs import service as jobs
from antiphon.jobs.service import JobContext
from antiphon.kernel import clock, ids
from antiphon.kernel.errors import AntiphonError, Conflict, NotFound

ANSWER_BATCH = "identification.answer_batch"
MOST_AT_ONCE = 500  # fingerprints of one request
_RUN_S = 20.0  # so long a job works at one batch before another may
_PART = 50


@dataclass(frozen=True)
class Item:
    """One fingerprint of a batch. ref: what its asker calls it."""

    ref: str
    packed: bytes


@dataclass(frozen=True)
class Stands:
    """How far a batch is."""

    batch: LookupBatch
    waiting: int
    answered: int
    failed: int

    @property
    def number(self) -> int:
        return self.waiting + self.answered + self.failed


def begin(user: accounts.User, name: str) -> LookupBatch:
    """Begin a batch; fingerprints are added with `add`."""
    return LookupBatch.objects.create(uid=ids.new_uid().hex, user=user, name=name)


def add(user: accounts.User, uid: str, items: Sequence[Item], *, counted_as: str, is_program: bool) -> Stands:
    """Add fingerprints, all or none; those that are there already with the same bytes are passed over.

    Raises `BadPrints` naming the one at fault, `Conflict` for a name that stands for another fingerprint, `TooMany`,
    `NotFound`.
    """
    for item in items:
        _check(item)
    by = asker_of(user, is_program=is_program)
    with transaction.atomic():
        batch = LookupBatch.objects.select_for_update().filter(uid=uid, user=user).first()
        if batch is None:
            raise NotFound(_("You have no such batch."))
        fresh = _fresh(batch, items)
        pace.count_batched(counted_as, len(fresh))
        Lookup.objects.bulk_create(
            Lookup(
                uid=ids.new_uid().hex, user=user, by_kind=by.kind, by_name=by.name, by_actor=by.slug, how="prints",
                prints=packed, sha256=sha256, duration_ms=check_prints(packed), batch=batch, ref=ref,
            )
            for ref, (packed, sha256) in fresh.items()
        )  # fmt: skip
        if fresh:
            jobs.enqueue(ANSWER_BATCH, subject=f"batch:{batch.pk}", key=f"{ANSWER_BATCH}:{batch.pk}", batch_id=batch.pk)
        return _stands(batch)


def stands(user: accounts.User, uid: str) -> Stands:
    """Return how far one's batch is. Raises `NotFound`."""
    batch = LookupBatch.objects.filter(uid=uid, user=user).first()
    if batch is None:
        raise NotFound(_("You have no such batch."))
    return _stands(batch)


def answers(batch: LookupBatch, *, after: int = 0, limit: int = 100) -> list[Lookup]:
    """Return what was answered or failed of a batch, in the order in which it was sent, behind the one of this number.

    Ends before the first that still waits, so that a page that was read never changes.
    """
    rows = Lookup.objects.filter(batch=batch, pk__gt=after).defer("prints").order_by("pk")[:limit]
    found: list[Lookup] = []
    for row in rows:
        if row.state == Lookup.State.WAITING:
            break
        found.append(row)
    return found


def answer_batch(batch_id: int, ctx: JobContext) -> None:
    """Answer what waits in a batch, for a while; the rest is left for another run. May be killed anywhere."""
    ends = time.monotonic() + _RUN_S
    view = index.public()
    while ctx.heartbeat() and time.monotonic() < ends:
        rows = list(Lookup.objects.filter(batch=batch_id, state=Lookup.State.WAITING).order_by("pk")[:_PART])
        if not rows:
            return
        for row in rows:
            if not ctx.heartbeat() or time.monotonic() > ends:
                break
            answering.answer_row(row, view)
    jobs.enqueue(ANSWER_BATCH, subject=f"batch:{batch_id}", key=f"{ANSWER_BATCH}:{batch_id}", batch_id=batch_id)


def batch_died(batch_id: int, reason: str) -> None:
    """The job was given up: what still waits is not answered, and says so."""
    now = clock.now()
    Lookup.objects.filter(batch=batch_id, state=Lookup.State.WAITING).update(
        state=Lookup.State.FAILED, failure=_("The site could not work on this. Send it again later."),
        answered_at=now, looked_further_at=now, prints=None,
    )  # fmt: skip


def _check(item: Item) -> None:
    try:
        check_prints(item.packed)
    except AntiphonError as error:
        error.subject = item.ref
        error.fields = {item.ref: error.message}
        raise


def _fresh(batch: LookupBatch, items: Sequence[Item]) -> dict[str, tuple[bytes, str]]:
    wanted = {item.ref: (item.packed, hashlib.sha256(item.packed).hexdigest()) for item in items}
    known = dict(Lookup.objects.filter(batch=batch, ref__in=list(wanted)).values_list("ref", "sha256"))
    clash = next((ref for ref, (_packed, sha256) in wanted.items() if known.get(ref, sha256) != sha256), None)
    if clash is not None or len(wanted) != len(items):
        raise Conflict(
            _("One name stands for two fingerprints in this batch."), subject=clash or "", hint=_("Give each its own.")
        )
    return {ref: one for ref, one in wanted.items() if ref not in known}


def _stands(batch: LookupBatch) -> Stands:
    states = Lookup.State
    sums = Lookup.objects.filter(batch=batch).aggregate(
        waiting=Count("pk", filter=Q(state=states.WAITING)),
        answered=Count("pk", filter=Q(state=states.ANSWERED)),
        failed=Count("pk", filter=Q(state=states.FAILED)),
    )
    return Stands(batch, **sums)
