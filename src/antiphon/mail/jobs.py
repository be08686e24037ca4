"""The room's jobs, one line each: what they do is in `service`."""

from antiphon.jobs.service import every, job
from antiphon.mail.service import delivery


def _gave_up(letter_id: int, reason: str) -> None:
    delivery.gave_up(letter_id, reason)


@job("mail.deliver", attempts=12, when_dead=_gave_up)
def deliver(letter_id: int) -> None:
    delivery.deliver(letter_id)


@job("mail.forget_sent")
def forget_sent() -> None:
    delivery.forget_sent()


every("mail.forget_sent", 24 * 3600)
