"""What rooms above fill in: who wants to listen once a recording is complete."""

from typing import Protocol


class Subscriber(Protocol):
    """Somebody whose software wants to hear new recordings. Being told is not being allowed: it asks the gate."""

    @property
    def purpose(self) -> str:
        """The purpose it listens for, a slug of the table of sixteen."""

    def recording_ready(self, recording_id: int) -> None:
        """A recording is complete. Called inside the transaction that says so: enqueue, do not work."""
