"""What the tests of jobs ask and do again and again."""

from contextlib import AbstractContextManager
from datetime import timedelta

from antiphon.jobs.models import Job
from antiphon.kernel import clock


def later(seconds: float) -> AbstractContextManager[None]:
    return clock.advanced(timedelta(seconds=seconds))


def state_of(job: Job) -> str:
    job.refresh_from_db()
    return job.state
