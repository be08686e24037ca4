"""A worker process: takes jobs from the engine, says that it lives, sweeps, and leaves in order.

Owns threads and the end of the process; what a run of a job is belongs to `running`.
"""

import logging
import os
import socket
import threading
import time
from pathlib import Path

from django.db import DatabaseError, connections

from antiphon.jobs import carrying, lives, running, sweeping
from antiphon.jobs.models import Worker
from antiphon.kernel import clock, ids
from antiphon.kernel.errors import AntiphonError

log = logging.getLogger(__name__)
BEAT_S = 5.0
GRACE_S = 20.0


class WorkLoop:
    """One worker. `work()` blocks until `stop()` was called from a signal handler or another thread."""

    def __init__(self, *, threads: int, folder: Path, parent: int | None = None, grace_s: float = GRACE_S) -> None:
        """folder: where workers of this machine keep their signs of life. parent: stop when this process dies."""
        self.name = f"{socket.gethostname()}:{os.getpid()}:{ids.new_secret(8)}"
        self._threads = threads
        self._folder = folder
        self._parent = parent
        self._grace_s = grace_s
        self._stop = threading.Event()
        self._finished = threading.Event()

    def stop(self) -> None:
        """Take no more jobs, tell those that run, and leave."""
        self._stop.set()

    def work(self) -> bool:
        """Work until stopped. Returns whether every running job came to its end; the others are handed back."""
        life = lives.Life(self._folder, self.name)
        now = clock.now()
        Worker.objects.create(name=self.name, started_at=now, seen_at=now)
        self._sweep()
        pulse = threading.Thread(target=self._pulse, name="pulse", daemon=True)
        pulse.start()
        clean = False
        try:
            clean = carrying.engine().work(
                self._run, workers=self._threads, should_stop=self._stop.is_set, grace_s=self._grace_s
            )
        finally:
            self._stop.set()
            self._finished.set()
            pulse.join(BEAT_S)
            released = sweeping.release(self.name)
            if released:
                log.warning("%s: %s unfinished jobs were handed back", self.name, released)
            Worker.objects.filter(name=self.name).update(stopped_at=clock.now())
            life.end()
        return clean

    def _run(self, job_id: int) -> None:
        try:
            running.run(job_id, worker=self.name, worker_stops=self._stop.is_set)
        finally:
            connections.close_all()

    def _pulse(self) -> None:
        beat_at = time.monotonic() + BEAT_S
        while not self._finished.wait(0.5):
            if self._parent is not None and os.getppid() != self._parent:
                log.warning("%s: the process that started this worker is gone", self.name)
                self._parent = None
                self._stop.set()
            if time.monotonic() >= beat_at:
                beat_at = time.monotonic() + BEAT_S
                self._beat()
        connections.close_all()

    def _beat(self) -> None:
        try:
            Worker.objects.filter(name=self.name).update(seen_at=clock.now(), stopped_at=None)
        except DatabaseError:
            log.exception("%s: the database did not take the sign of life", self.name)
            connections.close_all()
            return
        if not self._stop.is_set():
            self._sweep()

    def _sweep(self) -> None:
        try:
            sweeping.sweep(lives.dead_in(self._folder))
        except (DatabaseError, AntiphonError, OSError):
            log.exception("%s: the sweep failed; the next one tries again", self.name)
            connections.close_all()
