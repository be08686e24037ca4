"""Identifiers that nobody can guess. Owns how they are made, not what they name."""

import secrets
import uuid

MOST_ID = 2**63 - 1  # the largest number that a row may have
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0/o, 1/l/i: people read these aloud


def new_uid() -> uuid.UUID:
    """Return a random UUID (version 4, RFC 9562)."""
    return uuid.uuid4()


def new_secret(length: int = 22) -> str:
    """Return a random word for secret links: 31 letters, so 22 of them hold 108 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
