"""What accounts need from rooms above them; `site` fills these in."""

from typing import Protocol


class Belongings(Protocol):
    """Whoever keeps things that belong to a person: music, for one."""

    def hold(self) -> None:
        """Keep out whoever else changes these things, until the transaction ends; called before anything is held."""

    def forget_person(self, user_id: int) -> int:
        """Let go of everything this person has, files too, and return how many things that were.

        Called inside the transaction that deletes the account.
        """
