"""`guard.ports.Door`: the front door, asked in this process as a server would ask it."""

import asyncio
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from antiphon.guard.ports import Answered, Asked
from antiphon.site.door.asgi import Message, Scope
from antiphon.site.door.front import FrontDoor

MOST_KEPT = 256 * 1024


class OwnDoor:
    """Makes a door for each walk, with threads of its own: one that is full of pages must not wait for itself."""

    def ask(self, asked: Sequence[Asked]) -> list[Answered]:
        """Ask one after the other. Not for use in a running event loop."""
        return asyncio.run(_walk(asked))


async def _walk(asked: Sequence[Asked]) -> list[Answered]:
    door = FrontDoor(WSGIHandler(), threads=1)
    try:
        return [await _ask(door, one) for one in asked]
    finally:
        await door.close()


async def _ask(door: FrontDoor, asked: Asked) -> Answered:
    status, length, headers, body = 0, 0, {}, b""

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status, length, headers, body
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in message["headers"]}
        else:
            piece = message.get("body", b"")
            length += len(piece)
            if len(body) < MOST_KEPT:
                body += piece

    await door(_scope(asked), receive, send)
    return Answered(status, headers, length, bytes(body))


def _scope(asked: Asked) -> Scope:
    site = urlsplit(settings.SITE_URL)
    path, _, query = asked.path.partition("?")
    sent = {"host": site.netloc, "range": "bytes=0-1023", **asked.headers}
    return {
        "type": "http",
        "method": "GET",
        "path": unquote(path),
        "query_string": query.encode("ascii", "replace"),
        "headers": [(name.lower().encode("latin-1"), said.encode("latin-1", "replace")) for name, said in sent.items()],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 80),
        "scheme": site.scheme,
        "http_version": "1.1",
        "extensions": {},
    }
