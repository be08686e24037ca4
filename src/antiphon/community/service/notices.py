"""Telling people what concerns them, as each of them chose."""

from collections.abc import Sequence
from typing import Any

from antiphon.accounts import service as accounts
from antiphon.community.models import Notice, NoticeChoice
from antiphon.community.service.seen import muted_ids
from antiphon.kernel import clock

Kind = Notice.Kind
Mail = NoticeChoice.Mail

# What somebody hears who never chose: in the app, and by which digest.
DEFAULTS: dict[str, tuple[bool, str]] = {
    Kind.FOLLOW: (True, Mail.NEVER),
    Kind.LIKE: (True, Mail.NEVER),
    Kind.REPOST: (True, Mail.NEVER),
    Kind.COMMENT: (True, Mail.DAILY),
    Kind.REPLY: (True, Mail.DAILY),
    Kind.MENTION: (True, Mail.DAILY),
    Kind.RELEASE: (True, Mail.NEVER),
    Kind.ENQUIRY: (True, Mail.NEVER),  # a letter of its own has gone out, whatever is chosen here
    Kind.PARCEL: (True, Mail.NEVER),  # as above
    Kind.REGISTRY: (True, Mail.DAILY),
    Kind.TERMS: (True, Mail.NEVER),  # as above
    Kind.CASE: (True, Mail.NEVER),  # as above
    Kind.MODERATION: (True, Mail.DAILY),
}
# What everybody hears in the app, whatever they chose.
FIXED = frozenset({Kind.TERMS, Kind.CASE, Kind.MODERATION})


def tell(
    user_id: int,
    kind: str,
    *,
    address: str,
    by: accounts.Profile | None = None,
    track_id: int | None = None,
    about_id: int = 0,
    words: str = "",
) -> Notice | None:
    """Tell somebody of something, once: the same again is the same notice. In the caller's transaction.

    Nobody is told of what they did themselves, nor of anything by whom they blocked or muted; None then.
    """
    if by is not None and (by.owner_id == user_id or _unheard(user_id, by)):
        return None
    if kind not in FIXED and not any(wants(user_id, kind)):
        return None
    same: dict[str, Any] = {"kind": kind, "by": by, "track_id": track_id, "about_id": about_id}
    notice, _made = Notice.objects.get_or_create(
        user_id=user_id, **same, defaults={"address": address, "words": words[:300], "at": clock.now()}
    )
    return notice


def tell_many(user_ids: Sequence[int], kind: str, *, address: str, about_id: int, words: str = "") -> None:
    """Tell many people of the same, of a kind that everybody hears; once each. Two queries for all of them."""
    told = set(Notice.objects.filter(user__in=user_ids, kind=kind, about_id=about_id).values_list("user_id", flat=True))
    now = clock.now()
    Notice.objects.bulk_create(
        Notice(user_id=pk, kind=kind, about_id=about_id, address=address, words=words[:300], at=now)
        for pk in user_ids
        if pk not in told
    )


def take_back(
    kind: str,
    *,
    by: accounts.Profile | None,
    track_id: int | None = None,
    about_id: int = 0,
    user_id: int | None = None,
) -> None:
    """Forget what was told (everybody, or one person) of something that was undone, where nobody has seen it yet."""
    same: dict[str, Any] = {"kind": kind, "by": by, "track_id": track_id, "about_id": about_id}
    told = Notice.objects.filter(**same, seen_at=None)
    (told if user_id is None else told.filter(user_id=user_id)).delete()


def wants(user_id: int, kind: str) -> tuple[bool, bool]:
    """Tell whether somebody hears of a kind in the app, and by mail."""
    row = NoticeChoice.objects.filter(user_id=user_id, kind=kind).first()
    in_app, mail = (row.in_app, row.mail) if row else DEFAULTS[kind]
    return in_app, mail != Mail.NEVER


def _unheard(user_id: int, by: accounts.Profile) -> bool:
    user = accounts.User.objects.filter(pk=user_id).first()
    return user is None or by.owner_id in accounts.blocked_ids(user) or by.pk in muted_ids(user)
