"""`/uploads/`: tus 1.0.0 for the site's pages and for programs. Decisions are in `tus_core`, bytes in `arrivals`."""

import logging
import os
import uuid
from base64 import b64encode
from email.utils import format_datetime

from django.utils.translation import gettext as _

from antiphon.accounts.service import User
from antiphon.catalogue import service as catalogue
from antiphon.catalogue.service import Recording, Upload
from antiphon.kernel import errors
from antiphon.site.door import tus_core as tus
from antiphon.site.door.arrivals import Arrival, Arrivals, End
from antiphon.site.door.asgi import Ask, Headers, Receive, Send
from antiphon.site.door.callers import Callers, Kept, Rooms
from antiphon.site.door.incoming import Busy, Full, Incoming
from antiphon.site.door.replies import apologise, drain, refuse, refuse_for, reply

PREFIX = "/uploads"
log = logging.getLogger(__name__)


class Refused(Exception):
    """The protocol says no."""

    def __init__(self, refusal: tus.Refusal, headers: Headers | None = None) -> None:
        super().__init__(refusal.words)
        self.refusal = refusal
        self.headers = headers or []


class Uploads:
    """Answers `/uploads/…`."""

    def __init__(self, incoming: Incoming, rooms: Rooms, *, most_bytes: int) -> None:
        self.incoming = incoming
        self.rooms = rooms
        self.arrivals = Arrivals(incoming)
        self.callers = Callers(rooms)
        self.most_bytes = most_bytes
        self._uploads: Kept[Upload] = Kept(seconds=5.0)

    async def __call__(self, ask: Ask, receive: Receive, send: Send) -> None:
        head = ask.method == "HEAD"
        try:
            await self._answer(ask, receive, send)
            return
        except Refused as no:
            refusal, headers = no.refusal, [*_base(), *no.headers]
            await refuse(send, refusal.status, refusal.code, _(refusal.words), headers=headers, head=head)
            if refusal.status == 408:
                return
        except errors.AntiphonError as error:
            await refuse_for(send, error, headers=_base(), head=head)
        except Busy:
            words, hint = _("Another request is sending this file."), _("Wait a moment and go on.")
            await refuse(send, 423, "locked", words, hint=hint, headers=_base(), head=head)
        except Full:
            words = _("The disk of this site is full. What has arrived is kept.")
            await refuse(send, 507, "disk-full", words, hint=_("Try again later."), headers=_base(), head=head)
        except Exception:  # noqa: BLE001  (noted there, with its traceback)
            await apologise(send, f"{ask.method} {ask.path}")
        if ask.method in ("POST", "PATCH"):
            await drain(receive)

    async def _answer(self, ask: Ask, receive: Receive, send: Send) -> None:
        at_upload = ask.path not in (PREFIX, PREFIX + "/")
        upload_id = tus.upload_id(ask.path)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in ask.headers.items()}
        step = tus.read(ask.method, headers, at_upload=at_upload)
        if isinstance(step, tus.Refusal):
            raise Refused(step, [(b"tus-version", tus.VERSION.encode())])
        if isinstance(step, tus.Options):
            await reply(send, 204, [*_base(), *self._abilities()])
            return
        user = await self.callers.of(ask, writes=not isinstance(step, tus.Look))
        if isinstance(step, tus.Create):
            await self._create(user, step, receive, send)
            return
        if upload_id is None:
            raise errors.NotFound(_("There is no such upload."))
        if isinstance(step, tus.Cancel):
            await self._cancel(user, upload_id, send)
            return
        upload = await self._present(user, await self._upload(user, upload_id))
        if isinstance(step, tus.Append):
            await self._append(upload, step, receive, send)
        else:
            await self._look(upload, send)

    def _abilities(self) -> Headers:
        return [
            (b"tus-version", tus.VERSION.encode()),
            (b"tus-extension", tus.EXTENSIONS.encode()),
            (b"tus-max-size", str(self.most_bytes).encode()),
        ]

    async def _upload(self, user: User, upload_id: uuid.UUID) -> Upload:
        """One's own upload; kept for a few seconds, because a file may come in many pieces."""
        key = (user.pk, upload_id)
        upload = self._uploads.get(key)
        if upload is None:
            upload = await self.rooms(catalogue.upload_for, user, upload_id)
            self._uploads.put(key, upload)
        return upload

    async def _present(self, user: User, upload: Upload) -> Upload:
        """The upload, its file there if it is open: another process may have received it, or died before making it."""
        if upload.state != Upload.State.OPEN or self.incoming.path(upload.pk).exists():
            return upload
        self._uploads.drop((user.pk, upload.pk))
        upload = await self._upload(user, upload.pk)
        if upload.state == Upload.State.OPEN:
            await self.arrivals.disk(self.incoming.create, upload.pk)
        return upload

    async def _create(self, user: User, step: tus.Create, receive: Receive, send: Send) -> None:
        said = step.described
        if step.length <= self.most_bytes:  # a file that is too large hears that, in the catalogue's words
            await self.arrivals.disk(self.incoming.check_room, step.length)
        upload = await self.rooms(
            catalogue.begin_upload,
            user,
            file_name=said.filename,
            size_bytes=step.length,
            folder=said.folder,
            batch=said.batch,
            profile_id=said.profile,
            replaces=said.replaces,
            attested=said.attested,
        )
        try:
            await self.arrivals.disk(self.incoming.create, upload.pk)
        except (Full, OSError):
            await self.rooms(catalogue.cancel_upload, user, upload.pk)  # or it would keep its room for a week
            raise
        headers = [*_base(), (b"location", f"{PREFIX}/{upload.pk.hex}".encode()), *_expiry(upload)]
        if step.body:
            announced = None if step.length else 0
            headers += await self._taken(upload, tus.Append(0, announced), receive) or []
        await reply(send, 201, headers)

    async def _append(self, upload: Upload, step: tus.Append, receive: Receive, send: Send) -> None:
        headers = await self._taken(upload, step, receive)
        if headers is not None:
            await reply(send, 204, [*_base(), *headers, *_expiry(upload)])

    async def _taken(self, upload: Upload, step: tus.Append, receive: Receive) -> Headers | None:
        """Take in a body. Return what to say of it, or None when nobody is there to hear."""
        if upload.state == Upload.State.RECEIVED:
            self._check(step, upload.size_bytes, upload.size_bytes)
            return _offset(upload.size_bytes)
        async with self.arrivals.turn(upload.pk) as (arrival, fd):
            stored = os.fstat(fd).st_size
            left = self._check(step, upload.size_bytes, stored)
            end = await self.arrivals.take(arrival, fd, left, receive)
            stored = os.fstat(fd).st_size
            if end is End.BROKEN:
                return None
            if end is not End.WHOLE:
                raise self._unfinished(end, arrival, upload, stored)
            return await self._received(upload) if stored == upload.size_bytes else _offset(stored)

    @staticmethod
    def _check(step: tus.Append, length: int, stored: int) -> int:
        left = tus.decide_append(step, length=length, stored=stored)
        if isinstance(left, tus.Refusal):
            raise Refused(left, _offset(stored))
        return left

    @staticmethod
    def _unfinished(end: End, arrival: Arrival, upload: Upload, stored: int) -> Exception:
        if end is End.FULL:
            return Full()
        if end is End.TOO_MUCH:
            words = f"This is more than the {upload.size_bytes} bytes that the file was said to have."
            return Refused(tus.Refusal(413, "too-large", words), _offset(stored))
        if arrival.stopped:
            return Busy()
        words = "Nothing came for a while. What has arrived is kept; go on with it."
        return Refused(tus.Refusal(408, "too-slow", words), _offset(stored))

    async def _received(self, upload: Upload) -> Headers:
        """Hand a complete file to the catalogue. The caller has the turn."""
        self._uploads.drop((upload.user_id, upload.pk))
        try:
            recording: Recording = await self.rooms(catalogue.receive, upload.pk, self.incoming.path(upload.pk))
        except errors.AntiphonError:
            raise
        except Exception as error:
            log.exception("upload %s is complete, but could not be received", upload.pk)
            raise errors.Unavailable(
                _("Every byte is here, but the file could not be filed yet."),
                hint=_("It will be tried again by itself; nothing needs to be sent again."),
            ) from error
        return [
            *_offset(upload.size_bytes),
            (b"antiphon-track", str(recording.track_id).encode()),
            (b"antiphon-recording", str(recording.pk).encode()),
        ]

    async def _look(self, upload: Upload, send: Send) -> None:
        headers = [
            *_base(),
            (b"upload-length", str(upload.size_bytes).encode()),
            (b"upload-metadata", _metadata(upload)),
            *_expiry(upload),
        ]
        if upload.state == Upload.State.RECEIVED:
            headers += _offset(upload.size_bytes)
        else:
            await self.arrivals.settled(upload.pk)
            stored = await self.arrivals.disk(self.incoming.length, upload.pk)
            if stored == upload.size_bytes:  # the server died between the last byte and its receipt
                async with self.arrivals.turn(upload.pk):
                    headers += await self._received(upload)
            else:
                headers += _offset(stored)
        await reply(send, 200, headers)

    async def _cancel(self, user: User, upload_id: uuid.UUID, send: Send) -> None:
        upload = await self.rooms(catalogue.upload_for, user, upload_id)
        if upload.state == Upload.State.RECEIVED:
            raise errors.Gone(_("This file has arrived already."), hint=_("Delete its track instead."))
        await self.rooms(catalogue.cancel_upload, user, upload_id)
        self._uploads.drop((user.pk, upload_id))
        await self.arrivals.stop(upload_id)
        await self.arrivals.disk(self.incoming.remove, upload_id)
        await reply(send, 204, _base())

    async def close(self) -> None:
        """End what is being sent; each file keeps, synced, what has arrived."""
        await self.arrivals.close()


def _base() -> Headers:
    return [
        (b"tus-resumable", tus.VERSION.encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]


def _offset(stored: int) -> Headers:
    return [(b"upload-offset", str(stored).encode())]


def _expiry(upload: Upload) -> Headers:
    if upload.state != Upload.State.OPEN:
        return []
    return [(b"upload-expires", format_datetime(upload.expires_at, usegmt=True).encode())]


def _metadata(upload: Upload) -> bytes:
    """Upload-Metadata as it was understood: cleaned names, not the client's own spelling."""
    said = {
        "filename": upload.file_name,
        "folder": upload.folder,
        "batch": str(upload.batch or ""),
        "profile": str(upload.profile_id),
        "replaces": str(upload.replaces_id or ""),
        "attested": "yes" if upload.attested else "",
    }
    pairs = [f"{key} {b64encode(value.encode()).decode()}" for key, value in said.items() if value]
    return ",".join(pairs).encode()
