"""Asking people who were named whether they hold rights: a letter with a link, and so many letters a day."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from antiphon.consent.models import HolderLink, Party, Subject
from antiphon.consent.service import letters
from antiphon.consent.service.parties import new_link
from antiphon.kernel import clock
from antiphon.kernel.errors import TooMany
from antiphon.mail import service as mail


def invite(parties: Iterable[Party], by: Party, subject: Subject, title: str = "") -> None:
    """Write to everybody who was named, or to nobody. Raises `TooMany`: with other people's addresses, anybody could
    have this site write to strangers all day.
    """
    unasked, room = _unasked(parties, by, subject)
    if len(unasked) > room:
        raise TooMany(
            _("You can send %(most)d letters a day to people who may hold rights, and %(room)d are left for today.")
            % {"most": _most(), "room": room},
            retry_after_s=_until_midnight_s(),
            hint=_("Name fewer people now, and the others tomorrow. A day begins at midnight, UTC."),
        )
    for party in unasked:
        _write(party, by, subject, title)


def invite_as_many_as_may_be(parties: Iterable[Party], by: Party, subject: Subject) -> None:
    """Write to those for whom the day has room. The others are asked when the list is next saved."""
    unasked, room = _unasked(parties, by, subject)
    for party in unasked[:room]:
        _write(party, by, subject, "")


def asked(subject: Subject) -> set[int]:
    """Return the parties that have a link for a recording which still works."""
    links = HolderLink.objects.filter(subject=subject, used_at=None, expires_at__gt=clock.now())
    return set(links.values_list("party_id", flat=True))


def _write(party: Party, by: Party, subject: Subject, title: str) -> None:
    secret = new_link(party, subject)
    letters.invited(party, by, [title or _("a recording")], secret, key=_key(party, by, subject))


def _unasked(parties: Iterable[Party], by: Party, subject: Subject) -> tuple[list[Party], int]:
    """Return who has an address and got no letter about this recording today, and how many more `by` may send.

    One a day for a recording: whoever writes lists again and again writes no more letters.
    """
    today = mail.posted(_today(by))  # not counted by links: letters outlive the tracks that they were about
    unasked = [party for party in parties if letters.address_of(party) and _key(party, by, subject) not in today]
    return unasked, max(0, _most() - len(today)) if _most() else len(unasked)


def _key(party: Party, by: Party, subject: Subject) -> str:
    return f"{_today(by)}{subject.pk}:{party.pk}"


def _today(by: Party) -> str:
    """What the keys of somebody's letters of this day begin with."""
    return f"invited:{by.pk}:{clock.now():%Y-%m-%d}:"


def _most() -> int:
    return int(settings.ANTIPHON.invites_per_day)


def _until_midnight_s() -> int:
    now = clock.now().astimezone(UTC)
    return int((datetime.combine(now.date() + timedelta(days=1), time(), UTC) - now).total_seconds()) + 1
