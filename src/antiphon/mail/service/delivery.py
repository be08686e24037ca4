"""Delivery: hands letters to the mail backend, once as far as that can be known, and forgets them after a while."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from smtplib import SMTPDataError, SMTPException, SMTPNotSupportedError, SMTPRecipientsRefused
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.html import escape

from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.ledger import service as ledger
from antiphon.mail.models import Letter, Mailbox, Words

DELIVER = "mail.deliver"
_WAIT_S = 120.0
_NOT_GONE = (Letter.State.WAITING, Letter.State.FAILED)  # what was given up goes out when its job is revived
_THIS_LETTER = (SMTPRecipientsRefused, SMTPDataError, SMTPNotSupportedError)  # the server takes others
BOUNCES_COME_FOR = timedelta(days=10)  # servers try for five days (RFC 5321, 4.5.4.1), and their reports travel, too
WITNESS_HERE = "<!-- the ledger's checkpoint -->"  # where the HTML form of a letter wants it


def deliver(letter_id: int) -> None:
    """Send a waiting letter. Raises `TryAgain` while the mail server does not take it."""
    letter = _found(letter_id)
    if letter is None:
        return
    try:
        _made(letter).send()
    except (OSError, SMTPException) as error:
        raise jobs.TryAgain(f"the mail server did not take it: {error}", _WAIT_S) from error
    _note_sent(letter)


def deliver_several(letter_ids: Iterable[int], go_on: Callable[[], bool]) -> None:
    """Send waiting letters over one connection, each noted by itself; what is not taken gets a job of its own.

    Raises `TryAgain` when the worker is to stop.
    """
    connection, left = get_connection(), list(letter_ids)
    try:
        connection.open()
        while left:
            if not go_on():
                raise jobs.TryAgain("the worker stops")
            letter = _found(left[0])
            if letter is not None and _is_taken(letter, connection):
                _note_sent(letter)
            elif letter is not None:
                hand_over(left[:1])
            del left[0]
    except (OSError, SMTPException):
        hand_over(left)
    finally:
        connection.close()


def hand_over(letter_ids: Iterable[int]) -> None:
    """Give letters that still wait a job each, which tries again and again."""
    with transaction.atomic():
        waiting = Letter.objects.filter(pk__in=list(letter_ids), state=Letter.State.WAITING).order_by("pk")
        for pk in waiting.values_list("pk", flat=True):
            jobs.enqueue(DELIVER, subject=f"letter:{pk}", key=f"{DELIVER}:{pk}", delay_s=_WAIT_S, letter_id=pk)


def _found(letter_id: int) -> Letter | None:
    return Letter.objects.filter(pk=letter_id, state__in=_NOT_GONE).select_related("words").first()


def _is_taken(letter: Letter, connection: Any) -> bool:
    """Send a letter; a server that hangs up is called once more. Returns whether it took this one, raises when it is
    not there."""
    made = _made(letter)
    made.connection = connection
    try:
        made.send()
    except _THIS_LETTER:
        return False
    except (OSError, SMTPException):
        # Many servers take so many letters in one connection and no more.
        connection.close()
        connection.open()
        made.send()
    return True


def _note_sent(letter: Letter) -> None:
    # The body may name people and tracks; once it is delivered nobody here needs it. A letter that came back while
    # this was about to be written has been noted as such, and stays so.
    still = Letter.objects.filter(pk=letter.pk, state__in=_NOT_GONE)
    still.update(state=Letter.State.SENT, sent_at=clock.now(), body="", html="")


def _made(letter: Letter) -> EmailMultiAlternatives:
    said = _witness()
    subject, body = letter.said
    # The same letter has the same name however often it is tried, so that a mailbox can tell a repeat.
    name = f"<{letter.name}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"
    headers = {"Message-ID": name, "From": settings.DEFAULT_FROM_EMAIL, **letter.headers}
    made = EmailMultiAlternatives(
        subject, body.rstrip() + "\n" + said, _return_path(letter), [letter.to], headers=headers
    )
    if letter.html:
        # What people keep may be either form, so the ledger's word stands in both.
        made.attach_alternative(letter.html.replace(WITNESS_HERE, f"<pre>{escape(said.strip())}</pre>"), "text/html")
    return made


def _return_path(letter: Letter) -> str:
    """The envelope's sender, where servers send what they could not deliver; a star in it becomes the letter's name."""
    path = str(settings.ANTIPHON.mail_return_path)
    return path.replace("*", letter.name) if path else str(settings.DEFAULT_FROM_EMAIL)


def gave_up(letter_id: int, reason: str) -> None:
    """The job was given up: the operator sees it among the failures."""
    still = Letter.objects.filter(pk=letter_id, state__in=_NOT_GONE)
    still.update(state=Letter.State.FAILED, failure=reason[:500])


def undelivered() -> int:
    """Return how many letters wait or were given up."""
    return Letter.objects.filter(state__in=_NOT_GONE).count()


def forget_sent() -> int:
    """Delete letters that were sent longer ago than logs are kept, and may not come back any more; return how many.

    With them goes what is known of addresses that are not paused.
    """
    before = clock.now() - max(timedelta(days=int(settings.ANTIPHON.keep_log_days)), BOUNCES_COME_FOR)
    old = Letter.objects.exclude(state__in=_NOT_GONE).filter(sent_at__lt=before)
    _all, count = old.delete()
    said = Letter.objects.filter(words=OuterRef("pk"))
    Words.objects.filter(~Exists(said), created_at__lt=before).delete()
    Mailbox.objects.filter(paused_at=None, came_back_at__lt=before).delete()
    return count.get(Letter._meta.label, 0)


def _witness() -> str:
    """The ledger's checkpoint, for whoever may one day want to know what this site said its log was."""
    said = ledger.checkpoint()
    return (
        f"\n-- \nThe ledger of this site when this was sent. Keep it; it proves what was logged:\n\n{said}"
        if said
        else ""
    )
