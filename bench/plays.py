"""How many plays a second are recorded, in batches, at 50,000 tracks; beside a plain upsert of the same rows.

Run: `python -m bench.plays`. A batch is what one browser sends after it was without a connection: 50 plays of 50
tracks, each with a ticket of its own. Ours opens the seals, asks who may hear the tracks, holds every total against
its bounds, and keeps plays, sums by day and counts in one transaction; the peer is the database's own driver, which
writes the plays alone. PostgreSQL is measured as well where `BENCH_PG` names a server (postgresql://…).
"""

import json
import os
import random
import tempfile
import time
import uuid
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from bench import crowd, postgresql
from bench.pages import environ
from bench.table import Row, print_table, write

BATCHES, SIZE, BEFORE = 120, 50, 200_000
LENGTH_MS = 200_000
UPSERT = """
    INSERT INTO peer (play, track, user_id, day, source, heard_ms)
    VALUES ({mark}, {mark}, {mark}, {mark}, {mark}, {mark})
    ON CONFLICT (play) DO UPDATE SET heard_ms = excluded.heard_ms WHERE excluded.heard_ms > peer.heard_ms
"""
MAKE = (
    "CREATE TABLE peer (play char(36) PRIMARY KEY, track bigint, user_id bigint, day date, source varchar(8),"
    " heard_ms bigint)"
)


def batch(secret: str, track_ids: list[int], user_id: int, dice: random.Random) -> list[dict[str, Any]]:
    """What one browser says after an afternoon without a connection."""
    from antiphon.community.core.tickets import Ticket, seal
    from antiphon.storage import service as storage

    now = int(time.time() * 1000)
    said = []
    for place, track_id in enumerate(dice.sample(track_ids, SIZE)):
        issued = now - (SIZE - place) * 250_000
        ticket = Ticket(track_id, track_id, LENGTH_MS, user_id, False, issued, dice.getrandbits(63))
        sealed = seal(storage.signing_keys(), ticket, storage.binding_of(secret))
        uid = str(uuid.UUID(int=dice.getrandbits(128), version=4))
        said.append(
            {"play": uid, "ticket": sealed, "heard_ms": 100_000, "at_ms": now, "began": issued, "source": "set"}
        )
    return said


def grown(said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one | {"heard_ms": 150_000} for one in said]


def a_second(take: Callable[[Any], object], batches: list[Any]) -> tuple[float, float, float]:
    """Return plays a second of wall time and of processor time, and the longest batch in ms."""
    longest, began, worked = 0.0, time.perf_counter(), time.process_time()
    for one in batches:
        at = time.perf_counter()
        take(one)
        longest = max(longest, time.perf_counter() - at)
    many = len(batches) * SIZE
    return many / (time.perf_counter() - began), many / (time.process_time() - worked), longest * 1000


Batch = tuple[str, list[dict[str, Any]]]  # a browser's secret, and what it says


def batches_of(made: crowd.Crowd, seed: int) -> list[Batch]:
    """What many browsers say, each for itself."""
    dice = random.Random(seed)
    found = []
    for number in range(BATCHES):
        secret = f"{dice.getrandbits(128):032x}"
        found.append((secret, batch(secret, made.track_ids, made.user_ids[number % 500], dice)))
    return found


def recorded(one: Batch) -> None:
    from antiphon.community.service import plays
    from antiphon.storage import service as storage

    answers = plays.record(storage.binding_of(one[0]), one[1])
    assert all(answer.why is None for answer in answers)


def posted(application: Callable[..., Any]) -> Callable[[Any], object]:
    from django.conf import settings

    def take(one: Batch) -> None:
        body = json.dumps({"plays": one[1]}).encode()
        asked = environ("/player/plays", f"{settings.LISTENER_COOKIE_NAME}={one[0]}") | {
            "REQUEST_METHOD": "POST", "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
        }  # fmt: skip
        status: list[str] = []
        reply = application(asked, lambda line, headers, exc_info=None: status.append(line))
        told = json.loads(b"".join(reply))
        reply.close()
        assert status[0].startswith("200"), (status, told)
        assert told["refused"] == 0

    return take


