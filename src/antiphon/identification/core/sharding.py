"""One catalogue in several indexes: which track belongs where, and their answers as one.

Each shard is an index like any other. A question goes to all of them, in as many processes or machines as there are,
and what comes back is joined by track; nothing else has to be agreed on.
"""

from collections.abc import Sequence
from concurrent.futures import Future
from hashlib import blake2b
from typing import Protocol

import numpy as np

from antiphon.identification.core import tables
from antiphon.identification.core.prints import F32, U32, Kind, Prints
from antiphon.identification.core.tables import Found


class Shard(Protocol):
    """An index that may be anywhere."""

    @property
    def tracks(self) -> int: ...

    def look_up(self, kind: Kind, wanted: U32) -> "Future[Found]": ...

    def count(self, kind: Kind, wanted: U32) -> "Future[F32]": ...

    def peaks(self, track: int) -> Prints: ...


class Shards:
    """`Postings` over several indexes, all of which are asked at once."""

    def __init__(self, shards: Sequence[Shard]) -> None:
        self._shards = shards
        self._ends = np.cumsum([shard.tracks for shard in shards])

    @property
    def tracks(self) -> int:
        return int(self._ends[-1])

    def postings(self, kind: Kind) -> "ShardCells":
        return ShardCells(self._shards, kind)

    def place(self, track: int) -> tuple[int, int]:
        """Return which shard a track is in, and its number there. Raises `KeyError`."""
        if not 0 <= track < self.tracks:
            raise KeyError(track)
        shard = int(np.searchsorted(self._ends, track, side="right"))
        return shard, track - (int(self._ends[shard - 1]) if shard else 0)

    def peaks(self, track: int) -> Prints:
        shard, local = self.place(track)
        return self._shards[shard].peaks(local)


class ShardCells:
    """`Cells`: one kind of hash over all shards."""

    def __init__(self, shards: Sequence[Shard], kind: Kind) -> None:
        self._shards, self._kind = shards, kind

    def look_up(self, wanted: U32) -> Found:
        asked = [shard.look_up(self._kind, wanted) for shard in self._shards]
        return joined([answer.result() for answer in asked], [shard.tracks for shard in self._shards])

    def count(self, wanted: U32) -> F32:
        asked = [shard.count(self._kind, wanted) for shard in self._shards]
        return np.asarray(sum(answer.result() for answer in asked), np.float32)


def shard_of(name: str, shards: int) -> int:
    """Return the shard that a track belongs to. Depends on its name alone."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big") % shards


def joined(answers: Sequence[Found], tracks: Sequence[int]) -> Found:
    """Return the answers of shards to one question as one. tracks: how many numbers each shard has.

    A shard's tracks are numbered after those of the one before it.
    """
    bases = np.cumsum([0, *tracks[:-1]])
    moved = [
        Found(answer.offsets, answer.track + np.uint32(base), answer.frame)
        for answer, base in zip(answers, bases, strict=True)
    ]
    return tables.joined(moved)
