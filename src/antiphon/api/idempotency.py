"""A write that is sent twice happens once (draft-ietf-httpapi-idempotency-key-header).

The reply is kept in the transaction of the change it tells of, so that a crash between the two cannot be: either both
are there, or neither, and the same request does it anew. Only replies that changed something are kept; after a refusal
nothing happened, and the same key may try again.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from antiphon.accounts.service import User
from antiphon.api.models import IdempotentReply
from antiphon.api.problems import BadRequest, KeyReused, StillRunning
from antiphon.kernel import clock

HEADER = "Idempotency-Key"
KEPT = timedelta(hours=24)
IN_FLIGHT_S = 120
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
Answer = Callable[[], HttpResponse]


def key_of(request: HttpRequest) -> str:
    """Return the key of a request, empty without one. Raises `BadRequest` for a key that cannot be one."""
    sent = request.headers.get(HEADER)
    if sent is None:
        return ""
    raw = sent.strip()
    key = raw[1:-1] if len(raw) > 2 and raw[0] == raw[-1] == '"' else raw  # a structured-field string, or bare
    if not _KEY.fullmatch(key):
        raise BadRequest(
            _("The Idempotency-Key cannot be used."), hint=_("Send 1 to 255 visible ASCII characters, such as a UUID.")
        )
    return key


def once(request: HttpRequest, user: User, key: str, answer: Answer) -> HttpResponse:
    """Answer a write once for each key, and repeat the kept reply after that.

    Raises `StillRunning` while the first is being answered, `KeyReused` for another request with the same key.
    """
    digest = _digest(request)
    flight = f"api-flight:{user.pk}:{hashlib.sha256(key.encode()).hexdigest()}"
    if not cache.add(flight, 1, IN_FLIGHT_S):
        raise StillRunning(
            _("A request with this Idempotency-Key is being answered right now."), hint=_("Ask again in a moment.")
        )
    try:
        return _kept(user, key, digest) or _first(user, key, digest, answer)
    finally:
        cache.delete(flight)


def forget_old() -> int:
    """Delete replies older than a day; return how many."""
    count, _each = IdempotentReply.objects.filter(created_at__lt=clock.now() - KEPT).delete()
    return count


def _kept(user: User, key: str, digest: str) -> HttpResponse | None:
    row = IdempotentReply.objects.filter(user=user, key=key).first()
    if row is None:
        return None
    if row.created_at < clock.now() - KEPT:
        row.delete()
        return None
    if row.request_sha256 != digest:
        raise KeyReused(
            _("This Idempotency-Key was used for another request."), hint=_("Make a new key for each new request.")
        )
    reply = HttpResponse(row.body, status=row.status, content_type=row.content_type or None)
    reply["Idempotency-Replayed"] = "true"
    return reply


def _first(user: User, key: str, digest: str, answer: Answer) -> HttpResponse:
    with transaction.atomic():
        try:
            # With another server at the same key, PostgreSQL waits here for its end; SQLite waits one line above.
            with transaction.atomic():
                row = IdempotentReply.objects.create(user=user, key=key, request_sha256=digest)
        except IntegrityError as error:
            kept = _kept(user, key, digest)
            if kept is None:
                raise StillRunning(_("Another request has this Idempotency-Key."), hint=_("Ask again.")) from error
            return kept
        reply = answer()
        if reply.status_code >= 300:
            transaction.set_rollback(True)
            return reply
        row.status, row.body = reply.status_code, reply.content.decode()
        row.content_type = reply.get("Content-Type", "")
        row.save(update_fields=["status", "body", "content_type"])
        return reply


def _digest(request: HttpRequest) -> str:
    """Hash what the request asks for: verb, address and content."""
    found = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode(errors="surrogateescape"))
    if (request.content_type or "").startswith("multipart/"):
        for name, values in sorted(request.POST.lists()):
            found.update(repr((name, values)).encode())
        for name, files in sorted(request.FILES.lists()):
            for file in files:
                found.update(repr((name, file.name, file.size)).encode())
                for chunk in file.chunks():
                    found.update(chunk)
                file.seek(0)
    else:
        found.update(request.body)
    return found.hexdigest()
