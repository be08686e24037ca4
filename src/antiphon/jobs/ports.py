"""What jobs need of an engine. Every engine passes `tests/contract/test_job_engine.py`."""

from collections.abc import Callable
from typing import Protocol


class Engine(Protocol):
    """Carries job ids to a worker. It may lose one or bring it twice; the row may not."""

    def send(self, job_id: int, *, delay_s: float = 0) -> None:
        """Hand a job id over, due after a delay. Raises `Unavailable` when the engine cannot take it."""

    def waiting(self) -> set[int]:
        """Ids that wait in the engine, those not due yet among them. Raises `Unavailable`."""

    def work(
        self,
        run: Callable[[int], None],
        *,
        workers: int,
        should_stop: Callable[[], bool],
        grace_s: float = 20,
    ) -> bool:
        """Call `run(job_id)` for what comes, in up to `workers` threads, until told to stop.

        After that, running calls have `grace_s` seconds to come back; returns whether all of them did.
        """
