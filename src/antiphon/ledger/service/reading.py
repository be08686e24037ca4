"""What was published: receipts with their proofs, entries for an explorer, the checkpoint and who signs it."""

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from antiphon.kernel.errors import NotFound
from antiphon.ledger import keys, shelf
from antiphon.ledger.core import checkpoints, merkle, notes, receipts, tiles
from antiphon.ledger.core.errors import BadProof
from antiphon.ledger.core.receipts import TlogProof
from antiphon.ledger.models import Entry, Log

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Receipt:
    """All that it takes to show an entry to somebody else. Of an erased one, salt and private text are empty."""

    row: int
    index: int
    kind: str
    at: datetime
    entry: bytes
    salt: bytes
    private: Mapping[str, Any]
    tlog_proof: str

    @property
    def is_erased(self) -> bool:
        return not self.salt


@dataclass(frozen=True)
class Seen:
    """An entry as anybody may see it in the log."""

    row: int
    index: int
    kind: str
    subject: str
    at: datetime
    raw: bytes
    is_erased: bool

    @property
    def public(self) -> dict[str, Any]:
        """The entry read as JSON: type, commitment, and what everybody may read."""
        said: dict[str, Any] = json.loads(self.raw)
        return said


@dataclass(frozen=True)
class State:
    """How the log stands."""

    origin: str
    published: int
    waiting: int
    root: str  # base64, of the checkpoint that is served; empty before the first
    witnessed: int  # entries that the last cosigned checkpoint covers
    vkeys: tuple[str, ...]


def checkpoint() -> str:
    """The signed checkpoint that is served now; empty before the first publishing."""
    try:
        return shelf.checkpoint()
    except NotFound:
        return ""


def size() -> int:
    """How many entries the log has published."""
    return Log.objects.filter(pk=1).values_list("published", flat=True).first() or 0


def verifier_key() -> str:
    """The key by which this log is known now. Raises `Unavailable` before the first publishing."""
    return str(keys.log_keys()[0].signer().verifier)


def verifier_keys() -> list[str]:
    """Every verifier key this log has ever signed with, the present one first."""
    return [str(key.signer().verifier) for key in keys.log_keys()] if keys.exist() else []


def state() -> State:
    """How the log stands, for a person who looks after it."""
    served = checkpoint()
    found = checkpoints.checkpoint_in(notes.note_from(served).text) if served else None
    witnessed, published = _witnessed(), size()
    # An entry that has its index and no signature yet, as after a crash between the two, is waiting like any other.
    waits = Q(index__isnull=True) | Q(index__gte=published)
    return State(
        origin=keys.origin(),
        published=published,
        waiting=Entry.objects.filter(waits).count(),
        root=found.text.split("\n")[2] if found else "",
        witnessed=witnessed[0].size if witnessed else 0,
        vkeys=tuple(verifier_keys()),
    )


def _served() -> tuple[checkpoints.Checkpoint, str] | None:
    raw = checkpoint()
    return (checkpoints.checkpoint_in(notes.note_from(raw).text), raw) if raw else None


def _witnessed() -> tuple[checkpoints.Checkpoint, str] | None:
    try:
        raw = shelf.read(shelf.WITNESSED).decode()
    except NotFound:
        return None
    found = checkpoints.checkpoint_in(notes.note_from(raw).text)
    # After a change of the site's address it speaks for another name.
    return (found, raw) if found.origin == keys.origin() else None


class Prover:
    """Makes proofs for the checkpoints of one moment; tiles that several proofs share are read once."""

    def __init__(self) -> None:
        self._served, self._witnessed = _served(), _witnessed()
        self.size = self._served[0].size if self._served else 0
        # Any smaller tree is read from the tiles of the present one: a hash that once stands there never changes.
        self.read: merkle.Read = tiles.reader(shelf.tile, self.size)

    def prove(self, index: int) -> TlogProof:
        """Prove an entry, for the checkpoint that somebody else has cosigned where that covers it.

        Raises `NotFound` for an entry that is not published.
        """
        for known in (self._witnessed, self._served):
            if known is not None and index < known[0].size <= self.size:
                return receipts.make(self.read, index, *known)
        raise NotFound("The log does not reach this entry yet.", subject=str(index))


def prove(index: int) -> TlogProof:
    """Prove that entry `index` is in the log. `str()` of it is the `.tlog-proof`. Raises `NotFound`."""
    return Prover().prove(index)


def consistency(old: int, new: int) -> list[bytes]:
    """Prove that the tree of `old` entries is the beginning of that of `new`. Raises `NotFound` beyond the log."""
    prover = Prover()
    if new > prover.size:
        raise NotFound("The log does not reach this size yet.", subject=str(new))
    return merkle.consistency(prover.read, old, new)


def receipt_of(row_id: int) -> Receipt | None:
    """The receipt of an entry by its row; None while no signed checkpoint covers it, or when there is no such row."""
    return receipts_of([row_id]).get(row_id)


def receipts_of(row_ids: Iterable[int]) -> dict[int, Receipt]:
    """The receipts of those of these rows that are published, by row."""
    prover = Prover()
    rows = Entry.objects.filter(pk__in=list(row_ids), index__isnull=False, index__lt=prover.size)
    return {
        row.pk: Receipt(
            row=row.pk,
            index=row.index,
            kind=row.kind,
            at=row.created_at,
            entry=bytes(row.entry),
            salt=bytes(row.salt or b""),
            private=json.loads(bytes(row.private)) if row.private is not None else {},
            tlog_proof=str(prover.prove(row.index)),
        )
        for row in rows
        if row.index is not None
    }


def told_in_log(row_id: int) -> dict[str, Any] | None:
    """What the log's own files say at an entry, under the signed checkpoint that is served; None while it is not there.

    Not what the database says: whoever can write there cannot sign. None also where files and signature differ.
    """
    index = Entry.objects.filter(pk=row_id).values_list("index", flat=True).first()
    prover = Prover()
    if index is None or index >= prover.size:
        return None
    try:
        raw = shelf.entries(index // tiles.WIDTH, prover.size)[index % tiles.WIDTH]
        receipts.check(prover.prove(index), raw, [notes.verifier_key(key) for key in verifier_keys()])
    except (BadProof, NotFound) as error:
        log.error("entry %d of the log cannot be proved: %s", index, error)
        return None
    found: dict[str, Any] = json.loads(raw)
    return found


def entries(after: int = -1, limit: int = 50, subject: str = "") -> list[Seen]:
    """Published entries behind index `after` (-1: from the first), in the order of the log."""
    rows = Entry.objects.filter(index__gt=after, index__lt=size()).order_by("index")
    if subject:
        rows = rows.filter(subject=subject)
    return [_seen(row) for row in rows.defer("salt", "private")[:limit]]


def entry_at(index: int) -> Seen:
    """One published entry. Raises `NotFound`."""
    row = Entry.objects.filter(index=index, index__lt=size()).defer("salt", "private").first()
    if row is None:
        raise NotFound("The log does not reach this entry.", subject=str(index))
    return _seen(row)


def _seen(row: Entry) -> Seen:
    assert row.index is not None  # noqa: S101  (asked for by it)
    return Seen(
        row=row.pk,
        index=row.index,
        kind=row.kind,
        subject=row.subject,
        at=row.created_at,
        raw=bytes(row.entry),
        is_erased=row.erased_at is not None,
    )
