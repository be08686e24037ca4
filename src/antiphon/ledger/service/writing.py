"""Writing into the outbox in the caller's transaction, and erasing what an entry commits to."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, NotFound
from antiphon.ledger import journal, sequencing
from antiphon.ledger.core import commitments
from antiphon.ledger.models import Entry

BATCH = 500
MOST_SUBJECT = 80


@dataclass(frozen=True)
class Append:
    """What one call of `append` is told, for `append_many`."""

    kind: str
    private: Mapping[str, Any]
    public: Mapping[str, Any] | None = None
    subject: str = ""


def append(kind: str, private: Mapping[str, Any], public: Mapping[str, Any] | None = None, *, subject: str = "") -> int:
    """Write an entry in the caller's transaction, and have it published soon after; return its row's id.

    kind: words with dashes. private: JSON that only whoever holds salt and text can show. public: JSON that everybody
    may read for ever, never personal. subject: whose entry it is, as `recording:12`; not published. Raises `BadInput`.
    """
    return append_many([Append(kind, private, public, subject)])[0]


def append_many(several: Sequence[Append]) -> list[int]:
    """Write entries as `append` does, in this order; return their rows' ids."""
    now = clock.now()
    rows = []
    for one in several:
        if len(one.subject) > MOST_SUBJECT:
            raise BadInput("The subject of an entry is too long.", subject=one.subject[:MOST_SUBJECT])
        salt, private = secrets.token_bytes(commitments.SALT_BYTES), commitments.canonical(dict(one.private))
        entry = commitments.entry_of(one.kind, commitments.commit(salt, private), one.public)
        rows.append((one.kind, one.subject, entry, salt, private))
    with transaction.atomic():
        ids = [pk for start in range(0, len(rows), BATCH) for pk in _insert(rows[start : start + BATCH], now)]
        if rows:
            jobs.enqueue("ledger.publish", key="ledger.publish")
    return ids


def _insert(rows: Sequence[tuple[str, str, bytes, bytes, bytes]], at: datetime) -> list[int]:
    # By hand: making and unmaking model instances would be half of the whole cost of an entry.
    place = "(%s, %s, %s, %s, %s, %s, %s)"
    at_there, table = connection.ops.adapt_datetimefield_value(at), Entry._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (kind, subject, entry, salt, private, created_at, forgotten) "  # noqa: S608
            f"VALUES {', '.join([place] * len(rows))} RETURNING id",
            [part for row in rows for part in (*row, at_there, False)],
        )
        return [pk for (pk,) in cursor.fetchall()]


def erase(row_id: int) -> None:
    """Erase salt and private text of an entry, in the caller's transaction; the log stays as it is, and valid.

    A job overwrites the journal once that is committed. Erasing twice does nothing. Raises `NotFound`.
    """
    with transaction.atomic():
        hit = Entry.objects.filter(pk=row_id, erased_at__isnull=True).update(
            salt=None, private=None, erased_at=clock.now(), forgotten=False
        )
        if not hit and not Entry.objects.filter(pk=row_id).exists():
            raise NotFound("There is no such entry in the ledger.", subject=str(row_id))
        if hit:
            jobs.enqueue("ledger.forget", key="ledger.forget")


def forget_erased() -> int:
    """Overwrite in the journal what was erased in the database; return how many entries that were."""
    with sequencing.alone():
        rows = Entry.objects.filter(erased_at__isnull=False, forgotten=False)
        published = list(rows.exclude(index=None).order_by("pk").values_list("pk", "index"))
        for pk, index in published:
            assert index is not None  # noqa: S101  (just asked for)
            # Noted first: a database that is restored from before the erasure must hear of it whatever happens now.
            journal.note_erased(index)
            journal.forget(index)
            Entry.objects.filter(pk=pk).update(forgotten=True)
    return len(published)
