"""The room's public face: the site's file store. Which store it is, `site` decides."""

from antiphon.kernel.errors import Unavailable
from antiphon.storage.ports import FileStore

_store: FileStore | None = None


def use(store: FileStore) -> None:
    """Name the site's file store; called once, by `site`."""
    global _store
    _store = store


def files() -> FileStore:
    """Return the site's file store."""
    if _store is None:
        raise Unavailable("No file store has been set up.", hint="This is a fault of the installation.")
    return _store
