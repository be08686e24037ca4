"""Sending files without blocking the loop: what is in memory at once, the rest through a thread, piece by piece."""

import asyncio
import os
import stat
from collections.abc import Awaitable, Callable

from django.utils.translation import gettext as _

from antiphon.site.door.asgi import Ask, Headers, Send
from antiphon.site.door.replies import refuse, reply
from antiphon.storage.core.ranges import etag_of, select

# 64 KiB: a stalled client keeps about six of these; larger pieces measured no faster.
PIECE_BYTES = 64 * 1024
STALLED_S = 300
# Linux reads what is in the page cache and says no rather than wait for a disk.
_NOW = getattr(os, "RWF_NOWAIT", 0)

Gate = Callable[[int], Awaitable[None]]  # asked before so many bytes go out; raises where they may not


def _read(fd: int, length: int, start: int, flags: int = 0) -> bytearray:
    piece = bytearray(length)
    del piece[os.preadv(fd, [piece], start, flags) :]
    return piece


def _in_memory(fd: int, length: int, start: int) -> bytearray | None:
    """Read `length` bytes if that needs no waiting for a disk, where the system can tell."""
    try:
        piece = _read(fd, length, start, _NOW)
    except OSError:  # not in memory (EAGAIN), or a file system that cannot tell (EOPNOTSUPP)
        return None
    return piece if len(piece) == length else None


_OF_CONTENT = (b"content-type", b"content-disposition", b"cache-control", b"x-content-type-options")


async def send_file(ask: Ask, send: Send, path: str, headers: Headers, gate: Gate | None = None) -> None:
    """Answer GET or HEAD with a file, or the range of it that was asked for; 404 when it is not there.

    With a gate, each piece waits until it may go out, the first one before the reply begins.
    """
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        await _missing(ask, send, headers)
        return
    try:
        found = os.fstat(fd)
        if stat.S_ISREG(found.st_mode):
            await _send(ask, send, fd, found, path, headers, gate)
        else:
            await _missing(ask, send, headers)
    finally:
        os.close(fd)


async def _missing(ask: Ask, send: Send, headers: Headers) -> None:
    """Say that the file is gone, with what its headers tell of it but for those of its content."""
    about = [one for one in headers if one[0] not in _OF_CONTENT]
    words = _("The file is not there any more.")
    await refuse(send, 404, "not-found", words, headers=about, head=ask.method == "HEAD")


async def _send(
    ask: Ask, send: Send, fd: int, found: os.stat_result, path: str, headers: Headers, gate: Gate | None
) -> None:
    etag = etag_of(found.st_mtime_ns, found.st_size)
    asked = ask.headers
    wanted = select(
        found.st_size,
        etag,
        asked=asked[b"range"].decode("latin-1") if b"range" in asked else "",
        if_range=asked[b"if-range"].decode("latin-1") if b"if-range" in asked else "",
        if_none_match=asked[b"if-none-match"].decode("latin-1") if b"if-none-match" in asked else "",
    )
    headers = [*headers, (b"etag", etag.encode()), (b"accept-ranges", b"bytes")]
    if wanted.status in (206, 416):
        headers.append((b"content-range", wanted.content_range.encode()))
    if wanted.status == 416:
        words, head = _("The file ends before this range."), ask.method == "HEAD"
        await refuse(send, 416, "no-such-range", words, headers=headers[-3:], head=head)
        return
    if wanted.status == 304:
        await reply(send, 304, headers)
        return
    headers.append((b"content-length", str(wanted.length).encode()))
    if ask.method == "HEAD" or wanted.length == 0:
        await send({"type": "http.response.start", "status": wanted.status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    if gate is not None:
        await gate(min(PIECE_BYTES, wanted.length))
    if wanted.length <= PIECE_BYTES:
        piece = _in_memory(fd, wanted.length, wanted.start)
        if piece is None:
            piece = await asyncio.to_thread(_read, fd, wanted.length, wanted.start)
        await send({"type": "http.response.start", "status": wanted.status, "headers": headers})
        await send({"type": "http.response.body", "body": piece})
    elif (
        gate is None and wanted.length == found.st_size and "http.response.pathsend" in ask.scope.get("extensions", ())
    ):
        # The server reads whole files itself, in half the memory for each client that is slow to take them.
        await send({"type": "http.response.start", "status": wanted.status, "headers": headers})
        await send({"type": "http.response.pathsend", "path": path})
    else:
        await send({"type": "http.response.start", "status": wanted.status, "headers": headers})
        await _stream(send, fd, wanted.start, wanted.stop, gate)


async def _stream(send: Send, fd: int, start: int, stop: int, gate: Gate | None) -> None:
    """Send bytes from `start` to `stop`, as fast as they are taken; give up on a client that takes none.

    The gate was asked for the first piece.
    """
    loop, first = asyncio.get_running_loop(), start
    try:
        async with asyncio.timeout(STALLED_S) as patience:
            while start < stop:
                length = min(PIECE_BYTES, stop - start)
                if gate is not None and start > first:
                    await gate(length)
                piece = _in_memory(fd, length, start)
                if piece is None:
                    piece = await asyncio.to_thread(_read, fd, length, start)
                if not piece:  # the file was cut short under us: end here, and the client sees a broken reply
                    return
                start += len(piece)
                await send({"type": "http.response.body", "body": piece, "more_body": start < stop})
                patience.reschedule(loop.time() + STALLED_S)
    except TimeoutError:
        return
