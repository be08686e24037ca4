"""Jobs as rows: enqueued with the change, run, retried, given up, revived."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from antiphon.jobs import carrying, running, service, sweeping
from antiphon.jobs import jobs as own_jobs
from antiphon.jobs.engines.memory_engine import MemoryEngine
from antiphon.jobs.models import Beat, Job, Worker
from antiphon.kernel import clock
from antiphon.kernel.errors import Conflict, NotFound, Unavailable
from tests.db.jobs.states import later, state_of

pytestmark = pytest.mark.django_db
Capture = Callable[..., AbstractContextManager[list[Callable[[], Any]]]]


def test_a_job_runs_with_its_arguments(seen: list[int]) -> None:
    job = service.enqueue("test.job", subject="recording:7", number=3)
    assert service.run_due() == 1
    assert seen == [3]
    assert state_of(job) == "done"


def test_the_engine_is_told_only_when_the_change_is_committed(
    seen: list[int], engine: MemoryEngine, django_capture_on_commit_callbacks: Capture
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = service.enqueue("test.job")
        assert engine.waiting() == set()
    assert engine.waiting() == {job.pk}


def test_a_change_that_is_rolled_back_takes_its_job_with_it(seen: list[int]) -> None:
    with transaction.atomic():
        service.enqueue("test.job")
        transaction.set_rollback(True)
    assert service.run_due() == 0


def test_an_unknown_job_is_refused_when_enqueued(declare: Callable[..., None]) -> None:
    with pytest.raises(NotFound):
        service.enqueue("test.nobody")


def test_an_unknown_job_is_given_up_when_run(seen: list[int]) -> None:
    job = service.enqueue("test.job")
    Job.objects.filter(pk=job.pk).update(name="test.of_another_version")
    service.run_due()
    assert state_of(job) == "dead"
    assert "test.of_another_version" in job.failure


@pytest.mark.parametrize("args", [{"number": object()}, {"number": float("nan")}, {"unknown": 1}])
def test_arguments_must_fit_and_be_json(seen: list[int], args: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        service.enqueue("test.job", **args)


def test_the_same_key_is_queued_once(seen: list[int]) -> None:
    first = service.enqueue("test.job", key="one", number=1)
    assert service.enqueue("test.job", key="one", number=2).pk == first.pk
    assert service.enqueue("test.job", key="two", number=3).pk != first.pk
    service.run_due()
    assert seen == [1, 3]
    assert service.enqueue("test.job", key="one", number=4).pk != first.pk


def test_a_key_enqueued_while_it_runs_runs_once_more(declare: Callable[..., None]) -> None:
    runs: list[int] = []

    def work() -> None:
        runs.append(1)
        if len(runs) == 1:
            assert service.enqueue("test.job", key="one").state == "running"

    declare(work)
    job = service.enqueue("test.job", key="one")
    assert service.run_due() == 2
    assert state_of(job) == "done"


def test_a_key_that_rests_is_brought_forward(seen: list[int]) -> None:
    job = service.enqueue("test.job", key="one", delay_s=600)
    service.enqueue("test.job", key="one", delay_s=900)
    assert service.run_due() == 0
    service.enqueue("test.job", key="one")
    assert service.run_due() == 1
    assert state_of(job) == "done"


def test_a_later_job_waits(seen: list[int]) -> None:
    service.enqueue("test.job", delay_s=60)
    assert service.run_due() == 0
    with later(61):
        assert service.run_due() == 1


def test_a_job_is_claimed_by_one_only(seen: list[int]) -> None:
    job = service.enqueue("test.job")
    assert running.claim(job.pk, "a") is not None
    assert running.claim(job.pk, "b") is None
    assert not running.run(job.pk)


def test_a_failing_job_rests_is_tried_again_and_ends_dead(declare: Callable[..., None], at_noon: None) -> None:
    def fail() -> None:
        raise RuntimeError("no such luck")

    declare(fail, attempts=3)
    job = service.enqueue("test.job")
    assert service.run_due() == 1
    assert state_of(job) == "queued"
    assert 3 < (job.run_after - clock.now()).total_seconds() < 7
    with later(10):
        assert service.run_due() == 1
    with later(100):
        assert service.run_due() == 1
    assert state_of(job) == "dead"
    assert job.attempts == 3
    assert "no such luck" in job.failure


def test_a_job_knows_its_attempt(declare: Callable[..., None]) -> None:
    attempts: list[tuple[int, bool]] = []

    def work(ctx: service.JobContext) -> None:
        attempts.append((ctx.attempt, ctx.last_attempt))
        raise service.TryAgain("not yet")

    declare(work, attempts=2)
    job = service.enqueue("test.job")
    service.run_due()
    assert attempts == [(1, False), (2, True)]
    assert state_of(job) == "dead"


def test_giving_up_ends_a_job_at_once_and_tells(declare: Callable[..., None]) -> None:
    told: list[dict[str, Any]] = []

    def work(number: int) -> None:
        raise service.GiveUp("This is not music.")

    declare(work, when_dead=lambda **said: told.append(said))
    job = service.enqueue("test.job", number=4)
    service.run_due()
    assert state_of(job) == "dead"
    assert job.failure == "This is not music."
    assert told == [{"number": 4, "reason": "This is not music."}]


def test_a_fault_in_when_dead_does_not_keep_a_job_alive(declare: Callable[..., None]) -> None:
    def work() -> None:
        raise service.GiveUp("no")

    def break_down(reason: str) -> None:
        Job.objects.create(name="half", run_after=clock.now(), created_at=clock.now())
        raise RuntimeError

    declare(work, when_dead=break_down)
    job = service.enqueue("test.job")
    service.run_due()
    assert state_of(job) == "dead"
    assert not Job.objects.filter(name="half").exists()


def test_jobs_run_outside_of_a_transaction_of_the_engine(declare: Callable[..., None]) -> None:
    depth: list[int] = []
    before = len(connection.savepoint_ids)
    declare(lambda: depth.append(len(connection.savepoint_ids)))
    service.enqueue("test.job")
    service.run_due()
    assert depth == [before]


def test_what_the_engine_lost_is_sent_again(
    seen: list[int], engine: MemoryEngine, django_capture_on_commit_callbacks: Capture
) -> None:
    lost = service.enqueue("test.job")
    with django_capture_on_commit_callbacks(execute=True):
        kept = service.enqueue("test.job")
    sweeping.sweep()
    assert engine.waiting() == {kept.pk}
    with later(10):
        sweeping.sweep()
        sweeping.sweep()
    assert sorted(job_id for _, _, job_id in engine._heap) == [lost.pk, kept.pk]


def test_an_engine_that_is_down_does_not_fail_a_commit(
    seen: list[int], monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Capture
) -> None:
    def refuse(job_id: int, *, delay_s: float = 0) -> None:
        raise Unavailable("The disk is full.")

    monkeypatch.setattr(carrying.engine(), "send", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        service.enqueue("test.job")
    assert service.run_due() == 1


def test_cancelling_takes_jobs_of_a_subject_out(seen: list[int]) -> None:
    job = service.enqueue("test.job", subject="recording:1")
    other = service.enqueue("test.job", subject="recording:2")
    assert service.cancel(subject="recording:1") == 1
    assert service.run_due() == 1
    assert (state_of(job), state_of(other)) == ("cancelled", "done")


def test_a_dead_job_is_revived_with_all_its_attempts(declare: Callable[..., None]) -> None:
    outcomes = [service.GiveUp("no disk"), None]

    def work() -> None:
        if outcome := outcomes.pop(0):
            raise outcome

    declare(work)
    job = service.enqueue("test.job")
    service.run_due()
    service.revive(job.pk)
    assert state_of(job) == "queued"
    service.run_due()
    assert state_of(job) == "done"


def test_what_lives_is_not_revived(seen: list[int]) -> None:
    job = service.enqueue("test.job", key="one")
    with pytest.raises(Conflict):
        service.revive(job.pk)
    with pytest.raises(NotFound):
        service.revive(job.pk + 1)
    service.cancel(subject="")
    service.enqueue("test.job", key="one")
    with pytest.raises(Conflict):
        service.revive(job.pk)


def test_a_periodic_job_is_enqueued_when_due_and_once(seen: list[int]) -> None:
    service.every("test.job", 60)
    sweeping.sweep()
    sweeping.sweep()
    assert Job.objects.count() == 1
    assert service.run_due() == 1
    with later(30):
        sweeping.sweep()
        assert service.run_due() == 0
    with later(61):
        sweeping.sweep()
        assert service.run_due() == 1
    assert Beat.objects.get().name == "test.job"


def test_a_periodic_job_that_still_runs_is_not_run_on_top(seen: list[int]) -> None:
    service.every("test.job", 60)
    sweeping.sweep()
    job = Job.objects.get()
    running.claim(job.pk, "slow")
    with later(70):
        Job.objects.update(lease_until=clock.now() + timedelta(seconds=60))
        sweeping.sweep()
    job.refresh_from_db()
    assert (Job.objects.count(), job.again) == (1, False)


def test_what_is_long_done_is_forgotten_and_the_dead_stay(seen: list[int]) -> None:
    for state in ("done", "cancelled", "dead", "queued"):
        now = clock.now()
        Job.objects.create(name="test.job", state=state, run_after=now, created_at=now, finished_at=now)
    with later(4 * 86400):
        own_jobs.prune()
        assert sorted(Job.objects.values_list("state", flat=True)) == ["dead", "queued"]


def test_workers_alive_are_those_that_said_so_lately(seen: list[int]) -> None:
    now = clock.now()
    Worker.objects.create(name="well", started_at=now, seen_at=now)
    Worker.objects.create(name="silent", started_at=now, seen_at=now - timedelta(minutes=1))
    Worker.objects.create(name="gone", started_at=now, seen_at=now, stopped_at=now)
    assert [worker.name for worker in service.workers_alive()] == ["well"]


def test_the_overview_counts(seen: list[int], at_noon: None) -> None:
    service.enqueue("test.job")
    service.run_due()
    service.enqueue("test.job")
    with later(700):
        view = service.overview()
    assert (view.queued, view.done, view.stuck, view.waiting_s) == (1, 1, 1, 700)


def test_a_job_may_not_shadow_what_enqueue_takes() -> None:
    with pytest.raises(TypeError):
        service.job("test.shadow")(lambda subject: None)
