"""Letters: committed with the change that caused them, delivered by a job, and listened for when they come back. Owns
the outbox, not what letters say.

Each letter ends with the ledger's checkpoint of the moment it is sent: whoever keeps their mail holds a witness of the
log that the site cannot take back.
"""

from antiphon.mail.core.bounces import Verdict
from antiphon.mail.models import Mailbox
from antiphon.mail.service.bouncing import Lately, Taken, lately, on_bounce, take
from antiphon.mail.service.delivery import deliver, deliver_several, forget_sent, undelivered
from antiphon.mail.service.mailboxes import PAUSED_AFTER, believe, is_paused, mailbox, reason
from antiphon.mail.service.posting import Drafted, Outcome, keep_words, outcomes, post, post_many, posted
from antiphon.mail.service.reading import Read, is_maildir, messages, read_bounces, read_maildir, read_stream

__all__ = [
    "PAUSED_AFTER",
    "Drafted",
    "Lately",
    "Mailbox",
    "Outcome",
    "Read",
    "Taken",
    "Verdict",
    "believe",
    "deliver",
    "deliver_several",
    "forget_sent",
    "is_maildir",
    "is_paused",
    "keep_words",
    "lately",
    "mailbox",
    "messages",
    "on_bounce",
    "outcomes",
    "post",
    "post_many",
    "posted",
    "read_bounces",
    "read_maildir",
    "read_stream",
    "reason",
    "take",
    "undelivered",
]
