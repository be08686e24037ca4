"""Putting jobs into the queue, taking them out, and bringing dead ones back."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from antiphon.jobs import carrying, registry
from antiphon.jobs.models import Job
from antiphon.kernel import clock
from antiphon.kernel.errors import Conflict, NotFound

LIVE = (Job.State.QUEUED, Job.State.RUNNING)


def enqueue(name: str, *, subject: str = "", key: str = "", delay_s: float = 0, **args: Any) -> Job:
    """Write a job in the caller's transaction; a worker is told when that commits.

    While a job of the same `key` is queued or running, that one is returned: a queued one becomes due at the
    earlier time; a running one runs once more afterwards, so that no change made meanwhile is missed. Raises
    `NotFound` for a name nobody declared, `TypeError` or `ValueError` for arguments that are not JSON or that the
    job does not take.
    """
    registry.kind(name).check(args)
    json.dumps(args, allow_nan=False)
    now = clock.now()
    due = now + timedelta(seconds=delay_s)
    if key and (live := _live(key, due)) is not None:
        return live
    row = Job(name=name, args=args, subject=subject, key=key, run_after=due, created_at=now)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        # Somebody else enqueued the same key between our look and our write.
        if key and (live := _live(key, due)) is not None:
            return live
        raise
    carrying.send_on_commit(row.pk, delay_s)
    return row


def enqueue_many(name: str, several: Sequence[tuple[str, str, dict[str, Any]]]) -> list[Job]:
    """Write many jobs at once: subject, key and arguments of each, whose keys nobody has used. In the caller's
    transaction. Raises as `enqueue`, and `IntegrityError` where a live job has one of the keys.
    """
    kind, now = registry.kind(name), clock.now()
    for _subject, _key, args in several:
        kind.check(args)
        json.dumps(args, allow_nan=False)
    rows = [
        Job(name=name, args=args, subject=subject, key=key, run_after=now, created_at=now)
        for subject, key, args in several
    ]
    made = Job.objects.bulk_create(rows)
    for row in made:
        carrying.send_on_commit(row.pk, 0)
    return made


def enqueue_once(name: str, *, key: str) -> None:
    """Enqueue a periodic job unless it is queued or running; one that runs is not run again for that."""
    if not Job.objects.filter(key=key, state__in=LIVE).exists():
        enqueue(name, key=key)


def _live(key: str, due: datetime) -> Job | None:
    """Find the live job of a key, and write to it: a worker that claims it now waits for the caller's commit."""
    while (row := Job.objects.filter(key=key, state__in=LIVE).first()) is not None:
        as_seen = Job.objects.filter(pk=row.pk, state=row.state)
        if row.state == Job.State.RUNNING:
            if as_seen.update(again=True):
                return row
        elif as_seen.update(run_after=min(row.run_after, due)):
            if due < row.run_after:
                row.run_after = due
                carrying.send_on_commit(row.pk, max(0.0, (due - clock.now()).total_seconds()))
            return row
    return None


def cancel(*, subject: str) -> int:
    """Cancel what is queued or running for a subject; a running job sees `ctx.stopping`. Returns how many."""
    return Job.objects.filter(subject=subject, state__in=LIVE).update(
        state=Job.State.CANCELLED, lease_token="", lease_until=None, finished_at=clock.now()
    )


def revive(job_id: int) -> Job:
    """Queue a dead or cancelled job again, with all its attempts. Raises `NotFound` or `Conflict`."""
    now = clock.now()
    try:
        with transaction.atomic():
            hit = Job.objects.filter(pk=job_id, state__in=(Job.State.DEAD, Job.State.CANCELLED)).update(
                state=Job.State.QUEUED, attempts=0, crashes=0, again=False, run_after=now, finished_at=None
            )
    except IntegrityError as error:
        raise Conflict("The same work is queued already, under another number.", subject=f"job {job_id}") from error
    row = Job.objects.filter(pk=job_id).first()
    if row is None:
        raise NotFound("There is no job of that number.", subject=f"job {job_id}")
    if hit != 1:
        raise Conflict(f"The job is {row.state}, so there is nothing to revive.", subject=f"job {job_id}")
    carrying.send_on_commit(job_id)
    return row
