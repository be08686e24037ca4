"""What the catalogue needs from rooms above it; `site` fills these in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from antiphon.accounts import service as accounts


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


class Matcher(Protocol):
    """Whoever compares recordings with the music that is here, before others may hear them.

    When what it says of a recording changes, it calls `catalogue.service.refresh_held`.
    """

    def held_of(self, recording_ids: Iterable[int]) -> Mapping[int, str]:
        """Return, by recording, a value of `Track.Held`: free, waiting to be compared, or held until a person looks."""


@dataclass(frozen=True)
class Snapshot:
    """What something says at one moment, in words alone: what it is called, and its parts by name. Never its sound."""

    name: str
    words: dict[str, str] = field(default_factory=dict)


class Subject(Protocol):
    """One thing that can be reported: a row that a moderator can hide, with a reason its owner reads."""

    pk: Any

    @property
    def hidden_at(self) -> datetime | None:
        """Return since when it is hidden, None when it is not."""

    @property
    def hidden_because(self) -> str:
        """Return why, in the words that its owner reads."""


class ReportedKind(Protocol):
    """What a room brings so that its things can be reported: `catalogue.service.use_kind(name, kind)`, once, in `site`.

    A name is a short word of the address and of the API (`track`, `comment`), at most 20 letters.
    """

    label: Any
    """What one of these is called, to read: "track", translated when it is read."""

    can_withdraw: bool
    """Whether `withdraw` takes it off the public pages until its owner puts it right."""

    def subject_of(self, subject_id: int) -> Subject | None:
        """Return the thing, whoever may see it; None when it is not there any more."""

    def owner_of(self, subject: Any) -> int | None:
        """Return the id of the account whose thing it is: who is told of a decision, and may appeal."""

    def snapshot(self, subject: Any) -> Snapshot:
        """Return its words as they stand now."""

    def address(self, subject: Any) -> str:
        """Return where it is on this site: a path."""

    def check_seen(self, viewer: Any, subject: Any, secret: str) -> None:
        """Raise `NotFound` or `Gone` when this viewer cannot see it: nobody learns of it by reporting it."""

    def earlier_words(self, subject: Any) -> list[tuple[datetime, str]]:
        """Return what it said before it was changed, with until when, the latest first: for moderators."""

    def hide(self, by: accounts.User, subject: Any, because: str) -> None:
        """Take it out of everybody's sight but its owner's and the moderators', inside the caller's transaction.

        Nobody is told by this: the owner hears of the decision by letter and notice.
        """

    def unhide(self, by: accounts.User, subject: Any) -> None:
        """Show it again, inside the caller's transaction."""

    def decided(self, subject: Any) -> None:
        """Nobody waits for a decision about it any more: what was kept for that alone may go."""

    def withdraw(self, subject: Any) -> dict[str, str]:
        """Take it off the public pages; return what `restore` needs to bring it back as it was."""

    def restore(self, subject: Any, before: dict[str, str]) -> None:
        """Bring back what `withdraw` took off."""


class Tidings(Protocol):
    """Whoever tells people in the app what concerns them."""

    def tell_moderated(self, user_id: int, *, address: str, about_id: int, words: str) -> None:
        """Something was decided about what is theirs, or about what they reported. In the caller's transaction."""
