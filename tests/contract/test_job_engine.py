"""What every engine must do: bring what was sent, not before it is due, and stop when told to."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from antiphon.jobs.engines.huey_engine import HueyEngine
from antiphon.jobs.engines.memory_engine import MemoryEngine
from antiphon.jobs.ports import Engine

ENGINES: dict[str, Callable[[Path], Engine]] = {
    "memory": lambda folder: MemoryEngine(),
    "huey": lambda folder: HueyEngine(folder / "queue.sqlite3"),
}
PATIENCE_S = 20


@pytest.fixture(params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    return ENGINES[request.param](tmp_path)


class Worker:
    """Runs an engine's loop in a thread, and says what came."""

    def __init__(self, engine: Engine, *, workers: int = 1, run: Callable[[int], None] | None = None) -> None:
        self.came: list[int] = []
        self.changed = threading.Condition()
        self._run = run
        self._stop = threading.Event()
        self.clean: bool | None = None
        self._thread = threading.Thread(target=self._work, args=(engine, workers))
        self._thread.start()

    def _work(self, engine: Engine, workers: int) -> None:
        self.clean = engine.work(self._take, workers=workers, should_stop=self._stop.is_set, grace_s=0.3)

    def _take(self, job_id: int) -> None:
        with self.changed:
            self.came.append(job_id)
            self.changed.notify_all()
        if self._run:
            self._run(job_id)

    def wait_for(self, count: int) -> list[int]:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.came) >= count, PATIENCE_S), self.came
            return list(self.came)

    def stop(self) -> bool:
        self._stop.set()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()
        return bool(self.clean)


def test_what_is_sent_comes_once_and_in_order(engine: Engine) -> None:
    for job_id in (3, 1, 2):
        engine.send(job_id)
    worker = Worker(engine)
    assert worker.wait_for(3) == [3, 1, 2]
    assert worker.stop()
    assert engine.waiting() == set()


def test_what_is_sent_while_it_works_comes_too(engine: Engine) -> None:
    worker = Worker(engine)
    engine.send(7)
    assert worker.wait_for(1) == [7]
    assert worker.stop()


def test_a_later_job_waits_and_then_comes(engine: Engine) -> None:
    engine.send(1, delay_s=1.5)
    assert engine.waiting() == {1}
    worker = Worker(engine)
    engine.send(2)
    assert worker.wait_for(2) == [2, 1]
    assert worker.stop()


def test_a_far_job_is_still_waiting_when_the_worker_leaves(engine: Engine) -> None:
    engine.send(1, delay_s=3600)
    worker = Worker(engine)
    engine.send(2)
    assert worker.wait_for(1) == [2]
    assert worker.stop()
    assert engine.waiting() == {1}


def test_several_workers_run_at_the_same_time(engine: Engine) -> None:
    meeting = threading.Barrier(2, timeout=PATIENCE_S)

    def meet(job_id: int) -> None:
        meeting.wait()

    engine.send(1)
    engine.send(2)
    worker = Worker(engine, workers=2, run=meet)
    worker.wait_for(2)
    assert worker.stop()
    assert not meeting.broken


def test_a_run_that_fails_does_not_end_the_worker(engine: Engine) -> None:
    def fail(job_id: int) -> None:
        if job_id == 1:
            raise RuntimeError("the database is gone")

    engine.send(1)
    engine.send(2)
    worker = Worker(engine, run=fail)
    assert worker.wait_for(2) == [1, 2]
    assert worker.stop()


def test_a_run_that_does_not_come_back_is_told_of(engine: Engine) -> None:
    forever = threading.Event()
    engine.send(1)
    worker = Worker(engine, run=lambda job_id: bool(forever.wait(PATIENCE_S)) and None)
    worker.wait_for(1)
    assert not worker.stop()
    forever.set()


def test_ids_survive_the_process_that_sent_them(tmp_path: Path) -> None:
    path = tmp_path / "queue.sqlite3"
    HueyEngine(path).send(5)
    assert HueyEngine(path).waiting() == {5}


@pytest.mark.parametrize("damage", ["removed", "emptied", "scribbled", "no tables"])
def test_a_damaged_queue_file_is_replaced(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "queue.sqlite3"
    engine = HueyEngine(path)
    engine.send(1)
    engine.close()
    if damage == "removed":
        path.unlink()
    elif damage == "emptied":
        path.write_bytes(b"")
    elif damage == "scribbled":
        path.write_bytes(b"this is not a database, and it is long enough to be looked at" * 100)
    else:
        path.unlink()
        path.touch()
    for user in (engine, HueyEngine(path)):
        user.send(2)
        assert 2 in user.waiting()


def test_a_worker_goes_on_when_its_queue_file_disappears(tmp_path: Path) -> None:
    path = tmp_path / "queue.sqlite3"
    engine = HueyEngine(path)
    worker = Worker(engine)
    engine.send(1)
    worker.wait_for(1)
    path.unlink()
    HueyEngine(path).send(2)
    assert worker.wait_for(2) == [1, 2]
    assert worker.stop()


def test_nothing_but_the_number_is_in_the_queue_file(tmp_path: Path) -> None:
    engine = HueyEngine(tmp_path / "queue.sqlite3")
    engine.send(123456)
    assert engine._huey.storage.enqueued_items() == [b"123456"]
