"""Proof in hand that a job of a registered system may use these recordings for this purpose. Made only by the gate."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pyroaring import BitMap

SITE = "site"  # the actor that is this installation itself


@dataclass(frozen=True)
class Permit:
    """What the gate gave. Code that listens to music with software takes one of these, and nothing else opens a file.

    Holding an object proves nothing by itself: `consent.service.recheck` asks the gate whether it still stands.
    """

    uid: str
    system: str
    purpose: str
    actor: str
    at: datetime
    allowed: BitMap = field(repr=False)  # recording ids
    considered: int
    reasons: Mapping[str, int]  # how many of the others each rule refused
    consent_size: int  # how many changes of answers it has seen
    manifest_root: str  # hex; root of the trie over the allowed, see ledger.core.trie

    def covers(self, recording_id: int) -> bool:
        return recording_id in self.allowed
