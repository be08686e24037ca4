"""What the checks of this room raise: one error for everything that was shown and does not hold."""

from antiphon.kernel.errors import BadInput


class BadProof(BadInput):
    """A proof, signature, checkpoint or tile that is not what it claims to be."""

    code = "bad-proof"
