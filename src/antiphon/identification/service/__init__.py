"""The room's public face: which music sounds like which, what follows from it, and what is kept of a sound.

Imports no arrays: a server stays small, and a worker loads them when it compares for the first time.
"""

from antiphon.identification.core.use import (
    ARTEFACT,
    ENGINE,
    ENGINE_MODULE,
    METHOD,
    PURPOSE,
    RATE_HZ,
    READS,
    SYSTEM,
)
from antiphon.identification.models import Match
from antiphon.identification.service.catching_up import state
from antiphon.identification.service.comparing import compare_again, recheck, retry
from antiphon.identification.service.forgetting import forget
from antiphon.identification.service.hearing import Listener, enqueue, standing_changed
from antiphon.identification.service.matches import (
    answers_changed,
    held_of,
    is_freeing,
    let_through,
    matches_of,
    note_case,
    open_noes,
    reopen,
    resolve,
    when_matched,
    why_of,
)
from antiphon.identification.service.shelving import missing, rebuild, reconcile, verify

__all__ = [
    "ARTEFACT",
    "ENGINE",
    "ENGINE_MODULE",
    "METHOD",
    "PURPOSE",
    "RATE_HZ",
    "READS",
    "SYSTEM",
    "Listener",
    "Match",
    "answers_changed",
    "compare_again",
    "enqueue",
    "forget",
    "held_of",
    "is_freeing",
    "let_through",
    "matches_of",
    "missing",
    "note_case",
    "open_noes",
    "rebuild",
    "recheck",
    "reconcile",
    "reopen",
    "resolve",
    "retry",
    "standing_changed",
    "state",
    "verify",
    "when_matched",
    "why_of",
]
