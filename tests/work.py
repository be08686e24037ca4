"""Counting what a search of the index does: how much it counts, fetches and looks at closely."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from antiphon.identification.core.prints import F32, U32
from antiphon.identification.core.search import Search
from antiphon.identification.core.tables import Found
from antiphon.identification.core.verify import Line, Peaks
from antiphon.identification.engines.views import MaskedCells, View, ViewCells


@dataclass
class Work:
    """Hashes asked for, postings counted and fetched, tracks whose peaks were read, and lines looked at."""

    asked: int = 0
    counted: int = 0
    fetched: int = 0
    read: int = 0
    looked_at: int = 0


@contextmanager
def counted() -> Iterator[Work]:
    """Count the work of every search until the block ends."""
    work = Work()
    count, look_up, peaks, close = ViewCells.count, ViewCells.look_up, View.peaks, Search._close
    count_masked = MaskedCells.count

    def counting(self: ViewCells, wanted: U32) -> F32:
        found = count(self, wanted)
        work.asked += len(found)
        work.counted += int(found.sum())
        return found

    def counting_masked(self: MaskedCells, wanted: U32) -> F32:
        found = count_masked(self, wanted)
        work.asked += len(found)
        work.counted += int(found.sum())
        return found

    def fetching(self: ViewCells, wanted: U32) -> Found:
        found = look_up(self, wanted)
        work.fetched += len(found.track)
        return found

    def reading(self: View, track: int) -> object:
        work.read += 1
        return peaks(self, track)

    def looking(self: Search, clip: Peaks, number: int, line: Line) -> object:
        work.looked_at += 1
        return close(self, clip, number, line)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ViewCells, "count", counting)
        patch.setattr(MaskedCells, "count", counting_masked)
        patch.setattr(ViewCells, "look_up", fetching)
        patch.setattr(View, "peaks", reading)
        patch.setattr(Search, "_close", looking)
        yield work
