"""The log's files in the site's file store: tiles and bundles that never change, and the checkpoint that does."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from antiphon.kernel.errors import NotFound
from antiphon.ledger.core import tiles
from antiphon.ledger.core.encoding import HASH_BYTES
from antiphon.ledger.core.tiles import WIDTH, Place
from antiphon.storage import service as storage

PREFIX = "log/"
CHECKPOINT = PREFIX + "checkpoint"
WITNESSED = PREFIX + "witnessed"  # the last checkpoint that somebody else has cosigned
KEYS = PREFIX + "keys.json"


def checkpoint() -> str:
    """The signed checkpoint that is served. Raises `NotFound` before the first."""
    return read(CHECKPOINT).decode()


def read(key: str) -> bytes:
    with storage.files().open(key) as file:
        return file.read()


def put(key: str, raw: bytes) -> None:
    """Put a file in place, whole and synced. Call it with the log's lock held."""
    folder = scratch()
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "next"
    source.write_bytes(raw)
    storage.files().put(key, source)


def scratch() -> Path:
    return Path(settings.DATA) / "tmp" / "ledger"


def clear_scratch() -> None:
    """Remove what a killed sequencer left half-written."""
    shutil.rmtree(scratch(), ignore_errors=True)


def put_tile(place: Place, raw: bytes) -> None:
    put(PREFIX + place.path, raw)


def tile(place: Place) -> bytes:
    """A tile of hashes; a partial one that is gone is the beginning of the full one. Raises `NotFound`."""
    try:
        return read(PREFIX + place.path)
    except NotFound:
        if place.width == WIDTH:
            raise
        return read(PREFIX + Place(place.level, place.index).path)[: place.width * HASH_BYTES]


def entries(index: int, size: int) -> list[bytes]:
    """The entries in bundle `index` of a log of `size` entries. Raises `NotFound`."""
    width = min(WIDTH, size - index * WIDTH)
    try:
        return tiles.entries_in(read(PREFIX + Place(None, index, width).path), width)
    except NotFound:
        return tiles.entries_in(read(PREFIX + Place(None, index).path), WIDTH)[:width]


def edge(size: int) -> tiles.Edge:
    """The right edge of the tree of `size` entries, from its partial tiles. Raises `NotFound`."""
    rows = []
    for level in tiles.levels_of(size):
        full, width = divmod(tiles.count_at(level, size), WIDTH)
        rows.append(tiles.hashes_in(tile(Place(level, full, width)), width) if width else [])
    return tiles.Edge(size, rows)


def drop_partials(old: int, new: int) -> None:
    """Remove the partial tiles of what has become full between two sizes: clients take the full one instead."""
    for place in _became_full(old, new):
        folder = PREFIX + place.path + ".p/"
        for key in storage.files().keys(folder):
            storage.files().delete(key)


def _became_full(old: int, new: int) -> Iterator[Place]:
    for level in (None, *tiles.levels_of(old)):
        index, width = divmod(tiles.count_at(level or 0, old), WIDTH)
        if width and tiles.count_at(level or 0, new) // WIDTH > index:
            yield Place(level, index)
