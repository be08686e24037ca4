"""Listener sessions, as browsers have them: a page, the player's data, sound as fast as it comes, what was heard.

Sound is played as it arrives, from 64 kB on, at 20 kB a second; where nothing is left to play, that is silence. What
was heard is said after four seconds and every fifteen, as our player does it; without script, nobody says anything.
"""

import asyncio
import json
import random
import time
import uuid
from dataclasses import dataclass

from tests.soak.lines import Got, Line, ended

BYTES_PER_S, BEGINS_BYTES = 20_000, 64_000
TICK_S, FIRST_S, EVERY_S = 0.25, 4.0, 15.0
# A tenth of the sessions each; the rest is somebody at home.
KINDS = ("phone", "phone", "school", "VPN exit", "screen reader", "no script")
HOME = "at home"
SCHOOL, VPN = "203.0.113.80", "198.51.100.20"


@dataclass(frozen=True)
class Track:
    number: int
    page: str
    recording: int


def kind_of(number: int) -> str:
    return (*KINDS, HOME, HOME, HOME, HOME)[number % 10]


def begins_s(number: int, seconds: float, listens_s: float, dice: random.Random) -> float:
    """When a session begins: pupils all within a minute, everybody else spread over the run."""
    latest = max(1.0, seconds - listens_s - 10)
    return (
        dice.uniform(latest / 3, min(latest, latest / 3 + 60))
        if kind_of(number) == "school"
        else dice.uniform(3, latest)
    )


class Session:
    """Somebody who hears one track for a while."""

    def __init__(self, port: int, got: Got, number: int, track: Track, listens_s: float) -> None:
        self.kind, self.number, self.track, self.listens_s = kind_of(number), number, track, listens_s
        self.got = got
        self.line = Line(port, got, self.address(0), session=number)
        self.beside = Line(port, got, self.address(0), session=number)
        self.came = 0
        self.played = self.silent_s = 0.0
        self.began: float | None = None
        self.dice = random.Random(number)

    def address(self, hop: int) -> str:
        """Where they are; a telephone changes it twice."""
        if self.kind == "school":
            return SCHOOL
        if self.kind == "VPN exit":
            return VPN
        return f"{60 + self.number % 60}.{self.number // 60 % 250}.{hop * 80 + self.number % 70}.9"

    async def live(self) -> None:
        self.got.sessions += 1
        status, _page = await self.beside.ask(self.track.page)
        self.line.listener = self.beside.listener
        if status != 200:
            return
        await asyncio.sleep(self.dice.uniform(4, 8) if self.kind == "screen reader" else self.dice.uniform(0.5, 2))
        url, ticket = await self._find()
        if not url:
            return
        fetching = asyncio.create_task(self._fetch(url))
        try:
            await self._hear(ticket)
        finally:
            await ended(fetching)
            self.line.close()
            self.beside.close()
        self.got.silent_s.append(self.silent_s)

    async def _find(self) -> tuple[str, str]:
        """Return where the sound is, and the ticket to report with."""
        if self.kind == "no script":
            status, _body = await self.beside.ask(f"/listen/{self.track.number}/stream")
            return self.beside.location if status == 302 else "", ""
        status, body = await self.beside.ask(f"/listen/{self.track.number}.json")
        if status != 200:
            return "", ""
        info = json.loads(body)
        return info["streams"][0]["url"], info["ticket"]

    async def _fetch(self, url: str) -> None:
        path = url[url.index("/media/") :]
        while True:
            try:
                status = await self.line.stream(path, self.track.recording, self._take, start=self.came)
            except (ConnectionError, asyncio.IncompleteReadError):
                status = 0
            if status == 416:
                return
            await asyncio.sleep(0.5)

    def _take(self, size: int) -> None:
        self.came += size

    async def _hear(self, ticket: str) -> None:
        asked, hop, reported_s, play = time.monotonic(), 0, 0.0, str(uuid.uuid4())
        last = asked
        while time.monotonic() - asked < self.listens_s:
            await asyncio.sleep(TICK_S)
            now = time.monotonic()
            passed, last = now - last, now
            if self.began is None:
                if self.came < BEGINS_BYTES:
                    continue
                self.began = now
                self.got.waited_s.append(now - asked)
                continue
            heard_s = min(passed, self.came / BYTES_PER_S - self.played)
            self.played += heard_s
            self.silent_s += passed - heard_s
            if ticket and self.played - reported_s >= (EVERY_S if reported_s else FIRST_S):
                reported_s = self.played
                await self._say(ticket, play)
            if self.kind == "phone" and now - asked > (hop + 1) * self.listens_s / 3:
                hop += 1
                self.line.address = self.beside.address = self.address(hop)
                self.line.close()  # what was under way breaks off, and is asked for again from where it was
        if self.began is None:
            self.got.waited_s.append(self.listens_s)
        if ticket:
            await self._say(ticket, play)

    async def _say(self, ticket: str, play: str) -> None:
        told = {"play": play, "ticket": ticket, "heard_ms": int(self.played * 1000), "source": "page", "source_id": 0}
        status, body = await self.beside.ask("/player/plays", said={"plays": [told]})
        if status != 200 or b'"refused": 0' not in body:
            self.got.wrong[f"a report: {status} {body[:80]!r}"] += 1
