"""What the room needs from above; `site.wiring` fills it in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Asked:
    """One request of a walk: an address of this site, and what is sent along."""

    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Answered:
    """What the door answered: status, headers by lower-case name, and how many bytes came."""

    status: int
    headers: Mapping[str, str]
    length: int
    body: bytes = b""


class Door(Protocol):
    """This site's own front door, asked as from outside, without the network."""

    def ask(self, asked: Sequence[Asked]) -> list[Answered]:
        """Ask one after the other; return each answer."""
