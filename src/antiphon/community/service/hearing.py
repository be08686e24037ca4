"""A person's own notices: the list, how many are new, and the switch of each kind."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigAutoField, Q, QuerySet
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.community.models import Notice, NoticeChoice
from antiphon.community.service.notices import DEFAULTS, FIXED, Kind, Mail
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, NotFound
from antiphon.storage.prepared import Prepared, Slot

Cursor = tuple[datetime, int]
MOST_COUNTED = 100  # "99+": nobody reads on, and no page counts further


@dataclass(frozen=True)
class NoticeList:
    notices: list[Notice]
    next: Cursor | None  # where the following page begins; None at the end


@dataclass(frozen=True)
class Switch:
    """How somebody hears of one kind of thing."""

    kind: str
    in_app: bool
    mail: str
    is_fixed: bool  # always in the app


def unseen(user: accounts.User) -> int:
    """Return how many notices this person has not seen, at most `MOST_COUNTED`. One query."""
    return len(_unseen(user=user.pk))


def latest(user: accounts.User, before: Cursor | None = None, limit: int = 30) -> NoticeList:
    """Return what somebody was told in the app, the latest first, with profiles and tracks. One query."""
    rows = _in_app(Notice.objects.filter(user=user), user.pk).select_related("by", "track__profile")
    if before is not None:
        at, last = before
        rows = rows.filter(at__lte=at).filter(Q(at__lt=at) | Q(pk__lt=last))
    rows = rows.defer("by__biography", "by__search_text", "track__search_text", "track__description")
    found = list(rows.order_by("-at", "-id")[: limit + 1])
    end = found[limit - 1] if len(found) > limit else None
    return NoticeList(found[:limit], (end.at, end.pk) if end else None)


def notice_of(user: accounts.User, notice_id: int) -> Notice:
    """Return one of this person's notices. Raises `NotFound`."""
    found = Notice.objects.filter(user=user, pk=notice_id).first()
    if found is None:
        raise NotFound(_("There is no such notice."), subject=f"notice:{notice_id}")
    return found


def see(user: accounts.User, notice_ids: Iterable[int] | None = None) -> int:
    """Mark notices as seen: these, or all. Return how many were new."""
    rows = Notice.objects.filter(user=user, seen_at=None)
    if notice_ids is not None:
        rows = rows.filter(pk__in=list(notice_ids))
    return rows.update(seen_at=clock.now())


def switches_of(user: accounts.User) -> list[Switch]:
    """Return the switch of every kind, in the order of `Notice.Kind`. One query."""
    chosen = {row.kind: (row.in_app, row.mail) for row in NoticeChoice.objects.filter(user=user)}
    return [
        Switch(kind, *_allowed(kind, *chosen.get(kind, DEFAULTS[kind])), is_fixed=kind in FIXED) for kind in Kind.values
    ]


def choose(user: accounts.User, kind: str, *, in_app: bool | None = None, mail: str | None = None) -> None:
    """Change how somebody hears of a kind; None leaves a part as it is. Raises `BadInput` for an unknown word."""
    if kind not in Kind.values or mail not in (None, *Mail.values):
        raise BadInput(_("There is no such switch."), subject=kind)
    row = NoticeChoice.objects.filter(user=user, kind=kind).first()
    now_in_app, now_mail = (row.in_app, row.mail) if row else DEFAULTS[kind]
    in_app, mail = _allowed(
        kind, now_in_app if in_app is None else in_app, now_mail if mail is None else mail
    )  # fmt: skip
    NoticeChoice.objects.update_or_create(user=user, kind=kind, defaults={"in_app": in_app, "mail": mail})


def _allowed(kind: str, in_app: bool, mail: str) -> tuple[bool, str]:
    return in_app or kind in FIXED, mail


def _in_app(rows: "QuerySet[Notice]", user: int | Slot) -> "QuerySet[Notice]":
    off = NoticeChoice.objects.filter(user_id=user, in_app=False).exclude(kind__in=FIXED)
    return rows.exclude(kind__in=off.values("kind"))


def _new() -> "QuerySet[Notice, int]":
    user = Slot("user", BigAutoField())
    rows = _in_app(Notice.objects.filter(user_id=user, seen_at=None), user)
    return rows.values_list("pk", flat=True)[:MOST_COUNTED]


_unseen = Prepared(_new)
