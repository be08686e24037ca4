"""What this room asks of the gate. `antiphon.consent.service` answers it; tests bring a small gate of their own."""

from typing import Any, Protocol

from django.db.models import Q, QuerySet

from antiphon.catalogue import service as catalogue
from antiphon.consent.core.permits import Permit


class Gate(Protocol):
    """The verbs of `consent.service` that are called here, and what it raises when nothing is allowed."""

    @property
    def Refused(self) -> type[Exception]: ...  # noqa: N802  (an exception's name)

    def ask(self, recording_ids: list[int], purpose: str, system: str) -> Permit:
        """Return a permit for a registered system; logged. Raises `Refused` when nothing is allowed."""

    def recheck(self, permit: Permit) -> Permit:
        """Narrow a permit to what still stands. Raises `Refused` when nothing does."""

    def permitted(self, purpose: str, *, path: str = "recording_id") -> Q:
        """Filter rows to recordings that may be used now."""

    def allowed_subjects(self, purpose: str) -> QuerySet[Any]:
        """Recordings that may be used now, as rows whose key is the recording's: for looking a few of them up."""

    def keep_artefact(self, kind: str, permit: Permit, *, note: str = "") -> str:
        """Note what was made under a permit, so that a recall finds it; return its uid."""

    def end_artefact(self, uid: str) -> None:
        """Say that something is no more, because something newer took its place: it needs no recall."""


class ClosedGate:
    """The gate before anybody is set up to be it: nothing is allowed."""

    class Refused(Exception):
        """Nobody can allow anything here."""

    def ask(self, recording_ids: list[int], purpose: str, system: str) -> Permit:
        raise self.Refused("There is no gate.")

    def recheck(self, permit: Permit) -> Permit:
        raise self.Refused("There is no gate.")

    def permitted(self, purpose: str, *, path: str = "recording_id") -> Q:
        return Q(pk__in=[])

    def allowed_subjects(self, purpose: str) -> QuerySet[Any]:
        return catalogue.Recording.objects.none()

    def keep_artefact(self, kind: str, permit: Permit, *, note: str = "") -> str:
        raise self.Refused("There is no gate.")

    def end_artefact(self, uid: str) -> None:
        raise self.Refused("There is no gate.")
