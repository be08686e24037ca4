"""What was signed last, beside the key that signed it: the one thing a log must never contradict.

It is synced before the signature leaves, and no backup carries it: a database that comes back older finds here how
far the log has gone without it.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from antiphon.kernel.errors import NotFound, Unavailable
from antiphon.ledger import durable, keys, shelf
from antiphon.ledger.core import checkpoints, merkle, notes
from antiphon.storage.local import write_whole


@dataclass(frozen=True)
class Signed:
    """A tree that was signed."""

    size: int
    root: bytes


def _path() -> Path:
    return durable.keys_folder() / "signed.json"


def last() -> Signed:
    """The largest tree that this log is known to have signed, by what lies beside the key and by what is served.

    Raises `Unavailable` when the two contradict each other, or when there is a key and nobody knows what it signed.
    """
    beside, shown = _beside_the_key(), served()
    if beside is None and shown is None:
        if keys.exist():
            raise Unavailable(
                "There is a key of the log, and what it signed last is not known.",
                subject=_path().name,
                hint="Put keys/ledger/signed.json back. Without it this key must not sign again.",
            )
        return Signed(0, merkle.EMPTY_ROOT)
    found = max((one for one in (beside, shown) if one is not None), key=lambda one: one.size)
    for one in (beside, shown):
        if one is not None and one.size == found.size and one.root != found.root:
            raise Unavailable(
                "Two different trees of the same size carry this log's name.",
                subject=str(found.size),
                hint="Nothing is signed any more until a person has found out why.",
            )
    return found


def _beside_the_key() -> Signed | None:
    try:
        said = json.loads(_path().read_bytes())
        found = Signed(int(said["size"]), bytes.fromhex(said["root"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise Unavailable("What the log signed last cannot be read.", subject=_path().name) from error
    return found


def served() -> Signed | None:
    """The tree of the checkpoint that is served now; None before the first."""
    # Its signature is not asked for: what lies in our own store can only raise what must not be contradicted.
    try:
        found = checkpoints.checkpoint_in(notes.note_from(shelf.checkpoint()).text)
    except NotFound:
        return None
    return Signed(found.size, found.root)


def remember(tree: Signed) -> None:
    """Keep what is about to be signed; returns when a power failure cannot take it away."""
    if _beside_the_key() != tree:
        write_whole(_path(), json.dumps({"size": tree.size, "root": tree.root.hex()}).encode())
