"""What cases need from rooms above them; `site` fills these in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from antiphon.cases.core.course import Course, Outcome, Side


@dataclass(frozen=True)
class About:
    """A case by its numbers, for the room whose dispute it is."""

    file_id: int
    subject_id: int
    uploader_id: int | None
    holder_id: int | None


class CaseKind(Protocol):
    """What a room brings so that its disputes can be cases: `cases.service.use_kind(name, kind)`, once, in `site`."""

    label: Any
    """What one of these is called, to read; translated when it is read."""

    course: Course
    """How long each side has, and what silence means."""

    def names(self, about: Sequence[About], side: Side) -> Mapping[int, str]:
        """Return what cases are called for a side, by file; never what that side may not know. Few queries."""

    def opening(self, about: About, side: Side) -> str:
        """Return the words of the letter that tells a side of a new case; empty where that side is not told."""

    def begun(self, about: About, *, at: datetime) -> None:
        """The uploader hears of it now: at once, or once a moderator has let it through. In that transaction."""

    def settled(self, about: About, outcome: Outcome, *, by: int | None, because: str, at: datetime) -> None:
        """Carry out how a case ended, was decided, or was decided anew. In the transaction in which it is."""

    def unanswered(self, about: About, *, at: datetime) -> None:
        """The uploader did not answer in time. In the transaction in which that is written down."""


class Tidings(Protocol):
    """Whoever tells people in the app what concerns them."""

    def tell_case(self, user_id: int, *, address: str, about_id: int, words: str) -> None:
        """Something happened in a case that is theirs; `about_id` is the entry. In the caller's transaction."""
