"""Letters: committed with the change that caused them, delivered by a job. Owns the outbox, not what letters say.

Each letter ends with the ledger's checkpoint of the moment it is sent: whoever keeps their mail holds a witness of the
log that the site cannot take back.
"""

from antiphon.mail.service.delivery import deliver, forget_sent, undelivered
from antiphon.mail.service.posting import Drafted, outcomes, post, post_many, posted

__all__ = ["Drafted", "deliver", "forget_sent", "outcomes", "post", "post_many", "posted", "undelivered"]
