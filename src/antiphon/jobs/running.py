"""One run of one job: claim, call, finish. A run that lost its lease changes nothing any more."""

import logging
import random
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import OperationalError, close_old_connections, connection, transaction
from django.db.models import F

from antiphon.jobs import carrying, registry
from antiphon.jobs.core import retry
from antiphon.jobs.models import Job
from antiphon.kernel import clock, ids
from antiphon.kernel.errors import AntiphonError

log = logging.getLogger(__name__)
FINISH_TRIES = 5


class GiveUp(Exception):
    """Raised by a job that will never succeed: it is dead at once, for this reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TryAgain(Exception):
    """Raised by a job that wants another run later; counts as an attempt unless the worker is stopping."""

    def __init__(self, reason: str, delay_s: float = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.delay_s = delay_s


class JobContext:
    """What a running job knows of its run: which attempt it is, and whether it should come to an end."""

    def __init__(self, row: Job, kind: registry.Kind, token: str, worker_stops: Callable[[], bool]) -> None:
        self.job_id: int = row.pk
        self.attempt = row.attempts + 1
        self.last_attempt = self.attempt >= kind.attempts
        self._lease = timedelta(seconds=kind.lease_s)
        self._token = token
        self._worker_stops = worker_stops
        self._lost = False
        self._beat_at = time.monotonic()
        self._lock = threading.Lock()

    @property
    def stopping(self) -> bool:
        """The worker stops, or the job was cancelled or handed to another: leave soon, half-done is fine."""
        return self._lost or self._worker_stops()

    def heartbeat(self) -> bool:
        """Say that the work goes on, which extends the lease; cheap: call it often. False once `stopping`."""
        with self._lock:
            if time.monotonic() - self._beat_at >= self._lease.total_seconds() / 6:
                self._extend()
        return not self.stopping

    def _extend(self) -> None:
        held = Job.objects.filter(pk=self.job_id, state=Job.State.RUNNING, lease_token=self._token)
        self._lost = held.update(lease_until=clock.now() + self._lease) != 1
        self._beat_at = time.monotonic()


def never() -> bool:
    return False


def claim(job_id: int, worker: str) -> Job | None:
    """Take the lease of a queued job that is due, or return None: taken, done, cancelled or not due yet."""
    now = clock.now()
    due = Job.objects.filter(pk=job_id, state=Job.State.QUEUED, run_after__lte=now)
    name = due.values_list("name", flat=True).first()
    if name is None:
        return None
    lease_s = registry.kind(name).lease_s if name in registry.names() else 60.0
    hit = due.update(
        state=Job.State.RUNNING,
        lease_token=ids.new_secret(),
        lease_until=now + timedelta(seconds=lease_s),
        worker=worker,
        started_at=now,
        again=False,
    )
    return Job.objects.get(pk=job_id) if hit == 1 else None


def run(job_id: int, *, worker: str = "", worker_stops: Callable[[], bool] = never) -> bool:
    """Run a job if it can be claimed. Never raises for what the job does; returns whether it was claimed."""
    row = claim(job_id, worker)
    if row is None:
        return False
    token = row.lease_token
    try:
        kind = registry.kind(row.name)
        kind.check(row.args)
    except (AntiphonError, TypeError) as error:
        give_up(row, token, f"This version cannot run it: {error}")
        return True
    ctx = JobContext(row, kind, token, worker_stops)
    args: dict[str, Any] = {**row.args, "ctx": ctx} if kind.takes_context else row.args
    try:
        kind.function(**args)
    except GiveUp as error:
        give_up(row, token, error.reason)
    except TryAgain as error:
        _again(row, token, kind, error.reason, error.delay_s, counts=not ctx.stopping)
    except Exception as error:
        log.exception("job %s (%s) failed in attempt %s of %s", row.pk, row.name, ctx.attempt, kind.attempts)
        delay_s = retry.pause_s(ctx.attempt, random.random())  # noqa: S311  (spreads load, hides nothing)
        _again(row, token, kind, _words(error), delay_s, counts=not ctx.stopping)
    else:
        _done(row, token)
    return True


def _words(error: Exception) -> str:
    text = error.message if isinstance(error, AntiphonError) else f"{type(error).__name__}: {error}"
    return text[:2000]


def _update(row: Job, token: str, *, only: dict[str, Any] | None = None, **changes: Any) -> bool:
    """Write the end of a run if the lease is still ours; a busy database gets a few chances."""
    for left in reversed(range(FINISH_TRIES)):
        try:
            held = Job.objects.filter(pk=row.pk, state=Job.State.RUNNING, lease_token=token, **(only or {}))
            return held.update(lease_token="", lease_until=None, **changes) == 1
        except OperationalError:
            if not left or connection.in_atomic_block:
                raise
            close_old_connections()
    return False


def _done(row: Job, token: str) -> None:
    while True:
        now = clock.now()
        if _update(row, token, only={"again": False}, state=Job.State.DONE, failure="", finished_at=now):
            return
        # Its key was enqueued while it ran, so what it read may be out of date.
        if _update(row, token, only={"again": True}, state=Job.State.QUEUED, again=False, attempts=0, run_after=now):
            carrying.send_on_commit(row.pk)
            return
        if not Job.objects.filter(pk=row.pk, state=Job.State.RUNNING, lease_token=token).exists():
            log.warning("job %s (%s): the lease was lost before the end", row.pk, row.name)
            return


def _again(row: Job, token: str, kind: registry.Kind, reason: str, delay_s: float, *, counts: bool) -> None:
    if counts and retry.is_spent(row.attempts + 1, kind.attempts):
        give_up(row, token, reason)
        return
    delay_s = delay_s if counts else 0
    due = clock.now() + timedelta(seconds=delay_s)
    attempts = F("attempts") + (1 if counts else 0)
    if _update(row, token, state=Job.State.QUEUED, attempts=attempts, run_after=due, failure=reason):
        carrying.send_on_commit(row.pk, delay_s)


def give_up(row: Job, token: str, reason: str) -> None:
    """End a run for good, and tell the job's `when_dead` in the same transaction."""
    kind = registry.kind(row.name) if row.name in registry.names() else None
    with transaction.atomic():
        dead = _update(
            row,
            token,
            state=Job.State.DEAD,
            attempts=F("attempts") + 1,
            failure=reason,
            finished_at=clock.now(),
        )
        if dead and kind is not None and kind.when_dead is not None:
            tell_dead(kind, row, reason)


def tell_dead(kind: registry.Kind, row: Job, reason: str) -> None:
    """Call `when_dead`; a fault in it is logged and does not keep the job alive."""
    if kind.when_dead is None:
        return
    try:
        with transaction.atomic():
            kind.when_dead(reason=reason, **row.args)
    except Exception:
        log.exception("job %s (%s): when_dead failed", row.pk, row.name)
