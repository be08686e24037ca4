"""A real worker process: it starts fast, leaves in order, and its death is noticed at once."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.installation import PATIENCE_S, ROOT, Installation, installed


class Torture:
    """An installation whose worker knows the jobs of `worker_process`."""

    def __init__(self, site: Installation) -> None:
        self.site = site
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        worker = self._run("work")
        self.started.append(worker)
        return worker

    def enqueue(self, *names: str) -> None:
        assert self._run("enqueue", *names).wait(PATIENCE_S) == 0

    def _run(self, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.db.worker_process", *words]
        with (self.site.data / "out.txt").open("ab") as out:
            return subprocess.Popen(command, env=self.site.env, cwd=ROOT, stdout=out, stderr=out)

    def lines(self) -> list[str]:
        path = self.site.data / "lines.txt"
        return path.read_text().splitlines() if path.exists() else []

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, (self.lines(), (self.site.data / "out.txt").read_text()[-4000:])
            threading.Event().wait(0.02)

    def said(self, word: str) -> int:
        return sum(line.startswith(word) for line in self.lines())

    def jobs(self) -> list[tuple[str, int, int]]:
        """State, failures and crashes of the jobs that torture."""
        return self.site.rows("select state, attempts, crashes from jobs_job where name like 'torture.%'")

    def alive(self) -> int:
        return len(self.site.rows("select 1 from jobs_worker where stopped_at is null"))


@pytest.fixture
def torture(tmp_path: Path, with_tables: Installation) -> Iterator[Torture]:
    with installed(tmp_path / "data", like=with_tables) as site:
        torture = Torture(site)
        yield torture
        for worker in torture.started:
            worker.kill()
            worker.wait()


def test_a_job_starts_at_once_and_the_worker_leaves_in_order(torture: Torture) -> None:
    worker = torture.start()
    torture.enqueue("note")
    torture.until(lambda: len(torture.lines()) == 1)
    enqueued_at, began_at = map(float, torture.lines()[0].split())
    assert began_at - enqueued_at < 3  # 0.1 s on a quiet machine
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE_S) == 0
    assert torture.jobs() == [("done", 0, 0)]
    assert torture.alive() == 0


def test_the_jobs_of_a_killed_worker_go_on_with_the_next(torture: Torture) -> None:
    first = torture.start()
    torture.enqueue("wait")
    torture.until(lambda: torture.said("waiting") == 1)
    first.kill()
    first.wait()
    second = torture.start()
    torture.until(lambda: torture.said("waiting") == 2)  # long before the lease of a minute is over
    second.send_signal(signal.SIGTERM)
    assert second.wait(PATIENCE_S) == 0
    assert torture.jobs() == [("queued", 0, 1)]


def test_a_living_worker_notices_the_death_of_another(torture: Torture) -> None:
    first = torture.start()
    torture.enqueue("wait")
    torture.until(lambda: torture.said("waiting") == 1)
    torture.start()
    first.kill()
    first.wait()
    torture.until(lambda: torture.said("waiting") == 2)


def test_a_job_that_kills_its_worker_is_given_up(torture: Torture) -> None:
    torture.enqueue("kill_worker")
    for _ in range(2):
        assert torture.start().wait(PATIENCE_S) == -signal.SIGKILL
    torture.start()
    torture.until(lambda: torture.said("dead") == 1)
    torture.until(lambda: torture.jobs()[0][0] == "dead")
    [(reason,)] = torture.site.rows("select failure from jobs_job where name = 'torture.kill_worker'")
    assert "in the middle of it 2 times" in reason


def test_a_job_that_does_not_listen_is_handed_back_when_the_worker_leaves(torture: Torture) -> None:
    worker = torture.start()
    torture.enqueue("deaf")
    torture.until(lambda: torture.said("deaf") == 1)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE_S) == 3
    assert torture.jobs() == [("queued", 0, 0)]


def test_what_was_enqueued_before_the_queue_file_was_lost_is_done(torture: Torture) -> None:
    torture.enqueue("note")
    for path in torture.site.data.glob("queue.sqlite3*"):
        path.unlink()
    torture.start()
    torture.until(lambda: len(torture.lines()) == 1)


def test_a_worker_leaves_with_the_process_that_started_it(torture: Torture) -> None:
    script = (
        "import os, subprocess, sys; subprocess.Popen([sys.executable, '-m', 'antiphon.cli.main', 'worker', "
        "'--with-parent', str(os.getpid())]); sys.stdin.read()"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], env=torture.site.env, stdin=subprocess.PIPE)
    try:
        torture.until(lambda: torture.alive() == 1)
    finally:
        parent.kill()
        parent.communicate()
    torture.until(lambda: torture.alive() == 0)
