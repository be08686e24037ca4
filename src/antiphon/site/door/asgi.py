"""The shapes that ASGI 3.0 speaks in, and what every part of the door reads of a request."""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


class Ask:
    """One request, as the door reads it. Plain attributes: it is made for every range of every song."""

    __slots__ = ("headers", "method", "path", "scope")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        # By lower-case name. Of a header that came more than once, the last: none that the door reads may repeat.
        self.headers: dict[bytes, bytes] = dict(scope["headers"])

    def header(self, name: bytes) -> str:
        """A header's value, empty when it was not sent."""
        return self.headers.get(name, b"").decode("latin-1")

    def cookie(self, name: str) -> str:
        """A cookie's value, empty when it was not sent."""
        found = re.findall(rf"(?:^|;)\s*{re.escape(name)}=([^;]*)", self.header(b"cookie"))
        return found[-1].strip() if found else ""

    def bearer(self) -> str:
        """The key that a program shows, empty when there is none."""
        kind, _, secret = self.header(b"authorization").partition(" ")
        return secret.strip() if kind.lower() == "bearer" else ""
