"""Addresses from which letters come back: when what can wait waits, and until when."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from antiphon.kernel import clock
from antiphon.mail.models import Letter, Mailbox

PAUSED_AFTER = 3  # letters in a row that came back for good
_ARRIVED_AFTER = timedelta(days=5)  # a letter that has not come back by then has arrived


def is_paused(address: str) -> bool:
    """Tell whether letters that can wait shall wait. What somebody needs, or is owed, goes out all the same."""
    return Mailbox.objects.filter(email=address.lower(), paused_at__isnull=False).exists()


def mailbox(address: str) -> Mailbox | None:
    """Return what is known of an address from which letters came back, or None."""
    return Mailbox.objects.filter(email=address.lower()).first()


def believe(address: str) -> None:
    """Letters arrive there: its owner has shown so. Also called when nobody has the address any more."""
    Mailbox.objects.filter(email=address.lower()).delete()


def note_came_back(letter: Letter, status: str) -> None:
    """Count a letter that came back for good; the row begins anew where one arrived in between. In the transaction
    that notes the bounce, which counts each letter once."""
    now, sent_at = clock.now(), letter.sent_at or clock.now()
    email = letter.to.lower()
    first = {"last_sent_at": sent_at, "came_back_at": now}
    Mailbox.objects.get_or_create(email=email, defaults=first)
    row = Mailbox.objects.select_for_update().get(email=email)
    row.in_a_row = (
        1 if _has_arrived(letter.to, row.last_sent_at, min(sent_at, now - _ARRIVED_AFTER)) else row.in_a_row + 1
    )
    row.status, row.came_back_at, row.last_sent_at = status, now, max(sent_at, row.last_sent_at)
    if row.paused_at is None and row.in_a_row >= PAUSED_AFTER:
        row.paused_at = now
    row.save()


def _has_arrived(to: str, after: datetime, before: datetime) -> bool:
    return Letter.objects.filter(to=to, state=Letter.State.SENT, sent_at__gt=after, sent_at__lt=before).exists()


def reason(status: str) -> str:
    """Say in plain words why letters come back: the subject of a status code (RFC 3463, 3)."""
    if status in ("5.2.2", "4.2.2"):
        return _("the mailbox is full")
    return {
        "1": _("there is no such address"),
        "2": _("the mailbox takes no letters"),
        "3": _("the mail system there takes no letters"),
        "4": _("the mail server there cannot be reached"),
        "5": _("the mail server there did not understand ours"),
        "6": _("the mail server there did not take what the letter holds"),
        "7": _("the mail server there refuses letters from here"),
    }.get(status.split(".")[1] if status.count(".") == 2 else "", _("the mail server there did not say why"))
