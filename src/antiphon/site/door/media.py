"""`/media/<key>`: sound and pictures, to whoever holds a signed address that was made for them."""

import re
import time

from django.conf import settings
from django.utils.translation import gettext as _

from antiphon.kernel.errors import AntiphonError, Unavailable
from antiphon.site.door.asgi import Ask, Headers, Send
from antiphon.site.door.delivery import send_file
from antiphon.site.door.replies import refuse, refuse_for, reply
from antiphon.storage import service as storage
from antiphon.storage.core.disposition import content_disposition
from antiphon.storage.core.keys import is_key
from antiphon.storage.core.signing import Opened, SigningKeys, binding_of, open_address

PREFIX = "/media/"
_PICTURE = re.compile(r"pictures/[a-z0-9_-]+/[0-9]+\.webp")
_MOST_PROVED = 20_000

# By ending of the key, or of the signed file name where the key has none. Anything else is bytes to save.
TYPES = {
    "mp4": b"audio/mp4",
    "m4a": b"audio/mp4",
    "aac": b"audio/aac",
    "mp3": b"audio/mpeg",
    "flac": b"audio/flac",
    "wav": b"audio/wav",
    "aif": b"audio/aiff",
    "aiff": b"audio/aiff",
    "ogg": b"audio/ogg",
    "oga": b"audio/ogg",
    "opus": b"audio/ogg",
    "webp": b"image/webp",
    "dat": b"application/octet-stream",
    "json": b"application/json",
}
# Whatever a file turns out to hold, a browser that opens it as a page runs nothing and loads nothing.
_GUARDS: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; sandbox"),
    (b"x-robots-tag", b"noindex"),
]
_PICTURE_HEADERS: Headers = [
    (b"content-type", b"image/webp"),
    (b"cache-control", b"public, max-age=31536000, immutable"),
    *_GUARDS,
]
_NONE: Headers = []


def media_type(key: str, file_name: str = "") -> bytes:
    """The content type of a stored file."""
    for name in (key, file_name):
        stem, dot, ending = name.rpartition(".")
        if stem and dot and ending.lower() in TYPES:
            return TYPES[ending.lower()]
    return b"application/octet-stream"


class Media:
    """Answers `/media/…`. Never asks the database: an address carries its own proof."""

    def __init__(self, *, accel: bool) -> None:
        self.accel = accel
        self.cookie = settings.LISTENER_COOKIE_NAME
        # A player fetches one address in many ranges: what was proved once needs no second proof until it ends.
        self._proved: dict[tuple[str, bytes, bytes, bytes], tuple[int, Headers]] = {}
        self._keys: SigningKeys | None = None
        self._paths: dict[str, str] = {}

    async def __call__(self, ask: Ask, send: Send) -> None:
        if ask.method not in ("GET", "HEAD"):
            words = _("Media can only be fetched.")
            await refuse(send, 405, "wrong-method", words, headers=[(b"allow", b"GET, HEAD")])
            return
        key = ask.path[len(PREFIX) :]
        headers = self._headers_for(ask, key)
        if headers is not None:
            await self._deliver(ask, send, key, headers)
        elif is_key(key):
            words, hint = _("This address has ended, or was made for somebody else."), _("Ask for a new one.")
            await refuse(send, 403, "address-expired", words, hint=hint, head=ask.method == "HEAD")
        else:
            words = _("There is no file at this address.")
            await refuse(send, 404, "not-found", words, head=ask.method == "HEAD")

    def _headers_for(self, ask: Ask, key: str) -> Headers | None:
        """The headers of the file for whoever may have it; None for anybody else."""
        if key.startswith("pictures/") and _PICTURE.fullmatch(key):
            return _PICTURE_HEADERS
        now_s = time.time()
        shown = ask.headers
        proof = (key, ask.scope["query_string"], shown.get(b"cookie", b""), shown.get(b"authorization", b""))
        keys = storage.signing_keys()
        if keys is not self._keys or len(self._proved) >= _MOST_PROVED:
            self._keys = keys
            self._proved.clear()
        expires_s, headers = self._proved.get(proof, (0, _NONE))
        if expires_s <= now_s:
            opened = self._open(ask, keys, now_s) if is_key(key) else None
            if opened is None:
                return None
            expires_s, headers = opened.expires_s, _headers_of(key, opened.file_name)
            self._proved[proof] = expires_s, headers
        return [*headers, (b"cache-control", b"private, max-age=%d" % (expires_s - now_s))]

    def _open(self, ask: Ask, keys: SigningKeys, now_s: float) -> Opened | None:
        query = ask.scope["query_string"].decode("latin-1")
        for secret in (ask.bearer(), ask.cookie(self.cookie)):
            opened = open_address(keys, ask.path, query, binding_of(secret), now_s) if secret else None
            if opened is not None:
                return opened
        return None

    async def _deliver(self, ask: Ask, send: Send, key: str, headers: Headers) -> None:
        if self.accel:
            await reply(send, 200, [*headers, (b"x-accel-redirect", f"/_files/{key}".encode())])
            return
        try:
            path = self._paths.get(key) or self._find(key)
        except AntiphonError as error:
            await refuse_for(send, error, head=ask.method == "HEAD")
            return
        await send_file(ask, send, path, headers)

    def _find(self, key: str) -> str:
        """Where a file lies. Raises `Unavailable` where the store keeps none on this machine."""
        path = storage.files().local_path(key)
        if path is None:
            raise Unavailable(_("The files of this site are kept elsewhere."))
        if len(self._paths) >= _MOST_PROVED:
            self._paths.clear()
        self._paths[key] = str(path)
        return self._paths[key]


def _headers_of(key: str, file_name: str) -> Headers:
    headers: Headers = [
        (b"content-type", media_type(key, file_name)),
        (b"cross-origin-resource-policy", b"same-origin"),
        *_GUARDS,
    ]
    if file_name:
        headers.append((b"content-disposition", content_disposition(file_name).encode()))
    return headers
