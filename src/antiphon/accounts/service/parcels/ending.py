"""The end of parcels: after their days, with the account, and whatever a killed run left."""

import shutil
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from antiphon.accounts.models import Parcel
from antiphon.accounts.service.parcels.packing import LIVE, PREFIX, WORKSPACE
from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.storage import service as storage


def clear_away() -> int:
    """Delete parcels whose days are over, and every file and folder of one that no row counts on; return how many."""
    store = storage.files()
    due = Parcel.objects.filter(ends_at__lte=clock.now())
    # A backup carries none of them: after a restore, what was ready is not there any more.
    lost = [pk for pk, key in Parcel.objects.filter(state=Parcel.State.READY).values_list("pk", "key")
            if not store.exists(key)]  # fmt: skip
    gone = _end(due) + _end(Parcel.objects.filter(pk__in=lost))
    # Files first, rows after: a key is written down before its file is there.
    there = store.keys(PREFIX)
    named = set(Parcel.objects.exclude(state=Parcel.State.FAILED).exclude(key="").values_list("key", flat=True))
    for key in there:
        if key not in named:
            store.delete(key)
            gone += 1
    folders = list((Path(settings.DATA) / "tmp").glob(f"{WORKSPACE}-*-*"))
    packing = {str(pk) for pk in Parcel.objects.filter(state__in=LIVE).values_list("pk", flat=True)}
    for folder in folders:
        if folder.name.split("-")[1] not in packing:
            shutil.rmtree(folder, ignore_errors=True)
            gone += 1
    return gone


def let_go(user_id: int) -> None:
    """An account ends: its parcels go with it, also one that is being packed at this moment. In its transaction."""
    rows = Parcel.objects.select_for_update().filter(user_id=user_id)
    for pk, key in rows.values_list("pk", "key"):
        jobs.cancel(subject=f"parcel:{pk}")
        if key:
            transaction.on_commit(partial(storage.files().delete, key))
    rows.delete()


def _end(found: "QuerySet[Parcel]") -> int:
    with transaction.atomic():
        rows = list(found.filter(state=Parcel.State.READY).select_for_update().order_by("pk"))
        for row in rows:
            row.delete()
            transaction.on_commit(partial(storage.files().delete, row.key))
    return len(rows)
