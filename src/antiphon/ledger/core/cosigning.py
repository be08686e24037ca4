"""What a witness is asked (C2SP tlog-witness, add-checkpoint), as text and back."""

from dataclasses import dataclass

from antiphon.ledger.core import encoding, merkle
from antiphon.ledger.core.errors import BadProof


@dataclass(frozen=True)
class Asked:
    """Cosign this checkpoint: its tree continues the one of `old` entries, as the proof shows."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: str

    def __str__(self) -> str:
        proof = "".join(encoding.to_base64(one) + "\n" for one in self.proof)
        return f"old {self.old}\n{proof}\n{self.checkpoint}"


def asked_in(text: str) -> Asked:
    """Read the body of an add-checkpoint request. Raises `BadProof`."""
    head, blank, checkpoint = text.partition("\n\n")
    first, *lines = head.split("\n")
    if not blank or not first.startswith("old ") or len(lines) > merkle.MOST_HASHES:
        raise BadProof("This is not a request to cosign a checkpoint.")
    old = encoding.number_from(first.removeprefix("old "))
    return Asked(old, tuple(encoding.hash_from(line) for line in lines), checkpoint)
