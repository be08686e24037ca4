"""Who was reached by what is told of a version: a letter that a mail server took and that did not come back, or a look
at it here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.core.cache import cache
from django.db.models import Count, Q

from antiphon.accounts import service as accounts
from antiphon.kernel import clock
from antiphon.mail import service as mail
from antiphon.terms.models import Notice, SubscriberNotice, Version

REACH_KEPT_S = 60
_AT_ONCE = 20_000
_KEY = re.compile(r"terms:(\d{1,18}):(s?)(\d{1,18})")
_ARRIVED = Q(delivered_at__isnull=False, bounced_at=None)
Row = TypeVar("Row", Notice, SubscriberNotice)


@dataclass(frozen=True)
class Reach:
    """How many were told of a version, and how many of them were reached: people, and who asked without an account."""

    told: int
    reached: int
    subscribers_told: int
    subscribers_reached: int


def letter_key(version_id: int, user_id: int) -> str:
    return f"terms:{version_id}:{user_id}"


def subscriber_key(version_id: int, number: int) -> str:
    return f"terms:{version_id}:s{number}"


def note_delivered() -> int:
    """Write down what became of letters: taken, or given up. Letters themselves go after a while."""
    waiting = Q(delivered_at=None, failed_at=None)
    people = {letter_key(one.version_id, one.user_id): one for one in Notice.objects.filter(waiting)[:_AT_ONCE]}
    found = _settled(people)
    Notice.objects.bulk_update(found, ["delivered_at", "failed_at"], batch_size=500)
    rows = SubscriberNotice.objects.filter(waiting)[:_AT_ONCE]
    others = _settled({subscriber_key(one.version_id, one.number): one for one in rows})
    SubscriberNotice.objects.bulk_update(others, ["delivered_at", "failed_at"], batch_size=500)
    return len(found) + len(others)


def _settled(rows: Mapping[str, Row]) -> list[Row]:
    """Return the rows whose letters do not wait any more, with what became of each.

    That one came back is not written here: it may be noted at this very moment, and must not be overwritten.
    """
    found = mail.outcomes(rows)
    for key, one in found.items():
        rows[key].delivered_at, rows[key].failed_at = one.sent_at, clock.now() if one.is_given_up else None
    return [rows[key] for key in found]


def note_bounced(key: str, at: datetime) -> None:
    """A letter came back: whoever it was for was not told by it, whatever was thought until now.

    Called in the transaction that notes the bounce, for letters of every kind.
    """
    said = _KEY.fullmatch(key)
    if said is None:
        return
    version_id, mark, number = int(said[1]), said[2], int(said[3])
    if mark:
        SubscriberNotice.objects.filter(version=version_id, number=number, bounced_at=None).update(bounced_at=at)
    else:
        Notice.objects.filter(version=version_id, user=number, bounced_at=None).update(bounced_at=at)
    cache.delete(_kept(version_id))


def reach(row: Version) -> Reach:
    """Return how many were told of a version, and how many were reached; kept for a minute."""
    kept: Reach | None = cache.get(_kept(row.pk))
    if kept is None:
        seen = Q(seen_at__isnull=False)
        people = Notice.objects.filter(version=row).aggregate(
            told=Count("pk"), reached=Count("pk", filter=_ARRIVED | seen)
        )
        others = SubscriberNotice.objects.filter(version=row)
        counted = others.aggregate(told=Count("pk"), reached=Count("pk", filter=_ARRIVED))
        kept = Reach(people["told"], people["reached"], counted["told"], counted["reached"])
        cache.set(_kept(row.pk), kept, REACH_KEPT_S)
    return kept


def _kept(version_id: int) -> str:
    return f"terms:reach:{version_id}"


def see(user: accounts.User, row: Version) -> None:
    """Note that somebody has seen what is told of a version; their days of notice begin then at the latest."""
    if user.date_joined >= row.published_at:
        return
    Notice.objects.get_or_create(user=user, version=row)
    Notice.objects.filter(user=user, version=row, seen_at=None).update(seen_at=clock.now())
