"""A whole installation in a folder of its own, driven from outside by the `antiphon` command, as an operator would.

With PostgreSQL under test, each has a database of its own on the same server.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

PATIENCE_S = 120
SERVER = os.environ.get("ANTIPHON_DATABASE_URL", "")


@dataclass(frozen=True)
class Done:
    """How a command ended and what it printed."""

    status: int
    out: str
    err: str


@dataclass
class Installation:
    """A data folder and, with PostgreSQL, a database."""

    data: Path
    database_url: str = ""
    port: int = 8102
    settings: dict[str, str] = field(default_factory=dict)  # further ones
    _session: subprocess.Popen[str] | None = None

    @property
    def env(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ANTIPHON_")}
        mine = {"ANTIPHON_DATA": str(self.data), "PORT": str(self.port), "ANTIPHON_DEMO": "no"}
        if self.database_url:
            mine["ANTIPHON_DATABASE_URL"] = self.database_url
        return {**kept, **mine, **self.settings, "DJANGO_SETTINGS_MODULE": "antiphon.site.settings"}

    def run(self, *arguments: str) -> Done:
        """Run `antiphon …` to its end."""
        return self._ask({"arguments": arguments})

    def antiphon(self, *arguments: str, status: int = 0) -> str:
        """Run `antiphon …`, expect an exit status, and return standard output."""
        done = self.run(*arguments)
        assert done.status == status, (arguments, done)
        return done.out

    def json(self, *arguments: str, status: int = 0) -> Any:
        return json.loads(self.antiphon(*arguments, "--json", status=status))

    def python(self, script: str) -> str:
        """Run a script inside this installation; return what it prints."""
        done = self._ask({"script": script})
        assert done.status == 0, done
        return done.out

    def _ask(self, wish: dict[str, object]) -> Done:
        if self._session is None:
            command = [sys.executable, "-m", "tests.installation_session"]
            self._session = subprocess.Popen(
                command, env=self.env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        assert self._session.stdin is not None
        assert self._session.stdout is not None
        self._session.stdin.write(json.dumps(wish) + "\n")
        self._session.stdin.flush()
        return Done(**json.loads(self._session.stdout.readline()))

    def rest(self) -> None:
        """End the process that runs the commands; the next command starts another."""
        if self._session is not None:
            self._session.communicate()
            self._session = None

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the database directly, past everything that is tested."""
        if self.database_url:
            with psycopg.connect(self.database_url) as database:
                return database.execute(query).fetchall()  # type: ignore[arg-type]
        with closing(sqlite3.connect(self.data / "antiphon.sqlite3", timeout=30)) as database:
            return database.execute(query).fetchall()

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start `antiphon …` and leave it running, its output in the data folder."""
        with (self.data / "out.txt").open("ab") as out:
            command = [sys.executable, "-m", "antiphon.cli.main", *arguments]
            return subprocess.Popen(command, env=self.env, stdout=out, stderr=subprocess.STDOUT, cwd=ROOT)


ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def database_beside(template: str = "") -> Iterator[str]:
    """Make a new database on the server under test; yield its address, or nothing for SQLite."""
    if not SERVER:
        yield ""
        return
    name = f"antiphon_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        copied = f' TEMPLATE "{urlsplit(template).path.strip("/")}"' if template else ""
        server.execute(f'CREATE DATABASE "{name}"{copied}')  # type: ignore[arg-type]
    try:
        yield urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(SERVER, autocommit=True) as server:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[arg-type]


@contextmanager
def installed(folder: Path, like: Installation | None = None) -> Iterator[Installation]:
    """Make an installation with tables: by migrating, or as a copy of another that nobody uses."""
    with database_beside(like.database_url if like else "") as url:
        made = Installation(folder, url)
        if like is None:
            folder.mkdir(parents=True, exist_ok=True)
            made.antiphon("migrate")
            made.rest()
        else:
            shutil.copytree(like.data, folder)
        try:
            yield made
        finally:
            made.rest()
