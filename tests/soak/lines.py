"""A line to the front door, as somebody at an address with a cookie and a name has one; and what came of all of it."""

import asyncio
import json
import re
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
READ_BYTES = 64 * 1024


@dataclass
class Got:
    """What came of all that somebody asked for."""

    name: str
    statuses: Counter[int] = field(default_factory=Counter)
    tracks: Counter[int] = field(default_factory=Counter)  # bytes of each
    took_ms: list[float] = field(default_factory=list)
    sessions: int = 0
    challenged: set[int] = field(default_factory=set)  # sessions
    refused: set[int] = field(default_factory=set)
    silent_s: list[float] = field(default_factory=list)  # of each session
    waited_s: list[float] = field(default_factory=list)  # until it could be heard
    wrong: Counter[str] = field(default_factory=Counter)

    @property
    def size(self) -> int:
        return sum(self.tracks.values())

    @property
    def whole(self) -> int:
        """How many tracks there is more of than a start."""
        return sum(size > 1_000_000 for size in self.tracks.values())

    def note(self, status: int, session: int = -1) -> None:
        self.statuses[status] += 1
        if status == 429:
            self.challenged.add(session)
        if status in (401, 402, 403):
            self.refused.add(session)


class Line:
    """One connection at a time; another one where the address changes or the server has closed it."""

    def __init__(self, port: int, got: Got, address: str, agent: str = FIREFOX, session: int = -1) -> None:
        self.port, self.got, self.address, self.agent, self.session = port, got, address, agent, session
        self.listener = ""
        self.ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, path: str, *, said: Any = None, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Ask for something short; POST where something is said."""
        began = time.perf_counter()
        status, length, reader = await self._begin(path, said, headers or {})
        body = await reader.readexactly(length) if length else b""
        self.got.took_ms.append((time.perf_counter() - began) * 1000)
        return status, body

    async def stream(self, path: str, track: int, came: Callable[[int], None], *, start: int = 0) -> int:
        """Fetch sound from a byte on, telling of each piece; return the status. Ends early where the server does."""
        status, length, reader = await self._begin(path, None, {"range": f"bytes={start}-"})
        while length > 0:
            piece = await reader.read(min(length, READ_BYTES))
            if not piece:
                break
            length -= len(piece)
            if status in (200, 206):
                self.got.tracks[track] += len(piece)
                came(len(piece))
        if length:
            self.close()
        return status

    def close(self) -> None:
        if self.ends is not None:
            self.ends[1].close()
        self.ends = None

    async def _begin(self, path: str, said: Any, headers: dict[str, str]) -> tuple[int, int, asyncio.StreamReader]:
        shown = {"host": "localhost", "x-forwarded-for": self.address, "user-agent": self.agent} | headers
        if self.listener:
            shown["cookie"] = f"antiphon_listener={self.listener}"
        body = b"" if said is None else json.dumps(said).encode()
        if body:
            shown |= {"content-type": "application/json", "content-length": str(len(body))}
        head = f"{'POST' if body else 'GET'} {path} HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in shown.items())
        for last in (False, True):
            if self.ends is None:
                self.ends = await asyncio.open_connection("127.0.0.1", self.port)
            reader, writer = self.ends
            try:
                writer.write(head.encode() + b"\r\n" + body)
                answered = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                break
            except (ConnectionError, asyncio.IncompleteReadError):
                self.close()  # it was idle for too long
                if last:
                    raise
        status = int(answered.split()[1])
        self.got.note(status, self.session)
        if made := re.search(r"(?im)^set-cookie: *antiphon_listener=([0-9a-f]{32})", answered):
            self.listener = made[1]
        self.location = (re.search(r"(?im)^location: *(\S+)", answered) or ["", ""])[1]
        length = re.search(r"(?im)^content-length: *([0-9]+)", answered)
        return status, int(length[1]) if length else 0, reader


async def ended(*tasks: "asyncio.Task[Any]") -> None:
    """Cancel what goes on beside, and wait until it has stopped."""
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError, ConnectionError, asyncio.IncompleteReadError):
            await task
