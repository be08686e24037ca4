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


@job("terms.visit", attempts=3)
def visit(service_name: str, kind: str) -> None:
    service.visit_declared(service_name, kind)


@job("terms.visit_due")
def visit_due() -> None:
    service.visit_due()


@job("terms.read_all_again", lease_s=600)
def read_all_again() -> None:
    service.read_all_again()


@job("terms.forget_unconfirmed")
def forget_unconfirmed() -> None:
    service.forget_unconfirmed()


every("terms.visit_due", 3600)
every("terms.read_all_again", 24 * 3600)
every("terms.forget_unconfirmed", 24 * 3600)
