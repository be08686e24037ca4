"""Those who come to take: by name, under a false name, in order, from two hundred addresses in three ways.

Addresses of sound are given to them for nothing, as if asking for each had cost no time; who pretends to listen asks
for them, because it needs a ticket to say what it never heard.
"""

import asyncio
import json
import random
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from urllib.robotparser import RobotFileParser

from tests.soak.lines import Got, Line
from tests.soak.sessions import EVERY_S, FIRST_S, Track

GPTBOT = "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)"
NETWORKS = 200


def _nothing(_size: int) -> None:
    pass


async def take(line: Line, recording: int) -> int:
    """Fetch a recording's sound whole; return the status, 0 where the line broke."""
    from antiphon.storage import service as storage

    url = storage.media_url(
        f"renditions/{recording}/aac160.mp4", binding=storage.binding_of(line.listener), seconds=3600, declared="n" * 16
    )
    try:
        return await line.stream(url[url.index("/media/") :], recording, _nothing)
    except (ConnectionError, asyncio.IncompleteReadError):
        line.close()
        return 0


async def obey(port: int, got: Got, tracks: list[Track]) -> None:
    """Read robots.txt, and take what it allows."""
    rules, line = RobotFileParser(), Line(port, Got("robots.txt"), "20.0.0.9", GPTBOT)
    _status, text = await line.ask("/robots.txt")
    rules.parse(text.decode().splitlines())
    line.got, line.listener = got, "a" * 32
    for track in tracks[:200]:
        if rules.can_fetch("GPTBot", f"http://localhost/media/renditions/{track.recording}/aac160.mp4"):
            await take(line, track.recording)


async def one(port: int, got: Got, address: str, tracks: list[Track], agent: str, *, every_s: float = 0) -> None:
    """Take one after the other, as one visitor."""
    line = Line(port, got, address, agent)
    line.listener = address.encode().hex().ljust(32, "0")[:32]
    for track in tracks:
        if await take(line, track.recording) not in (200, 206):
            await asyncio.sleep(0.2)
        await asyncio.sleep(every_s)


async def naive(port: int, got: Got, network: int, next_track: Callable[[], Track]) -> None:
    """A cookie never seen before for each request."""
    dice, line = random.Random(network), Line(port, got, f"40.{network}.7.9")
    while True:
        line.listener = f"{dice.getrandbits(128):032x}"
        if await take(line, next_track().recording) not in (200, 206):
            await asyncio.sleep(2)


async def patient(port: int, got: Got, network: int, next_track: Callable[[], Track]) -> None:
    """One cookie for each address, as slow as it has to be; a track that breaks off is left."""
    line = Line(port, got, f"41.{network}.7.9")
    line.listener = f"{network + 1:032x}"
    while True:
        if await take(line, next_track().recording) not in (200, 206):
            await asyncio.sleep(10)


async def pretend(port: int, got: Got, network: int, next_track: Callable[[], Track]) -> None:
    """Do as a player does, and say that all of it was heard, in real time."""
    line, beside = (Line(port, got, f"42.{network}.7.9") for _ in range(2))
    line.listener = beside.listener = f"{network + 1000:032x}"
    while True:
        track = next_track()
        status, body = await beside.ask(f"/listen/{track.number}.json")
        if status != 200:
            await asyncio.sleep(10)
            continue
        info = json.loads(body)
        began, play = time.monotonic(), str(uuid.uuid4())
        taking = asyncio.create_task(take(line, track.recording))
        wait_s = FIRST_S
        while not taking.done():
            await asyncio.wait({taking}, timeout=wait_s)
            wait_s = EVERY_S
            heard_ms = min(info["duration_ms"], int((time.monotonic() - began) * 1000))
            said = {"play": play, "ticket": info["ticket"], "heard_ms": heard_ms, "source": "page", "source_id": 0}
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await beside.ask("/player/plays", said={"plays": [said]})
