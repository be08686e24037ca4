"""Who is told of complete recordings, which engines may listen, and who knows what files say of their rights.

Filled by `site` and by the rooms above.
"""

import logging
import re
from dataclasses import dataclass

from django.db import transaction

from antiphon.audio.core import talk
from antiphon.audio.ports import Rights, Subscriber
from antiphon.consent.core.purposes import BY_SLUG
from antiphon.kernel.errors import NotFound, Unavailable

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Hearing:
    """A module that may listen, and how many samples a second it hears."""

    module: str
    rate_hz: int


_subscribers: dict[str, Subscriber] = {}
_engines: dict[str, Hearing] = {}
_rights: Rights | None = None
_ENGINE = re.compile(r"antiphon(\.[a-z_]+)+\.engines(\.[a-z_]+)+")


def subscribe(name: str, subscriber: Subscriber) -> None:
    """Tell this subscriber of every recording whose second pass is done; once a name, the last one counts.

    Raises `ValueError` for a purpose that is not in the table: nobody listens for no reason.
    """
    if subscriber.purpose not in BY_SLUG:
        raise ValueError(f"{name} listens for {subscriber.purpose!r}, which is no purpose")
    _subscribers[name] = subscriber


def tell_ready(recording_id: int) -> None:
    """Tell every subscriber. One that fails is logged and undone alone: an upload does not wait for whoever listens."""
    for name, subscriber in _subscribers.items():
        try:
            with transaction.atomic():
                subscriber.recording_ready(recording_id)
        except Exception:
            log.exception("%s could not be told of recording %s", name, recording_id)


def use_engine(name: str, module: str, *, rate_hz: int = talk.RATE_HZ) -> None:
    """Allow a module of a room's `engines/` folder to listen, under a name. Raises `ValueError` for any other."""
    if not _ENGINE.fullmatch(module):
        raise ValueError(f"{module} lies in no room's engines")
    _engines[name] = Hearing(module, rate_hz)


def engine(name: str) -> Hearing:
    """Return an allowed engine. Raises `NotFound`."""
    if name not in _engines:
        raise NotFound(f"No engine called {name} may listen here.", subject=name)
    return _engines[name]


def use_rights(port: Rights) -> None:
    """Ask this port what files say of their rights."""
    global _rights
    _rights = port


def rights() -> Rights:
    """Return who knows what files say of their rights. Raises `Unavailable`: without it no file leaves the house."""
    if _rights is None:
        raise Unavailable("Nobody says what files tell of their rights.")
    return _rights
