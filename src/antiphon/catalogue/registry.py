"""Who fills the catalogue's ports: named once, by `site`."""

from antiphon.catalogue.ports import Ingest, Matcher, Tidings
from antiphon.kernel.errors import Unavailable

_ingest: Ingest | None = None
_tidings: Tidings | None = None
_matcher: Matcher | None = None


def use_ingest(ingest: Ingest) -> None:
    """Name whoever turns received bytes into something to listen to."""
    global _ingest
    _ingest = ingest


def ingest() -> Ingest:
    if _ingest is None:
        raise Unavailable("Nothing is set up to prepare recordings.", hint="This is a fault of the installation.")
    return _ingest


def use_tidings(tidings: Tidings) -> None:
    """Name whoever tells people in the app what concerns them."""
    global _tidings
    _tidings = tidings


def tidings() -> Tidings | None:
    """Return who tells people in the app; None where nobody does, and letters are all there is."""
    return _tidings


def use_matcher(matcher: Matcher) -> None:
    """Name whoever compares recordings before others may hear them."""
    global _matcher
    _matcher = matcher


def matcher() -> Matcher | None:
    """Return who compares recordings; None where nobody does, and nothing is held."""
    return _matcher
