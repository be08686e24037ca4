"""The room's public face: proof files, the public register of systems, and datasets."""

from antiphon.transparency.service.proofs import proof_of_absence, proof_of_act
from antiphon.transparency.service.register import PurposeCount, SystemLine, counts_by_purpose, register

__all__ = ["PurposeCount", "SystemLine", "counts_by_purpose", "proof_of_absence", "proof_of_act", "register"]
