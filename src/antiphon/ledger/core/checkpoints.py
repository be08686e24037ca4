"""Checkpoints (C2SP tlog-checkpoint): a log's origin, size and root as a signed note."""

from collections.abc import Iterable
from dataclasses import dataclass

from antiphon.ledger.core import encoding, notes
from antiphon.ledger.core.errors import BadProof
from antiphon.ledger.core.notes import Note, Signer, VerifierKey


@dataclass(frozen=True)
class Checkpoint:
    """What a log says of itself at one size."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is signed."""
        lines = (self.origin, str(self.size), encoding.to_base64(self.root), *self.extensions)
        return "".join(line + "\n" for line in lines)


def checkpoint_in(text: str) -> Checkpoint:
    """Read the text of a checkpoint, which nobody may have signed. Raises `BadProof`."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise BadProof("This is not a checkpoint: origin, size and root stand on three lines.")
    origin, size, root, *extensions = lines[:-1]
    if not notes.is_name(origin):
        raise BadProof("A checkpoint's origin has no spaces and no plus.", subject=origin[:80])
    return Checkpoint(origin, encoding.number_from(size), encoding.hash_from(root), tuple(extensions))


@dataclass(frozen=True)
class Opened:
    """A checkpoint that its log has signed, and the witnesses that cosigned it: name and time in Unix seconds."""

    checkpoint: Checkpoint
    note: Note
    cosigned: tuple[tuple[str, int], ...]

    @property
    def proved_by_s(self) -> int | None:
        """When somebody other than the log had seen it, the earliest; None: by the log's own clock only."""
        return min((time_s for _, time_s in self.cosigned), default=None)


def sign(checkpoint: Checkpoint, signers: Iterable[Signer]) -> Note:
    """Sign a checkpoint with every key given."""
    return Note(checkpoint.text, tuple(signer.sign(checkpoint.text) for signer in signers))


def open_checkpoint(raw: str, logs: Iterable[VerifierKey], witnesses: Iterable[VerifierKey] = ()) -> Opened:
    """Read a checkpoint and check every signature of a known key.

    Raises `BadProof` unless a log's key of kind Ed25519, called like the origin, has signed it.
    """
    by_log = {key for key in logs if key.kind == notes.ED25519}
    by_witness = {key for key in witnesses if key.kind == notes.COSIGNATURE}
    opened = notes.open_note(raw, by_log | by_witness)
    checkpoint = checkpoint_in(opened.note.text)
    if not any(key in by_log and key.name == checkpoint.origin for key, _ in opened.signed_by):
        raise BadProof("The log itself has not signed this checkpoint.", subject=checkpoint.origin)
    cosigned = tuple((key.name, time_s) for key, time_s in opened.signed_by if time_s is not None)
    return Opened(checkpoint, opened.note, cosigned)
