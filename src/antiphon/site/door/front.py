"""The door itself: looks at an address and hands the request to media, uploads, the log, static files or pages."""

import asyncio
import logging

from django.conf import settings

from antiphon.site.door.asgi import Ask, Receive, Scope, Send
from antiphon.site.door.callers import Rooms
from antiphon.site.door.log import PREFIX as LOG
from antiphon.site.door.log import Log
from antiphon.site.door.media import PREFIX as MEDIA
from antiphon.site.door.media import Media
from antiphon.site.door.pages import Pages, Wsgi
from antiphon.site.door.proxies import Proxies
from antiphon.site.door.recovery import incoming, sweep
from antiphon.site.door.replies import apologise
from antiphon.site.door.static import PREFIX as STATIC
from antiphon.site.door.static import Static
from antiphon.site.door.uploads import PREFIX as UPLOADS
from antiphon.site.door.uploads import Uploads

log = logging.getLogger(__name__)

SWEEP_EVERY_S = 60
# A form with a picture of a cover, as a telephone takes it.
MOST_FORM_BYTES = 24 * 1024 * 1024


class FrontDoor:
    """The site as one ASGI application."""

    def __init__(self, wsgi: Wsgi) -> None:
        config = settings.ANTIPHON
        self.proxies = Proxies(config.trusted_proxies)
        self.rooms = Rooms()
        self.media = Media(accel=config.accel)
        self.uploads = Uploads(incoming(), self.rooms, most_bytes=config.upload_max_bytes)
        self.static = Static(settings.STATIC_ROOT)
        self.log = Log()
        self.pages = Pages(
            wsgi,
            threads=config.threads,
            folder=settings.DATA / "tmp",
            most_bytes=settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
            most_form_bytes=MOST_FORM_BYTES,
        )
        self._sweeping: asyncio.Task[None] | None = None
        self._closed = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "http" and scope["path"].startswith(MEDIA):
            await self._media(scope, send)
        elif kind == "http":
            await self._http(scope, receive, send)
        elif kind == "lifespan":
            await self._live(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _media(self, scope: Scope, send: Send) -> None:
        try:
            await self.media(Ask(scope), send)
        except Exception:  # noqa: BLE001  (noted there, with its traceback)
            await apologise(send, f"{scope['method']} {scope['path']}")

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        try:
            ask = Ask(self.proxies.seen_through(scope))
            if path.startswith(UPLOADS + "/") or path == UPLOADS:
                await self.uploads(ask, receive, send)
                return
            if path.startswith(LOG):
                await self.log(ask, send)
                return
            collected = self.static.find(ask) if path.startswith(STATIC) else None
            if collected is not None:
                await self.static.send(ask, send, collected)
            else:
                await self.pages(ask, receive, send)
        except Exception:  # noqa: BLE001  (noted there, with its traceback)
            await apologise(send, f"{scope['method']} {path}")

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._sweeping = asyncio.create_task(self._sweep())
            else:
                await self.close()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return

    async def close(self) -> None:
        """End what the door does by itself, and uploads under way: each keeps, synced, what has arrived."""
        if self._closed:
            return
        self._closed = True
        if self._sweeping is not None:
            self._sweeping.cancel()
        await self.uploads.close()
        await asyncio.to_thread(self.pages.close)
        await asyncio.to_thread(self.rooms.close)

    async def _sweep(self) -> None:
        while True:
            try:
                await self.rooms(sweep)
            except Exception:
                log.exception("sweeping the incoming files failed")
            await asyncio.sleep(SWEEP_EVERY_S)
