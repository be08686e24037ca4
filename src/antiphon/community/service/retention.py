"""What becomes of single plays with time: first nobody's browser stands beside them, then they are gone.

Sums by day and counts stay. The secrets by which browsers were called go with their month.
"""

from datetime import datetime, timedelta

from django.conf import settings

from antiphon.community.models import BrowserKey, Play
from antiphon.community.service.plays import TICKET_LIVES
from antiphon.kernel import clock

_CHUNK = 2000


def forget_old() -> tuple[int, int]:
    """Blank the browsers of old plays and delete the oldest; return how many of each. In many short transactions."""
    now = clock.now()
    # A ticket that still lives needs its browser: what was believed of it is summed.
    named = max(timedelta(days=int(settings.ANTIPHON.plays_name_days)), TICKET_LIVES + timedelta(days=1))
    blanked = _blank(now - named)
    keep = int(settings.ANTIPHON.plays_keep_days)
    deleted = _delete(now - max(timedelta(days=keep), named)) if keep else 0
    # The month of the oldest living ticket is still needed, the ones before it are not.
    BrowserKey.objects.filter(month__lt=(now - TICKET_LIVES).date().replace(day=1)).delete()
    return blanked, deleted


def _blank(before: datetime) -> int:
    total = 0
    while True:
        some = list(
            Play.objects.filter(day__lt=before.date(), browser__isnull=False).values_list("pk", flat=True)[:_CHUNK]
        )
        total += Play.objects.filter(pk__in=some).update(browser=None)
        if len(some) < _CHUNK:
            return total


def _delete(before: datetime) -> int:
    """Delete from the lowest number on: plays come in nearly in the order of their days."""
    total, last = 0, 0
    while True:
        some = list(Play.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "day")[:_CHUNK])
        old = [pk for pk, day in some if day < before.date()]
        total += Play.objects.filter(pk__in=old).delete()[0]
        if not old or len(some) < _CHUNK:
            return total
        last = some[-1][0]
