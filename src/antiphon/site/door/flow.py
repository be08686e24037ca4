"""Sound on its way out: each piece waits until it may go, so that it runs no further ahead of listening than it may.

What may go, `guard.budgets()` says. A wait costs a timer and no thread; whoever leaves is noticed while they wait.
"""

import asyncio
import contextlib
from collections.abc import Iterator

from antiphon.guard import service as guard
from antiphon.guard.core.ahead import LEAST_LEAD_KB, Taker
from antiphon.site.door.asgi import Receive

BEGIN_WITHIN_S = 20.0  # then a reply that has not begun is a 429
GO_ON_WITHIN_S = 60.0  # then a reply that has begun is cut off, and the player asks again for what it misses
MOST_WAITING = 3000  # replies at the same time; more that have not begun are told to come back


class NotNow(Exception):
    """Nothing more goes out for now: the wait was too long, or nobody is there any more."""


class Flow:
    """Which replies wait, of all that are under way."""

    def __init__(self) -> None:
        self.waiting = 0

    @contextlib.contextmanager
    def one_more(self) -> Iterator[None]:
        """Count a reply that waits."""
        self.waiting += 1
        try:
            yield
        finally:
            self.waiting -= 1


class Gate:
    """The gate of one reply: asked before each piece of it."""

    def __init__(self, flow: Flow, taker: Taker, receive: Receive) -> None:
        self.flow = flow
        self.taker = taker
        self.began = False
        self.receive = receive
        self._leaving: asyncio.Task[None] | None = None

    async def __call__(self, length: int) -> None:
        """Return when so many bytes may go out; they are counted then. Raises `NotNow`."""
        wait_s = guard.budgets().wait_s(self.taker, length)
        if wait_s:
            with self.flow.one_more():
                await self._wait(length, wait_s)
        self.began = True

    async def start(self) -> int:
        """Count a start where a front server sends the file; return how many bytes a second it may send, 0 for any."""
        await self(int(LEAST_LEAD_KB) * 1024)
        return int(guard.budgets().pace_kb(self.taker) * 1024)

    async def _wait(self, length: int, wait_s: float) -> None:
        patience_s = GO_ON_WITHIN_S if self.began else BEGIN_WITHIN_S
        if not self.began and self.flow.waiting > MOST_WAITING:
            raise NotNow
        if self._leaving is None:
            self._leaving = asyncio.create_task(_left(self.receive))
        waited_s = 0.0
        while wait_s:
            if waited_s >= patience_s:
                guard.budgets().ran_dry(self.taker)
                raise NotNow
            if await pause(self._leaving, wait_s):
                raise NotNow
            waited_s += wait_s
            wait_s = guard.budgets().wait_s(self.taker, length)

    def close(self) -> None:
        """Look no longer whether anybody leaves."""
        if self._leaving is not None:
            self._leaving.cancel()


async def pause(leaving: "asyncio.Task[None]", seconds: float) -> bool:
    """Wait; tell whether the client went away meanwhile."""
    done, _waiting = await asyncio.wait({leaving}, timeout=seconds)
    return bool(done)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
