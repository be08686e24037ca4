"""Asking for a parcel, seeing how far it is, and the address under which its owner fetches it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from antiphon.accounts.models import Parcel, User
from antiphon.accounts.service.parcels import packers
from antiphon.accounts.service.parcels.packing import LIVE
from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.kernel.errors import NotFound, TooMany
from antiphon.storage import service as storage

PACK = "accounts.pack"
ONCE_IN = timedelta(hours=1)
# As long as the slowest line that anybody would wait for needs; a download that runs goes on beyond it.
ADDRESS_SECONDS = 6 * 3600


@dataclass(frozen=True)
class Shelf:
    """Where somebody stands with what they take along."""

    packing: Parcel | None  # asked for, and not ready yet
    ready: Parcel | None  # to be fetched
    failed: Parcel | None  # the last one, if it came to nothing
    may_ask_at: datetime | None  # None: now

    @property
    def percent(self) -> int:
        """How much of what is being packed is written, of stored files; at most 99 before it is ready."""
        if self.packing is None or not self.packing.all_bytes:
            return 0
        return min(99, self.packing.packed_bytes * 100 // self.packing.all_bytes)


def ask(user: User, *, language: str = "") -> Parcel:
    """Ask for everything that one has here. While one is being packed, that one is returned.

    Raises `Unavailable` where the disk has no room for it, and `TooMany` within an hour of the last that was packed.
    """
    packers.check_room(packers.weigh(user.pk))
    with transaction.atomic():
        # Two presses at once are one wish.
        User.objects.select_for_update().get(pk=user.pk)
        shelf = shelf_of(user)
        if shelf.packing is not None:
            return shelf.packing
        if shelf.may_ask_at is not None:
            wait_s = int((shelf.may_ask_at - clock.now()).total_seconds()) + 1
            raise TooMany(
                _("You asked for a copy less than an hour ago."), retry_after_s=wait_s, hint=_("Try again later.")
            )
        Parcel.objects.filter(user=user, state=Parcel.State.FAILED).delete()
        row = Parcel.objects.create(user=user, language=language or user.language, asked_at=clock.now())
        jobs.enqueue(PACK, subject=f"parcel:{row.pk}", key=f"{PACK}:{row.pk}", parcel_id=row.pk)
    return row


def shelf_of(user: User) -> Shelf:
    """Return what somebody has asked for and what there is of it. One query."""
    now = clock.now()
    rows = list(Parcel.objects.filter(user=user).order_by("-pk"))
    packing = next((row for row in rows if row.state in LIVE), None)
    ready = next((row for row in rows if row.state == Parcel.State.READY and _is_there(row, now)), None)
    failed = rows[0] if rows and rows[0].state == Parcel.State.FAILED else None
    # What came to nothing may be asked for again at once.
    asked = max((row.asked_at for row in rows if row.state != Parcel.State.FAILED), default=None)
    again = asked + ONCE_IN if asked is not None and asked + ONCE_IN > now else None
    return Shelf(packing, ready, failed, again)


def _is_there(row: Parcel, now: datetime) -> bool:
    return row.ends_at is not None and row.ends_at > now


def address_of(user: User, session_key: str) -> str:
    """Return an address under which this session of its owner, and nobody else, fetches what is ready.

    Raises `NotFound` where nothing is ready, or not any more.
    """
    row = shelf_of(user).ready
    if row is None or row.ready_at is None or not session_key:
        raise NotFound(_("There is no copy to download any more."), hint=_("Ask for a new one."))
    seconds = min(ADDRESS_SECONDS, (row.ends_at - clock.now()).total_seconds()) if row.ends_at else ADDRESS_SECONDS
    name = f"antiphon-{row.ready_at:%Y-%m-%d}.zip"
    return storage.media_url(row.key, binding=storage.binding_of(session_key), seconds=seconds, file_name=name)
