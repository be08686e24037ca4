"""A small log in memory, and proof files made from it: what a site would hand out, without a site."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from antiphon.consent.core.manifests import ALLOWED_VALUE, manifest_key
from antiphon.identification.core import saying, statements
from antiphon.ledger.core import checkpoints, commitments, merkle, notes, receipts, trie
from antiphon.ledger.core.notes import COSIGNATURE, Signer
from antiphon.transparency.core import files, wording
from antiphon.transparency.core.files import ProofFile, Shown

ORIGIN = "music.example.org/log"
LOG = Signer(ORIGIN, hashlib.sha256(b"the log").digest())
OTHER_LOG = Signer(ORIGIN, hashlib.sha256(b"another log").digest())
WITNESS = Signer("witness.example.net/antiphon", hashlib.sha256(b"the witness").digest(), COSIGNATURE)
SEEN_AT_S = 1_790_000_000
MANIFEST_SALT = hashlib.sha256(b"a manifest").digest()


@dataclass
class LittleLog:
    """Entries, and what is needed to show each."""

    entries: list[tuple[dict[str, Any], dict[str, Any], bytes]] = field(default_factory=list)

    def add(self, kind: str, private: dict[str, Any], public: dict[str, Any] | None = None) -> int:
        salt = hashlib.sha256(f"salt {len(self.entries)}".encode()).digest()
        commit = commitments.commit(salt, commitments.canonical(private))
        entry = {"type": f"antiphon/{kind}/v1", "commit": commit.hex(), **(public or {})}
        self.entries.append((entry, private, salt))
        return len(self.entries) - 1

    def read(self, level: int, index: int) -> bytes:
        first, stop = index << level, (index + 1) << level
        return merkle.root_of([merkle.leaf_hash(commitments.canonical(one[0])) for one in self.entries[first:stop]])

    def checkpoint(self, size: int, *, log: Signer = LOG, witness: Signer | None = None) -> str:
        note = checkpoints.sign(checkpoints.Checkpoint(ORIGIN, size, merkle.root(self.read, size)), [log])
        if witness is not None:
            note = notes.Note(note.text, (*note.signatures, witness.sign(note.text, SEEN_AT_S)))
        return str(note)

    def show(self, index: int, checkpoint: str) -> Shown:
        said = checkpoints.checkpoint_in(notes.note_from(checkpoint).text)
        entry, private, salt = self.entries[index]
        return Shown(entry, private, salt, receipts.make(self.read, index, said, checkpoint))


def act(answers: dict[str, str], where: list[list[object]] | None = None, change: int = 7) -> dict[str, Any]:
    """What an answer's receipt says."""
    return {
        "act": "a" * 32, "party": 3, "at": "2026-11-04T18:00:00+00:00", "via": "studio", "change": change,
        "answers": answers, "where": where or [["account", 0]], "words": "sha256:" + "0" * 64,
    }  # fmt: skip


def job(recordings: list[int], purpose: str = "train-analysis", consent_size: int = 9) -> dict[str, Any]:
    """The public part of a job's entry."""
    return {
        "job": "b" * 32, "system": "antiphon/dataset", "purpose": purpose, "actor": "lab", "considered": 90,
        "at": "2026-11-05T12:00:00+00:00", "policy": "sha256:" + "1" * 64, "allowed": len(recordings),
        "reasons": {"holder.no": 90 - len(recordings)}, "consent_size": consent_size,
        "manifest_root": manifest(recordings).root.hex(),
    }  # fmt: skip


def manifest(recordings: list[int]) -> trie.Trie:
    return trie.Trie.of([manifest_key(MANIFEST_SALT, one) for one in recordings], [ALLOWED_VALUE] * len(recordings))


def filled(count: int = 20) -> LittleLog:
    log = LittleLog()
    for number in range(count):
        log.add("answer", {"number": number})
    return log


def act_file(private: dict[str, Any] | None = None, kind: str = "answer", *, witness: Signer | None = None) -> bytes:
    """The receipt of an act, in a log of 23 entries."""
    log = filled()
    index = log.add(kind, private or act({"organize": "yes", "train-analysis": "no", "agent": "ask"}))
    log.add("terms", {})
    log.add("terms", {})
    shown = log.show(index, log.checkpoint(len(log.entries), witness=witness))
    witnesses = (witness.verifier,) if witness else ()
    words = wording.act_in_words(shown, ORIGIN)
    return ProofFile(files.ACT, (LOG.verifier,), witnesses, words, act=shown).to_bytes()


def job_file(
    recordings: list[int],
    recording: int,
    answers: dict[str, str] | None = None,
    *,
    where: list[list[object]] | None = None,
    change: int = 7,
    witness: Signer | None = None,
    two_sizes: bool = False,
) -> bytes:
    """A file about the question whether a job's manifest holds a recording; the answer may lie in a smaller tree."""
    log = filled()
    answered = log.add("answer", act(answers, where, change)) if answers is not None else None
    smaller = len(log.entries)
    at = log.add("job", {"salt": MANIFEST_SALT.hex()}, job(recordings))
    whole = log.checkpoint(len(log.entries), witness=witness)
    small = log.checkpoint(smaller, witness=witness) if two_sizes else whole
    answer = log.show(answered, small) if answered is not None else None
    shown, proof = log.show(at, whole), manifest(recordings).prove(manifest_key(MANIFEST_SALT, recording))
    verdict = "present" if recording in recordings else "absent"
    return ProofFile(
        files.JOB, (LOG.verifier,), (witness.verifier,) if witness else (),
        wording.job_in_words(shown, answer, recording, verdict, ORIGIN), act=answer, job=shown, recording=recording,
        manifest=proof,
        joined=tuple(merkle.consistency(log.read, smaller, len(log.entries))) if two_sizes else (),
    ).to_bytes()  # fmt: skip


def registry_file(*, known: bool = True) -> bytes:
    """A signed answer of the registry by sound, by the key of this log."""
    label = {"purposes": {"train-generative": "no", "organize": "yes", "agent": "ask", "finetune": "no"}}
    track = {
        "title": "Slow Harbour",
        "url": "https://a.example/ada-quill/slow-harbour",
        "creator": {"name": "Ada Quill"},
    }
    how = {"tempo": 1.12, "pitch": 1.96, "words": "played 12 % faster"}
    matches = [
        {"track": track, "altered": how, "certainty": {"word": "certain", "chance": 2.5e-13}, "label": label},
        {"track": None, "altered": None, "certainty": {"word": "exact", "chance": 0.0}, "label": label},
    ]
    asker = saying.Asker("person", "Ben")
    at = datetime(2026, 11, 27, 12, tzinfo=UTC)
    question = saying.Question("0" * 32, asker, "prints", at, sha256="ab" * 32, duration_ms=10_000)
    said = saying.answer("https://a.example", question, matches if known else [], at=at, checkpoint={})
    text = statements.statement(said)
    return statements.to_bytes(said, str(notes.Note(text, (LOG.sign(text),))), [str(LOG.verifier)])
