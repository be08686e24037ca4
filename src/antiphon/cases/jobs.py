"""The room's jobs, one line each: what they do is in `service`."""

from antiphon.cases import service
from antiphon.jobs.service import every, job
from antiphon.kernel import clock


@job("cases.keep_time", lease_s=600)
def keep_time() -> None:
    service.keep_time(clock.now())


every("cases.keep_time", 900)
