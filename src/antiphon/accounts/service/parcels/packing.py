"""Packing: the job that writes a parcel. It may be killed at any moment and run again, also beside itself.

Each run has a key of its own, written down before its file is there. Only the run whose key still stands in the row
when it ends makes the parcel ready; any other removes what it made.
"""

import errno
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from antiphon.accounts.models import Parcel, User
from antiphon.accounts.ports import Tidings
from antiphon.accounts.service.parcels import packers
from antiphon.accounts.service.parcels.writing import Packed, write_zip
from antiphon.jobs.service import GiveUp, JobContext, TryAgain
from antiphon.kernel import clock, ids
from antiphon.kernel.errors import Unavailable
from antiphon.mail import service as mail
from antiphon.storage import service as storage

State = Parcel.State
LIVE = (State.WAITING, State.PACKING)
PREFIX = "parcels/"
WORKSPACE = "parcel"
_SAY_EVERY_S = 1.0
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_tidings: list[Tidings] = []


def use_tidings(tidings: Tidings) -> None:
    """Name who tells people in the app; called by `site`, once."""
    _tidings[:] = [tidings]


def pack(parcel_id: int, ctx: JobContext) -> None:
    """Write a parcel and make it ready; nothing happens to one that is ready, was given up, or is gone."""
    row = _begin(parcel_id)
    if row is None:
        return
    with translation.override(row.language or settings.LANGUAGE_CODE), _workspace(row) as folder:
        path = folder / "parcel.zip"
        try:
            packers.check_room(row.all_bytes)
            packed = write_zip(row.user, path, _teller(row, ctx))
            size = path.stat().st_size
            _go_on(ctx)
            storage.files().put(row.key, path)
        except Unavailable as error:
            raise GiveUp(_noted(row, error)) from error
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            raise GiveUp(_noted(row, packers.no_room())) from error
        if not _finish(row, packed, size):
            storage.files().delete(row.key)


def gave_up(parcel_id: int, reason: str) -> None:
    """The job was given up: the person sees why, and may ask again."""
    row = Parcel.objects.select_for_update().filter(pk=parcel_id, state__in=LIVE).first()
    if row is None:
        return
    row.state = State.FAILED
    with translation.override(row.language or settings.LANGUAGE_CODE):
        row.failure = row.failure or _("Something went wrong while it was made. Whoever runs this site can see what.")
    row.save(update_fields=["state", "failure"])
    if row.key:
        transaction.on_commit(partial(storage.files().delete, row.key))


def _begin(parcel_id: int) -> Parcel | None:
    """Take a parcel that is to be packed, under a new key; what an earlier run of it left is removed."""
    with transaction.atomic():
        row = Parcel.objects.select_for_update(of=("self",)).select_related("user")
        found = row.filter(pk=parcel_id, state__in=LIVE).first()
        if found is None:
            return None
        before = found.key
        found.key = f"{PREFIX}{found.pk}/{ids.new_secret()}.zip"
        found.state, found.packed_bytes, found.failure = State.PACKING, 0, ""
        found.all_bytes = packers.weigh(found.user_id)
        found.save(update_fields=["key", "state", "packed_bytes", "all_bytes", "failure"])
    if before:
        storage.files().delete(before)
    return found


def _finish(row: Parcel, packed: Packed, size_bytes: int) -> bool:
    """Make a parcel ready and tell whose it is, unless another run, or the end of the account, was faster."""
    with transaction.atomic():
        # Whoever leaves holds the account first, and what hangs on it after.
        user = User.objects.select_for_update().filter(pk=row.user_id).first()
        mine = Parcel.objects.select_for_update().filter(pk=row.pk, state=State.PACKING, key=row.key).first()
        if user is None or mine is None:
            return False
        mine.state, mine.size_bytes, mine.ready_at = State.READY, size_bytes, clock.now()
        mine.files, mine.missing = len(packed.files), len(packed.missing)
        mine.packed_bytes = packed.stored_bytes
        mine.ends_at = mine.ready_at + timedelta(days=int(settings.ANTIPHON.parcel_days))
        mine.save()
        for old in Parcel.objects.filter(user=user, state=State.READY).exclude(pk=mine.pk):
            old.delete()
            transaction.on_commit(partial(storage.files().delete, old.key))
        _write(user, mine)
        for tidings in _tidings:
            tidings.tell_parcel(user.pk, address="/account/data", about_id=mine.pk)
    return True


def _write(user: User, parcel: Parcel) -> None:
    """Post the letter. It goes to who leaves, too: in their days of grace they may still fetch it."""
    primary = EmailAddress.objects.filter(user=user, primary=True).values_list("email", flat=True)
    words = {"parcel": parcel, "SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL}
    subject = render_to_string("accounts/email/parcel_ready_subject.txt", words)
    body = render_to_string("accounts/email/parcel_ready.txt", words).strip() + "\n"
    mail.post(primary.first() or user.email, subject, body, key=f"parcel:{parcel.pk}")


def _noted(row: Parcel, error: Unavailable) -> str:
    """Keep the words that the person reads; the job ends with the same."""
    words = f"{error.message} {error.hint}".strip()
    Parcel.objects.filter(pk=row.pk, key=row.key).update(failure=words[:500])
    return words


def _go_on(ctx: JobContext) -> None:
    if not ctx.heartbeat():
        raise TryAgain("stopped half-way")


def _teller(row: Parcel, ctx: JobContext) -> "partial[None]":
    return partial(_tell, row, ctx, [time.monotonic()])


def _tell(row: Parcel, ctx: JobContext, said_at: list[float], packed_bytes: int) -> None:
    """Say that the work goes on, and how far it is, about once a second."""
    _go_on(ctx)
    if time.monotonic() - said_at[0] >= _SAY_EVERY_S:
        said_at[0] = time.monotonic()
        Parcel.objects.filter(pk=row.pk, key=row.key).update(packed_bytes=packed_bytes)


@contextmanager
def _workspace(row: Parcel) -> Iterator[Path]:
    """Give a folder to write in, on the store's side of the disk; remove it, and what a killed run left."""
    root = Path(settings.DATA) / "tmp"
    for left in root.glob(f"{WORKSPACE}-{row.pk}-*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{WORKSPACE}-{row.pk}-", dir=root))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
