"""The room's public face: declaring, enqueuing, watching and reviving jobs.

A job is a row, committed with the change that caused it; it runs at least once, so it must be idempotent.
"""

from antiphon.jobs.carrying import engine, use_engine
from antiphon.jobs.draining import run_due
from antiphon.jobs.looking import Overview, WorkerSeen, jobs, overview, stuck, workers_alive
from antiphon.jobs.models import Job
from antiphon.jobs.queueing import cancel, enqueue, enqueue_many, revive
from antiphon.jobs.registry import every, job, names, periods
from antiphon.jobs.running import GiveUp, JobContext, TryAgain
from antiphon.jobs.sweeping import sweep
from antiphon.jobs.worker import WorkLoop

__all__ = [
    "GiveUp",
    "Job",
    "JobContext",
    "Overview",
    "TryAgain",
    "WorkLoop",
    "WorkerSeen",
    "cancel",
    "engine",
    "enqueue",
    "enqueue_many",
    "every",
    "job",
    "jobs",
    "names",
    "overview",
    "periods",
    "revive",
    "run_due",
    "stuck",
    "sweep",
    "use_engine",
    "workers_alive",
]
