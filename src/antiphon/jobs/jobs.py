"""The room's own job: forgetting what is long done."""

from datetime import timedelta

from antiphon.jobs import registry, sweeping
from antiphon.jobs.models import Job
from antiphon.kernel import clock

KEEP_DONE = timedelta(days=3)
KEEP_DEAD = timedelta(days=90)
AT_ONCE = 1000


@registry.job("jobs.prune")
def prune() -> None:
    """Forget jobs done or cancelled three days ago, the dead after ninety, and workers that are gone."""
    now = clock.now()
    forget(Job.State.DONE, Job.State.CANCELLED, before=now - KEEP_DONE)
    forget(Job.State.DEAD, before=now - KEEP_DEAD)
    sweeping.forget_workers()


def forget(*states: str, before: object) -> None:
    old = Job.objects.filter(state__in=states, finished_at__lt=before)
    while ids := list(old.values_list("pk", flat=True)[:AT_ONCE]):
        # In portions, so that no lock is held for long.
        Job.objects.filter(pk__in=ids).delete()


registry.every("jobs.prune", 3600)
