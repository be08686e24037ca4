"""Documents that programs fetch again and again: sent whole, or with the word that nothing has changed."""

import hashlib

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from antiphon.kernel import clock

_REMEMBERED_S = 30 * 24 * 3600


def sent(request: HttpRequest, body: bytes, *, address: str, kind: str, seconds: int) -> HttpResponse:
    """Send a document that anybody may keep for these seconds, or say that it is as the reader has it."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    changed = _first_seen(address, etag)
    reply = HttpResponse(body, content_type=kind)
    reply.headers["Cache-Control"] = f"public, max-age={seconds}"
    reply.headers["ETag"] = etag
    reply.headers["Last-Modified"] = http_date(changed)
    reply.headers["Access-Control-Allow-Origin"] = "*"
    found: HttpResponse | None = get_conditional_response(request, etag=etag, last_modified=changed, response=reply)
    return found or reply


def _first_seen(address: str, etag: str) -> int:
    """When this process first wrote the document as it is now, in Unix seconds. Never too early: no reader misses a
    change.

    What leaves a document has no date of its own to show for it, which is why no row's date would do.
    """
    cache, key = caches["anybody"], f"document:{hashlib.sha256(address.encode()).hexdigest()}"
    kept: tuple[str, int] | None = cache.get(key)
    if kept is None or kept[0] != etag:
        kept = etag, int(clock.now().timestamp())
        cache.set(key, kept, _REMEMBERED_S)
    return kept[1]
