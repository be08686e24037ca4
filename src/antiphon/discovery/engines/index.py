"""Exact search among descriptors: every distance is computed, none is guessed.

Each number is standardised by what the index holds, with its usual spread as a prior that counts as much as
`PRIOR_TRACKS` tracks: among five tracks nobody knows yet how far apart music lies. Then each group of numbers counts
for its share. 10,000 tracks are 3.4 MB, and a search among them takes well under a millisecond.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from antiphon.discovery.core import layout
from antiphon.discovery.engines.frames import Array

PRIOR_TRACKS = 20
MOST_AT_ONCE = 10_000  # recordings in one portion: what one statement of any database takes
FARTHEST = 4.0  # deviations: beyond that, one odd number would decide alone


class Index:
    """Recordings and their descriptors, standardised. Never changed: a new one is made instead."""

    def __init__(self, recording_ids: Sequence[int], vectors: Sequence[bytes]) -> None:
        self.recording_ids: npt.NDArray[np.int64] = np.array(recording_ids, np.int64)
        rows = np.frombuffer(b"".join(vectors), "<f4").reshape(len(vectors), layout.SIZE)
        self._rows: Array = _standardised(rows)
        self._squares: Array = np.square(self._rows).sum(axis=1)
        self._places = {int(number): place for place, number in enumerate(self.recording_ids)}

    def __len__(self) -> int:
        return len(self._places)

    def nearest(self, recording_id: int, first: int) -> Iterator[list[int]]:
        """Give the other recordings, nearest first, in growing portions of which the first has `first`.

        Nothing, where the index does not hold this recording.
        """
        place = self._places.get(recording_id)
        if place is None:
            return
        # Not `@`: for one product of this size, BLAS wakes every core and lets them spin for milliseconds.
        distances = self._squares - 2 * np.einsum("ij,j->i", self._rows, self._rows[place])
        distances[place] = np.inf
        start, total = 0, len(distances) - 1
        while start < total:
            end = min(total, max(first, 4 * start), start + MOST_AT_ONCE)
            order = np.argpartition(distances, end - 1)[:end] if end < total else np.arange(total + 1)
            order = order[np.lexsort((self.recording_ids[order], distances[order]))]
            yield [int(number) for number in self.recording_ids[order[start:end]]]
            start = end


def _standardised(rows: Array) -> Array:
    if not len(rows):
        return np.zeros((0, layout.SIZE), np.float32)
    count = len(rows)
    spread = np.sqrt((count * rows.var(axis=0, dtype=np.float64) + PRIOR_TRACKS) / (count + PRIOR_TRACKS))
    scaled = (rows - rows.mean(axis=0, dtype=np.float64)) / spread
    weights = np.sqrt(np.array(layout.shares()))
    return np.ascontiguousarray(scaled.clip(-FARTHEST, FARTHEST) * weights, np.float32)
