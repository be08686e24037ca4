"""What a job's manifest is made of: a trie whose keys only those can tell who have its salt. Refused is absent."""

import hashlib

ALLOWED_VALUE = hashlib.sha256(b"allowed").digest()


def manifest_key(salt: bytes, recording_id: int) -> bytes:
    """Return the key of a recording in the manifest with this salt: `SHA-256(salt ‖ "recording:<id>")`."""
    return hashlib.sha256(salt + f"recording:{recording_id}".encode()).digest()
