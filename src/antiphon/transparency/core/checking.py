"""Checking a proof file: pure, without a database, a network or a clock. Whatever does not hold is a no, with a reason.

A time is claimed only where a witness whom the reader trusts has cosigned: everything else is the site's own clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from antiphon.consent.core.manifests import ALLOWED_VALUE, manifest_key
from antiphon.identification.core import statements
from antiphon.kernel.errors import BadInput
from antiphon.ledger.core import checkpoints, commitments, merkle, notes, receipts, trie
from antiphon.ledger.core.checkpoints import Opened
from antiphon.ledger.core.errors import BadProof
from antiphon.ledger.core.notes import VerifierKey
from antiphon.transparency.core import files, wording
from antiphon.transparency.core.files import ProofFile, Shown

ABSENT, PRESENT, BREACH = "absent", "present", "breach"
ANSWER = "answer"  # of the registry by sound
OWN_CLOCK = "No time is shown: when this happened is said by this site's own clock."
OWN_KEY = "Which log this is, the file says itself: you gave no key to check it against."


@dataclass(frozen=True)
class Time:
    """An entry was in the log no later than this, says a witness whom the reader trusts. Unix seconds."""

    index: int
    witness: str
    at_s: int

    @property
    def words(self) -> str:
        when = datetime.fromtimestamp(self.at_s, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        return f"Entry {self.index} was in the log by {when}, says the witness {self.witness}."


@dataclass(frozen=True)
class Verdict:
    """What a file shows (`act`, `absent`, `present`, `breach`, `answer` of the registry by sound), in sentences, and
    what it does not show."""

    ok: bool
    shows: str = ""
    lines: tuple[str, ...] = ()
    not_shown: tuple[str, ...] = ()
    times: tuple[Time, ...] = ()
    reason: str = ""  # why not


def check(data: bytes, *, log_keys: Iterable[VerifierKey] = (), witness_keys: Iterable[VerifierKey] = ()) -> Verdict:
    """Check everything that a file says. Without a key of the log, that in the file is taken, and this is said.

    Never raises for what is in the file.
    """
    if statements.is_one(data):
        said = statements.check(data, log_keys=log_keys)
        return Verdict(said.ok, ANSWER if said.ok else "", said.lines, said.not_shown, reason=said.reason)
    try:
        return _checked(data, tuple(log_keys), tuple(witness_keys))
    except (BadInput, ValueError, OverflowError, RecursionError) as error:
        return Verdict(False, reason=str(error))


def _checked(data: bytes, given: tuple[VerifierKey, ...], trusted: tuple[VerifierKey, ...]) -> Verdict:
    file = files.read(data)
    logs = given or file.log
    shown = [one for one in (file.act, file.job) if one is not None]
    opened = [_in_the_log(one, file, logs) for one in shown]
    _all_keys_are_used(file, opened)
    origin = opened[0].checkpoint.origin
    if file.kind == files.ACT:
        shows, words = files.ACT, wording.act_in_words(shown[0], origin)
    else:
        shows, words = _job(file, opened, origin)
    if words != file.words:
        raise BadProof("The words in this file are not what its contents say.")
    times = tuple(
        Time(one.proof.index, name, at_s)
        for one, seen in zip(shown, opened, strict=True)
        for name, at_s in _cosigned(seen, trusted)
    )
    not_shown = [] if given else [OWN_KEY]
    if not times:
        not_shown.append(OWN_CLOCK)
        not_shown += _untrusted(file)
    lines = (*file.words, *(time.words for time in times))
    if shows == BREACH:
        lines += (
            "That is a breach: the job had counted this no, and its manifest holds the recording all the same. "
            "If another answer of the same party stands before this one, it is for the site to show it.",
        )
    return Verdict(True, shows, lines, tuple(not_shown), times)


def _in_the_log(shown: Shown, file: ProofFile, logs: tuple[VerifierKey, ...]) -> Opened:
    """Check one entry: that it commits to its text, and that a log of these keys holds it."""
    commitments.check(shown.entry, shown.salt, shown.private)
    entry = commitments.canonical(dict(shown.entry))
    # Every line under a checkpoint must be of a key that the file names: a line that nobody checks could say anything.
    named = {(key.name, key.key_id) for key in (*file.log, *file.witnesses)}
    for signature in notes.note_from(shown.proof.checkpoint).signatures:
        if (signature.name, signature.key_id) not in named:
            raise BadProof("Somebody whom the file does not name has signed here.", subject=signature.name)
    receipts.check(shown.proof, entry, logs)
    return receipts.check(shown.proof, entry, (*logs, *file.log), file.witnesses)


def _all_keys_are_used(file: ProofFile, opened: list[Opened]) -> None:
    there = {(line.name, line.key_id) for one in opened for line in one.note.signatures}
    named = [(key.name, key.key_id) for key in (*file.log, *file.witnesses)]
    if len(set(named)) != len(named) or set(named) != there:
        raise BadProof("The file names keys that have signed nothing in it.")
    if len({one.checkpoint.origin for one in opened}) != 1:
        raise BadProof("The entries in this file are of different logs.")


def _cosigned(opened: Opened, trusted: tuple[VerifierKey, ...]) -> list[tuple[str, int]]:
    """Who of those the reader trusts has cosigned, and when; the earliest time of each."""
    known = {(key.name, key.key_id): key for key in trusted if key.kind == notes.COSIGNATURE}
    found: dict[str, int] = {}
    for signature in opened.note.signatures:
        key = known.get((signature.name, signature.key_id))
        at_s = key.time_of(opened.note.text, signature.raw) if key is not None else None
        if key is not None and at_s is not None:
            found[key.name] = min(at_s, found.get(key.name, at_s))
    return sorted(found.items())


def _untrusted(file: ProofFile) -> list[str]:
    return [f"The witness {key.name} has cosigned; you have not said that you trust it." for key in file.witnesses]


def _job(file: ProofFile, opened: list[Opened], origin: str) -> tuple[str, tuple[str, ...]]:
    job, answer = file.job, file.act
    assert job is not None  # noqa: S101  (that is what the kind means)
    if wording.kind_of(job) != "job" or (answer is not None and wording.kind_of(answer) != "answer"):
        raise BadProof("The entries in this file are of other types than they should be.")
    salt = bytes.fromhex(files.text(job.private.get("salt")))
    root = bytes.fromhex(files.text(job.entry.get("manifest_root")))
    verdict = trie.check(root, manifest_key(salt, file.recording), file.manifest)
    end = file.manifest.end
    if verdict == PRESENT and (end is None or end[1] != ALLOWED_VALUE):
        raise BadProof("The manifest says something else of this recording than that it was allowed.")
    _join(file, opened)
    words = wording.job_in_words(job, answer, file.recording, verdict, origin)
    if answer is None:
        return verdict, words
    places = wording.places_of(answer.private)
    if all(kind == "track" and place != file.recording for kind, place in places):
        raise BadProof("The answer in this file is about other recordings.")
    if files.number(answer.private.get("change")) > files.number(job.entry.get("consent_size")):
        raise BadProof("The job asked before this answer was given, so it was not bound by it.")
    said_no = wording.word_for(answer, files.text(job.entry.get("purpose"))) == "no"
    return (BREACH if verdict == PRESENT and said_no else verdict), words


def _join(file: ProofFile, opened: list[Opened]) -> None:
    """Two checkpoints in one file must be of one history; with a proof of it where they differ in size."""
    ordered = sorted((one.checkpoint for one in opened), key=_size)
    merkle.check_consistency(ordered[0].size, ordered[-1].size, ordered[0].root, ordered[-1].root, file.joined)


def _size(checkpoint: checkpoints.Checkpoint) -> int:
    return checkpoint.size
