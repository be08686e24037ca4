"""What jobs need of an engine. Every engine passes `tests/contract/test_job_engine.py`."""

from collections.abc import Callable
from typing import Protocol


class Engine(Protocol):
    """Carries job ids from whoever enqueues to a worker. It may lose one or bring it twice; the Job row may not."""

    def send(self, job_id: int, *, delay_s: float = 0) -> None:
        """Hand a job id over, due after a delay."""

    def pending(self) -> int:
        """How many ids wait in the engine."""

    def work(self, run: Callable[[int], None], *, workers: int, should_stop: Callable[[], bool]) -> None:
        """Call `run(job_id)` for what comes, in up to `workers` threads, until told to stop."""
