"""Signed answers of the registry, `antiphon/registry-answer/v1`: how one is written, read back and checked offline.

A file is the canonical JSON (RFC 8785) of an answer and of a signed note over its SHA-256, and a line break. What the
signature does not cover has no place in it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from antiphon.identification.core import saying
from antiphon.kernel.errors import BadInput
from antiphon.ledger.core import commitments, notes
from antiphon.ledger.core.errors import BadProof
from antiphon.ledger.core.notes import VerifierKey

FORMAT = "antiphon/registry-answer/v1"
MOST_BYTES = 1_000_000
_FIELDS = frozenset({"format", "answer", "log", "note"})
_WHO = {"program": "A program", "person": "A listener"}
OWN_KEY = "Which site this is, the file says itself: you gave no key to check it against."
OWN_CLOCK = "When it was asked and answered is said by this site's own clock."


@dataclass(frozen=True)
class Checked:
    """What a file shows, in sentences, and what it does not show."""

    ok: bool
    lines: tuple[str, ...] = ()
    not_shown: tuple[str, ...] = ()
    reason: str = ""  # why not


def statement(answer: Mapping[str, Any]) -> str:
    """Return the text that is signed: whose answer it is, and the SHA-256 of its canonical JSON."""
    return f"{FORMAT}\n{answer['site']}\n{answer['uid']}\nsha256:{_digest(answer)}\n"


def to_bytes(answer: Mapping[str, Any], note: str, keys: Iterable[str]) -> bytes:
    """Write the file. keys: the verifier keys of those who signed."""
    return commitments.canonical({"format": FORMAT, "answer": dict(answer), "log": list(keys), "note": note}) + b"\n"


def is_one(data: bytes) -> bool:
    """Tell whether this is meant to be a signed answer, whatever it is worth."""
    return f'"format":"{FORMAT}"'.encode() in data[:MOST_BYTES]


def check(data: bytes, *, log_keys: Iterable[VerifierKey] = ()) -> Checked:
    """Check a file. Without a key, those in the file are taken, and this is said. Never raises for what is in it."""
    try:
        return _checked(data, tuple(log_keys))
    except (BadInput, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        return Checked(False, reason=str(error))


def _checked(data: bytes, given: tuple[VerifierKey, ...]) -> Checked:
    said = _read(data)
    answer, named = said["answer"], tuple(notes.verifier_key(text) for text in said["log"])
    note = notes.note_from(said["note"])
    lines = [(line.name, line.key_id) for line in note.signatures]
    if len(set(lines)) != len(lines) or sorted(lines) != sorted((key.name, key.key_id) for key in named):
        raise BadProof("Others have signed than those whom the file names.")
    for keys in (given, named) if given else (named,):
        notes.open_note(said["note"], keys)
    if note.text != statement(answer):
        raise BadProof("The signature is of another answer.")
    if answer["format"] != saying.FORMAT:
        raise BadProof("The answer is of a version that is not known here.")
    return Checked(True, tuple(in_words(answer)), (*(() if given else (OWN_KEY,)), OWN_CLOCK))


def _read(data: bytes) -> dict[str, Any]:
    if len(data) > MOST_BYTES:
        raise BadProof("A signed answer is no longer than a million bytes.")
    try:
        said = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise BadProof("This is not a signed answer: it is not JSON.") from error
    if not isinstance(said, dict) or said.keys() != _FIELDS or said["format"] != FORMAT:
        raise BadProof("This is not a signed answer of a kind we know.")
    if commitments.canonical(said) + b"\n" != data:
        raise BadProof("This file is not in the one form that a signed answer has, so something in it was changed.")
    return said


def _digest(answer: Mapping[str, Any]) -> str:
    return hashlib.sha256(commitments.canonical(dict(answer))).hexdigest()


def in_words(answer: Mapping[str, Any]) -> list[str]:
    """Say what an answer says, a sentence each: who asked, about what, when, and what was said of which track."""
    asked = answer["asked"]
    who = asked["by"]["name"] or _WHO.get(asked["by"]["kind"], "Somebody")
    what = f"the address {asked['link']}" if asked["link"] else f"sound with SHA-256 {asked['sha256']}"
    lines = [
        f"{who} asked {answer['site']} at {asked['at']} about {what}.",
        f"At {answer['answered_at']} it said: {answer['words']}",
    ]
    for match in answer["matches"]:
        lines += [_match_in_words(match), _label_in_words(match["label"])]
    return lines


def _match_in_words(match: Mapping[str, Any]) -> str:
    track, altered = match["track"], match["altered"]
    name = "A track whose creator is not named"
    if track:
        name = f"“{track['title']}” by {track['creator']['name']}, {track['url']}"
    how = f", {altered['words']}" if altered else ""
    return f"{name} ({match['certainty']['word']}{how})."


def _label_in_words(label: Mapping[str, Any]) -> str:
    by_state: dict[str, list[str]] = {}
    for purpose in sorted(label["purposes"]):
        by_state.setdefault(label["purposes"][purpose], []).append(purpose)
    said = "; ".join(f"{state}: {', '.join(by_state[state])}" for state in sorted(by_state))
    return f"Its AI label said {said}."
