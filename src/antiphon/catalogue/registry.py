"""Who fills the catalogue's ports: named once, by `site`."""

from antiphon.catalogue.ports import Ingest
from antiphon.kernel.errors import Unavailable

_ingest: Ingest | None = None


def use_ingest(ingest: Ingest) -> None:
    """Name whoever turns received bytes into something to listen to."""
    global _ingest
    _ingest = ingest


def ingest() -> Ingest:
    if _ingest is None:
        raise Unavailable("Nothing is set up to prepare recordings.", hint="This is a fault of the installation.")
    return _ingest
