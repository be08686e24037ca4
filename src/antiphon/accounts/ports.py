"""What accounts need from rooms above them; `site` fills these in."""

from typing import Protocol


class Belongings(Protocol):
    """Whoever keeps things that belong to a person: music, for one."""

    def forget_person(self, user_id: int) -> None:
        """Let go of everything this person has, files too. Called inside the transaction that deletes them."""

    def belongings_of(self, user_id: int) -> dict[str, object]:
        """Return what this person has here, in JSON types, for the copy of their data they may ask for."""
