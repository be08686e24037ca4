"""Pictures that people send: taken in by a request, cut and re-encoded by a job in the limited process."""

import logging
import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.audio import sandbox
from antiphon.audio.core.failures import Failure
from antiphon.audio.core.kinds import kind_of
from antiphon.audio.core.limits import Limits
from antiphon.audio.service.advising import words_of
from antiphon.audio.service.workspace import local_file, workspace
from antiphon.catalogue import service as catalogue
from antiphon.jobs import service as jobs
from antiphon.jobs.service import GiveUp, JobContext, TryAgain
from antiphon.kernel import ids
from antiphon.kernel.errors import BadInput, TooLarge
from antiphon.storage import service as storage

log = logging.getLogger(__name__)
PICTURE = "audio.picture"
LARGEST_BYTES = 20 * 1024 * 1024
_SECONDS = 60
_PUT = {
    "track": catalogue.set_artwork,
    "set": catalogue.set_set_artwork,
    "profile": accounts.set_picture,
    "banner": accounts.set_banner,
}


def accept_picture(path: Path, *, kind: str, subject_id: int) -> None:
    """Take a picture in for a track, a set or a profile, or as its banner (`kind`); a job puts it there a moment later.

    The file at `path` stays the caller's. Raises `TooLarge`, or `BadInput` for what is no JPEG, PNG, WebP or GIF.
    """
    if kind not in _PUT:
        raise KeyError(kind)
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        raise TooLarge(_("This picture is larger than 20 MB."), hint=_("3000 pixels a side are plenty."))
    with path.open("rb") as file:
        if kind_of(file.read(64)) != "picture":
            raise BadInput(_("This is not a picture we can read."), hint=_("Please send a JPEG, PNG or WebP."))
    key = f"incoming/{ids.new_uid().hex}"
    with tempfile.NamedTemporaryFile(dir=settings.DATA / "tmp", prefix="picture-", delete=False) as kept:
        copy = Path(kept.name)
    try:
        shutil.copyfile(path, copy)
        storage.files().put(key, copy)
    finally:
        copy.unlink(missing_ok=True)
    jobs.enqueue(PICTURE, subject=f"{kind}:{subject_id}", key=key, raw_key=key, kind=kind, subject_id=subject_id)


def make_picture(raw_key: str, kind: str, subject_id: int, ctx: JobContext) -> None:
    """Cut a picture that was taken in, put it on its subject, and drop the raw file."""
    store = storage.files()
    if not store.exists(raw_key):
        return  # an earlier run came to its end
    key = f"pictures/{raw_key.rpartition('/')[2]}"
    limits = Limits(max_seconds=1, cpu_seconds=_SECONDS)
    try:
        with workspace(f"picture-{raw_key.rpartition('/')[2]}") as folder:
            watch = sandbox.Watch(should_stop=lambda: not ctx.heartbeat())
            source, extra = local_file(raw_key, folder), {"banner": kind == "banner"}
            made = sandbox.run("picture", source, folder, limits, watch=watch, extra=extra)
            for name in made["pictures"]:
                store.put(f"{key}/{name}", folder / name)
    except Failure as failure:
        if failure.code == "interrupted" or (failure.of_the_moment and not ctx.last_attempt):
            raise TryAgain(words_of(failure), 10) from failure
        store.delete(raw_key)
        raise GiveUp(words_of(failure)) from failure
    _PUT[kind](subject_id, key)
    store.delete(raw_key)


def drop_raw(raw_key: str) -> None:
    """The job was given up: nobody will need the raw file."""
    storage.files().delete(raw_key)
