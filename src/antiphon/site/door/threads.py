"""A bounded pool of threads that talk to the database, and leave it properly."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import ParamSpec, TypeVar

from django.db import connections

_Params = ParamSpec("_Params")
_Value = TypeVar("_Value")

LEAVING_S = 1.0


class Threads:
    """Runs blocking calls of coroutines, at most `count` at a time."""

    def __init__(self, name: str, count: int) -> None:
        self.count = count
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=name)

    def run(
        self, verb: Callable[_Params, _Value], *args: _Params.args, **kwargs: _Params.kwargs
    ) -> asyncio.Future[_Value]:
        """Do it in a thread."""
        return asyncio.get_running_loop().run_in_executor(self._pool, lambda: verb(*args, **kwargs))

    def close(self) -> None:
        """Close each thread's database connections and let the threads end; one that is busy keeps its own."""
        together = threading.Barrier(self.count, timeout=LEAVING_S)

        def leave() -> None:
            # Met here, no thread can take two of these calls and leave another thread without one.
            with contextlib.suppress(threading.BrokenBarrierError):
                together.wait()
            connections.close_all()

        wait([self._pool.submit(leave) for _ in range(self.count)], timeout=LEAVING_S * 2)
        self._pool.shutdown(wait=False, cancel_futures=True)
