"""What a C2PA manifest of ours says: who made it, the title, the noes. Pure; `engines.signer` signs it."""

import base64
import binascii
from typing import Any

from antiphon.audio.core.rights import InTheFile

# By the copy's suffix: the format as C2PA names it, and whether the container can hold a manifest.
FORMATS: dict[str, tuple[str, bool]] = {
    "mp3": ("audio/mpeg", True),
    "wav": ("audio/wav", True),
    "flac": ("audio/flac", True),
    "m4a": ("audio/mp4", True),
    "ogg": ("audio/ogg", False),
    "opus": ("audio/ogg", False),
    "aiff": ("audio/aiff", False),
}
# Of assertions that a file arrives with: those that say where somebody was, or with what they worked; and pictures,
# which may say it within, where nobody here looks.
_PRIVATE = ("gps", "exif", "latitude", "longitude", "location", "city", "country", "thumbnail")
_DIGEST_BYTES = (32, 48, 64)  # SHA-256, SHA-384, SHA-512: what C2PA 2.2 allows


def definition(rights: InTheFile, title: str, version: str) -> dict[str, Any]:
    """Return the manifest to sign. Whoever opened and edited what, the library adds."""
    return {
        "claim_generator_info": [{"name": "Antiphon", "version": version}],
        "title": title,
        "assertions": [
            {"label": label, "data": {"entries": entries}} for label, entries in sorted(rights.assertions.items())
        ],
    }


def may_be_kept(store: object) -> bool:
    """Tell whether the manifests that a file arrives with may go out again: not where they tell a place.

    Nothing can be cut out of what somebody else has signed, so it is all of it or nothing.
    """
    if isinstance(store, dict):
        return all(
            not any(word in str(key).lower() for word in _PRIVATE) and (_is_digest(key, value) or may_be_kept(value))
            for key, value in store.items()
        )
    if isinstance(store, list):
        return all(may_be_kept(one) for one in store)
    return not (isinstance(store, str) and any(word in store.lower() for word in ("gps", "stds.exif")))


def _is_digest(key: object, value: object) -> bool:
    # One digest in some hundreds has the letters of a private word in its Base64.
    if key != "hash" or not isinstance(value, str):
        return False
    try:
        return len(base64.b64decode(value, validate=True)) in _DIGEST_BYTES
    except (binascii.Error, ValueError):
        return False
