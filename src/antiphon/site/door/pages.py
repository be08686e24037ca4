"""Everything that Django answers: one WSGI call in a bounded pool of threads, with a body that is here already.

A thread is held for as long as Django thinks, and never for as long as a client reads or writes: what comes in was
read by the door before, and what goes out is taken from Django whole (large replies through a file) and sent after.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from django.utils.translation import gettext as _

from antiphon.kernel import errors
from antiphon.site.door.asgi import Ask, Headers, Receive, Scope, Send
from antiphon.site.door.bodies import Broken, Room, TooSlow, limit_for, read_body
from antiphon.site.door.delivery import PIECE_BYTES
from antiphon.site.door.proxies import FORWARDED
from antiphon.site.door.replies import apologise, drain, refuse_for
from antiphon.site.door.threads import Threads

_QUERY_MARKS = "%/:?#[]@!$&'()*+,;=\"<>\\^`{|}~"
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

HELD_BYTES = 1024 * 1024  # of a reply in memory; the rest goes through a file
WAITING = 512  # requests that may wait for a thread; more are told to come back


class _File:
    """`wsgi.file_wrapper`: hands a file on in pieces worth a system call, whatever size the application asks for."""

    def __init__(self, file: BinaryIO, _size: int = 0) -> None:
        self.file = file

    def __iter__(self) -> "_File":
        return self

    def __next__(self) -> bytes:
        piece = self.file.read(PIECE_BYTES)
        if not piece:
            raise StopIteration
        return piece

    def close(self) -> None:
        self.file.close()


def environ_of(scope: Scope, body: bytes) -> dict[str, Any]:
    """The WSGI environment (PEP 3333) of a request whose body has been read."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    # A query with raw bytes outside ASCII is no valid URL, but some clients send one.
    query = scope["query_string"]
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": query.decode() if query.isascii() else quote(query, safe=_QUERY_MARKS),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1] or 0),
        "REMOTE_ADDR": str(client[0]),
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": _File,
        FORWARDED: bool(scope.get(FORWARDED)),
    }
    for raw, value in scope["headers"]:
        # With underscores a client could write a header that Django takes for another one.
        if b"_" in raw:
            continue
        name = raw.decode("latin-1").upper().replace("-", "_")
        if name not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            name = "HTTP_" + name
        said = value.decode("latin-1")
        joint = "; " if name == "HTTP_COOKIE" else ","
        environ[name] = f"{environ[name]}{joint}{said}" if name in environ else said
    environ["CONTENT_LENGTH"] = str(len(body))
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    return environ


class Answer:
    """What the application said: status and headers, and the body in memory or, past a limit, in a file."""

    def __init__(self, folder: Path) -> None:
        self.status = 500
        self.headers: Headers = []
        self.body = b""
        self.file: BinaryIO | None = None
        self._folder = folder

    def take(self, app: Wsgi, environ: dict[str, Any]) -> "Answer":
        """Call the application and take all it says. Runs in a thread."""
        pieces: list[bytes] = []
        held = 0

        def write(piece: bytes) -> None:
            nonlocal held
            held += len(piece)
            if self.file is None and held > HELD_BYTES:
                self.file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115  (sent, and closed, by the door)
                self.file.writelines(pieces)
                pieces.clear()
            if self.file is None:
                pieces.append(piece)
            else:
                self.file.write(piece)

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
            self.status = int(status[:3])
            self.headers = [
                (name.lower().encode("latin-1"), value.strip().encode("latin-1")) for name, value in headers
            ]
            return write

        said = app(environ, start)
        try:
            for piece in said:
                write(piece)
        except BaseException:
            self.close()
            raise
        finally:
            getattr(said, "close", lambda: None)()
        self.body = b"".join(pieces)
        return self

    def close(self) -> None:
        if self.file is not None:
            self.file.close()

    async def send(self, send: Send) -> None:
        """Send it, as fast as the client takes it."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        if self.file is not None:
            length = self.file.seek(0, os.SEEK_END)
            for start in range(0, length, PIECE_BYTES):
                piece = await asyncio.to_thread(os.pread, self.file.fileno(), PIECE_BYTES, start)
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": self.body})


class Pages:
    """Hands requests to a WSGI application and sends its replies."""

    def __init__(self, app: Wsgi, *, threads: int, folder: Path, most_bytes: int, most_form_bytes: int) -> None:
        self.app = app
        self.folder = folder
        self.most_bytes = most_bytes
        self.most_form_bytes = most_form_bytes
        self.room = Room()
        self.waiting = 0
        self._threads = Threads("page", threads)

    async def __call__(self, ask: Ask, receive: Receive, send: Send) -> None:
        limit = limit_for(ask, most_bytes=self.most_bytes, most_form_bytes=self.most_form_bytes)
        client = str((ask.scope.get("client") or ("",))[0])
        try:
            with self.room.taken(client) as share:
                body = await read_body(ask, receive, share, limit)
                answer = await self._answer(ask, body)
        except Broken:
            return
        except errors.AntiphonError as error:
            await refuse_for(send, error, headers=[(b"connection", b"close")], head=ask.method == "HEAD")
            if not isinstance(error, TooSlow):
                await drain(receive)
            return
        except Exception:  # noqa: BLE001  (noted there, with its traceback)
            await apologise(send, f"{ask.method} {ask.path}")
            return
        try:
            await answer.send(send)
        finally:
            answer.close()

    async def _answer(self, ask: Ask, body: bytes) -> Answer:
        if self.waiting >= WAITING:
            raise errors.Unavailable(_("Too many are asking at once."), hint=_("Try again in a moment."))
        self.waiting += 1
        try:
            answer, environ = Answer(self.folder), environ_of(ask.scope, body)
            return await self._threads.run(answer.take, self.app, environ)
        finally:
            self.waiting -= 1

    def close(self) -> None:
        """Let the threads end."""
        self._threads.close()
