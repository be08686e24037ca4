"""Speaks ASGI to the front door as granian would, in this process: replies, slow bodies, lines that break."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from antiphon.site.door.asgi import Headers, Message
from antiphon.site.door.front import FrontDoor


class Hang:
    """Instead of a next piece: the client says nothing more."""


class Leave:
    """Instead of a next piece: the line breaks."""


# An event is set when the client has nothing more to say, which also means that what came before was taken in.
Body = bytes | list[bytes | type[Hang] | type[Leave] | asyncio.Event]


@dataclass
class Reply:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    path: str = ""  # of a file that the server was told to send

    @property
    def problem(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    def __getitem__(self, name: str) -> str:
        return self.headers.get(name, "")


def scope_of(method: str, address: str, headers: dict[str, str], **more: Any) -> dict[str, Any]:
    path, _, query = address.partition("?")
    sent = {"host": "localhost"} | headers
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode("latin-1"),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in sent.items()],
        "client": ("192.0.2.7", "4000"),
        "server": ("127.0.0.1", "8000"),
        "scheme": "http",
        "http_version": "1.1",
        "extensions": {"http.response.pathsend": {}},
    } | more


async def ask(
    door: FrontDoor,
    method: str,
    address: str,
    *,
    body: Body = b"",
    headers: dict[str, str] | None = None,
    raw: Headers | None = None,
    **more: Any,
) -> Reply:
    """Send one request and take the reply. A plain body gets its Content-Length; a list is sent in chunks.

    `raw` headers go as they are, in place of all others.
    """
    sent = dict(headers or {})
    if isinstance(body, bytes):
        if body:
            sent.setdefault("content-length", str(len(body)))
        pieces: Iterable[Any] = [body]
    else:
        sent.setdefault("transfer-encoding", "chunked")
        pieces = body
    coming = list(pieces)
    reply = Reply()

    async def receive() -> Message:
        piece = coming.pop(0) if coming else Leave
        if piece is Leave:
            return {"type": "http.disconnect"}
        if isinstance(piece, asyncio.Event):
            piece.set()
        if piece is Hang or isinstance(piece, asyncio.Event):
            await asyncio.get_running_loop().create_future()
        return {"type": "http.request", "body": piece, "more_body": bool(coming)}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            assert not reply.status, "two replies"
            reply.status = message["status"]
            reply.headers = {name.decode(): value.decode("latin-1") for name, value in message["headers"]}
        elif message["type"] == "http.response.pathsend":
            reply.path = message["path"]
        else:
            reply.body += message.get("body", b"")

    scope = scope_of(method, address, sent, **more)
    await door(scope if raw is None else scope | {"headers": raw}, receive, send)
    return reply


def once(door: FrontDoor, method: str, address: str, **more: Any) -> Reply:
    """`ask`, in a loop of its own."""
    return asyncio.run(ask(door, method, address, **more))
