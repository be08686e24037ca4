"""Being a witness: cosigning the checkpoints of logs that this site's operator has named (C2SP tlog-witness).

What was cosigned last lies beside the witness's key, synced before the answer leaves, and outside of every backup: a
restored database must not make a witness sign two histories.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, NotFound, Unavailable
from antiphon.ledger import durable, keys
from antiphon.ledger.core import checkpoints, cosigning, encoding, merkle, notes
from antiphon.ledger.core.checkpoints import Checkpoint
from antiphon.ledger.core.errors import BadProof
from antiphon.storage.local import write_whole

TEXT = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"


@dataclass(frozen=True)
class Answer:
    """What a witness replies."""

    status: int
    body: str
    content_type: str = TEXT


@dataclass(frozen=True)
class Trusted:
    """A log that this site witnesses, and the last checkpoint of it that was cosigned."""

    origin: str
    vkeys: tuple[str, ...]
    size: int = 0
    root: bytes = merkle.EMPTY_ROOT
    note: str = ""


def _folder() -> Path:
    return durable.keys_folder() / "witness"


def _path(origin_hash: str) -> Path:
    return _folder() / "logs" / f"{origin_hash}.json"


def _hash(origin: str) -> str:
    return hashlib.sha256(origin.encode()).hexdigest()


def witness_key() -> str:
    """The verifier key of this site as a witness."""
    return str(keys.witness_signer().verifier)


def trust(vkey: str, origin: str = "") -> Trusted:
    """Witness a log from now on; more keys for the same origin may follow. Raises `BadInput`.

    origin: what the log calls itself, where that is not the name of its key.
    """
    key = notes.verifier_key(vkey.strip())
    if key.kind != notes.ED25519:
        raise BadInput("This is not the key of a log.", subject=key.name, hint="A log's verifier key has type 1.")
    origin = origin or key.name
    if not notes.is_name(origin):
        raise BadInput("A log's origin has no spaces and no plus.", subject=origin[:80])
    with durable.locked(_folder() / "lock"):
        known = _kept(_hash(origin)) or Trusted(origin, ())
        if str(key) not in known.vkeys:
            known = replace(known, vkeys=(*known.vkeys, str(key)))
            _keep(known)
    return known


def trusted() -> list[Trusted]:
    """The logs this site witnesses, by origin."""
    return sorted(_all(), key=lambda log: log.origin)


def _all() -> Iterator[Trusted]:
    for path in (_folder() / "logs").glob("*.json"):
        known = _kept(path.stem)
        if known is not None:
            yield known


def cosigned_checkpoint(origin_hash: str) -> str:
    """The last checkpoint cosigned of a log, by the SHA-256 of its origin in hex. Raises `NotFound`."""
    known = _kept(origin_hash) if len(origin_hash) == 64 and origin_hash.isalnum() else None
    if known is None or not known.note:
        raise NotFound("No checkpoint of such a log was cosigned here.", subject=origin_hash[:80])
    return known.note


def add_checkpoint(body: bytes) -> Answer:
    """Answer a request to cosign. The new checkpoint is kept, synced, before this returns a cosignature."""
    try:
        asked = cosigning.asked_in(body.decode())
        note = notes.note_from(asked.checkpoint)
        checkpoint = checkpoints.checkpoint_in(note.text)
    except (BadProof, UnicodeDecodeError) as error:
        return Answer(400, f"{error}\n")
    signer = keys.witness_signer()
    with durable.locked(_folder() / "lock"):
        known = _kept(_hash(checkpoint.origin))
        if known is None:
            return Answer(404, "This log is not known here.\n")
        refusal = _refusal(asked, checkpoint, known)
        if refusal is not None:
            return refusal
        signature = signer.sign(note.text, int(clock.now().timestamp()))
        by_log = {(key.name, key.key_id) for key in map(notes.verifier_key, known.vkeys)}
        kept = tuple(one for one in note.signatures if (one.name, one.key_id) in by_log)
        cosigned = str(notes.Note(note.text, (*kept, signature)))
        _keep(replace(known, size=checkpoint.size, root=checkpoint.root, note=cosigned))
    return Answer(200, str(signature))


def _refusal(asked: cosigning.Asked, checkpoint: Checkpoint, known: Trusted) -> Answer | None:
    """Why not to cosign, in the order of the specification."""
    try:
        notes.open_note(asked.checkpoint, map(notes.verifier_key, known.vkeys))
    except BadProof as error:
        return Answer(403, f"{error}\n")
    if asked.old > checkpoint.size:
        return Answer(400, "A log never becomes smaller.\n")
    if asked.old != known.size:
        return Answer(409, f"{known.size}\n", SIZE)
    try:
        if checkpoint.size == 0 and checkpoint.root != merkle.EMPTY_ROOT:
            raise BadProof("This is not the root of the empty tree.")
        merkle.check_consistency(known.size, checkpoint.size, known.root, checkpoint.root, asked.proof)
    except BadProof as error:
        return Answer(422, f"{error}\n")
    return None


def _kept(origin_hash: str) -> Trusted | None:
    try:
        said = json.loads(_path(origin_hash).read_bytes())
        return Trusted(
            said["origin"],
            tuple(said["vkeys"]),
            int(said["size"]),
            encoding.hash_from(said["root"]),
            said["note"],
        )
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, BadProof) as error:
        raise Unavailable("What was cosigned last cannot be read, so nothing is cosigned.") from error


def _keep(known: Trusted) -> None:
    said = {
        "origin": known.origin,
        "vkeys": list(known.vkeys),
        "size": known.size,
        "root": encoding.to_base64(known.root),
        "note": known.note,
    }
    write_whole(_path(_hash(known.origin)), json.dumps(said).encode())
