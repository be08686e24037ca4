"""granian, embedded: one process, one event loop, one listening socket. Owns how connections are bounded and ended."""

import asyncio
import logging
import resource
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server

from antiphon.site.door.front import FrontDoor

# Connections at a time; more wait in the system's backlog. Each that stalls costs about a quarter of a MiB.
CONNECTIONS = 4096
BACKLOG = 2048
OPEN_FILES = 16384
HEADERS_WITHIN_MS = 15_000  # a client that sends its headers byte by byte is dropped
# Per connection and direction. Small, so that a thousand clients that stopped reading cost little.
BUFFER_BYTES = 128 * 1024
ENDING_S = 3.0  # replies under way at a stop get so long; a player asks again for what it misses


def allow_many_files() -> None:
    """Raise this process's own limit of open files, as far as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def make_server(application: Any, host: str, port: int) -> Server:
    """A server for an ASGI application. No access log: addresses of media hold signatures."""
    allow_many_files()
    server = Server(
        application,
        host,
        port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        websockets=False,
        backlog=BACKLOG,
        backpressure=CONNECTIONS,
        runtime_blocking_threads=32,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_WITHIN_MS, max_buffer_size=BUFFER_BYTES),
        log_level=LogLevels.error,
        log_access=False,
    )
    # Its own handler writes to standard output; whatever it has to say belongs into the site's log.
    theirs = logging.getLogger("_granian")
    theirs.handlers.clear()
    theirs.propagate = True
    return server


async def serve(application: FrontDoor, host: str, port: int, stop: asyncio.Event) -> None:
    """Serve until `stop` is set, then take no more, end uploads cleanly, and let replies under way end for a moment."""
    server = make_server(application, host, port)
    serving = asyncio.create_task(server.serve())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not serving.done():
        server.stop()  # type: ignore[no-untyped-call]
        await application.close()
        await asyncio.wait({serving}, timeout=ENDING_S)
    stopping.cancel()
    if serving.done():
        serving.result()
