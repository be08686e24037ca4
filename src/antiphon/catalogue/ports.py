"""What the catalogue needs from rooms above it; `site` fills these in."""

from typing import Protocol


class Ingest(Protocol):
    """Whoever turns received bytes into something to listen to."""

    def recording_received(self, recording_id: int) -> None:
        """A recording's bytes are safe. Called inside the transaction that made it: enqueue, do not work."""

    def track_described(self, track_id: int) -> None:
        """A track's words changed. Called inside the transaction: file tags may be out of date."""

    def forget(self, keys: list[str]) -> None:
        """These files are no longer wanted. Called inside the transaction that let them go."""
