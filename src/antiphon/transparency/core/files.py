"""Proof files, `antiphon/proof/v1`: what one holds, written in the one form that it may have, and read back.

A file is the canonical JSON (RFC 8785) of one object, and a line break. It has no place for anything that a check
does not cover: an unknown field, another spelling or a second form of the same value is refused.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from antiphon.ledger.core import commitments, encoding, notes, receipts, trie
from antiphon.ledger.core.errors import BadProof
from antiphon.ledger.core.notes import VerifierKey
from antiphon.ledger.core.receipts import TlogProof
from antiphon.ledger.core.trie import TrieProof

FORMAT = "antiphon/proof/v1"
ACT, JOB = "act", "job"
NOTHING = TrieProof((), None)
MOST_BYTES = 1_000_000
_COMMON = frozenset({"format", "kind", "log", "witnesses", "words"})
_FIELDS = {
    ACT: _COMMON | {"act"},
    JOB: _COMMON | {"job", "answer", "recording", "manifest", "joined"},
}
_SHOWN = frozenset({"entry", "private", "salt", "proof"})


@dataclass(frozen=True)
class Shown:
    """An entry of the log with all that it takes to show it: what it commits to, the salt, and its place."""

    entry: Mapping[str, Any]
    private: Mapping[str, Any]
    salt: bytes
    proof: TlogProof

    def to_json(self) -> dict[str, Any]:
        return {
            "entry": dict(self.entry),
            "private": dict(self.private),
            "salt": encoding.to_base64(self.salt),
            "proof": str(self.proof),
        }


@dataclass(frozen=True)
class ProofFile:
    """The receipt of one act; or of a job, the question whether its manifest holds a recording, answered."""

    kind: str
    log: tuple[VerifierKey, ...]
    witnesses: tuple[VerifierKey, ...]
    words: tuple[str, ...]
    act: Shown | None = None  # of a job: the answer that was in force, where the holder had said anything
    job: Shown | None = None
    recording: int = 0
    manifest: TrieProof = NOTHING
    joined: tuple[bytes, ...] = ()  # that the smaller of two checkpoints is the beginning of the larger

    def to_bytes(self) -> bytes:
        """Write the file."""
        said: dict[str, Any] = {
            "format": FORMAT,
            "kind": self.kind,
            "log": [str(key) for key in self.log],
            "witnesses": [str(key) for key in self.witnesses],
            "words": list(self.words),
        }
        if self.kind == ACT:
            assert self.act is not None  # noqa: S101  (that is what the kind means)
            said["act"] = self.act.to_json()
        else:
            assert self.job is not None  # noqa: S101
            said |= {
                "answer": None if self.act is None else self.act.to_json(),
                "job": self.job.to_json(),
                "joined": [encoding.to_base64(one) for one in self.joined],
                "manifest": encoding.to_base64(self.manifest.to_bytes()),
                "recording": self.recording,
            }
        return commitments.canonical(said) + b"\n"


def read(data: bytes) -> ProofFile:
    """Read a proof file, unchecked but for its form. Raises `BadProof` for anything but its one spelling."""
    said = _object(_json(data), "a proof file")
    kind = text(said.get("kind"))
    if said.get("format") != FORMAT or kind not in _FIELDS:
        raise BadProof("This is not a proof file of a kind we know.")
    _exactly(said, _FIELDS[kind], "proof file")
    keys = {name: tuple(notes.verifier_key(text) for text in _texts(said[name])) for name in ("log", "witnesses")}
    words = tuple(_texts(said["words"]))
    if kind == ACT:
        return ProofFile(kind, keys["log"], keys["witnesses"], words, act=_shown(said["act"]))
    return ProofFile(
        kind,
        keys["log"],
        keys["witnesses"],
        words,
        act=None if said["answer"] is None else _shown(said["answer"]),
        job=_shown(said["job"]),
        recording=number(said["recording"]),
        manifest=trie.proof_from_bytes(encoding.from_base64(text(said["manifest"]))),
        joined=tuple(encoding.hash_from(one) for one in _texts(said["joined"])),
    )


def entry_from(raw: bytes) -> dict[str, Any]:
    """Read an entry's bytes, which are canonical JSON, so that writing them again gives the same. Raises `BadProof`."""
    said = json.loads(raw)
    if commitments.canonical(said) != raw:
        raise BadProof("This entry is not canonical JSON.")
    return _object(said, "an entry")


def _json(data: bytes) -> Any:
    if len(data) > MOST_BYTES:
        raise BadProof("A proof file is no longer than a million bytes.")
    try:
        said = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise BadProof("This is not a proof file: it is not JSON.") from error
    # One value has one spelling, so that every bit of the file is covered by what is checked of its values.
    if commitments.canonical(said) + b"\n" != data:
        raise BadProof("This file is not in the one form that a proof file has, so something in it was changed.")
    return said


def _shown(value: Any) -> Shown:
    said = _object(value, "an entry")
    _exactly(said, _SHOWN, "entry")
    proof = receipts.proof_from(text(said["proof"]))
    # `extra` is covered by no signature, so there is no place for it here.
    if proof.extra is not None or str(proof) != said["proof"]:
        raise BadProof("The place of an entry is not written in its one form.")
    return Shown(
        entry=_object(said["entry"], "an entry"),
        private=_object(said["private"], "what an entry commits to"),
        salt=encoding.from_base64(text(said["salt"])),
        proof=proof,
    )


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise BadProof("Something that should be text is not.")
    return value


def number(value: Any) -> int:
    """A whole number from zero up, as JSON can carry it exactly."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 53:
        raise BadProof("Something that should be a whole number is not.")
    return value


def _texts(value: Any) -> Sequence[str]:
    if not isinstance(value, list) or len(value) > notes.MOST_SIGNATURES:
        raise BadProof("Something that should be a list of texts is not.")
    return [text(one) for one in value]


def _object(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadProof(f"Something that should be {what} is not.")
    return value


def _exactly(said: Mapping[str, Any], fields: frozenset[str], what: str) -> None:
    if said.keys() != fields:
        odd = ", ".join(sorted(said.keys() ^ fields))
        raise BadProof(f"This {what} has other fields than a check covers: {odd[:200]}")
