"""What the API does by itself."""

from antiphon.api import idempotency
from antiphon.jobs.service import every, job


@job("api.forget_replies", attempts=2)
def forget_replies() -> None:
    """Delete replies that were kept for repeated requests, once they are a day old."""
    idempotency.forget_old()


every("api.forget_replies", seconds=3600)
