"""The door itself: looks at an address and hands the request to media, uploads, the log, static files or pages."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial

from django.conf import settings

from antiphon.guard import service as guard
from antiphon.guard.core.verdict import Refusal
from antiphon.site.door.asgi import Ask, Receive, Scope, Send
from antiphon.site.door.callers import Rooms
from antiphon.site.door.flow import NotNow
from antiphon.site.door.guarding import Guarding
from antiphon.site.door.log import PREFIX as LOG
from antiphon.site.door.log import Log
from antiphon.site.door.media import PREFIX as MEDIA
from antiphon.site.door.media import Media
from antiphon.site.door.pacing import Pacing
from antiphon.site.door.pages import Pages, Wsgi
from antiphon.site.door.proxies import Proxies
from antiphon.site.door.recovery import incoming, sweep
from antiphon.site.door.replies import apologise, drain
from antiphon.site.door.static import PREFIX as STATIC
from antiphon.site.door.static import Static
from antiphon.site.door.uploads import PREFIX as UPLOADS
from antiphon.site.door.uploads import Uploads

log = logging.getLogger(__name__)

SWEEP_EVERY_S = 60
FLUSH_EVERY_S = 10
# A form with a picture of a cover, as a telephone takes it.
MOST_FORM_BYTES = 24 * 1024 * 1024


class FrontDoor:
    """The site as one ASGI application."""

    def __init__(self, wsgi: Wsgi, *, threads: int = 0) -> None:
        config = settings.ANTIPHON
        self.proxies = Proxies(config.trusted_proxies, config.country_header)
        self.guarding = Guarding(config.guard)
        self.pacing = Pacing()
        self.rooms = Rooms(threads or 4)
        self.media = Media(accel=config.accel)
        self.uploads = Uploads(incoming(), self.rooms, most_bytes=config.upload_max_bytes)
        self.static = Static(settings.STATIC_ROOT)
        self.log = Log()
        self.pages = Pages(
            wsgi,
            threads=threads or config.threads,
            folder=settings.DATA / "tmp",
            most_bytes=settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
            most_form_bytes=MOST_FORM_BYTES,
        )
        self._beside: list[asyncio.Task[None]] = []
        self._closed = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        refusal = self.guarding.refusal_of(scope) if kind == "http" else None
        if refusal is not None:
            await self._refuse(scope, receive, send, refusal)
        elif kind == "http" and scope["path"].startswith(MEDIA):
            await self._media(scope, receive, send)
        elif kind == "http":
            await self._http(scope, receive, send)
        elif kind == "lifespan":
            await self._live(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, refusal: Refusal) -> None:
        await self.guarding.refuse(scope, send, refusal)
        if scope["method"] not in ("GET", "HEAD"):
            await drain(receive)

    async def _media(self, scope: Scope, receive: Receive, send: Send) -> None:
        gate = None
        try:
            seen = self.proxies.seen_through(scope)
            if await self.pacing.holds_up(seen, send):
                return
            gate = self.pacing.gate_for(seen, receive)
            await self.media(Ask(seen), send, gate)
        except NotNow:
            if gate is not None and not gate.began:
                await self.pacing.ask_to_wait(seen, send)
        except Exception:  # noqa: BLE001  (noted there, with its traceback)
            await apologise(send, f"{scope['method']} {scope['path']}")
        finally:
            if gate is not None:
                gate.close()

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        try:
            seen = self.proxies.seen_through(scope)
            if await self.pacing.holds_up(seen, send, self.guarding.agent_of(seen)):
                if scope["method"] not in ("GET", "HEAD"):
                    await drain(receive)
                return
            ask = Ask(seen)
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
                self._beside = [asyncio.create_task(self._sweep()), asyncio.create_task(self._flush())]
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
        for task in self._beside:
            task.cancel()
        await self.uploads.close()
        await self._write_down()
        await asyncio.to_thread(self.pages.close)
        await asyncio.to_thread(self.rooms.close)

    async def _sweep(self) -> None:
        while True:
            try:
                await self.rooms(sweep)
            except Exception:
                log.exception("sweeping the incoming files failed")
            await asyncio.sleep(SWEEP_EVERY_S)

    async def _flush(self) -> None:
        while True:
            await self._weigh()
            await asyncio.sleep(FLUSH_EVERY_S)
            await self._write_down()

    async def _weigh(self) -> None:
        """Tell the budgets how much sound there is; until they know, they take it for little."""
        try:
            await self.rooms(guard.budgets().weigh)
        except Exception:  # whatever it is, it may not end the round that also writes down what was turned away
            log.exception("the catalogue could not be weighed")

    async def _write_down(self) -> None:
        """Write down what was turned away; what cannot be written waits for the next time."""
        deeds: list[Callable[[], object]] = [guard.flush, guard.look_again, guard.tell_of_takers]
        if self.proxies.stranger:
            deeds.append(partial(guard.note_proxy, self.proxies.stranger))
        for deed in deeds:
            try:
                await self.rooms(deed)
            except Exception:  # whatever it is, the others and the next round go on
                log.exception("what was turned away could not be written down")
