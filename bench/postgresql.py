"""Measuring on PostgreSQL as well: in a process of its own, on a database that is made for it and dropped after.

`rows_of("bench.plays", server)` runs `python -m bench.plays --here <folder>` there, which prints rows by `hand_over`.
"""

import json
import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from bench.table import Row


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """Make an empty database on this server (postgresql://…), hand out its address, and drop it."""
    import psycopg

    name = f"bench_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def rows_of(module: str, server: str) -> list[Row]:
    """Return what a benchmark measures on this server."""
    with fresh_database(server) as url, tempfile.TemporaryDirectory(prefix="antiphon-bench-") as folder:
        env = {**os.environ, "ANTIPHON_DATABASE_URL": url, "ANTIPHON_DATA": folder}
        asked = [sys.executable, "-m", module, "--here", folder]
        done = subprocess.run(asked, env=env, stdout=subprocess.PIPE, text=True, check=True)
    return [Row(**row) for row in json.loads(done.stdout.splitlines()[-1])]


def folder_asked_for() -> Path | None:
    """Return the folder when this process is the one that measures there."""
    return Path(sys.argv[2]) if sys.argv[1:2] == ["--here"] else None


def hand_over(rows: Sequence[Row]) -> None:
    print(json.dumps([vars(row) for row in rows]))


def server_s() -> float:
    """Return how long this connection's process at the server has worked, in seconds; 0 where that cannot be told."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    connection.ensure_connection()
    told = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return int(told.read_text().split()[0]) / 1e9 if told.exists() else 0.0
