"""The site's own jobs, one line each: what they do is in the modules they call."""

from antiphon.jobs.service import JobContext, TryAgain, enqueue, job
from antiphon.kernel.errors import Conflict
from antiphon.site import demo


# One piece a run: with a single worker, what was just made is prepared for listening before the next one begins.
@job(demo.JOB, attempts=4, lease_s=300)
def make_demo(ctx: JobContext) -> None:
    """Make the next piece of the demo catalogue, and queue the one after it."""

    def beat(words: str) -> None:
        ctx.heartbeat()

    try:
        more = demo.make_next(beat)
    except Conflict as being_made:
        raise TryAgain(being_made.message, 60) from being_made
    if more:
        enqueue(demo.JOB, key=demo.JOB)
