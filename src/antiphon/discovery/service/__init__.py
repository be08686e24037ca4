"""The room's public face: what sounds alike, and who makes and forgets the numbers that say so.

Imports no arrays: a server loads them when it searches for the first time, a worker never.
"""

from antiphon.discovery.core.use import ARTEFACT, ENGINE, ENGINE_MODULE, PURPOSE, READS, SYSTEM
from antiphon.discovery.registry import use_gate
from antiphon.discovery.service.describing import Listener, answers_changed, forget, recording_ready
from antiphon.discovery.service.similar import similar_to

__all__ = [
    "ARTEFACT",
    "ENGINE",
    "ENGINE_MODULE",
    "PURPOSE",
    "READS",
    "SYSTEM",
    "Listener",
    "answers_changed",
    "forget",
    "recording_ready",
    "similar_to",
    "use_gate",
]
