"""The room's jobs, one line each: what they do is in `service`."""

from antiphon.jobs.service import JobContext, every, job
from antiphon.terms import service


@job("terms.tell", attempts=50, lease_s=120)
def tell(version_id: int, ctx: JobContext) -> None:
    service.tell(version_id, ctx.heartbeat)


@job("terms.note_delivered")
def note_delivered() -> None:
    service.note_delivered()


every("terms.note_delivered", 300)
