"""What the catalogue needs from rooms above it; `site` fills these in."""

from typing import Protocol


class Ingest(Protocol):
    """Whoever turns received bytes into something to listen to."""

    def recording_received(self, recording_id: int) -> None:
        """A recording's bytes are safe. Called inside the transaction that made it: enqueue, do not work."""

    def track_described(self, track_id: int) -> None:
        """A track's words or its download rule changed. Called inside the transaction: file tags may be stale."""

    def forget(self, keys: list[str]) -> None:
        """These files are no longer wanted; a key that ends with `/` stands for all below it.

        Called inside the transaction that let them go: enqueue, do not delete yet.
        """
