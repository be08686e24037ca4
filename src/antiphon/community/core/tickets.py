"""Tickets: what a browser shows when it says that it played something. Sealed, so that nobody can make one up.

A ticket names the track, the recording and its length, the person (or none), how the track was open to them, and the
moment of issue by the server's clock; whose browser it is stands only under the seal. Owns no key.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass

from antiphon.storage.core.signing import SigningKey, SigningKeys

_CONTEXT = b"antiphon-play-ticket-1\n"
_FORM = re.compile(
    r"(\d{1,18})\.(\d{1,18})\.(\d{1,12})\.(\d{1,18})\.([01])\.(\d{1,15})\.(\d{1,19})"
    r"\.([a-z0-9]{1,16})\.([A-Za-z0-9_-]{32})",
    re.ASCII,
)


@dataclass(frozen=True)
class Ticket:
    """Leave to say what one browser hears of one recording from a moment on."""

    track_id: int
    recording_id: int
    length_ms: int
    user_id: int  # 0 for nobody
    by_link: bool  # whether a secret link opened the track
    issued_ms: int  # since 1970, by the server's clock
    number: int  # 63 random bits, by which its plays are kept together


class NotSealed(ValueError):
    """No ticket of ours, or not one for this browser: the seal says both with one word."""


def seal(keys: SigningKeys, ticket: Ticket, binding: str) -> str:
    """Return the ticket as text that opens for this binding alone."""
    words = ".".join(
        str(part)
        for part in (
            ticket.track_id, ticket.recording_id, ticket.length_ms, ticket.user_id, int(ticket.by_link),
            ticket.issued_ms, ticket.number,
        )
    )  # fmt: skip
    key = keys.live[0]
    return f"{words}.{key.id}.{_seal(key, words, binding)}"


def unseal(keys: SigningKeys, text: str, binding: str) -> Ticket:
    """Read a ticket back. Raises `NotSealed` for what was changed, made up, or given to another browser."""
    found = _FORM.fullmatch(text)
    key = keys.get(found[8]) if found else None
    if found is None or key is None:
        raise NotSealed(text[:40])
    words = text[: found.end(7)]
    if not hmac.compare_digest(_seal(key, words, binding), found[9]):
        raise NotSealed(text[:40])
    track, recording, length, user, link, issued, number = found.groups()[:7]
    return Ticket(int(track), int(recording), int(length), int(user), link == "1", int(issued), int(number))


def play_key(binding: str, uid: str) -> bytes:
    """Return the 16 bytes under which a play is kept: another browser's uid of the same name is another play."""
    return hashlib.sha256(f"antiphon-play-1\n{binding}\n{uid}".encode()).digest()[:16]


def pseudonym(secret: bytes, binding: str) -> bytes:
    """Return what a browser is called while this secret lives: 16 bytes that lead nowhere without it."""
    return hmac.digest(secret, b"antiphon-browser-1\n" + binding.encode(), "sha256")[:16]


def _seal(key: SigningKey, words: str, binding: str) -> str:
    message = _CONTEXT + words.encode() + b"\n" + binding.encode()
    return urlsafe_b64encode(hmac.digest(key.secret, message, "sha256")[:24]).decode("ascii")