def peer() -> tuple[str, Callable[[Any], object]]:
    """The driver by itself, on the same database and with the same care for a power cut."""
    from django.db import connection

    connection.ensure_connection()
    mark = "%s" if connection.vendor == "postgresql" else "?"
    raw: Any
    if connection.vendor == "postgresql":
        import psycopg

        raw = psycopg.connect(os.environ["ANTIPHON_DATABASE_URL"])
    else:
        import sqlite3

        raw = sqlite3.connect(str(connection.settings_dict["NAME"]), timeout=10)
        raw.execute("PRAGMA synchronous=FULL")
    raw.execute(MAKE)
    raw.commit()

    def take(one: Batch) -> None:
        rows = [(say["play"], 1, 1, "2026-11-04", say["source"], say["heard_ms"]) for say in one[1]]
        cursor = raw.cursor()
        cursor.executemany(UPSERT.format(mark=mark), rows)
        raw.commit()

    return f"plain upsert by {'psycopg' if connection.vendor == 'postgresql' else 'sqlite3'}", take


def fill(made: crowd.Crowd, many: int = BEFORE) -> None:
    """Plays of the weeks before, so that tables and indexes have a size."""
    from django.utils import timezone

    from antiphon.community.models import Play

    dice, now = random.Random(12), timezone.now()
    for start in range(0, many, 5000):
        Play.objects.bulk_create(
            Play(
                key=uuid.UUID(int=dice.getrandbits(128)), track_id=dice.choice(made.track_ids), recording_id=1,
                user_id=dice.choice(made.user_ids), browser=uuid.UUID(int=dice.getrandbits(128)),
                ticket=dice.getrandbits(63), issued_ms=start, began_at=now, day=now.date(), heard_ms=100_000,
                counted=True, source="page",
            )
            for _ in range(start, min(many, start + 5000))
        )  # fmt: skip


def measure(name: str) -> list[Row]:
    """Measure on the database that Django is set up for."""
    made = crowd.build(full_waveforms=0)
    fill(made)
    from antiphon.site.wsgi import application

    first, take = batches_of(made, 11), recorded
    beside, plain = peer()
    take(batches_of(made, 14)[0])  # what is compiled and made once
    rows = []
    for figure, verb, batches in (
        ("new plays", take, first),
        ("totals that grow", take, [(secret, grown(said)) for secret, said in first]),
        ("the same again", take, [(secret, grown(said)) for secret, said in first]),
    ):
        wall, cpu, longest = a_second(verb, batches)
        theirs, _cpu, _longest = a_second(plain, batches)
        rows += [
            Row(f"{name}: {figure}", wall, "plays/s", beside, theirs),
            Row(f"{name}: {figure}, by processor time", cpu, "plays/s"),
            Row(f"{name}: {figure}, longest batch", longest, "ms"),
        ]
    post = posted(application)
    post(batches_of(made, 15)[0])  # the first request of a process loads every page
    wall, cpu, longest = a_second(post, batches_of(made, 13))
    rows += [
        Row(f"{name}: new plays by HTTP", wall, "plays/s"),
        Row(f"{name}: new plays by HTTP, by processor time", cpu, "plays/s"),
        Row(f"{name}: new plays by HTTP, longest batch", longest, "ms"),
    ]
    return rows


def main() -> None:
    if there := postgresql.folder_asked_for():
        crowd.open_site(there)
        postgresql.hand_over(measure("PostgreSQL"))
        return
    os.environ.pop("ANTIPHON_DATABASE_URL", None)
    with tempfile.TemporaryDirectory(prefix="antiphon-bench-") as folder:
        crowd.open_site(Path(folder))
        rows = measure("SQLite")
    if server := os.environ.get("BENCH_PG"):
        rows += postgresql.rows_of("bench.plays", server)
    print_table("Plays, in batches of 50, at 50,000 tracks", rows)
    write("plays", rows)


if __name__ == "__main__":
    main()
