"""What the terms need from rooms above them; `site` fills it in."""

from collections.abc import Sequence
from typing import Protocol


class Tidings(Protocol):
    """Whoever tells people what concerns them in the app."""

    def tell_terms(self, user_ids: Sequence[int], *, address: str, about_id: int, words: str) -> None:
        """Tell people that a text that binds them is going to change, in the transaction that posts their letters."""
