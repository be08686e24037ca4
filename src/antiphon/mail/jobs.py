"""The room's jobs, one line each: what they do is in `service`."""

from antiphon.jobs.service import JobContext, every, job
from antiphon.mail.service import delivery, reading


def _gave_up(letter_id: int, reason: str) -> None:
    delivery.gave_up(letter_id, reason)


def _hand_over(letter_ids: list[int], reason: str) -> None:
    delivery.hand_over(letter_ids)


@job("mail.deliver", attempts=12, when_dead=_gave_up)
def deliver(letter_id: int) -> None:
    delivery.deliver(letter_id)


@job("mail.deliver_several", when_dead=_hand_over)
def deliver_several(letter_ids: list[int], ctx: JobContext) -> None:
    delivery.deliver_several(letter_ids, ctx.heartbeat)


@job("mail.forget_sent")
def forget_sent() -> None:
    delivery.forget_sent()


@job("mail.read_bounces")
def read_bounces(ctx: JobContext) -> None:
    reading.read_bounces(ctx.heartbeat)


every("mail.forget_sent", 24 * 3600)
every("mail.read_bounces", 300)
