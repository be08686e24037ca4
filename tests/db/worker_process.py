"""A worker with jobs to torture it with: `python -m tests.db.worker_process`. Each job leaves a line in a file."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402

from antiphon.jobs import service as jobs  # noqa: E402

LINES = Path(settings.DATA) / "lines.txt"


def say(words: str) -> None:
    with LINES.open("a") as file:
        file.write(f"{words} {time.time()}\n")


@jobs.job("torture.note")
def note(word: str) -> None:
    say(word)


@jobs.job("torture.kill_worker", attempts=1, when_dead=lambda reason, **_: say("dead"))
def kill_worker() -> None:
    say("killing")
    os.kill(os.getpid(), signal.SIGKILL)


@jobs.job("torture.wait", lease_s=60)
def wait(ctx: jobs.JobContext) -> None:
    say("waiting")
    while ctx.heartbeat():
        threading.Event().wait(0.02)
    raise jobs.TryAgain("The worker stops.")


@jobs.job("torture.deaf")
def deaf() -> None:
    say("deaf")
    threading.Event().wait()


def main(argv: list[str]) -> None:
    """Enqueue the jobs that are named, or work."""
    if argv[0] == "enqueue":
        for word in argv[1:]:
            jobs.enqueue(f"torture.{word}", **({"word": f"{time.time()}"} if word == "note" else {}))
        return
    loop = jobs.WorkLoop(threads=2, folder=Path(settings.DATA) / "tmp" / "workers", grace_s=1)
    signal.signal(signal.SIGTERM, lambda number, frame: loop.stop())
    os._exit(0 if loop.work() else 3)


if __name__ == "__main__":
    main(sys.argv[1:])
