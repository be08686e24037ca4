"""Two hundred people listen at the same time, on a site of full size: pages, sound, and what they have heard.

Half of them are signed in. Each opens a page, plays something from it, fetches the sound piece by piece as a player
does, and says every few seconds what was heard. Prints how long every kind of request took. Fails when anything was
answered with an error, or when what the site kept is not what was heard, to the millisecond.

Runs on SQLite, or with `--server postgresql://…` in a database of its own on that server, which is dropped after.
"""

import argparse
import asyncio
import os
import random
import ssl
import statistics
import sys
import tempfile
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from bench.pages import signed_in
from bench.postgresql import fresh_database

from tests.soak.door_site import DoorSite, running

PLAYED, FILE_BYTES, PIECE_BYTES = 40, 2**20, 2**16
LOOK_S, PIECE_S, PIECES, SAY_EVERY = (0.5, 3.0), 2.0, 7, 3
ONE_BY_ONE_S = 5.0  # until all of them are there
WORDS = ("harbour", "blue rain", "owl", "cedr", "amber lak", "piano", "night w", "moon moss")


@dataclass
class Heap:
    """What happened: how long each kind of request took, what failed, and what was heard in each play."""

    took_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: list[str] = field(default_factory=list)
    heard_ms: dict[str, int] = field(default_factory=dict)


@dataclass
class Listener:
    """Somebody with a browser of their own."""

    client: httpx.AsyncClient
    heap: Heap
    dice: random.Random
    pages: dict[str, list[str]]
    played: list[int]

    async def go_on(self, until: float) -> None:
        """Look at pages and play what is there, until then."""
        while time.monotonic() < until:
            kind = self.dice.choice(list(self.pages))
            await self.ask(kind, self.dice.choice(self.pages[kind]))
            await asyncio.sleep(self.dice.uniform(*LOOK_S))
            await self.play(self.dice.choice(self.played), "link" if kind == "notices" else kind, until)

    async def play(self, track: int, source: str, until: float) -> None:
        """Hear a track for some pieces, and say so as it goes."""
        told = await self.ask("player", f"/listen/{track}.json")
        if told is None:
            return
        info, began = told.json(), time.monotonic()
        uid, at_ms = str(uuid.uuid4()), int(time.time() * 1000)
        play = {"play": uid, "ticket": info["ticket"], "began": at_ms, "source": source, "source_id": 0}
        for piece in range(self.dice.randrange(1, PIECES)):
            at = piece * PIECE_BYTES
            span = {"Range": f"bytes={at}-{at + PIECE_BYTES - 1}"}
            await self.ask("sound", info["streams"][0]["url"], headers=span)
            await asyncio.sleep(PIECE_S)
            if piece % SAY_EVERY == 0 or time.monotonic() > until:
                await self.say(play | {"heard_ms": int((time.monotonic() - began) * 1000)})
            if time.monotonic() > until:
                break
        await self.say(play | {"heard_ms": int((time.monotonic() - began) * 1000)})

    async def say(self, play: dict[str, Any]) -> None:
        body = {"plays": [play | {"at_ms": int(time.time() * 1000)}]}
        reply = await self.ask("plays", "/player/plays", json=body)
        if reply is None:
            return
        said = reply.json()
        if said["refused"]:
            self.heap.failed.append(f"a play was refused: {said}")
        else:
            self.heap.heard_ms[play["play"]] = play["heard_ms"]

    async def ask(self, kind: str, path: str, **words: Any) -> httpx.Response | None:
        """Ask for something; note how long it took. Return nothing where it failed, which is noted as well."""
        began = time.perf_counter()
        try:
            if "json" in words:
                reply = await self.client.post(path, **words)
            else:
                reply = await self.client.get(path, **words)
        except httpx.HTTPError as error:
            self.heap.failed.append(f"{path}: {error!r}")
            return None
        self.heap.took_ms[kind].append((time.perf_counter() - began) * 1000)
        if reply.status_code not in (200, 206):
            self.heap.failed.append(f"{path}: {reply.status_code} {reply.headers.get('Content-Type')}")
            return None
        return reply


