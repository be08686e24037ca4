"""Bytes of one upload as they arrive: who may write, how they reach the disk, and how it ended.

One request at a time writes to an upload. Whoever comes second waits a moment; a first one that has gone quiet (a
laptop that slept, a line that died without a word) is told to give way.
"""

import asyncio
import enum
import os
import uuid
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import ParamSpec, TypeVar

from django.utils.translation import gettext as _

from antiphon.kernel import errors
from antiphon.site.door.asgi import Receive
from antiphon.site.door.incoming import Busy, Full, Incoming

# Gathered before each write, of which one is under way: less for each when many send, so that memory is bounded.
PIECE_BYTES = 1024 * 1024
SMALLEST_PIECE_BYTES = 64 * 1024
ROOM_BYTES = 128 * 1024 * 1024
MOST_WRITERS = 1024
QUIET_S = 120.0  # a line that says nothing for so long is dead
GIVE_WAY_S = 2.0  # when somebody else wants to go on with the file, it is dead after so long
WAIT_S = 3.0  # how long the second waits for the first

_Params = ParamSpec("_Params")
_Value = TypeVar("_Value")


class End(enum.Enum):
    """How a request's body ended."""

    WHOLE = enum.auto()
    BROKEN = enum.auto()  # its sender is gone
    QUIET = enum.auto()  # nothing came any more, or it was told to give way
    TOO_MUCH = enum.auto()  # more than the file was said to have; nothing of this request is kept
    FULL = enum.auto()  # the disk took no more


class Arrival:
    """One request that writes."""

    def __init__(self) -> None:
        self.done = asyncio.Event()
        self.last_at = asyncio.get_running_loop().time()
        self.patience: asyncio.Timeout | None = None
        self.stopped = False

    def heard(self) -> None:
        self.last_at = asyncio.get_running_loop().time()
        if self.patience is not None and not self.patience.expired() and not self.stopped:
            self.patience.reschedule(self.last_at + QUIET_S)

    def stop(self) -> None:
        """Make it keep what it has and end."""
        self.stopped = True
        if self.patience is not None and not self.patience.expired():
            self.patience.reschedule(asyncio.get_running_loop().time())

    def quiet_for(self) -> float:
        return asyncio.get_running_loop().time() - self.last_at


class Arrivals:
    """Every request of this process that writes, by upload."""

    def __init__(self, incoming: Incoming, threads: int = 8) -> None:
        self.incoming = incoming
        self.now: dict[uuid.UUID, Arrival] = {}
        self.closing = False
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="disk")

    def disk(
        self, verb: Callable[_Params, _Value], *args: _Params.args, **kwargs: _Params.kwargs
    ) -> "asyncio.Future[_Value]":
        """Do something slow with files, in a thread."""
        return asyncio.get_running_loop().run_in_executor(self._pool, lambda: verb(*args, **kwargs))

    def piece_bytes(self) -> int:
        """How much each writer may gather."""
        share = ROOM_BYTES // (2 * max(1, len(self.now)))
        return max(SMALLEST_PIECE_BYTES, min(PIECE_BYTES, share))

    @asynccontextmanager
    async def turn(self, upload: uuid.UUID) -> AsyncIterator[tuple[Arrival, int]]:
        """Have the upload, and its open file, to oneself. Raises `Busy`, `Unavailable`."""
        await self.settled(upload)
        if upload in self.now or self.closing:
            raise Busy
        if len(self.now) >= MOST_WRITERS:
            raise errors.Unavailable(_("Too many files are being sent at once."), hint=_("Go on in a moment."))
        arrival = self.now[upload] = Arrival()
        try:
            opened = self.incoming.opened(upload)
            fd = await self.disk(opened.__enter__)
            try:
                yield arrival, fd
            finally:
                await self.disk(opened.__exit__, None, None, None)
        finally:
            del self.now[upload]
            arrival.done.set()

    async def settled(self, upload: uuid.UUID) -> None:
        """Wait until nobody writes, at most for a moment; a writer that has gone quiet is made to end.

        Whoever asks is nearly always the writer itself, back on a new line while bytes of the old one are still read.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + WAIT_S
        while (other := self.now.get(upload)) is not None and loop.time() < end:
            left = GIVE_WAY_S - other.quiet_for()
            if left <= 0:
                other.stop()
            try:
                async with asyncio.timeout_at(min(end, loop.time() + left) if left > 0 else end):
                    await other.done.wait()
            except TimeoutError:
                continue

    async def stop(self, upload: uuid.UUID) -> None:
        """End whoever writes to this upload now, and wait for it."""
        other = self.now.get(upload)
        if other is not None:
            other.stop()
            await other.done.wait()

    async def close(self, seconds: float = 5.0) -> None:
        """End every request that writes; each keeps, synced, what has arrived."""
        self.closing = True
        others = list(self.now.values())
        for other in others:
            other.stop()
        if others:
            await asyncio.wait([asyncio.ensure_future(other.done.wait()) for other in others], timeout=seconds)

    async def take(self, arrival: Arrival, fd: int, left: int, receive: Receive) -> End:
        """Write a request's body at the end of the file, `left` bytes at most, and sync it.

        Bounded memory: one piece is being written while the next one comes in.
        """
        start = await self.disk(lambda: os.fstat(fd).st_size)
        writer = _Writer(self, fd)
        try:
            end = await self._read(arrival, writer, left, receive)
            await writer.finish()
        except Full:
            end = End.FULL
        finally:
            await writer.settle()
        if end is End.TOO_MUCH:
            await self.disk(self.incoming.cut, fd, start)
        await self.disk(self.incoming.sync, fd)
        return end

    async def _read(self, arrival: Arrival, writer: "_Writer", left: int, receive: Receive) -> End:
        try:
            async with asyncio.timeout(QUIET_S) as arrival.patience:
                while not arrival.stopped:
                    message = await receive()
                    if message["type"] != "http.request":
                        return End.BROKEN
                    piece = message.get("body", b"")
                    left -= len(piece)
                    if left < 0:
                        return End.TOO_MUCH
                    await writer.add(piece)
                    if not message.get("more_body", False):
                        return End.WHOLE
                    arrival.heard()
        except TimeoutError:
            pass
        finally:
            arrival.patience = None
        return End.QUIET


class _Writer:
    """Gathers pieces and writes them in the background, one write at a time."""

    def __init__(self, arrivals: Arrivals, fd: int) -> None:
        self.arrivals = arrivals
        self.fd = fd
        self.held: list[bytes] = []
        self.held_bytes = 0
        self.writing: asyncio.Future[None] | None = None

    async def add(self, piece: bytes) -> None:
        if piece:
            self.held.append(piece)
            self.held_bytes += len(piece)
        if self.held_bytes >= self.arrivals.piece_bytes():
            await self._written()
            self._write()

    def _write(self) -> None:
        self.writing = self.arrivals.disk(self.arrivals.incoming.append, self.fd, self.held)
        self.held, self.held_bytes = [], 0

    async def _written(self) -> None:
        if self.writing is not None:
            # Shielded: when patience ends here, the thread still writes, and `finish` must wait for it.
            await asyncio.shield(self.writing)
            self.writing = None

    async def settle(self) -> None:
        """Wait until no thread writes any more, however that write ends: only then may the file be closed."""
        if self.writing is not None:
            await asyncio.wait({self.writing})

    async def finish(self) -> None:
        """Wait for the last write. Raises `Full`."""
        await self._written()
        if self.held:
            self._write()
            await self._written()
