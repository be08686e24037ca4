"""A consistent copy of the database, and putting one in its place.

Three kinds: `sqlite` (a database file), `postgresql` (pg_dump's SQL) and `portable` (rows as JSON lines, which fit
either engine of the same version: the way from SQLite to PostgreSQL).
"""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core import serializers
from django.core.management.color import no_style
from django.db import connection, connections, transaction
from django.db.models import Model

from antiphon.kernel.errors import Conflict, Unavailable
from antiphon.site.installation import migrations

NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.sql", "portable": "database.jsonl"}
BATCH = 500
LEAVING_TRIES = 20  # a quarter of a second each


def kind_here() -> str:
    return "sqlite" if connection.vendor == "sqlite" else "postgresql"


def sqlite_path() -> Path:
    return Path(connection.settings_dict["NAME"])


def copy_out(folder: Path, *, portable: bool = False) -> tuple[str, Path]:
    """Write a consistent copy into a folder while others go on reading and writing; return its kind and path."""
    kind = kind_here()
    if portable or (kind == "postgresql" and shutil.which("pg_dump") is None):
        kind = "portable"
    target = folder / NAMES[kind]
    if kind == "portable" and migrations.pending():
        raise Conflict(
            "The rows of an older version cannot be copied by this one.",
            hint="Install PostgreSQL's own programs (pg_dump and psql), or make the backup with the version before.",
        )
    {"sqlite": _copy_sqlite, "postgresql": _dump_postgresql, "portable": _dump_rows}[kind](target)
    with target.open("rb") as file:
        os.fsync(file.fileno())
    return kind, target


def bring_in(kind: str, source: Path) -> None:
    """Put a copy in the database's place, in one step: either all of it is there afterwards, or nothing changed."""
    if kind not in (kind_here(), "portable"):
        raise Conflict(
            f"This backup holds a {kind} database, and this installation uses {kind_here()}.",
            hint="Make the backup with --portable to move from one to the other.",
        )
    {"sqlite": _replace_sqlite, "postgresql": _run_sql, "portable": _load_rows}[kind](source)


def refuse_while_in_use() -> None:
    """Raise `Conflict` when another process has the database open."""
    connections.close_all()
    if kind_here() == "postgresql":
        others = _others_on_postgresql()
        connection.close()
    else:
        others = _others_on_sqlite()
    if others:
        raise Conflict(
            "The site is running: somebody else has the database open.", hint="Stop server and worker, then try again."
        )


def _others_on_postgresql() -> bool:
    # A server that was stopped a moment ago leaves its backends behind for a moment, and the server's own workers
    # (autovacuum) are nobody.
    for _try in range(LEAVING_TRIES):
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
                " and backend_type = 'client backend'"
            )
            if not cursor.fetchone()[0]:
                return False
            cursor.execute("select pg_sleep(0.25)")
    return True


def _others_on_sqlite() -> bool:
    path = sqlite_path()
    if not path.exists():
        return False
    with closing(sqlite3.connect(path, timeout=2)) as database:
        try:
            # Leaving WAL needs the database for oneself; it is entered again at the next connection.
            mode: str = database.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
            return mode != "delete"
        except sqlite3.OperationalError:
            return True


def _copy_sqlite(target: Path) -> None:
    path = sqlite_path()
    with closing(sqlite3.connect(path, timeout=30)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)  # all pages in one read transaction: writers go on, and none of their later work is in it
        copy.execute("PRAGMA journal_mode=DELETE")
        if (found := copy.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            raise Unavailable(f"The database is damaged: {found}.", hint="Restore the latest backup.")


def _replace_sqlite(source: Path) -> None:
    path = sqlite_path()
    connections.close_all()
    beside = path.with_name(path.name + ".incoming")
    shutil.copyfile(source, beside)
    with beside.open("rb") as file:
        os.fsync(file.fileno())
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    beside.replace(path)


def _postgresql_env() -> dict[str, str]:
    given = connection.settings_dict
    names = {"PGDATABASE": "NAME", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGHOST": "HOST", "PGPORT": "PORT"}
    return os.environ | {name: str(given[key]) for name, key in names.items() if given.get(key)}


def _run(command: list[str], what: str) -> None:
    done = subprocess.run(command, env=_postgresql_env(), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise Unavailable(
            f"{what} failed: {done.stderr.strip()[-400:]}",
            hint="Are PostgreSQL's own programs at least as new as the server? `--portable` does without them.",
        )


def _dump_postgresql(target: Path) -> None:
    _run(["pg_dump", "--no-owner", "--no-privileges", "--file", str(target)], "pg_dump")


def _run_sql(source: Path) -> None:
    connections.close_all()
    empty = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
    command = ["psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set", "ON_ERROR_STOP=1"]
    _run([*command, "--command", empty, "--file", str(source)], "psql")


def models() -> list[type[Model]]:
    """Every table's model, those named by others first."""
    found = [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]
    return list(serializers.sort_dependencies([(None, found)], allow_cycles=True))


def _dump_rows(target: Path) -> None:
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # One snapshot for all tables, as SQLite gives by itself.
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with target.open("w", encoding="utf-8") as file:
            for model in models():
                rows = model._default_manager.order_by("pk").iterator(chunk_size=BATCH)
                serializers.serialize("jsonl", rows, stream=file)


def _load_rows(source: Path) -> None:
    tables = models()
    with transaction.atomic(), connection.constraint_checks_disabled():
        for model in reversed(tables):
            model._base_manager.all()._raw_delete(connection.alias)
            for field in model._meta.local_many_to_many:
                through: Any = field.remote_field.through
                if through._meta.auto_created:
                    through._base_manager.all()._raw_delete(connection.alias)
        with source.open(encoding="utf-8") as file:
            for row in serializers.deserialize("jsonl", file):
                row.save()
        connection.check_constraints()
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), tables):
                cursor.execute(statement)
