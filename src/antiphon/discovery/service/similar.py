"""Tracks that sound alike. Nothing is heard or computed from sound here: it searches among what was described.

The index holds what was permitted when it was built, and every answer is filtered again by what is permitted and
audible at that moment: a withdrawal empties it with the next request, whatever an index still holds.
"""

import logging
import threading
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import close_old_connections

from antiphon.catalogue import service as catalogue
from antiphon.catalogue.service import Track
from antiphon.discovery import registry
from antiphon.discovery.core import layout
from antiphon.discovery.core.use import PURPOSE
from antiphon.discovery.models import Descriptor

if TYPE_CHECKING:
    from antiphon.discovery.engines.index import Index

log = logging.getLogger(__name__)
_AT_ONCE_BELOW = 2000  # descriptors that a request may build an index of; more are built beside it

State = tuple[int, int, datetime | None]


def similar_to(track: Track, viewer: Any, limit: int = 8) -> list[Track]:
    """Return tracks that sound like this one, the most alike first, which this viewer may hear.

    Empty where the track was not described, or may not be organised now. Four queries, however many tracks there are.
    """
    own = track.recording_id
    if own is None:
        return []
    # Unordered: by date, SQLite would walk through every track there is.
    audible = catalogue.listenable(viewer).order_by()
    found: list[Track] = []
    for portion in _memory.index().nearest(own, limit + 4):
        # These few by their keys: joined as a filter, SQLite would decide on the whole catalogue first.
        subjects = registry.gate().allowed_subjects(PURPOSE).filter(pk__in=[own, *portion])
        allowed = set(subjects.values_list("pk", flat=True))
        if own not in allowed:
            return []
        rows = {row.recording_id: row for row in audible.filter(recording_id__in=allowed)}
        found += [rows[number] for number in portion if number in rows]
        if len(found) >= limit:
            break
    return found[:limit]


class _Memory:
    """The index of this process, built anew when descriptors come or go.

    A large one is built beside the requests, which go on with the one before: what it knows too much of is filtered.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state: State | None = None
        self._index: Index | None = None
        self._building = False

    def index(self) -> "Index":
        state = _state()
        with self._lock:
            if self._index is not None and (state == self._state or self._building):
                return self._index
            beside = self._index is not None and state[0] >= _AT_ONCE_BELOW
            if beside:
                self._building = True
                threading.Thread(target=self._build_beside, args=(state,), daemon=True).start()
                assert self._index is not None  # noqa: S101  (looked at above)
                return self._index
        return self._build(state)

    def _build(self, state: State) -> "Index":
        # Here and not on top: a server that shows no music yet does not load NumPy.
        from antiphon.discovery.engines.index import Index

        rows = Descriptor.objects.filter(registry.gate().permitted(PURPOSE), version=layout.VERSION)
        found = list(rows.order_by("recording_id").values_list("recording_id", "vector"))
        index = Index([number for number, _ in found], [bytes(vector) for _, vector in found])
        with self._lock:
            self._state, self._index = state, index
        return index

    def _build_beside(self, state: State) -> None:
        try:
            self._build(state)
        except Exception:
            log.exception("the index of similar sound could not be built; the one before stays")
        finally:
            with self._lock:
                self._building = False
            close_old_connections()


_memory = _Memory()


def _state() -> State:
    """What tells one set of descriptors from another: rows are only added and deleted, never changed."""
    newest = Descriptor.objects.order_by("-pk").values_list("pk", "made_at").first()
    return (Descriptor.objects.count(), *(newest or (0, None)))
