"""Which files the log counts on: every tile and bundle of what was published, and the checkpoint."""

from collections.abc import Iterator

from antiphon.ledger import shelf
from antiphon.ledger.core import tiles
from antiphon.ledger.core.encoding import HASH_BYTES
from antiphon.ledger.service.reading import size
from antiphon.storage.core.kept import KeptFile

SUBJECT = "ledger"


def kept_files() -> Iterator[KeptFile]:
    """Yield every file that the published size needs, and the folder of all: partial tiles before it may stay."""
    published = size()
    if not published:
        return
    yield KeptFile(shelf.PREFIX, SUBJECT)
    yield KeptFile(shelf.CHECKPOINT, SUBJECT)
    yield KeptFile(shelf.KEYS, SUBJECT)
    for place in tiles.places_of(published):
        size_bytes = None if place.level is None else place.width * HASH_BYTES
        yield KeptFile(shelf.PREFIX + place.path, SUBJECT, size_bytes)
