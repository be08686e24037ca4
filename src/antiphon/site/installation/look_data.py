"""Is what is kept safe: the data folder, room, keys, clock and database."""

import os
import shutil
import sqlite3
import stat
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.utils import DatabaseError

from antiphon.cli.ports import Finding, Verdict
from antiphon.declarations import certificate
from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.kernel.errors import AntiphonError, NotFound
from antiphon.site.installation import migrations

LOW_BYTES, LOWEST_BYTES = 5_000_000_000, 500_000_000
MOST_DRIFT_S = 5.0
OLDEST_SQLITE = (3, 35, 0)
OLDEST_POSTGRESQL = 150000
_RENEW = "Run `antiphon certificate renew`: files are signed anew as they are asked for."


def folder() -> Iterator[Finding]:
    """The data folder can be written to, and no restore was cut off in it."""
    data = Path(settings.DATA)
    try:
        for name in ("files", "incoming", "tmp"):
            with tempfile.TemporaryFile(dir=data / name) as file:
                file.write(b"antiphon")
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        words = f"{data} cannot be written to: {error.strerror}."
        yield Finding("data folder", Verdict.PROBLEM, words, "Make the user who runs Antiphon its owner.")
        return
    if (data / "restore-under-way").exists():
        yield Finding("data folder", Verdict.PROBLEM, "A restore was cut off.", "`antiphon migrate` undoes it.")
        return
    yield Finding("data folder", Verdict.GOOD, f"{data} can be written to.")


def free_space() -> Iterator[Finding]:
    """There is room for uploads and for the database to grow."""
    usage = shutil.disk_usage(settings.DATA)
    words = f"{usage.free / 1e9:.1f} GB of {usage.total / 1e9:.0f} GB are free."
    advice = "Make room, or move ANTIPHON_DATA to a bigger disk."
    low = usage.free < LOW_BYTES
    verdict = Verdict.PROBLEM if usage.free < LOWEST_BYTES else Verdict.NOTE if low else Verdict.GOOD
    yield Finding("free space", verdict, words, advice if low else "", {"free_bytes": usage.free})


def keys() -> Iterator[Finding]:
    """The keys can be read by their owner alone."""
    open_ones = [
        path.name
        for path in sorted((Path(settings.DATA) / "keys").rglob("*"))
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    if open_ones:
        words = f"Other users of this machine can read: {', '.join(open_ones)}."
        yield Finding("keys", Verdict.PROBLEM, words, f"chmod 600 {Path(settings.DATA) / 'keys'}/*")
    else:
        yield Finding("keys", Verdict.GOOD, "Only their owner can read the keys.")


def chain() -> Iterator[Finding]:
    """Files are signed, and the certificate does not end soon."""
    try:
        found = certificate.show()
    except AntiphonError as error:
        lacks = isinstance(error, NotFound)
        yield Finding("certificate", Verdict.NOTE if lacks else Verdict.PROBLEM, str(error.message), str(error.hint))
        return
    now = clock.now()
    until = min(found.not_after, found.authority_until)
    if until <= now:
        words = f"It ended on {until:%Y-%m-%d}: files go out unsigned, and signatures count for nothing any more."
        yield Finding("certificate", Verdict.PROBLEM, words, _RENEW)
    elif found.ends_soon(now):
        yield Finding("certificate", Verdict.NOTE, f"It ends on {until:%Y-%m-%d}, and with it its signatures.", _RENEW)
    else:
        yield Finding("certificate", Verdict.GOOD, f"Files are signed; it ends on {until:%Y-%m-%d}.")


def the_clock() -> Iterator[Finding]:
    """The clock agrees with the disk's, with the database's, and does not run behind what was written already."""
    drifts = {"the disk": _disk_drift_s(), "the database": _database_drift_s()}
    for whose, drift in drifts.items():
        if abs(drift) > MOST_DRIFT_S:
            words = f"It differs from that of {whose} by {abs(drift):.0f} seconds."
            yield Finding("clock", Verdict.PROBLEM, words, "Let both take the time from the network (NTP).")
            return
    latest = jobs.jobs(limit=1)
    if latest and latest[0].created_at > clock.now() + timedelta(seconds=MOST_DRIFT_S):
        words = f"It is behind what was written at {latest[0].created_at:%Y-%m-%d %H:%M} UTC."
        yield Finding("clock", Verdict.PROBLEM, words, "Set the clock; releases and deadlines depend on it.")
        return
    yield Finding("clock", Verdict.GOOD, f"{clock.now():%Y-%m-%d %H:%M} UTC.")


def _disk_drift_s() -> float:
    with tempfile.NamedTemporaryFile(dir=Path(settings.DATA) / "tmp") as file:
        return Path(file.name).stat().st_mtime - time.time()


def _database_drift_s() -> float:
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("select extract(epoch from clock_timestamp())")
        return float(cursor.fetchone()[0]) - time.time()


def database() -> Iterator[Finding]:
    """The database answers, has this version's tables, and is set up not to lose a commit."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        words = f"It does not answer: {str(error).strip().splitlines()[0]}"
        yield Finding("database", Verdict.PROBLEM, words, "Is it running, and is ANTIPHON_DATABASE_URL right?")
        return
    yield from _tables()
    yield from _sqlite() if connection.vendor == "sqlite" else _postgresql()


def _tables() -> Iterator[Finding]:
    if migrations.unknown(migrations.applied()):
        words = "It was used by a newer version of Antiphon."
        yield Finding("tables", Verdict.PROBLEM, words, "Install that version, or `antiphon upgrade --back` with it.")
    elif missing := migrations.pending():
        yield Finding("tables", Verdict.PROBLEM, f"{len(missing)} migrations are missing.", "Run `antiphon upgrade`.")
    else:
        yield Finding("tables", Verdict.GOOD, "They are those of this version.")


def _sqlite() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        said = {name: _pragma(cursor, name) for name in ("journal_mode", "synchronous", "quick_check")}
    said["version"] = sqlite3.sqlite_version
    wrong = []
    if said["journal_mode"] != "wal":
        wrong.append("it does not keep a write-ahead log (WAL)")
    if int(said["synchronous"]) < 2:
        wrong.append("a power failure could lose what was confirmed (synchronous is not FULL)")
    if said["quick_check"] != "ok":
        wrong.append(f"it is damaged: {said['quick_check']}")
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        wrong.append(f"SQLite {sqlite3.sqlite_version} is too old")
    if wrong:
        advice = "Is the data folder on a network disk? SQLite needs a local one. For damage, restore a backup."
        yield Finding("database", Verdict.PROBLEM, f"SQLite: {'; '.join(wrong)}.", advice, said)
    else:
        yield Finding("database", Verdict.GOOD, f"SQLite {sqlite3.sqlite_version}, WAL, synchronous FULL.", "", said)


def _pragma(cursor: object, name: str) -> str:
    row = cursor.execute(f"PRAGMA {name}").fetchone()  # type: ignore[attr-defined]
    return str(row[0])


def _postgresql() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('server_version_num')::int, current_setting('server_version')")
        number, version = cursor.fetchone()
        cursor.execute("show synchronous_commit")
        synchronous = cursor.fetchone()[0]
    if number < OLDEST_POSTGRESQL:
        yield Finding("database", Verdict.PROBLEM, f"PostgreSQL {version} is too old.", "Use 15 or newer.")
    elif synchronous == "off":
        words = "A power failure could lose what was confirmed (synchronous_commit is off)."
        yield Finding("database", Verdict.PROBLEM, words, "Set synchronous_commit to on.")
    else:
        yield Finding("database", Verdict.GOOD, f"PostgreSQL {version}, synchronous commits.")
