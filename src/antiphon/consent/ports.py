"""What the gate needs from rooms above it; `site` fills these in."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class Matches(Protocol):
    """Whoever finds that an upload sounds like other music."""

    def noes_of(self, recording_ids: Sequence[int]) -> Mapping[int, int | None]:
        """Return, by recording, the mask of purposes refused by holders of music it matches and nobody has looked at.

        A recording that is missing, or None, is one nobody could say of, and every purpose is a no. When this changes,
        call `consent.service.match_changed`.
        """


class Tidings(Protocol):
    """Whoever tells people what concerns them in the app."""

    def tell_enquiry(self, user_id: int, *, address: str, about_id: int, words: str) -> None:
        """Tell a holder that somebody asks for their music, in the transaction in which the enquiry opens."""
