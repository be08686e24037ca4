"""Huey on an SQLite file of its own. What travels is the job's number and nothing else: no pickle, no arguments.

The file is worth nothing: when it is missing or broken a new one is started, and the sweeper sends again what was
in it. So it is not synced to disk, which makes an enqueue cost microseconds and not a disk flush.
"""

import fcntl
import logging
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from huey.api import Huey, Task
from huey.consumer import Consumer
from huey.storage import SqliteStorage

from antiphon.kernel.errors import Unavailable

log = logging.getLogger(__name__)
T = TypeVar("T")

# A fresh upload is heard seconds later, so the queue is asked ten times a second; one ask costs some 14 µs.
POLL_S = 0.1
HEALTH_CHECK_S = 10.0


class _Consumer(Consumer):  # type: ignore[misc]
    """Huey's threads without its signal handlers: the worker process has its own."""

    def _set_signal_handlers(self) -> None:
        return


class _IdHuey(Huey):  # type: ignore[misc]
    """Huey whose messages are job numbers in digits, on a storage that may be renewed under it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.run: Callable[[int], None] | None = None
        self._inode: int | None = None
        self.storage: Any
        super().__init__("antiphon", results=False, utc=True, storage_class=SqliteStorage)
        self.carry = self.task(name="carry")(self._carry)

    def _carry(self, job_id: int) -> None:
        if self.run is not None:
            self.run(job_id)

    def serialize_task(self, task: Task) -> bytes:
        return b"%d" % task.args[0]

    def deserialize_task(self, data: bytes) -> Task:
        return self.carry.s(int(data))

    def dequeue(self) -> Task | None:
        return self.guarded(super().dequeue)

    def read_schedule(self, timestamp: datetime | None = None) -> list[Task]:
        return self.guarded(lambda: super(_IdHuey, self).read_schedule(timestamp))

    def messages(self) -> list[bytes]:
        return [*self.storage.enqueued_items(), *self.storage.scheduled_items()]

    def get_storage(self, **_: Any) -> SqliteStorage:
        """Open the queue file, replacing one that is broken."""
        try:
            storage = self._opened()
        except sqlite3.OperationalError as error:
            raise _unavailable(error) from error
        except sqlite3.DatabaseError:
            log.warning("%s is broken; starting a new queue", self.path.name)
            self._put_aside()
            storage = self._opened()
        self._inode = self.path.stat().st_ino
        return storage

    def _opened(self) -> SqliteStorage:
        if not self.path.exists():
            for end in ("-wal", "-shm"):  # left by a file that was removed: they belong to it, not to the next
                self.path.with_name(self.path.name + end).unlink(missing_ok=True)
        return SqliteStorage("antiphon", filename=str(self.path), fsync=False, timeout=5, cache_mb=1)

    def _put_aside(self) -> None:
        self.path.replace(self.path.with_name(self.path.name + ".broken"))

    def guarded(self, verb: Callable[[], T]) -> T:
        """Do something with the queue file; renew the file once if it is gone or broken. Raises `Unavailable`."""
        if self._inode != _inode(self.path):
            self.renew()
        try:
            return verb()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and "no such table" not in str(error):
                raise _unavailable(error) from error
        self.renew()
        try:
            return verb()
        except sqlite3.DatabaseError as error:
            raise _unavailable(error) from error

    def renew(self) -> None:
        """Open the file anew, one process at a time so that two never throw away each other's."""
        with self.path.with_name(self.path.name + ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.storage.close()
            self.storage = self.get_storage()


def _inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return None


def _unavailable(error: sqlite3.Error) -> Unavailable:
    return Unavailable(f"The job queue cannot be used: {error}.", hint="Is the disk full, or the folder read-only?")


class HueyEngine:
    """`ports.Engine` on Huey and one SQLite file."""

    def __init__(self, path: Path) -> None:
        self._huey = _IdHuey(path)

    def send(self, job_id: int, *, delay_s: float = 0) -> None:
        huey = self._huey
        task = huey.carry.s(job_id)
        if delay_s <= 0:
            huey.guarded(lambda: huey.enqueue(task))
            return
        # Huey keeps naive UTC.
        task.eta = datetime.now(UTC).replace(tzinfo=None) + timedelta(seconds=delay_s)
        huey.guarded(lambda: huey.add_schedule(task))

    def waiting(self) -> set[int]:
        return {int(data) for data in self._huey.guarded(self._huey.messages)}

    def work(
        self, run: Callable[[int], None], *, workers: int, should_stop: Callable[[], bool], grace_s: float = 20
    ) -> bool:
        self._huey.run = run
        consumer = _Consumer(
            self._huey,
            workers=workers,
            periodic=False,
            initial_delay=POLL_S,
            backoff=1.0,
            max_delay=POLL_S,
            scheduler_interval=1,
            shutdown_timeout=grace_s,
        )
        consumer.start()
        checked_at = time.monotonic()
        while not should_stop():
            consumer.stop_flag.wait(POLL_S)
            if time.monotonic() - checked_at > HEALTH_CHECK_S:
                consumer.check_worker_health()
                checked_at = time.monotonic()
        consumer.stop_flag.set()
        return bool(consumer._join_workers())

    def close(self) -> None:
        """Let go of the file."""
        self._huey.storage.close()
