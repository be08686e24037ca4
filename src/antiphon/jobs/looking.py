"""What an operator sees of the jobs: counts, workers, the dead and the stuck."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from antiphon.jobs import carrying
from antiphon.jobs.models import Job, Worker
from antiphon.jobs.sweeping import SILENT_AFTER
from antiphon.kernel import clock
from antiphon.kernel.errors import Unavailable

STUCK_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class WorkerSeen:
    name: str
    started_at: datetime
    seen_at: datetime


@dataclass(frozen=True)
class Overview:
    """The queue at a glance. `waiting_s`: age of the oldest due job. `in_engine`: None if it is down."""

    queued: int
    running: int
    done: int
    dead: int
    cancelled: int
    waiting_s: float
    stuck: int
    in_engine: int | None
    workers: list[WorkerSeen]
    latest_dead: list[Job]


def workers_alive() -> list[WorkerSeen]:
    """Workers that said so in the last half minute, oldest first."""
    seen = Worker.objects.filter(stopped_at=None, seen_at__gte=clock.now() - SILENT_AFTER).order_by("started_at")
    return [WorkerSeen(worker.name, worker.started_at, worker.seen_at) for worker in seen]


def stuck() -> list[Job]:
    """Jobs that nobody works on though they are long due, or whose lease ran out and was not taken back."""
    past = clock.now() - STUCK_AFTER
    waits = Q(state=Job.State.QUEUED, run_after__lt=past)
    hangs = Q(state=Job.State.RUNNING, lease_until__lt=past)
    return list(Job.objects.filter(waits | hangs).order_by("run_after")[:100])


def jobs(states: Sequence[str] = (), *, subject: str = "", limit: int = 100) -> list[Job]:
    """Jobs in these states (all, if none is named), newest first."""
    rows = Job.objects.order_by("-pk")
    if states:
        rows = rows.filter(state__in=states)
    if subject:
        rows = rows.filter(subject=subject)
    return list(rows[:limit])


def overview() -> Overview:
    """Count the jobs and look at workers and engine."""
    counts = dict(Job.objects.values_list("state").annotate(Count("pk")))
    now = clock.now()
    oldest = Job.objects.filter(state=Job.State.QUEUED, run_after__lte=now).aggregate(due=Min("run_after"))["due"]
    try:
        in_engine = len(carrying.engine().waiting())
    except Unavailable:
        in_engine = None
    return Overview(
        queued=counts.get(Job.State.QUEUED, 0),
        running=counts.get(Job.State.RUNNING, 0),
        done=counts.get(Job.State.DONE, 0),
        dead=counts.get(Job.State.DEAD, 0),
        cancelled=counts.get(Job.State.CANCELLED, 0),
        waiting_s=(now - oldest).total_seconds() if oldest else 0.0,
        stuck=len(stuck()),
        in_engine=in_engine,
        workers=workers_alive(),
        latest_dead=jobs([Job.State.DEAD], limit=20),
    )
