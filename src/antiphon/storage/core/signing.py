"""Signed addresses: who may fetch a path, and until when, without asking the database.

HMAC-SHA256 over the canonical path, the expiry, the binding (whose address it is) and the file name to save as.
An address may name an audience in place of a binding: a random word that stands in the address itself, for those who
come without a cookie (embedded players, programs that read feeds). Such an address opens to whoever holds it, so
whoever makes one keeps it short-lived; the kind of audience says what else the door asks of those who show it. And it
may carry a word, `declared`, for the door to read: what is told with the file (`declarations`).
Two keys are alive at any time, so that a rotation breaks no address that was given out before it. Owns no key:
`storage.service.signing_keys` keeps them.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from urllib.parse import quote, unquote

_CONTEXT = "antiphon-address-1"
_QUERY = re.compile(
    r"e=(\d{1,12})&k=([a-z0-9]{1,16})(?:&n=([A-Za-z0-9_.~%-]{1,1500}))?"
    r"(?:&a=((?:embed|feed)-[0-9a-f]{32}))?(?:&d=([a-z]{1,32}))?&s=([A-Za-z0-9_-]{43})"
)
_AUDIENCE = re.compile(r"(?:embed|feed)-[0-9a-f]{32}")
_DECLARED = re.compile(r"[a-z]{1,32}")
_CANONICAL = re.compile(r"/[A-Za-z0-9._~/-]*")


@dataclass(frozen=True)
class SigningKey:
    """One secret, and the short name that addresses carry to say which one signed them."""

    id: str
    secret: bytes


@dataclass(frozen=True)
class SigningKeys:
    """The keys that are alive: the first signs, each one checks."""

    live: tuple[SigningKey, ...]

    def get(self, key_id: str) -> SigningKey | None:
        for key in self.live:
            if key.id == key_id:
                return key
        return None


def binding_of(secret: str) -> str:
    """Hash what the holder of an address must show: a listener's cookie, or a program's bearer key."""
    return hashlib.sha256(b"antiphon-binding-1\n" + secret.encode()).hexdigest()[:32]


def binding_of_audience(audience: str) -> str:
    """Hash an audience that an address names. Never what `binding_of` gives, whatever somebody's cookie says."""
    return hashlib.sha256(b"antiphon-audience-1\n" + audience.encode()).hexdigest()[:32]


def expiry(now_s: float, seconds: float, bucket_s: int = 600) -> int:
    """The first end of a bucket at least `seconds` away, so that an address repeats, and a cache can know it again."""
    return -(-int(now_s + seconds) // bucket_s) * bucket_s


def _signature(key: SigningKey, path: str, expires_s: str, binding: str, name: str, declared: str) -> str:
    # No field can hold a line break: the path is canonical, the name percent-encoded, the binding a hash.
    fields = [_CONTEXT, path, expires_s, binding, name, *([declared] if declared else [])]
    message = "\n".join(fields).encode()
    return urlsafe_b64encode(hmac.digest(key.secret, message, "sha256"))[:43].decode("ascii")


def sign_address(
    keys: SigningKeys,
    *,
    path: str,
    expires_s: int,
    binding: str = "",
    disposition: str = "",
    audience: str = "",
    declared: str = "",
) -> str:
    """Return the query string that opens `path` to the holder of `binding` until `expires_s` (Unix seconds).

    With an `audience` (`embed-` or `feed-` and 32 hexadecimal digits) it opens to whoever holds the address, and
    `binding` stays empty. `disposition` is the file name to save as; with none, the file is shown in place.
    `declared` is up to 32 letters for the door. Raises ValueError for a path that is not canonical, a binding with a
    line break, neither binding nor audience, or both: all come from this program, never from a person.
    """
    if not _CANONICAL.fullmatch(path) or "//" in path or "/." in path or "\n" in binding:
        raise ValueError(f"not a canonical path and binding: {path!r}")
    if bool(binding) == bool(audience) or (audience and not _AUDIENCE.fullmatch(audience)):
        raise ValueError("an address is for one binding or for one audience")
    if declared and not _DECLARED.fullmatch(declared):
        raise ValueError(f"not letters: {declared!r}")
    key = keys.live[0]
    name = quote(disposition[:255], safe="")
    whose = binding_of_audience(audience) if audience else binding
    signature = _signature(key, path, str(expires_s), whose, name, declared)
    named = (f"&n={name}" if name else "") + (f"&a={audience}" if audience else "")
    named += f"&d={declared}" if declared else ""
    return f"e={expires_s}&k={key.id}{named}&s={signature}"


@dataclass(frozen=True)
class Opened:
    """What a good address says of itself."""

    expires_s: int
    file_name: str
    audience: str = ""  # whom it names in place of a binding
    declared: str = ""


def open_address(keys: SigningKeys, path: str, query: str, binding: str, now_s: float) -> Opened | None:
    """Read an address that opens this path to this holder, or to the audience it names, now; None for any other one.

    Takes the same time wherever a signature differs.
    """
    parts = _QUERY.fullmatch(query)
    if parts is None:
        return None
    expires_s, key_id, name, audience, declared, signature = parts.groups()
    key = keys.get(key_id)
    if key is None or int(expires_s) <= now_s:
        return None
    if audience:
        binding = binding_of_audience(audience)
    if not hmac.compare_digest(_signature(key, path, expires_s, binding, name or "", declared or ""), signature):
        return None
    return Opened(int(expires_s), unquote(name or ""), audience or "", declared or "")


def check_address(keys: SigningKeys, path: str, query: str, binding: str, now_s: float) -> bool:
    """Tell whether this query opens this path to this holder now."""
    return open_address(keys, path, query, binding, now_s) is not None
