"""Finding what was lost: leases nobody keeps, messages the engine forgot, periodic jobs that are due."""

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import F

from antiphon.jobs import carrying, queueing, registry, running
from antiphon.jobs.core import retry
from antiphon.jobs.models import Beat, Job, Worker
from antiphon.kernel import clock
from antiphon.kernel.errors import Unavailable

log = logging.getLogger(__name__)
LOST_AFTER = timedelta(seconds=5)  # due for so long, and not in the engine
AT_ONCE = 500
SILENT_AFTER = timedelta(seconds=30)
FORGET_WORKERS_AFTER = timedelta(days=7)


def sweep(dead_workers: Iterable[str] = ()) -> None:
    """Put everything right that a crash can leave behind. Safe to run in several workers at once."""
    for name in dead_workers:
        bury(name)
    for row in Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=clock.now())[:AT_ONCE]:
        take_back(row, "its lease ran out")
    resend()
    start_periodic()


def bury(worker: str) -> None:
    """Take back the jobs of a worker that is known to be dead."""
    now = clock.now()
    Worker.objects.filter(name=worker, stopped_at=None).update(stopped_at=now)
    for row in Job.objects.filter(state=Job.State.RUNNING, worker=worker):
        take_back(row, "its worker died")


def take_back(row: Job, why: str) -> None:
    """Queue a job again whose run was lost, or give it up when it has taken too many workers with it."""
    name = row.name
    attempts = registry.kind(name).attempts if name in registry.names() else 5
    crashes = row.crashes + 1
    held = Job.objects.filter(pk=row.pk, state=Job.State.RUNNING, lease_token=row.lease_token)
    if retry.is_poison(crashes, attempts):
        reason = f"The worker stopped in the middle of it {crashes} times; the last time {why}. It was given up."
        with transaction.atomic():
            dead = held.update(
                state=Job.State.DEAD,
                crashes=crashes,
                lease_token="",
                lease_until=None,
                failure=reason,
                finished_at=clock.now(),
            )
            if dead == 1 and name in registry.names():
                running.tell_dead(registry.kind(name), row, reason)
        return
    delay_s = retry.crash_pause_s(crashes)
    back = held.update(
        state=Job.State.QUEUED,
        crashes=F("crashes") + 1,
        lease_token="",
        lease_until=None,
        again=False,
        run_after=clock.now() + timedelta(seconds=delay_s),
        failure=f"The run was lost: {why}.",
    )
    if back == 1:
        log.warning("job %s (%s) is queued again: %s", row.pk, name, why)
        carrying.send_on_commit(row.pk, delay_s)


def release(worker: str) -> int:
    """Hand back what this worker still runs when it must leave; counts neither as failure nor as crash."""
    now = clock.now()
    ours = Job.objects.filter(state=Job.State.RUNNING, worker=worker)
    released = [
        row.pk
        for row in ours
        if ours.filter(pk=row.pk, lease_token=row.lease_token).update(
            state=Job.State.QUEUED, lease_token="", lease_until=None, again=False, run_after=now
        )
    ]
    for job_id in released:
        carrying.send_on_commit(job_id)
    return len(released)


def resend() -> int:
    """Hand over again what has been due for a while and is not in the engine. Returns how many."""
    late = Job.objects.filter(state=Job.State.QUEUED, run_after__lt=clock.now() - LOST_AFTER)
    ids = list(late.order_by("run_after").values_list("pk", flat=True)[:AT_ONCE])
    if not ids:
        return 0
    try:
        lost = [job_id for job_id in ids if job_id not in carrying.engine().waiting()]
    except Unavailable as error:
        log.warning("the engine does not answer: %s", error.message)
        return 0
    for job_id in lost:
        carrying.send(job_id)
    if lost:
        log.info("%s jobs were not in the engine and were sent again", len(lost))
    return len(lost)


def start_periodic() -> None:
    """Enqueue the periodic jobs that are due; of several workers one does."""
    now = clock.now()
    due = dict(Beat.objects.values_list("name", "due_at"))
    for name, seconds in registry.periods().items():
        if name not in due:
            Beat.objects.get_or_create(name=name, defaults={"due_at": now})
        elif due[name] > now:
            continue
        next_due = now + timedelta(seconds=seconds)
        with transaction.atomic():
            if Beat.objects.filter(name=name, due_at__lte=now).update(due_at=next_due):
                queueing.enqueue_once(name, key=f"every:{name}")


def forget_workers() -> None:
    """Drop the rows of workers that have been gone for a week."""
    Worker.objects.filter(seen_at__lt=clock.now() - FORGET_WORKERS_AFTER).delete()
