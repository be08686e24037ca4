"""Entries that tell nothing by themselves: a salted commitment to what happened, and what everybody may read of it.

The public log is for ever. It holds `SHA-256(salt ‖ JCS(private))`; whoever has salt and text can show what was
meant, and when both are erased nobody can, while the tree stays valid (RFC 8785 for JCS).
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any

import rfc8785

from antiphon.kernel.errors import BadInput
from antiphon.ledger.core.errors import BadProof
from antiphon.ledger.core.tiles import MOST_ENTRY_BYTES

SALT_BYTES = 32
_KIND = re.compile(r"[a-z]+(-[a-z]+)*", re.ASCII)
_OURS = frozenset({"type", "commit"})


# Python's own encoder, in C, writes the same bytes for all that `_is_plain` lets through, in a fifth of the time.
_PLAIN = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_MOST_INTEGER = 2**53 - 1


def _is_plain(value: Any) -> bool:
    """Tell whether there are only strings, small integers, booleans and nulls in it, under keys of ASCII letters."""
    kind = type(value)
    if kind is dict:
        # Other keys are sorted by UTF-16 in RFC 8785, and by code point in Python.
        return all(type(key) is str and key.isascii() and _is_plain(one) for key, one in value.items())
    if kind is list:
        return all(map(_is_plain, value))
    return kind is str or kind is bool or value is None or (kind is int and -_MOST_INTEGER <= value <= _MOST_INTEGER)


def canonical(value: Any) -> bytes:
    """JSON in its one canonical form (RFC 8785). Raises `BadInput` for what has none."""
    try:
        if _is_plain(value):
            return _PLAIN.encode(value).encode()
    except (UnicodeEncodeError, RecursionError):
        pass  # for the library to say why not
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, TypeError, RecursionError) as error:
        raise BadInput(f"This cannot be written into the ledger: {error}") from error


def commit(salt: bytes, private: bytes) -> bytes:
    """Commit to canonical JSON under a salt of 32 random bytes."""
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 32 bytes")
    return hashlib.sha256(salt + private).digest()


def entry_of(kind: str, commitment: bytes, public: Mapping[str, Any] | None = None) -> bytes:
    """An entry's bytes: canonical JSON of its type, the commitment, and what everybody may read.

    Raises `BadInput` for a kind that is not words with dashes, a public field that would hide one of the log's own,
    or an entry that fits into no bundle.
    """
    if not _KIND.fullmatch(kind):
        raise BadInput("The kind of an entry is words with dashes.", subject=kind[:80])
    if public and _OURS & public.keys():
        raise BadInput("An entry's own fields are its type and commitment.", subject=kind)
    raw = canonical({"type": f"antiphon/{kind}/v1", "commit": commitment.hex(), **(public or {})})
    if len(raw) > MOST_ENTRY_BYTES:
        raise BadInput("An entry of the ledger has at most 65,535 bytes.", subject=kind)
    return raw


def check(entry: Mapping[str, Any], salt: bytes, private: Any) -> None:
    """Raise `BadProof` unless an entry, read as JSON, commits to `private` under this salt."""
    if len(salt) != SALT_BYTES:
        raise BadProof("The salt has not 32 bytes.")
    said = str(entry.get("commit", ""))
    if not hmac.compare_digest(said.encode(), commit(salt, canonical(private)).hex().encode()):
        raise BadProof("The entry commits to something else than this text.")
