"""Who wants to hear that a profile has come, or bears another name or address."""

from collections.abc import Callable

# Takes a profile's id; called inside the transaction that changes it.
Listener = Callable[[int], None]
_listeners: dict[str, Listener] = {}


def on_profile_change(name: str, listener: Listener) -> None:
    """Name somebody who wants to hear of it; called by `site`."""
    _listeners[name] = listener


def tell(profile_id: int) -> None:
    """Tell whoever listens."""
    for listener in _listeners.values():
        listener(profile_id)
