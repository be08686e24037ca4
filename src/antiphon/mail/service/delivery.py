"""Delivery: hands a letter to the mail backend, once as far as that can be known, and forgets it after a while."""

from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage

from antiphon.jobs.service import TryAgain
from antiphon.kernel import clock
from antiphon.ledger import service as ledger
from antiphon.mail.models import Letter

_WAIT_S = 120.0


def deliver(letter_id: int) -> None:
    """Send a waiting letter. Raises `TryAgain` while the mail server does not take it."""
    letter = Letter.objects.filter(pk=letter_id, state=Letter.State.WAITING).first()
    if letter is None:
        return
    try:
        EmailMessage(letter.subject, letter.body.rstrip() + "\n" + _witness(), None, [letter.to]).send()
    except (OSError, SMTPException) as error:
        raise TryAgain(f"the mail server did not take it: {error}", _WAIT_S) from error
    # The body may name people and tracks; once it is delivered nobody here needs it.
    letter.state, letter.sent_at, letter.body = Letter.State.SENT, clock.now(), ""
    letter.save(update_fields=["state", "sent_at", "body"])


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
