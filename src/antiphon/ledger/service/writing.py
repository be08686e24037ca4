"""Writing into the outbox in the caller's transaction, and erasing what an entry commits to."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.kernel.errors import NotFound
from antiphon.ledger import journal, sequencing
from antiphon.ledger.core import commitments
from antiphon.ledger.models import Entry

BATCH = 500


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
        salt, private = secrets.token_bytes(commitments.SALT_BYTES), commitments.canonical(dict(one.private))
        entry = commitments.entry_of(one.kind, commitments.commit(salt, private), one.public)
        rows.append(Entry(kind=one.kind, subject=one.subject, entry=entry, salt=salt, private=private, created_at=now))
    with transaction.atomic():
        Entry.objects.bulk_create(rows, batch_size=BATCH)
        if rows:
            jobs.enqueue("ledger.publish", key="ledger.publish")
    return [row.pk for row in rows]


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
