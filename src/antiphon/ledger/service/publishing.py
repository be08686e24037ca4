"""Running the sequencer, and changing the key that it signs with."""

from antiphon.jobs import service as jobs
from antiphon.kernel.errors import BadInput
from antiphon.ledger import keys, sequencing, signed
from antiphon.ledger.core import checkpoints, notes
from antiphon.ledger.core.errors import BadProof
from antiphon.ledger.models import Witness


def publish() -> int:
    """Publish everything that is committed; return how many entries became part of the log by it.

    Raises `Unavailable`, in words, when signing would contradict what was signed before.
    """
    with sequencing.alone():
        published = sequencing.publish_waiting()
    if Witness.objects.exists():
        jobs.enqueue("ledger.witness", key="ledger.witness")
    return published


def rotate() -> str:
    """Sign with a new key from now on, for a month together with the present one; return the new verifier key.

    Both are published at `/log/keys.json`, and so is every key before them.
    """
    with sequencing.alone():
        sequencing.publish_waiting()
        tree = signed.last()
        if tree.size:
            keys.add_new()
            sequencing.sign(tree)
        else:
            signed.remember(tree)
            keys.make_first()
    return str(keys.signers()[0].verifier)


def sign_statement(text: str) -> str:
    """Sign a statement of this site that is no checkpoint, with the keys of its log; return the signed note.

    Raises `BadInput` for what could be read as a checkpoint: only the sequencer signs those.
    """
    try:
        checkpoints.checkpoint_in(text)
    except BadProof:
        if not text.endswith("\n"):
            raise BadInput("A note's text ends with a line break.") from None
        return str(notes.Note(text, tuple(signer.sign(text) for signer in keys.signers())))
    raise BadInput("A checkpoint is signed by the sequencer alone.")
