"""Running the sequencer, and changing the key that it signs with."""

from antiphon.jobs import service as jobs
from antiphon.ledger import keys, sequencing, signed
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
