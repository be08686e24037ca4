"""Request bodies for pages, read whole in the door, so that a slow sender holds a coroutine and never a thread.

Bounded three ways: in size for one request, in time (a form sent byte by byte is cut off), and in memory for all
requests together and for each client.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from antiphon.kernel import errors
from antiphon.site.door.asgi import Ask, Receive

QUIET_S = 15  # longest pause inside a body
PATIENCE_S = 30  # for any body, and longer by its size at the speed of a poor telephone line
SLOWEST_BYTES_PER_S = 16 * 1024


class Broken(Exception):
    """The sender went away in the middle."""


class TooSlow(errors.AntiphonError):
    """A body that does not come."""

    status = 408
    code = "too-slow"


@dataclass
class Room:
    """Memory for bodies that are being read."""

    most_bytes: int = 96 * 1024 * 1024
    most_bytes_each: int = 32 * 1024 * 1024
    _taken: int = 0
    _by_client: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def taken(self, client: str) -> Iterator["Share"]:
        share = Share(self, client)
        try:
            yield share
        finally:
            self._taken -= share.bytes
            self._by_client[client] -= share.bytes
            if self._by_client[client] <= 0:
                del self._by_client[client]


@dataclass
class Share:
    """What one request has of the room."""

    room: Room
    client: str
    bytes: int = 0

    def grow(self, by: int) -> None:
        """Take more. Raises `Unavailable` when there is none."""
        self.bytes += by
        self.room._taken += by
        self.room._by_client[self.client] += by
        if self.room._taken > self.room.most_bytes or self.room._by_client[self.client] > self.room.most_bytes_each:
            raise errors.Unavailable(_("Too much is being sent at once."), hint=_("Try again in a moment."))


def limit_for(ask: Ask, *, most_bytes: int, most_form_bytes: int) -> int:
    """How large this body may be: forms with files (pictures) may be larger than others."""
    return most_form_bytes if ask.header(b"content-type").lower().startswith("multipart/form-data") else most_bytes


async def read_body(ask: Ask, receive: Receive, share: Share, limit: int) -> bytes:
    """Read a body whole. Raises `TooLarge`, `TooSlow`, `Unavailable`, and `Broken` when its sender is gone."""
    announced = ask.header(b"content-length")
    if not announced and b"transfer-encoding" not in ask.headers:
        return b""
    expected = int(announced) if announced.isascii() and announced.isdigit() else 0
    if expected > limit:
        raise _too_large(limit)
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE_S + (expected or limit) / SLOWEST_BYTES_PER_S
    pieces = []
    try:
        async with asyncio.timeout(QUIET_S) as patience:
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise Broken
                piece = message.get("body", b"")
                share.grow(len(piece))
                if share.bytes > limit:
                    raise _too_large(limit)
                pieces.append(piece)
                if not message.get("more_body", False):
                    return b"".join(pieces)
                patience.reschedule(min(end, loop.time() + QUIET_S))
    except TimeoutError as error:
        raise TooSlow(_("This took too long to arrive."), hint=_("Try again on a better line.")) from error


def _too_large(limit: int) -> errors.TooLarge:
    return errors.TooLarge(
        _("This is more than one request may carry: at most %(most)s MB.") % {"most": limit // 1024**2},
        hint=_("Music goes by the upload page, which takes files of any length."),
    )
