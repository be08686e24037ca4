"""Delivery: hands a letter to the mail backend, once as far as that can be known, and forgets it after a while."""

import hashlib
from datetime import timedelta
from smtplib import SMTPException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.html import escape

from antiphon.jobs.service import TryAgain
from antiphon.kernel import clock
from antiphon.ledger import service as ledger
from antiphon.mail.models import Letter

_WAIT_S = 120.0
WITNESS_HERE = "<!-- the ledger's checkpoint -->"  # where the HTML form of a letter wants it


def deliver(letter_id: int) -> None:
    """Send a waiting letter. Raises `TryAgain` while the mail server does not take it."""
    letter = Letter.objects.filter(pk=letter_id, state=Letter.State.WAITING).first()
    if letter is None:
        return
    try:
        _made(letter).send()
    except (OSError, SMTPException) as error:
        raise TryAgain(f"the mail server did not take it: {error}", _WAIT_S) from error
    # The body may name people and tracks; once it is delivered nobody here needs it.
    letter.state, letter.sent_at, letter.body, letter.html = Letter.State.SENT, clock.now(), "", ""
    letter.save(update_fields=["state", "sent_at", "body", "html"])


def _made(letter: Letter) -> EmailMultiAlternatives:
    said = _witness()
    # The same letter has the same name however often it is tried, so that a mailbox can tell a repeat.
    headers = {"Message-ID": _name_of(letter), **letter.headers}
    made = EmailMultiAlternatives(
        letter.subject, letter.body.rstrip() + "\n" + said, None, [letter.to], headers=headers
    )
    if letter.html:
        # What people keep may be either form, so the ledger's word stands in both.
        made.attach_alternative(letter.html.replace(WITNESS_HERE, f"<pre>{escape(said.strip())}</pre>"), "text/html")
    return made


def _name_of(letter: Letter) -> str:
    made = hashlib.sha256(f"{settings.SECRET_KEY}:{letter.pk}:{letter.created_at.isoformat()}".encode()).hexdigest()
    return f"<{made[:32]}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"


def gave_up(letter_id: int, reason: str) -> None:
    """The job was given up: the operator sees it among the failures."""
    Letter.objects.filter(pk=letter_id).update(state=Letter.State.FAILED, failure=reason[:500])


def undelivered() -> int:
    """Return how many letters wait or were given up."""
    return Letter.objects.exclude(state=Letter.State.SENT).count()


def forget_sent() -> int:
    """Delete letters that were sent longer ago than logs are kept; return how many."""
    before = clock.now() - timedelta(days=int(settings.ANTIPHON.keep_log_days))
    return Letter.objects.filter(state=Letter.State.SENT, sent_at__lt=before).delete()[0]


def _witness() -> str:
    """The ledger's checkpoint, for whoever may one day want to know what this site said its log was."""
    said = ledger.checkpoint()
    return (
        f"\n-- \nThe ledger of this site when this was sent. Keep it; it proves what was logged:\n\n{said}"
        if said
        else ""
    )
