"""Digests: what somebody has not seen, by mail, in their own morning and not more than once a day.

Notices, the day and the letter change in one transaction, behind a lock on the person's row of `Digest`: a job that
runs twice, or two at once, posts one letter. What was seen by then is not in it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.community.models import Digest, Notice, NoticeChoice
from antiphon.community.service import hearing, wording
from antiphon.community.service.notices import DEFAULTS, Kind, Mail
from antiphon.kernel import clock
from antiphon.kernel.errors import NotFound
from antiphon.mail import service as mail

MORNING_HOUR = 7
MONDAY = 0
MOST_LINES = 50
_OLDEST = timedelta(days=15)
_SALT = "antiphon.community.unsubscribe"


def send_due() -> int:
    """Post the digests of everybody whose morning has come; return how many."""
    return sum(send(user_id) for user_id in _waiting(clock.now()))


def send(user_id: int) -> bool:
    """Post somebody's digest of this morning, unless they had it or there is nothing to say."""
    user = accounts.User.objects.filter(pk=user_id).first()
    to = accounts.letter_address(user) if user else ""
    if user is None or not to:
        return False
    local = clock.now().astimezone(_zone_of(user))
    morning = local.replace(hour=MORNING_HOUR, minute=0, second=0, microsecond=0)
    if local < morning:
        return False
    with transaction.atomic():
        Digest.objects.get_or_create(user=user)
        row = Digest.objects.select_for_update().get(pk=user.pk)
        if row.last_day is not None and row.last_day >= local.date():
            return False
        told = _unsaid(user, morning)
        if not told:
            return False
        _post(user, to, told, f"digest:{user.pk}:{local.date().isoformat()}")
        Notice.objects.filter(pk__in=[notice.pk for notice in told]).update(mailed_at=clock.now())
        row.last_day = local.date()
        row.save(update_fields=["last_day"])
    return True


def unsubscribe_token(user_id: int, kinds: Iterable[str]) -> str:
    """Return a word that switches the mail of these kinds off: whoever has the letter may do that, and no more."""
    return signing.dumps([user_id, sorted(kinds)], salt=_SALT)


def kinds_of_token(token: str) -> tuple[accounts.User, list[str]]:
    """Return whose mail of which kinds a token switches off. Raises `NotFound` for one that nobody made."""
    try:
        user_id, kinds = signing.loads(token, salt=_SALT)
        return accounts.User.objects.get(pk=user_id), [kind for kind in kinds if kind in Kind.values]
    except (signing.BadSignature, ValueError, TypeError, accounts.User.DoesNotExist):
        raise NotFound(
            _("This link switches nothing off."), hint=_("Your settings have a switch of each kind.")
        ) from None


def unsubscribe(token: str) -> None:
    """Switch the mail of a token's kinds off; what is told in the app stays as it is. Raises `NotFound`."""
    user, kinds = kinds_of_token(token)
    with transaction.atomic():
        for kind in kinds:
            hearing.choose(user, kind, mail=Mail.NEVER)


def _waiting(now: datetime) -> list[int]:
    """Everybody who may have something to be told by mail: more than really do, never fewer."""
    by_itself = [kind for kind, (_in_app, how) in DEFAULTS.items() if how != Mail.NEVER]
    chosen = NoticeChoice.objects.filter(user_id=OuterRef("user_id"), kind=OuterRef("kind")).exclude(mail=Mail.NEVER)
    rows = Notice.objects.filter(mailed_at=None, seen_at=None, at__gt=now - _OLDEST)
    rows = rows.filter(Q(kind__in=by_itself) | Exists(chosen))
    return list(rows.order_by("user_id").values_list("user_id", flat=True).distinct())


def _unsaid(user: accounts.User, morning: datetime) -> list[Notice]:
    wanted = {Mail.DAILY, Mail.WEEKLY} if morning.weekday() == MONDAY else {Mail.DAILY}
    kinds = [switch.kind for switch in hearing.switches_of(user) if switch.mail in wanted]
    rows = Notice.objects.filter(
        user=user, kind__in=kinds, mailed_at=None, seen_at=None, at__lt=morning, at__gt=morning - _OLDEST
    )
    found = rows.select_related("by", "track__profile").order_by("-at", "-pk")[: 4 * MOST_LINES]
    return [notice for notice in found if _still_so(notice, user)][:MOST_LINES]


def _still_so(notice: Notice, user: accounts.User) -> bool:
    if notice.by is not None and (notice.by.hidden_at or notice.by.owner_id in accounts.blocked_ids(user)):
        return False
    return notice.kind != Kind.RELEASE or (notice.track is not None and catalogue.is_public(notice.track))


def _post(user: accounts.User, to: str, told: list[Notice], key: str) -> None:
    kinds = list(dict.fromkeys(notice.kind for notice in told))
    everything = _address(f"/notices/unsubscribe/{unsubscribe_token(user.pk, kinds)}")
    with translation.override(user.language or settings.LANGUAGE_CODE):
        names = wording.kinds()
        parts = [
            {
                "name": names[kind],
                "lines": [_line(notice) for notice in told if notice.kind == kind],
                "off": _address(f"/notices/unsubscribe/{unsubscribe_token(user.pk, [kind])}"),
            }
            for kind in kinds
        ]
        site = {"SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL}
        words = {**site, "parts": parts, "language": translation.get_language()}
        subject = ngettext(
            "%(site)s: %(count)s thing you have not seen", "%(site)s: %(count)s things you have not seen", len(told)
        ) % {"site": settings.SITE_NAME, "count": len(told)}
        body = render_to_string("community/email/digest.txt", words).strip() + "\n"
        html = render_to_string("community/email/digest.html", words)
    one_click = {"List-Unsubscribe": f"<{everything}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    mail.post(to, subject, body, key=key, html=html, headers=one_click)


def _line(notice: Notice) -> dict[str, str]:
    return {"said": wording.sentence(notice), "words": wording.words(notice), "address": _address(notice.address)}


def _address(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def _zone_of(user: accounts.User) -> ZoneInfo:
    try:
        return ZoneInfo(user.time_zone or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):  # a zone that was dropped since it was chosen
        return ZoneInfo(settings.TIME_ZONE)
