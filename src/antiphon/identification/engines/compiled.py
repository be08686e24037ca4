"""Compiled loops where nothing may be written: behind the fences of a process that listens, or under another user.

Without this numba refuses to load any loop that it is told to keep (its cache must be writable), though one that lies
beside the source is there to be read. What is not kept is compiled again, and serves this process alone.
"""

from contextlib import suppress
from typing import Any

from numba.core import caching


class ReadOnly(caching.InTreeCacheLocator):
    """The folder beside the source, to be read."""

    def ensure_cache_path(self) -> None:
        """Ask nothing of the folder: numba would write to it."""


_save = caching.FunctionCache.save_overload


def _save_if_allowed(self: Any, signature: Any, compiled: Any) -> None:
    with suppress(PermissionError, FileNotFoundError):
        _save(self, signature, compiled)


caching.FunctionCache.save_overload = _save_if_allowed
