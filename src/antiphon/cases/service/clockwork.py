"""The clocks of all cases: reminders, and what happens when a side's time is over. May run twice, and late."""

from datetime import datetime

from django.db import transaction

from antiphon.cases.core import clocks
from antiphon.cases.core.course import Act, Side
from antiphon.cases.models import CaseFile
from antiphon.cases.registry import kind_of
from antiphon.cases.service import files
from antiphon.cases.service.standings import standing_of

MOST_AT_ONCE = 200


def keep_time(at: datetime) -> int:
    """Let every clock that is due strike once, each in a transaction of its own; return how many did.

    Where more are due than one run carries, or one has more to do, the next run goes on.
    """
    due = CaseFile.objects.filter(due_at__lte=at).order_by("due_at", "pk").values_list("pk", flat=True)
    return sum(_strike(pk, at) for pk in list(due[:MOST_AT_ONCE]))


def _strike(file_id: int, at: datetime) -> bool:
    with transaction.atomic():
        file = files.locked(file_id, Act.RUN_OUT)
        rules = kind_of(file).course
        standing = standing_of(file)
        deed = clocks.strikes(rules, standing, at)
        if deed is None:
            return False  # somebody answered while this waited for the row
        skipped = clocks.missed(rules, standing, at) - 1 if deed is Act.REMIND else 0
        if skipped > 0:
            file.reminded += skipped
        files.step(file, Side.RULE, deed, by=None, at=at)
    return True
