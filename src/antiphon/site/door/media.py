"""`/media/<key>`: sound and pictures, to whoever holds a signed address that was made for them."""

import re
import time

from django.conf import settings
from django.utils.translation import gettext as _

from antiphon.kernel.errors import AntiphonError
from antiphon.site.door.asgi import Ask, Headers, Send
from antiphon.site.door.delivery import send_file
from antiphon.site.door.replies import refuse, refuse_for, reply
from antiphon.storage import service as storage
from antiphon.storage.core.disposition import content_disposition
from antiphon.storage.core.keys import is_key
from antiphon.storage.core.signing import binding_of, check_address, expires_at, signed_name

PREFIX = "/media/"
_PICTURE = re.compile(r"pictures/[a-z0-9_-]+/[0-9]+\.webp")
_YEAR = b"public, max-age=31536000, immutable"

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

    async def __call__(self, ask: Ask, send: Send) -> None:
        head = ask.method == "HEAD"
        if not head and ask.method != "GET":
            words = _("Media can only be fetched.")
            await refuse(send, 405, "wrong-method", words, headers=[(b"allow", b"GET, HEAD")])
            return
        key = ask.path[len(PREFIX) :]
        if not is_key(key):
            await refuse(send, 404, "not-found", _("There is no file at this address."), head=head)
        elif _PICTURE.fullmatch(key):
            await self._deliver(ask, send, key, [(b"content-type", b"image/webp"), (b"cache-control", _YEAR), *_GUARDS])
        else:
            await self._signed(ask, send, key)

    async def _signed(self, ask: Ask, send: Send, key: str) -> None:
        query, now_s = ask.scope["query_string"].decode("latin-1"), time.time()
        if not self._may(ask, query, now_s):
            await refuse(
                send,
                403,
                "address-expired",
                _("This address has ended, or was made for somebody else."),
                hint=_("Open the track's page again for a new one."),
                head=ask.method == "HEAD",
            )
            return
        name = signed_name(query)
        headers: Headers = [
            (b"content-type", media_type(key, name)),
            (b"cache-control", b"private, max-age=%d" % max(0, expires_at(query) - now_s)),
            (b"cross-origin-resource-policy", b"same-origin"),
            *_GUARDS,
        ]
        if name:
            headers.append((b"content-disposition", content_disposition(name).encode()))
        await self._deliver(ask, send, key, headers)

    def _may(self, ask: Ask, query: str, now_s: float) -> bool:
        keys = storage.signing_keys()
        shown = (ask.bearer(), ask.cookie(self.cookie))
        return any(secret and check_address(keys, ask.path, query, binding_of(secret), now_s) for secret in shown)

    async def _deliver(self, ask: Ask, send: Send, key: str, headers: Headers) -> None:
        missing = _("The file is not there any more.")
        if self.accel:
            await reply(send, 200, [*headers, (b"x-accel-redirect", f"/_files/{key}".encode())])
            return
        try:
            path = storage.files().local_path(key)
        except AntiphonError as error:
            await refuse_for(send, error, head=ask.method == "HEAD")
            return
        if path is None:
            await refuse(send, 503, "unavailable", _("The files of this site are kept elsewhere."))
            return
        await send_file(ask, send, path, headers, missing=missing)
