"""Who wants to hear that recordings may be used for something now that they could not be, or the other way round."""

from collections.abc import Callable, Mapping

from antiphon.consent.core.purposes import ALL_MASK, BY_SLUG

# Takes recording ids; called inside the transaction that changes them: enqueue, do not work.
Listener = Callable[[list[int]], None]
_listeners: dict[str, tuple[int, Listener]] = {}


def on_change(name: str, purpose: str, listener: Listener) -> None:
    """Name somebody who wants to hear of changes of one purpose; called by `site`."""
    _listeners[name] = (BY_SLUG[purpose].bit, listener)


def on_any_change(name: str, listener: Listener) -> None:
    """Name somebody who wants to hear of changes of any purpose; called by `site`."""
    _listeners[name] = (ALL_MASK, listener)


def tell(changed: Mapping[int, int]) -> None:
    """Tell whoever listens which recordings have changed for their purpose."""
    for bit, listener in _listeners.values():
        recordings = [pk for pk, mask in changed.items() if mask & bit]
        if recordings:
            listener(recordings)
