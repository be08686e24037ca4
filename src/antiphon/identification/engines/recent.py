"""The newest part of an index, in memory: what the journal holds, ready to be searched.

Tracks gather in runs that double, so that a track is sorted in about as often as the number of runs, and a view of a
hundred new tracks asks seven runs and not a hundred.
"""

import numpy as np

from antiphon.identification.core import parts
from antiphon.identification.core.parts import Entry
from antiphon.identification.core.prints import Kind
from antiphon.identification.engines.views import Living, Piece


class Recent:
    """Tracks by name, in the order in which they came."""

    def __init__(self, kinds: tuple[Kind, ...]) -> None:
        self._kinds = kinds
        self._entries: dict[str, Entry] = {}
        self._waiting: dict[str, Entry] = {}
        self._runs: list[Living] = []

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def size_bytes(self) -> int:
        return sum(len(one.packed) for one in self._entries.values())

    def entries(self) -> list[Entry]:
        return list(self._entries.values())

    def has(self, name: str) -> bool:
        return name in self._entries

    def add(self, one: Entry) -> None:
        """Add a track in place of the one of its name."""
        self.delete(one.name)
        self._entries[one.name] = self._waiting[one.name] = one

    def delete(self, name: str) -> bool:
        """Delete a track; say whether it was there."""
        if self._entries.pop(name, None) is None:
            return False
        if self._waiting.pop(name, None) is None:
            for run in self._runs:
                if (track := run.find(name)) >= 0:
                    run.delete(track)
        return True

    def pieces(self) -> list[Piece]:
        """Return what there is, sorted."""
        fresh = list(self._waiting.values())
        self._waiting = {}
        if fresh:
            while self._runs and len(self._runs[-1].alive) <= 2 * len(fresh):
                run = self._runs.pop()
                names = (run.part.names.name(int(track)) for track in np.flatnonzero(run.alive))
                fresh = [*(self._entries[name] for name in names), *fresh]
            self._runs.append(Living(parts.built(fresh, self._kinds), np.ones(len(fresh), np.bool_)))
        return [run.piece() for run in self._runs if run.alive.any()]
