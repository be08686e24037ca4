"""Base64 and decimal numbers as the C2SP formats write them: one spelling for one value, all others are refused."""

import re
from base64 import b64decode, b64encode

from antiphon.ledger.core.errors import BadProof

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
HASH_BYTES = 32


def to_base64(raw: bytes) -> str:
    return b64encode(raw).decode("ascii")


def from_base64(text: str) -> bytes:
    """Read standard base64 (RFC 4648, section 4). Raises `BadProof` for any other spelling of the same bytes."""
    try:
        raw = b64decode(text.encode("ascii"), validate=True)
    except ValueError as error:
        raise BadProof("This is not base64.", subject=text[:80]) from error
    if to_base64(raw) != text:
        raise BadProof("This base64 is not in its one canonical spelling.", subject=text[:80])
    return raw


def hash_from(text: str) -> bytes:
    """Read a SHA-256 hash in base64."""
    raw = from_base64(text)
    if len(raw) != HASH_BYTES:
        raise BadProof("This is not a SHA-256 hash.", subject=text[:80])
    return raw


def number_from(text: str) -> int:
    """Read a decimal below 2**63 without sign or leading zeros."""
    if not _NUMBER.fullmatch(text) or int(text) >= 1 << 63:
        raise BadProof("This is not a number as a log writes it.", subject=text[:80])
    return int(text)
