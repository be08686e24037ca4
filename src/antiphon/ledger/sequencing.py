"""The sequencer: index in the database, tiles, journal, what is about to be signed, and last the checkpoint.

After a crash at any byte the next run finds what was left and writes the same bytes again: an index once committed
stays, tiles follow from the entries, and Ed25519 gives the same signature for the same text. Only one runs at a time.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from antiphon.kernel.errors import NotFound, Unavailable
from antiphon.ledger import durable, journal, keys, shelf, signed
from antiphon.ledger.core import checkpoints, merkle, notes, tiles
from antiphon.ledger.core.errors import BadProof
from antiphon.ledger.core.tiles import WIDTH, Edge, Place
from antiphon.ledger.models import Entry, Log
from antiphon.ledger.signed import Signed

# Of one checkpoint, so that a long outbox is published in parts; a whole number of tiles.
MOST_AT_ONCE = 64 * WIDTH
_ADVISORY_LOCK = 0x616E7469  # any number nobody else uses


@contextmanager
def alone() -> Iterator[None]:
    """Be the only one who changes the log: of all threads and processes here, and of all on one PostgreSQL."""
    with durable.locked(durable.ledger_folder() / "lock"):
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY_LOCK])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY_LOCK])


def publish_waiting() -> int:
    """Publish all that is committed and waits; return how many entries that were. Call it within `alone`.

    Raises `Unavailable`, in words, rather than sign what would contradict what was signed before.
    """
    shelf.clear_scratch()
    published = 0
    while True:
        tree = signed.last()
        _refuse_older_database(tree)
        # Entries may have an index from before a crash, and then more of them than one part.
        size = min(assign(MOST_AT_ONCE), tree.size + MOST_AT_ONCE)
        if size > tree.size:
            sign(grow(tree, size))
            shelf.drop_partials(tree.size, size)
        elif size and not published:
            _repair(tree)
            sign(tree)
        published += size - tree.size
        if size - tree.size < MOST_AT_ONCE:
            return published


def assign(most: int) -> int:
    """Give the next indexes to what waits in the outbox; return how many entries have one."""
    table = Entry._meta.db_table
    with transaction.atomic():
        Log.objects.get_or_create(pk=1)
        log = Log.objects.select_for_update().get(pk=1)
        with connection.cursor() as cursor:
            cursor.execute(
                f'UPDATE {table} SET "index" = %s + waiting.place FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 '  # noqa: S608
                f'AS place FROM {table} WHERE "index" IS NULL ORDER BY id LIMIT %s) AS waiting '
                f"WHERE {table}.id = waiting.id",
                [log.size, most],
            )
            if cursor.rowcount > 0:
                log.size += cursor.rowcount
                log.save(update_fields=["size"])
    return log.size


def assigned() -> int:
    """How many entries of the database have an index."""
    return Log.objects.filter(pk=1).values_list("size", flat=True).first() or 0


def gone_to(tree: Signed) -> int:
    """How far the log has gone: to what it signed, and to what the journal holds, which is written before that."""
    return max(tree.size, journal.next_index())


def _refuse_older_database(tree: Signed) -> None:
    # Asked before indexes are given: one that was given to another entry already must not be given again.
    size, gone = assigned(), gone_to(tree)
    if size < gone:
        raise Unavailable(
            f"The log has gone to {gone} entries, and the database knows {size}: it is older than the log.",
            subject=str(size),
            hint="`antiphon ledger catch-up` brings back what it has forgotten.",
        )


def entries_of(start: int, stop: int) -> list[bytes]:
    """The bytes of entries `start` up to `stop`. Raises `Unavailable` when one is missing."""
    rows = list(Entry.objects.filter(index__gte=start, index__lt=stop).order_by("index").values_list("index", "entry"))
    if [index for index, _ in rows] != list(range(start, stop)):
        raise Unavailable("Entries of the log are missing from the database.", subject=f"{start} to {stop}")
    return [bytes(entry) for _, entry in rows]


def grow(tree: Signed, size: int) -> Signed:
    """Write the tiles, bundles and journal lines that lead from the signed tree to `size` entries; return the new tree.

    Raises `Unavailable` when the database holds other entries than were signed.
    """
    edge = _edge_of(tree)
    start = tree.size - tree.size % WIDTH
    entries = entries_of(start, size)
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    if edge.rows and leaves[: tree.size - start] != edge.rows[0]:
        raise _not_what_was_signed(tree.size)
    _put_bundles(start, size, entries)
    for place, hashes in edge.grow(leaves[tree.size - start :]):
        shelf.put_tile(place, b"".join(hashes))
    keep_journal(size)
    return Signed(edge.size, edge.root)


def _edge_of(tree: Signed) -> Edge:
    try:
        edge = shelf.edge(tree.size)
        if edge.root == tree.root:
            return edge
    except (NotFound, BadProof):
        pass
    # A restored store is older than the log, too: everything is written again from the entries.
    return rebuild(tree)


def _not_what_was_signed(size: int) -> Unavailable:
    return Unavailable(
        "The database holds other entries than the log has signed.",
        subject=str(size),
        hint="Nothing is signed until they are those of the log again: restore the latest backup, then catch up.",
    )


def rebuild(tree: Signed) -> Edge:
    """Write every tile of the signed tree again from the entries. Raises `Unavailable` when they lead to another root.

    The root is compared first, so that nothing of the log is overwritten by something else.
    """
    if edge_from_rows(tree.size).root != tree.root:
        raise _not_what_was_signed(tree.size)
    edge = Edge()
    for start in range(0, tree.size, MOST_AT_ONCE):
        stop = min(start + MOST_AT_ONCE, tree.size)
        entries = entries_of(start, stop)
        _put_bundles(start, stop, entries)
        for place, hashes in edge.grow([merkle.leaf_hash(entry) for entry in entries]):
            if place.width == WIDTH or stop == tree.size:
                shelf.put_tile(place, b"".join(hashes))
    return edge


def edge_from_rows(size: int) -> Edge:
    """The edge of the tree over the first `size` entries in the database."""
    edge = Edge()
    for start in range(0, size, MOST_AT_ONCE):
        entries = entries_of(start, min(start + MOST_AT_ONCE, size))
        for _ in edge.grow([merkle.leaf_hash(entry) for entry in entries]):
            pass
    return edge


def _put_bundles(start: int, stop: int, entries: list[bytes]) -> None:
    """Write the bundles over entries `start` (where one begins) up to `stop`."""
    for first in range(start, stop, WIDTH):
        width = min(WIDTH, stop - first)
        raw = tiles.bundle(entries[first - start : first - start + width])
        shelf.put_tile(Place(None, first // WIDTH, width), raw)


def keep_journal(size: int) -> None:
    """Bring the journal up to `size` entries, synced."""
    rows = Entry.objects.filter(index__gte=journal.next_index(), index__lt=size).order_by("index")
    columns = ("index", "pk", "kind", "subject", "created_at", "entry", "salt", "private")
    journal.append(
        journal.Line(index, row, kind, subject, at, bytes(entry), _bytes(salt), _bytes(private))
        for index, row, kind, subject, at, entry, salt, private in rows.values_list(*columns).iterator(chunk_size=4096)
    )


def _bytes(raw: bytes | memoryview | None) -> bytes | None:
    return None if raw is None else bytes(raw)


def _repair(tree: Signed) -> None:
    """Write again what a restore or a lost disk has taken from the tiles of the signed tree, and from the journal."""
    if tree.size:
        _edge_of(tree)
        keep_journal(tree.size)


def serve_again(tree: Signed) -> None:
    """Serve the signed tree where a restore has put back less of it: whoever saw more would take that for a fork."""
    served = signed.served()
    if tree.size > (served.size if served else 0):
        _repair(tree)
        sign(tree)


def sign(tree: Signed) -> None:
    """Remember, sign and serve a tree, unless just this is served already."""
    signed.remember(tree)
    keys.make_first()
    checkpoint = checkpoints.Checkpoint(keys.origin(), tree.size, tree.root)
    note = checkpoints.sign(checkpoint, keys.signers())
    try:
        raw = shelf.checkpoint()
        served = notes.note_from(raw)
    except (NotFound, BadProof):
        raw, served = "", None
    if served is not None and served.text == note.text:
        ours = {(one.name, one.key_id) for key in keys.log_keys() for one in [key.signer().verifier]}
        others = tuple(one for one in served.signatures if (one.name, one.key_id) not in ours)
        note = notes.Note(note.text, note.signatures + others)
    if str(note) != raw:
        serve(str(note))
    Log.objects.filter(pk=1).update(published=tree.size)


def serve(raw: str) -> None:
    """Put a checkpoint in place, and beside it who may sign one."""
    published = keys.published()
    try:
        known = shelf.read(shelf.KEYS)
    except NotFound:
        known = b""
    if known != published:
        shelf.put(shelf.KEYS, published)
    shelf.put(shelf.CHECKPOINT, raw.encode())
