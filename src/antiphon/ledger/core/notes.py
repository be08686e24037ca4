"""Signed notes (C2SP signed-note): a text and who signed it. Ed25519, and cosignatures of checkpoints with a time.

Keys that the reader does not know are ignored, as are kinds of signatures that this room does not check (ML-DSA-44);
a key that is known and whose signature is wrong spoils the note.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from antiphon.ledger.core.encoding import from_base64, to_base64
from antiphon.ledger.core.errors import BadProof

ED25519 = 0x01
COSIGNATURE = 0x04  # cosignature/v1
ML_DSA_44 = 0x06
_PUBLIC_BYTES = {ED25519: 32, COSIGNATURE: 32, ML_DSA_44: 1312}
_CHECKED = frozenset({ED25519, COSIGNATURE})

MOST_BYTES = 1_000_000
MOST_SIGNATURES = 100
_DASH = "\u2014"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


def is_name(text: str) -> bool:
    """Tell whether a key may be called this: no spaces, no plus, no controls."""
    return bool(text) and not any(
        letter == "+" or letter.isspace() or unicodedata.category(letter) in ("Cc", "Zs", "Zl", "Zp") for letter in text
    )


@dataclass(frozen=True)
class VerifierKey:
    """A public key by name; its text form is C2SP's vkey."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{to_base64(bytes([self.kind]) + self.public)}"

    def time_of(self, text: str, signature: bytes) -> int | None:
        """Check a signature of this key; return the time it claims, None where its kind claims none.

        Raises `BadProof`.
        """
        time_s, message = None, text.encode()
        if self.kind == COSIGNATURE:
            time_s = int.from_bytes(signature[:8], "big")
            message, signature = cosigned_message(text, time_s), signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError) as error:
            raise BadProof(f"The signature of {self.name} is wrong.", subject=self.name) from error
        if time_s is not None and time_s >= 1 << 63:
            raise BadProof(f"The cosignature of {self.name} has an impossible time.", subject=self.name)
        return time_s


def verifier_key(text: str) -> VerifierKey:
    """Read a vkey. Raises `BadProof` when it is none, or its key id is not that of its key."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    raw = from_base64(encoded) if encoded else b""
    if not is_name(name) or not raw or len(raw) - 1 != _PUBLIC_BYTES.get(raw[0], -1):
        raise BadProof("This is not a verifier key of a kind we know.", subject=text[:80])
    key = VerifierKey(name, raw[0], raw[1:])
    if key.key_id.hex() != key_id:
        raise BadProof("The id in this verifier key is not that of its key.", subject=text[:80])
    return key


def cosigned_message(text: str, time_s: int) -> bytes:
    """What a witness signs: the time, and the whole text of the checkpoint."""
    return f"cosignature/v1\ntime {time_s}\n{text}".encode()


@dataclass(frozen=True)
class Signature:
    """One signature line."""

    name: str
    key_id: bytes
    raw: bytes

    def __str__(self) -> str:
        return f"{_DASH} {self.name} {to_base64(self.key_id + self.raw)}\n"


def signature_at(line: str) -> Signature:
    """Read a signature line without its line end."""
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    raw = from_base64(encoded) if encoded else b""
    if dash != _DASH or not is_name(name) or len(raw) < 5:
        raise BadProof("This is not a signature line of a note.", subject=line[:80])
    return Signature(name, raw[:4], raw[4:])


@dataclass(frozen=True)
class Signer:
    """A secret key by name. `kind` says what it signs: notes (Ed25519), or checkpoints of others (cosignature)."""

    name: str
    secret: bytes
    kind: int = ED25519

    def __repr__(self) -> str:
        return f"Signer({self.name!r})"  # never the secret

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, self.kind, self._key().public_key().public_bytes_raw())

    def sign(self, text: str, time_s: int = 0) -> Signature:
        """Sign a text; the time counts for a cosignature only. The same text and time give the same bytes."""
        if self.kind == COSIGNATURE:
            raw = time_s.to_bytes(8, "big") + self._key().sign(cosigned_message(text, time_s))
        else:
            raw = self._key().sign(text.encode())
        return Signature(self.name, self.verifier.key_id, raw)

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.secret)


@dataclass(frozen=True)
class Note:
    """A text that ends with a line break, and its signatures, unchecked."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(str(signature) for signature in self.signatures)}"


def note_from(raw: str) -> Note:
    """Read a signed note without checking who signed it. Raises `BadProof`."""
    if len(raw) > MOST_BYTES or _CONTROL.search(raw):
        raise BadProof("This is not a signed note: it is too long, or holds control characters.")
    text, blank, rest = raw.rpartition("\n\n")
    if not blank or not rest.endswith("\n"):
        raise BadProof("This is not a signed note: no blank line stands before its signatures.")
    lines = rest[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise BadProof("This note has too many signatures.", subject=str(len(lines)))
    return Note(text + "\n", tuple(signature_at(line) for line in lines))


@dataclass(frozen=True)
class Opened:
    """A note whose known signatures are right: by whom, and when they say that was (None: they do not say)."""

    note: Note
    signed_by: tuple[tuple[VerifierKey, int | None], ...]


def open_note(raw: str, keys: Iterable[VerifierKey]) -> Opened:
    """Read a note and check every signature of a known key. Raises `BadProof` for a wrong one, or for none."""
    note = note_from(raw)
    known = {(key.name, key.key_id): key for key in keys if key.kind in _CHECKED}
    signed = []
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is not None:
            signed.append((key, key.time_of(note.text, signature.raw)))
    if not signed:
        raise BadProof("Nobody whose key is known has signed this note.")
    return Opened(note, tuple(signed))
