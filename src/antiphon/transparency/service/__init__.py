"""The room's public face: proof files, the public register of systems, and datasets."""

from antiphon.transparency.models import Dataset, RecallNotice
from antiphon.transparency.service.datasets import build_dataset, datasets
from antiphon.transparency.service.proofs import proof_of_absence, proof_of_act
from antiphon.transparency.service.recalling import lose, recall_dataset
from antiphon.transparency.service.register import PurposeCount, SystemLine, counts_by_purpose, register
from antiphon.transparency.systems import SYSTEMS, declare

__all__ = [
    "SYSTEMS",
    "Dataset",
    "PurposeCount",
    "RecallNotice",
    "SystemLine",
    "build_dataset",
    "counts_by_purpose",
    "datasets",
    "declare",
    "lose",
    "proof_of_absence",
    "proof_of_act",
    "recall_dataset",
    "register",
]
