"""Running what is due in this very process: for tests, and for `antiphon worker --once`."""

from django.db.models import F

from antiphon.jobs import running
from antiphon.jobs.models import Job
from antiphon.kernel import clock


def run_due(*, limit: int = 1000, worker: str = "here") -> int:
    """Run due jobs one by one until none is left, those they enqueue among them. Returns how many ran."""
    ran = 0
    while ran < limit:
        due = Job.objects.filter(state=Job.State.QUEUED, run_after__lte=clock.now())
        job_id = due.order_by(F("run_after"), "pk").values_list("pk", flat=True).first()
        if job_id is None:
            break
        ran += running.run(job_id, worker=worker)
    return ran
