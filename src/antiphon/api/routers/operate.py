"""For operators: how the installation is doing."""

import shutil
from importlib.metadata import version

from django.conf import settings
from django.utils.translation import gettext as _
from ninja import Router

from antiphon.accounts import service as accounts
from antiphon.api.callers import READ, ApiRequest
from antiphon.api.shapes.care import DeadJob, Overview, PeopleCounts, Queue, Worker
from antiphon.catalogue import service as catalogue
from antiphon.jobs import service as jobs
from antiphon.kernel.errors import NotAllowed

router = Router(tags=["operate"])


@router.get("/operate/overview", auth=READ, response=Overview)
def overview(request: ApiRequest) -> Overview:
    """For operators: people, queue, storage, reports and version at a glance."""
    if not accounts.is_operator(request.caller.person):
        raise NotAllowed(_("Only operators see this."))
    queue, people = jobs.overview(), accounts.counts()
    return Overview(
        version=version("antiphon"),
        people=PeopleCounts(
            accounts=people.accounts,
            profiles=people.profiles,
            new_this_week=people.new_this_week,
            suspended=people.suspended,
            leaving=people.leaving,
        ),
        queue=Queue(
            queued=queue.queued,
            running=queue.running,
            done=queue.done,
            dead=queue.dead,
            stuck=queue.stuck,
            waiting_s=queue.waiting_s,
            workers=[Worker(name=w.name, started_at=w.started_at, seen_at=w.seen_at) for w in queue.workers],
            latest_dead=[
                DeadJob(id=job.pk, name=job.name, subject=job.subject, failure=job.failure, finished_at=job.finished_at)
                for job in queue.latest_dead
            ],
        ),
        storage_free_bytes=shutil.disk_usage(settings.DATA).free,
        open_reports=len(catalogue.open_reports()),
    )
