"""A small gate for tests: who said yes to what, and what was asked. The real one is `antiphon.consent.service`."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Q, QuerySet
from pyroaring import BitMap

from antiphon.catalogue import service as catalogue
from antiphon.consent.core.permits import SITE, Permit
from antiphon.kernel import clock, ids


class NotAllowed(Exception):
    """Nothing of what was asked for is allowed."""


@dataclass
class SmallGate:
    """`discovery.ports.Gate`: what is in `yes` is allowed, and nothing else."""

    yes: set[int] = field(default_factory=set)
    asked: list[tuple[list[int], str, str]] = field(default_factory=list)
    rechecks: int = 0
    artefacts: list[tuple[str, str]] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    Refused = NotAllowed

    def ask(self, recording_ids: list[int], purpose: str, system: str) -> Permit:
        self.asked.append((list(recording_ids), purpose, system))
        allowed = BitMap(self.yes & set(recording_ids))
        if not allowed:
            raise NotAllowed
        return Permit(
            uid=str(ids.new_uid()),
            system=system,
            purpose=purpose,
            actor=SITE,
            at=clock.now(),
            allowed=allowed,
            considered=len(recording_ids),
            reasons={},
            consent_size=0,
            manifest_root="",
        )

    def recheck(self, permit: Permit) -> Permit:
        self.rechecks += 1
        left = permit.allowed & BitMap(self.yes)
        if not left:
            raise NotAllowed
        return replace(permit, allowed=left)

    def permitted(self, purpose: str, *, path: str = "recording_id") -> Q:
        assert purpose == "organize"
        return Q(**{f"{path}__in": sorted(self.yes)})

    def allowed_subjects(self, purpose: str) -> QuerySet[Any]:
        return catalogue.Recording.objects.filter(self.permitted(purpose, path="pk"))

    def keep_artefact(self, kind: str, permit: Permit, *, note: str = "") -> str:
        self.artefacts.append((kind, permit.uid))
        return f"artefact-{len(self.artefacts)}"

    def end_artefact(self, uid: str) -> None:
        self.ended.append(uid)
