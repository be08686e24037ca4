"""`/log/…`: the public log's files, for anybody: the checkpoint, its keys, tiles and bundles of entries (C2SP).

Only an address that is the one name of a file is looked up: nothing a client writes becomes part of a path.
"""

import asyncio

from django.utils.translation import gettext as _

from antiphon.kernel.errors import NotFound
from antiphon.ledger.core.tiles import place_at
from antiphon.site.door.asgi import Ask, Headers, Send
from antiphon.site.door.delivery import send_file
from antiphon.site.door.replies import refuse, reply
from antiphon.storage import service as storage
from antiphon.storage.core.keys import is_key

PREFIX = "/log/"
_FOREVER = b"public, max-age=31536000, immutable"
_SECONDS = b"public, max-age=5"
# Whoever checks the log may do so from a page of their own.
_OPEN: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; sandbox"),
    (b"x-robots-tag", b"noindex"),
]
_CHANGING = {"checkpoint": b"text/plain; charset=utf-8", "keys.json": b"application/json"}


def headers_of(name: str) -> Headers | None:
    """The headers of a file of the log; None for what is none."""
    kind = _CHANGING.get(name)
    if kind is not None:
        return [(b"content-type", kind), (b"cache-control", _SECONDS), *_OPEN]
    if place_at(name) is not None:
        return [(b"content-type", b"application/octet-stream"), (b"cache-control", _FOREVER), *_OPEN]
    return None


class Log:
    """Answers for the log's files. Never enters Django."""

    async def __call__(self, ask: Ask, send: Send) -> None:
        head = ask.method == "HEAD"
        if ask.method not in ("GET", "HEAD"):
            words = _("The log can only be read.")
            await refuse(send, 405, "wrong-method", words, headers=[(b"allow", b"GET, HEAD")])
            return
        name = ask.path[len(PREFIX) :]
        headers = headers_of(name)
        key = PREFIX[1:] + name
        if headers is None or not is_key(key) or not storage.files().exists(key):
            await refuse(send, 404, "not-found", _("The log has no such file."), head=head)
            return
        path = storage.files().local_path(key)
        if path is not None:
            await send_file(ask, send, str(path), headers)
            return
        try:
            raw = await asyncio.to_thread(_read, key)
        except NotFound:
            await refuse(send, 404, "not-found", _("The log has no such file."), head=head)
            return
        await reply(send, 200, headers, raw, head=head)


def _read(key: str) -> bytes:
    with storage.files().open(key) as file:
        return file.read()
