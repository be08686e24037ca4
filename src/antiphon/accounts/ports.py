"""What accounts need from rooms above them; `site` fills these in."""

from collections.abc import Iterator
from typing import Protocol

from antiphon.accounts.core.pieces import Piece
from antiphon.accounts.models import User


class Belongings(Protocol):
    """Whoever keeps things that belong to a person: music, for one."""

    def hold(self) -> None:
        """Keep out whoever else changes these things, until the transaction ends; called before anything is held."""

    def forget_person(self, user_id: int) -> int:
        """Let go of everything this person has, files too, and return how many things that were.

        Called inside the transaction that deletes the account.
        """


class Packer(Protocol):
    """Whoever keeps things of people, and hands each person's own out: everything, and nothing private of others."""

    def weigh(self, user_id: int) -> int:
        """Return the bytes of the files among it, to see beforehand whether there is room; words weigh nothing."""

    def pieces(self, user: User) -> Iterator[Piece]:
        """Yield all of it. No query stays open between two pieces: the one before may take minutes to be written."""


class Tidings(Protocol):
    """Whoever tells people in the app what concerns them."""

    def tell_parcel(self, user_id: int, *, address: str, about_id: int) -> None:
        """What somebody asked for to take along is ready. In the caller's transaction."""
