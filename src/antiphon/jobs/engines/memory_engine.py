"""An engine in this process's memory: for tests, and to show what an engine must do. It dies with the process."""

import heapq
import logging
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)


class MemoryEngine:
    """`ports.Engine` with a heap and threads."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, int]] = []
        self._count = 0
        self._changed = threading.Condition()

    def send(self, job_id: int, *, delay_s: float = 0) -> None:
        with self._changed:
            self._count += 1
            heapq.heappush(self._heap, (time.monotonic() + delay_s, self._count, job_id))
            self._changed.notify()

    def waiting(self) -> set[int]:
        with self._changed:
            return {job_id for _, _, job_id in self._heap}

    def work(
        self, run: Callable[[int], None], *, workers: int, should_stop: Callable[[], bool], grace_s: float = 20
    ) -> bool:
        threads = [threading.Thread(target=self._serve, args=(run, should_stop), daemon=True) for _ in range(workers)]
        for thread in threads:
            thread.start()
        while not should_stop():
            threads[0].join(0.05)
        deadline = time.monotonic() + grace_s
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in threads)

    def _serve(self, run: Callable[[int], None], should_stop: Callable[[], bool]) -> None:
        while not should_stop():
            job_id = self._next()
            if job_id is None:
                continue
            try:
                run(job_id)
            except Exception:
                log.exception("job %s could not be run", job_id)

    def _next(self) -> int | None:
        with self._changed:
            rest = self._heap[0][0] - time.monotonic() if self._heap else 0.05
            if rest > 0:
                self._changed.wait(min(rest, 0.05))
            if self._heap and self._heap[0][0] <= time.monotonic():
                return heapq.heappop(self._heap)[2]
            return None
