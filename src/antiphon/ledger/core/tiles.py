"""Tiles of C2SP tlog-tiles: where a hash or an entry lies, which tiles a size has, and how a tree grows at its edge."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from antiphon.ledger.core import merkle
from antiphon.ledger.core.encoding import HASH_BYTES
from antiphon.ledger.core.errors import BadProof

HEIGHT = 8
WIDTH = 1 << HEIGHT
MOST_ENTRY_BYTES = 65_535
ENTRIES = "entries"

_NUMBER = r"(?:x[0-9]{3}/)*[0-9]{3}"
_PATH = re.compile(rf"tile/(entries|0|[1-9]|[1-5][0-9]|6[0-3])/({_NUMBER})(?:\.p/([1-9][0-9]{{0,2}}))?", re.ASCII)


@dataclass(frozen=True)
class Place:
    """Which tile: `level` None stands for a bundle of entries, `width` 256 for a full one."""

    level: int | None
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """The path below the log's prefix: `tile/0/x001/x234/067.p/12`."""
        groups, rest = [f"{self.index % 1000:03d}"], self.index // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03d}")
            rest //= 1000
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{ENTRIES if self.level is None else self.level}/{'/'.join(groups)}{partial}"


def place_at(path: str) -> Place | None:
    """Read a path below the log's prefix; None for what is no tile's one spelling."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    level, groups, width = found.groups()
    place = Place(
        None if level == ENTRIES else int(level),
        int(groups.replace("x", "").replace("/", "")),
        int(width) if width else WIDTH,
    )
    # `.p/256`, or leading groups of zeros, would be a second name of the same tile.
    return place if place.path == path and (width is None or place.width < WIDTH) else None


def count_at(level: int, size: int) -> int:
    """How many hashes a tree of `size` entries has at a tile level."""
    return size >> HEIGHT * level


def levels_of(size: int) -> range:
    """The tile levels that a tree has."""
    return range(-(-size.bit_length() // HEIGHT))


def places_of(size: int) -> Iterator[Place]:
    """Every tile and bundle that a log of `size` entries serves."""
    for level in (None, *levels_of(size)):
        full, width = divmod(count_at(level or 0, size), WIDTH)
        yield from (Place(level, index) for index in range(full))
        if width:
            yield Place(level, full, width)


def place_of_hash(level: int, index: int, size: int) -> Place:
    """The tile, at the log's size, that holds the hash of number `index` at a tile level."""
    tile = index // WIDTH
    return Place(level, tile, min(WIDTH, count_at(level, size) - tile * WIDTH))


def hashes_in(raw: bytes, width: int) -> list[bytes]:
    """Take a tile of hashes apart. Raises `BadProof` when it is not `width` hashes long."""
    if len(raw) != width * HASH_BYTES:
        raise BadProof("A tile has the wrong length.", subject=f"{len(raw)} bytes for {width} hashes")
    return [raw[at : at + HASH_BYTES] for at in range(0, len(raw), HASH_BYTES)]


def bundle(entries: Iterable[bytes]) -> bytes:
    """Pack entries: each behind its length as a big-endian uint16."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def entries_in(raw: bytes, width: int) -> list[bytes]:
    """Unpack a bundle. Raises `BadProof` when it does not hold exactly `width` entries."""
    entries, at = [], 0
    while at < len(raw):
        stop = at + 2 + int.from_bytes(raw[at : at + 2], "big")
        entries.append(raw[at + 2 : stop])
        at = stop
    if at != len(raw) or len(entries) != width:
        raise BadProof("A bundle of entries is cut off, or has the wrong number.", subject=f"{len(entries)} of {width}")
    return entries


def reader(read_tile: Callable[[Place], bytes], size: int) -> merkle.Read:
    """Read any complete subtree of a log of `size` entries from its tiles; each is fetched, and hashed, once."""
    kept: dict[Place, list[bytes]] = {}
    known: dict[tuple[int, int], bytes] = {}

    def hashes_of(place: Place) -> list[bytes]:
        if place not in kept:
            kept[place] = hashes_in(read_tile(place), place.width)
        return kept[place]

    def read(level: int, index: int) -> bytes:
        tile_level, above = divmod(level, HEIGHT)
        first = index << above
        row = hashes_of(place_of_hash(tile_level, first, size))[first % WIDTH : first % WIDTH + (1 << above)]
        if len(row) != 1 << above:
            raise BadProof("The tree does not reach this subtree.", subject=f"{level}/{index}")
        return merkle.root_of(row)

    def read_once(level: int, index: int) -> bytes:
        # Many proofs about one log share most of their hashes.
        found = known.get((level, index))
        if found is None:
            found = known[level, index] = read(level, index)
        return found

    return read_once


class Edge:
    """The right edge of a growing tree: of each tile level, the hashes that fill no tile yet.

    It is all of a tree that its root and its future need.
    """

    def __init__(self, size: int = 0, rows: Sequence[Sequence[bytes]] = ()) -> None:
        self.size = size
        self.rows = [list(row) for row in rows]
        widths = [count_at(level, size) % WIDTH for level in levels_of(size)]
        if [len(row) for row in self.rows] != widths:
            raise BadProof("These are not the partial tiles of this size.", subject=str(size))

    @property
    def root(self) -> bytes:
        """The root over all entries so far."""
        found: bytes | None = None
        for row in self.rows:
            # Of a row, complete subtrees by the bits of its length: the smallest is the rightmost.
            stop = len(row)
            while stop:
                start = stop & (stop - 1)
                peak = merkle.root_of(row[start:stop])
                found = peak if found is None else merkle.node_hash(peak, found)
                stop = start
        return merkle.EMPTY_ROOT if found is None else found

    def grow(self, leaves: Sequence[bytes]) -> Iterator[tuple[Place, list[bytes]]]:
        """Add leaf hashes; yield each tile that became full, and then the partial ones of the new size.

        Only after the last has been taken do `size` and `root` count the new leaves.
        """
        level, new = 0, list(leaves)
        first = [count_at(row, self.size) // WIDTH for row in range(len(self.rows))]
        while new or level < len(self.rows):
            if level == len(self.rows):
                self.rows.append([])
                first.append(0)
            row, risen = self.rows[level] + new, []
            for at in range(0, len(row) - WIDTH + 1, WIDTH):
                tile = row[at : at + WIDTH]
                yield Place(level, first[level] + at // WIDTH), tile
                risen.append(merkle.root_of(tile))
            self.rows[level] = row[len(risen) * WIDTH :]
            if new and self.rows[level]:
                yield Place(level, first[level] + len(risen), len(self.rows[level])), list(self.rows[level])
            level, new = level + 1, risen
        self.size += len(leaves)
