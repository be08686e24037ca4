"""Making proof files: what a person is handed, so that they need not take this site's word for it.

Each is checked before it leaves, by the code that will check it in ten years.
"""

from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.consent import service as consent
from antiphon.kernel.errors import Gone
from antiphon.ledger import service as ledger
from antiphon.ledger.core import checkpoints, notes, receipts, trie
from antiphon.ledger.core.notes import Note, VerifierKey
from antiphon.ledger.core.receipts import TlogProof
from antiphon.transparency.core import checking, files, wording
from antiphon.transparency.core.files import ProofFile, Shown

File = tuple[str, bytes]  # its name, and what is in it


def proof_of_act(uid: str) -> File | None:
    """Return the receipt of an answer, a seal or a grant; None while it is not in the log yet.

    Whoever has this file can read what was said: hand it to the party alone. Raises `NotFound`, and `Gone` when what
    the entry commits to was erased.
    """
    act = consent.act_at(uid)
    receipt = ledger.receipt_of(act.entry) if act.entry is not None else None
    if receipt is None:
        return None
    keys = _Keys()
    shown = keys.show(receipt)
    words = wording.act_in_words(shown, keys.origin_of(shown))
    data = keys.file(files.ACT, words, act=shown)
    return f"antiphon-{act.kind}-{act.at:%Y-%m-%d}-{act.uid[:8]}.json", data


def proof_of_absence(asked_uid: str, recording_id: int, user: accounts.User) -> File | None:
    """Return proof that a job's manifest does not hold a recording, or that it does; None while it is not in the log.

    Raises `NotFound` but for holders of this recording, and `Gone` when what the job's entry commits to was erased.
    """
    found = consent.considered(asked_uid, recording_id, user)
    rows = [row for row in (found.asked.entry, found.answer.entry if found.answer else None) if row is not None]
    by_row = ledger.receipts_of(rows)
    job_receipt = by_row.get(found.asked.entry or 0)
    if job_receipt is None:
        return None
    answer_receipt = by_row.get(found.answer.entry or 0) if found.answer else None
    if found.answer is not None and answer_receipt is None:
        return None
    keys = _Keys()
    job = keys.show(job_receipt)
    # An answer whose text was erased can be shown by nobody; the manifest still can.
    answer = keys.show(answer_receipt) if answer_receipt is not None and not answer_receipt.is_erased else None
    key = consent.manifest_key(found.salt, recording_id)
    proof = found.manifest.prove(key)
    verdict = trie.check(found.manifest.root, key, proof)
    words = wording.job_in_words(job, answer, recording_id, verdict, keys.origin_of(job))
    data = keys.file(
        files.JOB, words, act=answer, job=job, recording=recording_id, manifest=proof, joined=_joined(job, answer)
    )
    return f"antiphon-job-{found.asked.uid[:8]}-recording-{recording_id}.json", data


def _joined(job: Shown, answer: Shown | None) -> tuple[bytes, ...]:
    """Where the two entries are shown for checkpoints of different sizes: that these are of one history."""
    if answer is None:
        return ()
    small, large = sorted(_checkpoint(one).size for one in (job, answer))
    return tuple(ledger.consistency(small, large)) if small != large else ()


def _checkpoint(shown: Shown) -> checkpoints.Checkpoint:
    return checkpoints.checkpoint_in(notes.note_from(shown.proof.checkpoint).text)


class _Keys:
    """The keys of this log and its witnesses, and which of them have signed what a file holds."""

    def __init__(self) -> None:
        self._logs = [notes.verifier_key(text) for text in ledger.verifier_keys()]
        witnesses = [notes.verifier_key(text) for text in ledger.witness_keys()]
        self._witnesses = [key for key in witnesses if key.kind == notes.COSIGNATURE]
        self._used: set[tuple[str, bytes]] = set()

    def show(self, receipt: ledger.Receipt) -> Shown:
        """Take a receipt apart. Signatures of keys that nobody here knows stay behind: they would show nothing."""
        if receipt.is_erased:
            raise Gone(_("What this entry commits to was erased, so nobody can show it any more."))
        proof = receipts.proof_from(receipt.tlog_proof)
        note = notes.note_from(proof.checkpoint)
        known = {(key.name, key.key_id) for key in (*self._logs, *self._witnesses)}
        kept = tuple(line for line in note.signatures if (line.name, line.key_id) in known)
        self._used |= {(line.name, line.key_id) for line in kept}
        place = TlogProof(proof.index, proof.hashes, str(Note(note.text, kept)))
        entry = files.entry_from(receipt.entry)
        return Shown(entry, receipt.private, receipt.salt, place)

    def origin_of(self, shown: Shown) -> str:
        return _checkpoint(shown).origin

    def file(
        self,
        kind: str,
        words: tuple[str, ...],
        *,
        act: Shown | None = None,
        job: Shown | None = None,
        recording: int = 0,
        manifest: trie.TrieProof = files.NOTHING,
        joined: tuple[bytes, ...] = (),
    ) -> bytes:
        """Write the file and check it. A file that does not hold is a fault here, and is not handed out."""
        logs, witnesses = self._those_used(self._logs), self._those_used(self._witnesses)
        data = ProofFile(
            kind, logs, witnesses, words, act=act, job=job, recording=recording, manifest=manifest, joined=joined
        ).to_bytes()
        verdict = checking.check(data, log_keys=self._logs)
        if not verdict.ok:
            raise RuntimeError(f"a proof file was made that does not hold: {verdict.reason}")
        return data

    def _those_used(self, keys: list[VerifierKey]) -> tuple[VerifierKey, ...]:
        return tuple(key for key in keys if (key.name, key.key_id) in self._used)
