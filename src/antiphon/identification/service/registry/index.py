"""The index as everybody may hear it at this moment, and the rest of it, which is for owners alone."""

import threading
from collections.abc import Collection
from typing import TYPE_CHECKING

from antiphon.catalogue import service as catalogue
from antiphon.identification.service import shelving

if TYPE_CHECKING:
    from antiphon.identification.engines.views import Masked, View

_KEPT = 2  # masks: what is public, and what is not


def public() -> "Masked":
    """Return the index as if it held only what everybody may hear now.

    Unreleased music is not skipped when something was found in it: it is not there to be found, looked at or counted.
    """
    return _memory.masked(shelving.shelf().view(), public_names())


def unreleased() -> "Masked":
    """Return the rest of the index: what somebody has here and not everybody may hear. Never to answer a stranger."""
    # Here and not on top: a server that answers pages does not load NumPy.
    from antiphon.identification.engines.shelf import sounds_in

    whole = shelving.shelf().view()
    return _memory.masked(whole, frozenset(name for name, _sound in sounds_in(whole)) - public_names())


def public_names() -> frozenset[str]:
    """Return what the index calls the recordings that everybody may hear now. One query."""
    rows = catalogue.listenable(None).order_by().exclude(recording=None)
    return frozenset(str(pk) for pk in rows.values_list("recording_id", flat=True))


class _Memory:
    """Masks of this process, each made anew only when index or catalogue have changed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._masks: list[tuple[View, Collection[str], Masked]] = []

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
