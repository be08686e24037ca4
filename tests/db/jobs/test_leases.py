"""Who runs a job: a lease that is kept by its heartbeat, runs out, is taken over, and is handed back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from antiphon.jobs import running, service, sweeping
from antiphon.jobs.models import Job
from tests.db.jobs.states import later, state_of

pytestmark = pytest.mark.django_db


def test_a_heartbeat_extends_the_lease(declare: Callable[..., None]) -> None:
    leases: list[Any] = []

    def work(ctx: service.JobContext) -> None:
        for _ in range(2):
            leases.append(Job.objects.get().lease_until)
            ctx._beat_at -= 3600
            with later(30):
                assert ctx.heartbeat()

    declare(work, lease_s=60)
    service.enqueue("test.job")
    service.run_due()
    assert leases[1] - leases[0] > timedelta(seconds=29)


def test_a_heartbeat_is_cheap(declare: Callable[..., None], django_assert_num_queries: Any) -> None:
    def work(ctx: service.JobContext) -> None:
        with django_assert_num_queries(0):
            for _ in range(1000):
                ctx.heartbeat()

    declare(work)
    job = service.enqueue("test.job")
    service.run_due()
    assert state_of(job) == "done", job.failure


def test_an_expired_lease_is_taken_over_and_the_late_worker_changes_nothing(declare: Callable[..., None]) -> None:
    noticed: list[bool] = []

    def work(ctx: service.JobContext) -> None:
        with later(61):
            sweeping.sweep()
            assert running.claim(ctx.job_id, "another") is not None
        ctx._beat_at -= 3600
        noticed.append(ctx.heartbeat() or not ctx.stopping)

    declare(work, lease_s=60)
    job = service.enqueue("test.job")
    service.run_due(worker="late")
    assert noticed == [False]
    assert state_of(job) == "running"
    assert job.worker == "another"
    assert job.crashes == 1


def test_a_late_failure_changes_nothing_either(declare: Callable[..., None]) -> None:
    def work(ctx: service.JobContext) -> None:
        service.cancel(subject="x")
        raise RuntimeError

    declare(work)
    job = service.enqueue("test.job", subject="x")
    service.run_due()
    assert state_of(job) == "cancelled"
    assert job.attempts == 0


def test_a_job_that_kills_its_worker_each_time_ends_dead_with_a_reason(declare: Callable[..., None]) -> None:
    told: list[str] = []
    declare(lambda: None, attempts=2, when_dead=lambda reason: told.append(reason))
    job = service.enqueue("test.job")
    for crash in range(4):
        with later(1000 * (crash + 1)):
            assert running.claim(job.pk, "doomed") is not None
            sweeping.sweep(dead_workers=["doomed"])
    assert state_of(job) == "dead"
    assert "stopped in the middle of it 4 times" in job.failure
    assert told == [job.failure]


def test_a_worker_that_leaves_hands_its_jobs_back_unharmed(declare: Callable[..., None]) -> None:
    declare(lambda: None)
    job = service.enqueue("test.job")
    running.claim(job.pk, "leaving")
    assert sweeping.release("leaving") == 1
    assert state_of(job) == "queued"
    assert (job.attempts, job.crashes) == (0, 0)


def test_a_failure_while_the_worker_stops_is_no_failure(declare: Callable[..., None]) -> None:
    def work() -> None:
        raise RuntimeError("my child was stopped")

    declare(work, attempts=1)
    job = service.enqueue("test.job")
    running.run(job.pk, worker_stops=lambda: True)
    assert state_of(job) == "queued"
    assert job.attempts == 0
