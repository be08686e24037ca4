"""The shapes that ASGI 3.0 speaks in, and what every part of the door reads of a request."""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Ask:
    """One request, as the door reads it."""

    scope: Scope

    @property
    def method(self) -> str:
        return str(self.scope["method"])

    @property
    def path(self) -> str:
        return str(self.scope["path"])

    @cached_property
    def headers(self) -> dict[bytes, bytes]:
        """By lower-case name. Of a header that came more than once, the last: no header the door reads may repeat."""
        return dict(self.scope["headers"])

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
