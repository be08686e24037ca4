"""The letters that the gate sends: committed with what they tell of."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from antiphon.consent.core.purposes import Purpose
from antiphon.consent.models import Act, Holder, Party
from antiphon.consent.service.parties import spoken_name
from antiphon.mail import service as mail


def yes_waits(party: Party, purposes: Sequence[Purpose], recordings: Iterable[int], until: datetime, act: Act) -> None:
    """Tell every holder of these recordings that a yes was said and from when it counts."""
    held = Holder.objects.filter(subject_id__in=list(recordings)).exclude(state=Holder.State.DECLINED)
    others = Party.objects.filter(holdings__in=held, ended_at=None).select_related("user").distinct()
    uses = ", ".join(purpose.words for purpose in purposes)
    said = {"name": spoken_name(party), "uses": uses, "until": f"{until:%Y-%m-%d %H:%M} UTC"}
    said["address"] = f"{settings.SITE_URL}/studio/answers"
    subject = _("A yes was said that counts from %(until)s on") % said
    body = (
        _(
            "%(name)s said yes to this, for music that you hold rights in or that they hold alone:\n\n%(uses)s\n\n"
            "It counts from %(until)s on. If this was not meant, take it back before then: %(address)s\n\n"
            "One no is enough, at any time."
        )
        % said
    )
    for other in others:
        to = address_of(other)
        if to:
            mail.post(to, subject, body, key=f"yes:{act.uid}:{other.pk}")


def invited(party: Party, by: Party, titles: Sequence[str], secret: str, *, key: str) -> None:
    """Ask somebody who was named as a holder to confirm and to answer for themselves."""
    said = {
        "name": spoken_name(by),
        "titles": "\n".join(f"  {title}" for title in titles[:20]),
        "address": f"{settings.SITE_URL}/answers/{secret}",
        "site": settings.SITE_NAME,
    }
    body = (
        _(
            "%(name)s says that you hold rights in this music on %(site)s:\n\n%(titles)s\n\n"
            "Nobody can answer for you. Say here what software may do with it, or that you hold no rights in it:\n"
            "%(address)s\n\nThe link works once. Until you have answered, every use by software is refused."
        )
        % said
    )
    to = address_of(party)
    if to:
        mail.post(to, _("%(name)s named you as a holder of rights") % said, body, key=key)


def seal_opens(recording_count: int, opens_at: datetime, parties: Iterable[Party], key: str) -> None:
    """Tell every holder that a seal was asked to be opened, and when that will be."""
    said = {"count": recording_count, "day": f"{opens_at:%Y-%m-%d}", "address": f"{settings.SITE_URL}/studio/answers"}
    body = (
        _(
            "All holders asked to open the seal “never for models” on %(count)d tracks. It opens on %(day)s.\n"
            "Any one of you can seal them again before or after: %(address)s"
        )
        % said
    )
    for party in parties:
        to = address_of(party)
        if to:
            mail.post(to, _("A seal will be opened on %(day)s") % said, body, key=f"{key}:{party.pk}")


def address_of(party: Party) -> str:
    """Return where a party gets letters: the account's address, else the one they were invited at."""
    if party.user is not None:
        return str(party.user.email)
    return party.email
