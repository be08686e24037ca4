"""The index in files, kept in line with the rows of `Fingerprint`: those are what is true, and it can be made of them.

A row is there first and goes first; the file follows. Whatever a kill leaves between the two is put right by
`reconcile`. Nothing that reads arrays is imported before it is needed: a server never does.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

from antiphon.identification.models import Fingerprint
from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.kernel.errors import Conflict, Unavailable

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from antiphon.identification.engines.shelf import Shelf
    from antiphon.identification.engines.views import View

log = logging.getLogger(__name__)


class Behind(Unavailable):
    """The folder of the index was lost, or is an older one."""

    code = "index-behind"


TAKE_OUT, MERGE, PURGE, REBUILD = (
    "identification.take_out",
    "identification.merge",
    "identification.purge",
    "identification.rebuild",
)
_AT_ONCE = 50
_TO_BE_MADE_ANEW = ("damaged-index", "newer-index", "index-behind")
_LATER_S = 3600.0  # files are written anew at most so often for what was deleted
_LONGEST_WAIT_S = 60.0


@cache
def shelf() -> "Shelf":
    from antiphon.identification.engines.shelf import Shelf

    return Shelf(settings.DATA / "identification")


def bring_in() -> int:
    """Index every fingerprint that is not in the index yet; return how many. Raises `Conflict`, `Damaged`."""
    from antiphon.identification.engines.shelf import entry_of

    unindexed = Fingerprint.objects.filter(indexed_at=None).order_by("pk")
    if not unindexed.exists():
        return 0
    brought = 0
    with shelf().writing() as writer:
        while rows := list(unindexed[:_AT_ONCE]):
            writer.add([entry_of(str(row.recording_id), bytes(row.sound), bytes(row.prints)) for row in rows])
            mine = Fingerprint.objects.filter(pk__in=[row.pk for row in rows])
            mine.update(indexed_at=clock.now())
            left = set(mine.values_list("pk", flat=True))
            # What was forgotten between the look and the write: whoever forgot it may have been here before us.
            writer.delete([str(row.recording_id) for row in rows if row.pk not in left])
            brought += len(rows)
    jobs.enqueue(MERGE, key=MERGE)
    return brought


def forget(recording_ids: Iterable[int]) -> int:
    """Delete fingerprints in the caller's transaction: from its end no answer names them. Their bytes go by job."""
    ids = list(recording_ids)
    gone, _by_table = Fingerprint.objects.filter(recording_id__in=ids).delete()
    if gone:
        jobs.enqueue(TAKE_OUT, recordings=ids)
    return gone


def take_out(recording_ids: Iterable[int]) -> None:
    """Take out of the index what has no row any more. Raises `Conflict`, `Damaged`."""
    ids = set(recording_ids)
    ids -= set(Fingerprint.objects.filter(recording_id__in=ids).values_list("recording_id", flat=True))
    if ids and shelf().folder.exists():
        with shelf().writing() as writer:
            writer.delete([str(pk) for pk in sorted(ids)])
        jobs.enqueue(PURGE, key=PURGE, delay_s=_LATER_S)


def merge() -> None:
    """Merge the files that are due, beside whoever adds."""
    with shelf().writing() as writer:
        while writer.merge():
            pass


def purge() -> None:
    """Write anew whatever file still holds something of what was deleted."""
    with shelf().writing() as writer:
        writer.purge()


def reconcile() -> tuple[int, int]:
    """Bring index and rows into line; return how many the index missed, and how many it had too many."""
    from antiphon.identification.engines.shelf import sounds_in

    rows = Fingerprint.objects.exclude(indexed_at=None)
    known = _sounds(rows)  # before the view: what is added meanwhile is in it
    there = dict(sounds_in(shelf().view()))
    missing = sorted(pk for pk, sound in known.items() if there.get(str(pk)) != sound)
    for start in range(0, len(missing), 5000):
        rows.filter(recording_id__in=missing[start : start + 5000]).update(indexed_at=None)
    ours = {str(pk) for pk in _sounds(Fingerprint.objects.all())}
    extra = sorted(there.keys() - ours)
    if extra:
        with shelf().writing() as writer:
            writer.delete(extra)
        jobs.enqueue(PURGE, key=PURGE, delay_s=_LATER_S)
    if missing:
        bring_in()
    return len(missing), len(extra)


def _sounds(rows: "QuerySet[Fingerprint]") -> dict[int, bytes]:
    return {pk: bytes(sound) for pk, sound in rows.values_list("recording_id", "sound").iterator(5000)}


def verify() -> None:
    """Compare every page of every file of the index with its checksum. Raises `Damaged`, `Newer`."""
    shelf().verify()


def missing() -> int:
    """Return how many recordings with a fingerprint the index has not. Raises `Damaged`, `Newer`."""
    count = size()
    return max(0, count - shelf().view().living)


def whole_view() -> "View":
    """Return the index as it is now. Raises `Behind` when it has less than was put into it, `Damaged`, `Newer`."""
    count = Fingerprint.objects.exclude(indexed_at=None).count()  # before the view: what comes meanwhile is in it
    view = shelf().view()
    if view.living < count:
        raise Behind("The index of fingerprints has less than was put into it.")
    return view


def rebuild() -> int:
    """Make the index anew from the rows; return of how many. Until it is done nobody is found to be free."""
    shelf().clear()
    Fingerprint.objects.update(indexed_at=None)
    return bring_in()


def size() -> int:
    """Return of how many recordings a fingerprint is kept."""
    return Fingerprint.objects.count()


@contextmanager
def patiently(ctx: jobs.JobContext) -> Iterator[None]:
    """Let a job come again that finds the index being written to; one that finds it broken has it made anew."""
    try:
        yield
    except Conflict as busy:
        raise jobs.TryAgain(busy.message, min(_LONGEST_WAIT_S, 0.5 * 2**ctx.attempt)) from busy
    except Unavailable as broken:
        if broken.code not in _TO_BE_MADE_ANEW:
            raise
        jobs.enqueue(REBUILD, key=REBUILD)
        raise jobs.TryAgain(broken.message, _LONGEST_WAIT_S / 2) from broken
