"""Where to look for what concerns a recording, so that one question finds it among millions of others.

A few recordings have a place each, their own number. Where many neighbours are concerned they share one: a block of
numbers, written as a negative one, with a bitmap that says whom of the block it is about.
"""

from collections.abc import Iterable

from pyroaring import BitMap

BLOCK = 1024
_OWN = 32  # so many of a block have a place of their own; more would cost more rows than they save


def places_of(recordings: BitMap) -> list[tuple[int, bytes]]:
    """Return where to write what concerns these recordings, places with bitmaps; a recording's own needs none."""
    written: list[tuple[int, bytes]] = []
    while recordings:
        block = recordings.min() // BLOCK
        part = recordings & BitMap(range(block * BLOCK, (block + 1) * BLOCK))
        recordings = recordings - part
        written += [(pk, b"") for pk in part] if len(part) <= _OWN else [(-block - 1, part.serialize())]
    return written


def places_with(recordings: Iterable[int]) -> list[int]:
    """Return every place where something that concerns any of these recordings may be written."""
    own = BitMap(recordings)
    return [*own, *(-block - 1 for block in {pk // BLOCK for pk in own})]


def recordings_at(place: int, bitmap: bytes) -> BitMap:
    """Return the recordings that something written at a place is about."""
    return BitMap.deserialize(bitmap) if place < 0 else BitMap([place])
