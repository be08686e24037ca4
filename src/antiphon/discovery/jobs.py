"""The room's jobs, one line each: what they do is in `service`."""

from antiphon.discovery.service import describing
from antiphon.jobs.service import JobContext, every, job


@job(describing.DESCRIBE, attempts=4, lease_s=120)
def describe(recording_id: int, ctx: JobContext) -> None:
    describing.describe(recording_id, ctx)


@job(describing.CATCH_UP)
def catch_up() -> None:
    describing.catch_up()


every(describing.CATCH_UP, 3600)
