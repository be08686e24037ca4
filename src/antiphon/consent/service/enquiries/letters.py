"""The letters of enquiries: to who asks, and to everybody who is asked."""

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from antiphon.consent.core.enquiries import Stands
from antiphon.consent.core.purposes import PURPOSES
from antiphon.consent.models import Enquiry, Party
from antiphon.consent.service.enquiries import reading
from antiphon.consent.service.letters import address_of
from antiphon.mail import service as mail

_LISTED = 20


def prove(row: Enquiry, secret: str, count: int) -> None:
    """Ask who gave an address whether it is theirs: until then nobody else is written to."""
    said = {"site": settings.SITE_NAME, "count": count, "name": row.name, "address": address_by_link(secret)}
    body = (
        _(
            "Somebody who calls themselves %(name)s wants to ask the holders of %(count)d tracks on %(site)s for a "
            "licence, and gave this address.\n\nIf that was you, send the enquiry off here:\n%(address)s\n\n"
            "The same address shows later how it stands. If it was not you, do nothing: nobody will be asked."
        )
        % said
    )
    mail.post(row.email, _("Send your enquiry off"), body, key=f"enquiry:{row.uid}:prove")


def asked(row: Enquiry, party: Party, titles: Sequence[str]) -> None:
    """Tell a holder who asks for what. Where they have no account, the letter holds the way to reply."""
    to = address_of(party)
    if not to:
        return
    offer = reading.offer_of(row)
    named = [f"  {title or _('a recording')}" for title in titles[:_LISTED]]
    if len(titles) > _LISTED:
        named.append(_("  and %(n)d more") % {"n": len(titles) - _LISTED})
    said = {
        "name": row.name,
        "domain": row.email.rpartition("@")[2],
        "about": row.about,
        "use": PURPOSES[row.purpose - 1].words,
        "from": f"{row.starts_at:%Y-%m-%d}",
        "until": f"{row.ends_at:%Y-%m-%d}",
        "offer": _("%(offer)s for each track") % {"offer": offer} if offer else _("nothing named"),
        "titles": "\n".join(named),
        "words": row.words,
        "closes": f"{row.closes_at:%Y-%m-%d}" if row.closes_at else "",
        "address": (
            f"{settings.SITE_URL}/studio/enquiries/{row.uid}"
            if party.user_id
            else f"{settings.SITE_URL}/answers/enquiry/{reading.token_for(row, party)}"
        ),
    }
    body = (
        _(
            "%(name)s asks for a licence to music that you hold rights in:\n\n%(titles)s\n\n"
            "What for: %(use)s\nFrom %(from)s until before %(until)s\nPrice offered: %(offer)s\n"
            "Who they say they are: %(about)s\n"
            "What is known of them: they read letters at %(domain)s, nothing more.\n\n"
            "They write:\n%(words)s\n\n"
            "Your reply, yes or no, here: %(address)s\n"
            "Until %(closes)s. Without a reply it is a no. One no is enough, whatever others say."
        )
        % said
    )
    mail.post(to, _("%(name)s asks for a licence") % said, body, key=f"enquiry:{row.uid}:{party.pk}")


def replied(row: Enquiry, reply_id: int, counts: dict[Stands, int], words: str) -> None:
    """Tell who asked how it stands now; no holder is named."""
    said = {
        "granted": counts.get(Stands.GRANTED, 0),
        "refused": counts.get(Stands.REFUSED, 0),
        "waiting": counts.get(Stands.WAITING, 0),
        "address": f"{settings.SITE_URL}/licence/enquiries/{row.uid}",
    }
    body = (
        _(
            "Somebody who holds rights has replied to your enquiry. Tracks, as it stands now:\n\n"
            "granted: %(granted)d\nrefused: %(refused)d\nwaiting for others: %(waiting)d\n"
        )
        % said
    )
    if words:
        body += _("\nThey write:\n%(words)s\n") % {"words": words}
    if row.user_id:
        body += _("\nMore: %(address)s\n") % said
    else:
        body += _("\nMore stands at the address in the first letter.\n")
    if row.email:
        mail.post(row.email, _("A reply to your enquiry"), body, key=f"enquiry:{row.uid}:reply:{reply_id}")


def address_by_link(secret: str) -> str:
    """Return the whole address of an enquiry for who has no account."""
    return f"{settings.SITE_URL}/licence/by-link/{secret}"