def listen(site: DoorSite, made: Any, listeners: int, seconds: float) -> Heap:
    """Let them all listen; return what happened."""
    steps = slice(None, None, max(1, len(made.track_ids) // 2000))
    pages = {
        "home": ["/"],
        "page": made.track_addresses[steps],
        "profile": [f"/{slug}" for slug in made.profile_slugs],
        "set": made.set_addresses,
        "search": [f"/search?q={word.replace(' ', '+')}" for word in WORDS],
    }
    played = store_sound(site, made)
    people = [signed_in(pk) for pk in made.user_ids[-listeners // 2 :]]
    return asyncio.run(listen_all(site.url, people, pages, played, listeners, seconds))


async def listen_all(
    url: str, people: list[str], pages: dict[str, list[str]], played: list[int], listeners: int, seconds: float
) -> Heap:
    heap, dice = Heap(), random.Random(17)
    # One context for all of them: it reads the certificates of the machine each time it is made.
    context, limits = ssl.create_default_context(), httpx.Limits(max_connections=4)
    clients = [httpx.AsyncClient(base_url=url, timeout=30, limits=limits, verify=context) for _ in range(listeners)]
    until = time.monotonic() + seconds

    async def one(number: int) -> None:
        own = f"antiphon_listener={dice.getrandbits(128):032x}"
        member = number < len(people)
        clients[number].headers["Cookie"] = f"{own}; {people[number]}" if member else own
        clients[number].headers["X-Forwarded-For"] = f"10.20.{number // 250}.{number % 250 + 1}"
        seen = {**pages, "feed": ["/feed"], "notices": ["/notices"]} if member else pages
        await asyncio.sleep(ONE_BY_ONE_S * number / listeners)
        await Listener(clients[number], heap, random.Random(number), seen, played).go_on(until)

    await asyncio.gather(*(one(number) for number in range(listeners)))
    for client in clients:
        await client.aclose()
    return heap


def store_sound(site: DoorSite, made: Any) -> list[int]:
    """Put sound behind some of the tracks; return which."""
    from antiphon.audio.models import Rendition

    chosen = random.Random(18).sample(made.track_ids, PLAYED)
    for key in Rendition.objects.filter(recording__track__in=chosen).values_list("key", flat=True):
        site.store(key, FILE_BYTES)
    return chosen


def print_figures(heap: Heap, seconds: float, cpu_s: float, memory_mib: float) -> None:
    requests = sum(map(len, heap.took_ms.values()))
    print(f"{'':10} {'requests':>9} {'median ms':>10} {'p95 ms':>8} {'p99 ms':>8}")
    for kind, took in sorted(heap.took_ms.items()):
        sorted_ms = sorted(took)
        p95, p99 = (sorted_ms[min(len(took) - 1, len(took) * part // 100)] for part in (95, 99))
        print(f"{kind:10} {len(took):9,} {statistics.median(took):10.1f} {p95:8.1f} {p99:8.1f}")
    busy, each_ms = 100 * cpu_s / seconds, cpu_s / requests * 1000
    print(f"{requests:,} requests, {requests / seconds:.0f} a second; each takes {each_ms:.1f} ms of the server")
    print(f"the server is busy {busy:.0f} % of one core, with {memory_mib:.0f} MiB of its own")


def kept_ms(before: int) -> dict[str, int]:
    """What the site has kept: the sum, and how many plays."""
    from django.db.models import Count, Sum

    from antiphon.community.models import Play

    sums: dict[str, int] = Play.objects.filter(pk__gt=before).aggregate(heard=Sum("heard_ms"), plays=Count("pk"))
    return sums


@contextmanager
def database(server: str | None) -> Iterator[dict[str, str]]:
    """Settings for a database: SQLite, or one of its own on a PostgreSQL server."""
    if not server:
        os.environ.pop("ANTIPHON_DATABASE_URL", None)
        yield {}
        return
    with fresh_database(server) as url:
        yield {"ANTIPHON_DATABASE_URL": url}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, help="120; with --small 10")
    parser.add_argument("--small", action="store_true", help="50 listeners on a site of a fiftieth of the size")
    parser.add_argument("--server", help="postgresql://…; SQLite without it")
    wish = parser.parse_args()
    part = 50 if wish.small else 1
    listeners, seconds = (50, wish.seconds or 10) if wish.small else (200, wish.seconds or 120)
    with (
        tempfile.TemporaryDirectory(prefix="antiphon-listeners-") as folder,
        database(wish.server) as settings,
        # Everybody comes from an address of their own, as they would through a proxy: what one may ask is limited.
        running(Path(folder), ANTIPHON_TRUSTED_PROXIES="127.0.0.1", **settings) as site,
    ):
        from bench.audience import FOLLOWS, PLAYS, build_community

        from antiphon.community.models import Play

        began = time.monotonic()
        made = build_community(
            creators=2_000 // part, tracks=50_000 // part, plays=PLAYS // part, follows=FOLLOWS // part
        )
        print(f"a site of {len(made.track_ids):,} tracks and {PLAYS // part:,} plays, on "
              f"{'PostgreSQL' if wish.server else 'SQLite'}, made in {time.monotonic() - began:.0f} s")  # fmt: skip
        newest = Play.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        cpu_s, began = site.cpu_s(), time.monotonic()
        heap = listen(site, made, listeners, seconds)
        took_s = time.monotonic() - began
        print(f"{listeners} listeners for {took_s:.0f} s")
        print_figures(heap, took_s, site.cpu_s() - cpu_s, site.memory_mib("RssAnon"))
        kept = kept_ms(newest)
        heard = {"heard": sum(heap.heard_ms.values()), "plays": len(heap.heard_ms)}
        print(f"heard: {heard['heard'] / 1000:,.3f} s in {heard['plays']} plays; kept: {kept}")
        for line in heap.failed[:10]:
            print(f"FAILED {line}")
        print(f"{len(heap.failed)} errors")
        from django.db import connections

        connections.close_all()
    return 0 if not heap.failed and kept == heard else 1


if __name__ == "__main__":
    sys.exit(main())
