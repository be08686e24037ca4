"""The index as everybody may hear it at this moment, and the rest of it, which is for owners alone."""

import threading
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.conf import settings

from antiphon.catalogue import service as catalogue
from antiphon.kernel.errors import NotFound

if TYPE_CHECKING:
    from antiphon.identification.engines.reader import Reader
    from antiphon.identification.engines.views import Masked, View

_KEPT = 2  # masks: what is public, and what is not


def public() -> "Masked | None":
    """Return the index as if it held only what everybody may hear now; None where nothing was ever indexed.

    Unreleased music is not skipped when something was found in it: it is not there to be found, looked at or counted.
    """
    whole = _memory.whole()
    return _memory.masked(whole, public_names()) if whole is not None else None


def unreleased() -> "Masked | None":
    """Return the rest of the index: what somebody has here and not everybody may hear. Never to answer a stranger."""
    whole = _memory.whole()
    if whole is None:
        return None
    return _memory.masked(whole, frozenset(whole.names()) - public_names())


def public_names() -> frozenset[str]:
    """Return what the index calls the recordings that everybody may hear now. One query."""
    rows = catalogue.listenable(None).order_by().exclude(recording=None)
    return frozenset(str(pk) for pk in rows.values_list("recording_id", flat=True))


class _Memory:
    """The index of this process: opened once, and each mask made anew only when index or catalogue have changed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reader: Reader | None = None
        self._masks: list[tuple[View, Collection[str], Masked]] = []

    def whole(self) -> "View | None":
        # Here and not on top: a server that answers pages does not load NumPy.
        from antiphon.identification.engines.reader import Reader

        with self._lock:
            folder = settings.DATA / "identification"
            try:
                if self._reader is None or self._reader.folder != folder:
                    self._reader = Reader(folder)
                return self._reader.view()
            except NotFound:
                self._reader = None
                return None

    def masked(self, whole: "View", names: frozenset[str]) -> "Masked":
        with self._lock:
            for view, known, mask in self._masks:
                if view is whole and known == names:
                    return mask
        mask = whole.only(names)
        with self._lock:
            self._masks = [(whole, names, mask), *self._masks][:_KEPT]
        return mask


_memory = _Memory()
