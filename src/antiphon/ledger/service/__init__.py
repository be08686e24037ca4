"""The room's public face: writing entries with the change they tell of, and showing what was published.

An entry is in the log once a signed checkpoint covers it; before that nobody gets a receipt.
"""

from antiphon.ledger.core.receipts import TlogProof
from antiphon.ledger.service.catching_up import CaughtUp, catch_up, row_being_replayed, use_replay
from antiphon.ledger.service.keeping import kept_files
from antiphon.ledger.service.publishing import publish, rotate, sign_statement
from antiphon.ledger.service.reading import (
    Receipt,
    Seen,
    State,
    checkpoint,
    consistency,
    entries,
    entry_at,
    prove,
    receipt_of,
    receipts_of,
    size,
    state,
    told_in_log,
    verifier_key,
    verifier_keys,
)
from antiphon.ledger.service.witnesses import add_witness, ask_witnesses, remove_witness, witness_keys, witnesses
from antiphon.ledger.service.witnessing import (
    Answer,
    Trusted,
    add_checkpoint,
    cosigned_checkpoint,
    trust,
    trusted,
    witness_key,
)
from antiphon.ledger.service.writing import Append, append, append_many, erase, forget_erased

__all__ = [
    "Answer",
    "Append",
    "CaughtUp",
    "Receipt",
    "Seen",
    "State",
    "TlogProof",
    "Trusted",
    "add_checkpoint",
    "add_witness",
    "append",
    "append_many",
    "ask_witnesses",
    "catch_up",
    "checkpoint",
    "consistency",
    "cosigned_checkpoint",
    "entries",
    "entry_at",
    "erase",
    "forget_erased",
    "kept_files",
    "prove",
    "publish",
    "receipt_of",
    "receipts_of",
    "remove_witness",
    "rotate",
    "row_being_replayed",
    "sign_statement",
    "size",
    "state",
    "told_in_log",
    "trust",
    "trusted",
    "use_replay",
    "verifier_key",
    "verifier_keys",
    "witness_key",
    "witness_keys",
    "witnesses",
]
