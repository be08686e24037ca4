"""Bringing a database that was restored from a backup up to what the log has published since."""

import json
import logging
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import transaction

from antiphon.kernel import clock
from antiphon.kernel.errors import NotFound, Unavailable
from antiphon.ledger import journal, sequencing, shelf, signed
from antiphon.ledger.core import merkle
from antiphon.ledger.core.errors import BadProof
from antiphon.ledger.core.tiles import WIDTH
from antiphon.ledger.models import Entry, Log
from antiphon.ledger.ports import Replay

log = logging.getLogger(__name__)
_replay: Replay | None = None
_row: ContextVar[int | None] = ContextVar("row_being_replayed", default=None)
BATCH = 500


@dataclass(frozen=True)
class CaughtUp:
    """What a database was given back."""

    entries: int  # that it did not know
    replayed: int  # of those, carried out again
    unreadable: int  # of those, without private text: erased, or known from the public log only
    erased: int  # that it still held the text of


def use_replay(replay: Replay) -> None:
    """Name whoever carries out again what a database has forgotten; called once, by `site`."""
    global _replay
    _replay = replay


def row_being_replayed() -> int:
    """The id of the row whose change is being replayed. Raises `Unavailable` outside of a replay."""
    row = _row.get()
    if row is None:
        raise Unavailable("Nothing is being replayed.", hint="This is a fault of the installation.")
    return row


def catch_up(replay: Replay | None = None) -> CaughtUp:
    """Give a database that is older than the log what it has forgotten: its entries, their changes, and erasures.

    Costs next to nothing where nothing is missing; call it before anything is served. All of it happens, or nothing.
    Afterwards the log is served as far as it was signed, also where its files came back older. Raises `Unavailable`
    when what is missing cannot be found, or is not what was signed.
    """
    replay = replay or _replay
    with sequencing.alone():
        tree = signed.last()
        gone, known = sequencing.gone_to(tree), sequencing.assigned()
        with transaction.atomic():
            missing = list(_missing(known, gone, tree.size)) if known < gone else []
            replayed = unreadable = 0
            if missing:
                if replay is None:
                    raise Unavailable(
                        f"The database has forgotten {len(missing)} entries of the log, and nobody carries them out.",
                        hint="This is a fault of the installation.",
                    )
                _compare(missing, known, tree)
                replayed, unreadable = _bring_back(missing, replay)
                Log.objects.update_or_create(pk=1, defaults={"size": gone})
            erased = _erase_again()
        sequencing.serve_again(tree)
    if missing:
        log.warning("the database had forgotten %s entries of the log; %s were replayed", len(missing), replayed)
    return CaughtUp(len(missing), replayed, unreadable, erased)


def _missing(known: int, gone: int, signed_size: int) -> Iterator[journal.Line]:
    """The journal's lines behind what the database knows; where it has none, what the public log says."""
    at = known
    for line in journal.lines(known, gone):
        if line.index != at:
            break
        yield line
        at += 1
    while at < signed_size:
        for entry in _public(at // WIDTH, signed_size)[at % WIDTH :]:
            kind = json.loads(entry)["type"].split("/")[1]
            yield journal.Line(at, 0, kind, "", clock.now(), entry, None, None)
            at += 1
    if at < gone:
        raise _cannot_find(at)


def _public(bundle: int, signed_size: int) -> list[bytes]:
    try:
        return shelf.entries(bundle, signed_size)
    except (NotFound, BadProof) as error:
        raise _cannot_find(bundle * WIDTH) from error


def _cannot_find(index: int) -> Unavailable:
    return Unavailable(
        "The database is older than the log, and what it has forgotten cannot be found.",
        subject=str(index),
        hint="Put the folder `ledger` of the installation back, or restore the latest backup.",
    )


def _compare(missing: list[journal.Line], known: int, tree: signed.Signed) -> None:
    """Raise `Unavailable` unless the database's entries and the missing ones lead to the root that was signed."""
    upto = min(known, tree.size)
    edge = sequencing.edge_from_rows(upto)
    for _ in edge.grow([merkle.leaf_hash(line.entry) for line in missing[: tree.size - upto]]):
        pass
    if edge.root != tree.root:
        raise Unavailable(
            "The database and the journal do not lead to what the log has signed.",
            subject=str(tree.size),
            hint="Restore the latest backup, and put the folder `ledger` of the installation back.",
        )


def _bring_back(missing: list[journal.Line], replay: Replay) -> tuple[int, int]:
    """Insert the missing entries and carry them out. What waited in the restored outbox is there already."""
    waiting = {bytes(entry): pk for pk, entry in Entry.objects.filter(index=None).values_list("pk", "entry")}
    replayed = unreadable = 0
    for line in missing:
        gone = line.salt is None
        pk = waiting.get(line.entry)
        if pk is not None:
            Entry.objects.filter(pk=pk).update(index=line.index)
            if gone:
                Entry.objects.filter(pk=pk).update(salt=None, private=None, erased_at=clock.now(), forgotten=True)
            continue
        pk = _insert(line)
        if line.salt is None or line.private is None:
            unreadable += 1
            continue
        token = _row.set(pk)
        try:
            replay(line.kind, json.loads(line.private), line.at)
        finally:
            _row.reset(token)
        replayed += 1
    return replayed, unreadable


def _insert(line: journal.Line) -> int:
    gone = line.salt is None
    row = Entry.objects.create(
        index=line.index,
        kind=line.kind,
        subject=line.subject,
        entry=line.entry,
        salt=line.salt,
        private=line.private,
        created_at=line.at,
        erased_at=clock.now() if gone else None,
        forgotten=gone,
    )
    return row.pk


def _erase_again() -> int:
    """Erase what the journal says was erased and a restored database holds again."""
    indexes, erased = journal.erased(), 0
    for start in range(0, len(indexes), BATCH):
        rows = Entry.objects.filter(index__in=indexes[start : start + BATCH], erased_at__isnull=True)
        erased += rows.update(salt=None, private=None, erased_at=clock.now(), forgotten=True)
    return erased
