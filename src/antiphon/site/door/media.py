"""`/media/<key>`: sound and pictures, to whoever holds a signed address that was made for them."""

import re
import time
from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext as _

from antiphon.accounts.service import parcels
from antiphon.audio import service as audio
from antiphon.declarations import service as declarations
from antiphon.declarations.core.declaration import NOTHING, read
from antiphon.declarations.core.lines import headers as declared
from antiphon.declarations.core.lines import linked, unlisted
from antiphon.kernel.errors import AntiphonError, Unavailable
from antiphon.site.door.asgi import Ask, Headers, Send
from antiphon.site.door.delivery import send_file
from antiphon.site.door.flow import Gate
from antiphon.site.door.replies import refuse, refuse_for, reply
from antiphon.storage import service as storage
from antiphon.storage.core.disposition import content_disposition
from antiphon.storage.core.keys import is_key
from antiphon.storage.core.signing import Opened, SigningKeys, binding_of, open_address

PREFIX = "/media/"
_PICTURE = re.compile(r"pictures/[a-z0-9_-]+/[0-9]+\.webp")
_OF_RECORDING = re.compile(r"(?:renditions|downloads|waveforms)/([0-9]{1,18})[/.].*")
# A container that cannot hold a manifest: the key says that one stands beside the file.
_DETACHED = re.compile(rf"downloads/([0-9]{{1,18}})/([0-9a-f-]+{audio.DETACHED}\.[a-z0-9]{{1,5}})")
_MOST_PROVED = 20_000
_LONGEST_PROOF = 2048  # bytes; whoever sends more is asked each time, or what they send would fill the memory

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
    "zip": b"application/zip",
}
# Whatever a file turns out to hold, a browser that opens it as a page runs nothing and loads nothing.
_GUARDS: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; sandbox"),
]
_PICTURE_HEADERS: Headers = [
    (b"content-type", b"image/webp"),
    (b"cache-control", b"public, max-age=31536000, immutable"),
    *_GUARDS,
]
_NONE: Headers = []
# An embedded player runs on a page of ours, wherever that page is framed: its browser says "same-origin". Another
# site's own <audio> says "cross-site" and gets nothing. Browsers that say nothing (before 2023) are believed.
_EMBEDS = re.compile(rb"[&]a=embed-")
_OWN_PAGES = (b"", b"same-origin", b"none")


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
        self.session = settings.SESSION_COOKIE_NAME
        # A player fetches one address in many ranges: what was proved once needs no second proof until it ends.
        self._proved: dict[tuple[str, bytes, bytes, bytes], tuple[int, Headers]] = {}
        self._keys: SigningKeys | None = None
        self._paths: dict[str, str] = {}
        self._of_nothing = declaration_of("", "")  # also of pictures: what nobody was asked is a no

    async def __call__(self, ask: Ask, send: Send, gate: Gate | None = None) -> None:
        if ask.method not in ("GET", "HEAD"):
            words = _("Media can only be fetched.")
            await refuse(send, 405, "wrong-method", words, headers=[(b"allow", b"GET, HEAD")])
            return
        key = ask.path[len(PREFIX) :]
        headers = self._headers_for(ask, key)
        if headers is not None:
            await self._deliver(ask, send, key, headers, gate)
        elif is_key(key):
            words, hint = _("This address has ended, or was made for somebody else."), _("Ask for a new one.")
            told = declaration_of(key, "")
            await refuse(send, 403, "address-expired", words, hint=hint, headers=told, head=ask.method == "HEAD")
        else:
            words = _("There is no file at this address.")
            await refuse(send, 404, "not-found", words, headers=self._of_nothing, head=ask.method == "HEAD")

    def _headers_for(self, ask: Ask, key: str) -> Headers | None:
        """The headers of the file for whoever may have it; None for anybody else."""
        if key.startswith("pictures/") and _PICTURE.fullmatch(key):
            return [*_PICTURE_HEADERS, *self._of_nothing]
        now_s = time.time()
        shown = ask.headers
        if _EMBEDS.search(ask.scope["query_string"]) and shown.get(b"sec-fetch-site", b"") not in _OWN_PAGES:
            return None
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
            expires_s, headers = opened.expires_s, _headers_of(key, opened)
            if sum(map(len, proof)) <= _LONGEST_PROOF:
                self._proved[proof] = expires_s, headers
        if key.startswith(parcels.PREFIX):
            return [*headers, (b"cache-control", b"private, no-store")]
        return [*headers, (b"cache-control", b"private, max-age=%d" % (expires_s - now_s))]

    def _open(self, ask: Ask, keys: SigningKeys, now_s: float) -> Opened | None:
        query = ask.scope["query_string"].decode("latin-1")
        # Everything that somebody has here goes to the session that asked for it: neither to who sits down at the same
        # browser when they have signed out, nor to a program that holds a key of theirs.
        is_parcel = ask.path.startswith(f"{PREFIX}{parcels.PREFIX}")
        for secret in (ask.cookie(self.session),) if is_parcel else (ask.bearer(), ask.cookie(self.cookie)):
            opened = open_address(keys, ask.path, query, binding_of(secret), now_s) if secret else None
            if opened is not None:
                return opened
        # What names its audience needs no cookie. An empty binding opens nothing else: none is signed with it.
        return open_address(keys, ask.path, query, "", now_s) if "&a=" in query else None

    async def _deliver(self, ask: Ask, send: Send, key: str, headers: Headers, gate: Gate | None) -> None:
        if self.accel:
            rate = await gate.start() if gate is not None else 0
            limit = [(b"x-accel-limit-rate", b"%d" % rate)] if rate else []
            await reply(send, 200, [*headers, *limit, (b"x-accel-redirect", f"/_files/{key}".encode())])
            return
        try:
            path = self._paths.get(key) or self._find(key)
        except AntiphonError as error:
            await refuse_for(send, error, headers=declaration_of(key, ""), head=ask.method == "HEAD")
            return
        await send_file(ask, send, path, headers, gate)

    def _find(self, key: str) -> str:
        """Where a file lies. Raises `Unavailable` where the store keeps none on this machine."""
        path = storage.files().local_path(key)
        if path is None:
            raise Unavailable(_("The files of this site are kept elsewhere."))
        if len(self._paths) >= _MOST_PROVED:
            self._paths.clear()
        self._paths[key] = str(path)
        return self._paths[key]


@lru_cache(maxsize=4096)  # a player asks for one file piece by piece
def declaration_of(key: str, code: str) -> Headers:
    """Return the headers that tell what the address carries of its recording's answers; without a word, it is a no."""
    found = _OF_RECORDING.fullmatch(key)
    place = declarations.media_place(int(found[1])) if found else declarations.site_place()
    lines = unlisted(declared(read(code) if found else NOTHING, place))
    if detached := _DETACHED.fullmatch(key):
        lines = linked(lines, declarations.manifest_address(int(detached[1]), detached[2]), "c2pa-manifest")
    return [(name.lower().encode(), value.encode()) for name, value in lines]


def _headers_of(key: str, opened: Opened) -> Headers:
    # Players of podcasts are pages of other sites too; a feed's sound is for them.
    anywhere = opened.audience.startswith("feed-")
    headers: Headers = [
        (b"content-type", media_type(key, opened.file_name)),
        (b"cross-origin-resource-policy", b"cross-origin" if anywhere else b"same-origin"),
        *_GUARDS,
        *declaration_of(key, opened.declared),
    ]
    if opened.file_name:
        headers.append((b"content-disposition", content_disposition(opened.file_name).encode()))
    return headers
