"""Receipts (C2SP tlog-proof): an entry's index, its inclusion proof, and the checkpoint it leads to, in one file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from antiphon.ledger.core import checkpoints, encoding, merkle
from antiphon.ledger.core.errors import BadProof
from antiphon.ledger.core.notes import VerifierKey

HEADER = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True)
class TlogProof:
    """A `.tlog-proof` as it is written. `extra` is carried and proves nothing."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    def __str__(self) -> str:
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {encoding.to_base64(self.extra)}")
        lines.append(f"index {self.index}")
        lines += [encoding.to_base64(one) for one in self.hashes]
        return "\n".join(lines) + "\n\n" + self.checkpoint


def proof_from(text: str) -> TlogProof:
    """Read a `.tlog-proof`. Raises `BadProof` for anything that is not one, letter by letter."""
    head, blank, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or lines.pop(0) != HEADER:
        raise BadProof("This is not a tlog-proof.")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = encoding.from_base64(lines.pop(0).removeprefix("extra "))
    if not lines or not lines[0].startswith("index "):
        raise BadProof("This tlog-proof does not say which entry it is about.")
    index = encoding.number_from(lines.pop(0).removeprefix("index "))
    if len(lines) > merkle.MOST_HASHES:
        raise BadProof("This tlog-proof is too long.")
    return TlogProof(index, tuple(encoding.hash_from(line) for line in lines), checkpoint, extra)


def check(
    proof: TlogProof, entry: bytes, logs: Iterable[VerifierKey], witnesses: Iterable[VerifierKey] = ()
) -> checkpoints.Opened:
    """Check that a log of these keys holds the entry; return the checkpoint, with who cosigned it and when.

    Raises `BadProof`.
    """
    opened = checkpoints.open_checkpoint(proof.checkpoint, logs, witnesses)
    found = opened.checkpoint
    merkle.check_inclusion(proof.index, found.size, merkle.leaf_hash(entry), proof.hashes, found.root)
    return opened


def make(read: merkle.Read, index: int, checkpoint: checkpoints.Checkpoint, raw: str) -> TlogProof:
    """Make the proof of an entry for a checkpoint, whose signed text is `raw`."""
    hashes: Sequence[bytes] = merkle.inclusion(read, index, checkpoint.size)
    return TlogProof(index, tuple(hashes), raw)
