"""`/static/…`: the bundle and other collected files, from the folder that `collectstatic` filled.

What is not collected there falls through to Django (WhiteNoise), as in development and under other servers.
"""

import mimetypes
import re
from pathlib import Path

from antiphon.site.door.asgi import Ask, Headers, Send
from antiphon.site.door.delivery import send_file

PREFIX = "/static/"
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
_HASHED = re.compile(r".*(\.[0-9a-f]{12}\.|[.-][A-Z0-9]{8}\.)[a-z0-9.]+")  # Django's and esbuild's names
_TEXT = re.compile(r"text/|application/(javascript|json|xml|manifest\+json)|image/svg\+xml")


class Static:
    """Answers for files below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, ask: Ask) -> Path | None:
        """The collected file at this address, if there is one."""
        name = ask.path[len(PREFIX) :]
        if ask.method not in ("GET", "HEAD") or not _PLAIN.fullmatch(name) or ".." in name:
            return None
        path = self.folder / name
        return path if path.is_file() else None

    async def send(self, ask: Ask, send: Send, path: Path) -> None:
        """Send a file that was found, compressed where a compressed copy lies beside it and the client takes it."""
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        cached = b"public, max-age=31536000, immutable" if _HASHED.fullmatch(path.name) else b"public, max-age=3600"
        if _TEXT.match(kind):
            kind += "; charset=utf-8"
        headers: Headers = [
            (b"content-type", kind.encode()),
            (b"cache-control", cached),
            (b"vary", b"accept-encoding"),
            (b"x-content-type-options", b"nosniff"),
        ]
        packed = path.with_name(path.name + ".gz")
        if re.search(r"\bgzip\b", ask.header(b"accept-encoding")) and packed.is_file():
            headers.append((b"content-encoding", b"gzip"))
            path = packed
        await send_file(ask, send, str(path), headers)
