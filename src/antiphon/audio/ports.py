"""What rooms above fill in: who wants to listen once a recording is complete, and what files say of their rights."""

from typing import Protocol

from antiphon.audio.core.rights import InTheFile, Signatory
from antiphon.catalogue.service import Track


class Subscriber(Protocol):
    """Somebody whose software wants to hear new recordings. Being told is not being allowed: it asks the gate."""

    @property
    def purpose(self) -> str:
        """The purpose it listens for, a slug of the table of sixteen."""

    def recording_ready(self, recording_id: int) -> None:
        """A recording is complete. Called inside the transaction that says so: enqueue, do not work."""


class Rights(Protocol):
    """What a file that leaves the house says of its rights, and what it is signed with."""

    def in_file_of(self, track: Track) -> InTheFile:
        """Return what a copy of this track tells now. One query."""

    def lasting_tags_of(self, recording_id: int) -> dict[str, str]:
        """Return the tags of a rendition: what holds for this recording whatever its holders answer. No query."""

    def version_of(self, code: str) -> str:
        """Return the version of what is told of a declaration with this code. No query."""

    def signatory_name(self) -> str:
        """Return the name of what files are signed with; empty where this site has no certificate. No query."""

    def signatory(self) -> Signatory | None:
        """Return what files are signed with; None where this site has no certificate."""
