"""Short replies of the door itself: problem+json in the same shape as the API's (`api.problems`)."""

import asyncio
import contextlib
import json
import logging
from http import HTTPStatus

from django.conf import settings
from django.utils.translation import gettext as _

from antiphon.kernel import errors
from antiphon.site.door.asgi import Headers, Receive, Send

log = logging.getLogger(__name__)

# How much of a body nobody wants is read after the reply, so that its sender reads the reply and not a broken line.
DRAIN_BYTES = 4 * 1024 * 1024
DRAIN_S = 2.0


def problem(status: int, code: str, detail: str, hint: str = "") -> bytes:
    """The body of a refusal."""
    return json.dumps(
        {
            "type": f"{settings.SITE_URL}/api/v1/docs#problem-{code}",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": detail,
            "code": code,
            "hint": hint,
        }
    ).encode()


async def reply(
    send: Send, status: int, headers: Headers | None = None, body: bytes = b"", *, head: bool = False
) -> None:
    """Send a whole reply of known length; for HEAD, its headers only."""
    sent: Headers = [*(headers or ())]
    if status != 204:
        sent.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": sent})
    await send({"type": "http.response.body", "body": b"" if head else body})


async def refuse(
    send: Send,
    status: int,
    code: str,
    detail: str,
    *,
    hint: str = "",
    headers: Headers | None = None,
    head: bool = False,
) -> None:
    """Say no, in words that a person can act on."""
    sent: Headers = [
        (b"content-type", b"application/problem+json"),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        *(headers or ()),
    ]
    if status == 401:
        sent.append((b"www-authenticate", b'Bearer realm="Antiphon"'))
    if status == 503:
        sent.append((b"retry-after", b"5"))
    await reply(send, status, sent, problem(status, code, detail, hint), head=head)


async def refuse_for(
    send: Send, error: errors.AntiphonError, *, headers: Headers | None = None, head: bool = False
) -> None:
    """Say no for the reason that a room gave."""
    sent = [*(headers or ())]
    if isinstance(error, errors.TooMany):
        sent.append((b"retry-after", str(max(1, error.retry_after_s)).encode()))
    await refuse(send, error.status, error.code, str(error.message), hint=str(error.hint), headers=sent, head=head)


async def apologise(send: Send, what: str) -> None:
    """Note an unexpected failure, with its traceback, and say that it was ours. Call it while handling the failure."""
    log.exception("%s failed", what)
    await refuse(send, 500, "error", _("Something broke on our side."), hint=_("It was noted. Please try again later."))


async def drain(receive: Receive, most: int = DRAIN_BYTES) -> None:
    """Read and forget what is still coming, for a moment and up to a limit."""
    read = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_S):
            while read < most:
                message = await receive()
                read += len(message.get("body", b""))
                if message["type"] != "http.request" or not message.get("more_body", False):
                    return
