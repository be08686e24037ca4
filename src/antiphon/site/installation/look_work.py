"""Does the work get done: workers, queue, stuck and dead jobs, recordings that nobody prepares."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from antiphon.catalogue import service as catalogue
from antiphon.cli.ports import Finding, Verdict
from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.kernel.errors import Unavailable

SLOW_AFTER_S = 60.0
FORGOTTEN_AFTER = timedelta(hours=1)
RECENT = timedelta(days=7)


def workers() -> Iterator[Finding]:
    """Somebody does the jobs."""
    alive = jobs.workers_alive()
    if alive:
        yield Finding("workers", Verdict.GOOD, f"{len(alive)} alive: {', '.join(worker.name for worker in alive)}.")
    else:
        words = "None is running, so uploads are not prepared."
        yield Finding("workers", Verdict.PROBLEM, words, "Start `antiphon worker`, or `antiphon serve --with-worker`.")


def queue() -> Iterator[Finding]:
    """The engine answers, and nobody waits for long."""
    try:
        jobs.engine().waiting()
    except Unavailable as error:
        yield Finding("queue", Verdict.PROBLEM, str(error.message), str(error.hint))
        return
    view = jobs.overview()
    words = f"{view.queued} queued, {view.running} running; the oldest has been due for {view.waiting_s:.0f} seconds."
    if view.waiting_s > SLOW_AFTER_S:
        yield Finding(
            "queue", Verdict.NOTE, words, "Give the worker more threads (ANTIPHON_WORKERS), or start another."
        )
    else:
        yield Finding("queue", Verdict.GOOD, words)


def stuck_and_dead() -> Iterator[Finding]:
    """No job hangs, and none was given up lately."""
    stuck = jobs.stuck()
    if stuck:
        words = f"{len(stuck)} hang: {_names(stuck)}."
        yield Finding("stuck jobs", Verdict.PROBLEM, words, "Is the worker running? Restart it; its log says more.")
    dead = [
        job for job in jobs.jobs(["dead"], limit=1000) if job.finished_at and job.finished_at > clock.now() - RECENT
    ]
    if dead:
        words = f"{len(dead)} were given up in the last week: {_names(dead)}. The latest: {dead[0].failure[:200]}"
        yield Finding("dead jobs", Verdict.NOTE, words, "`antiphon jobs list --state dead`, `antiphon jobs revive ID`.")
    if not stuck and not dead:
        yield Finding("jobs", Verdict.GOOD, "None hangs, none was given up.")


def _names(found: list[jobs.Job]) -> str:
    return ", ".join(f"{name} ({count})" for name, count in Counter(job.name for job in found).most_common())


def recordings() -> Iterator[Finding]:
    """Every received recording is being prepared, or was."""
    rows = catalogue.Recording.objects
    waiting = rows.filter(state="received", created_at__lt=clock.now() - FORGOTTEN_AFTER)
    subjects = {job.subject for job in jobs.jobs(["queued", "running"], limit=100_000)}
    forgotten = [pk for pk in waiting.values_list("pk", flat=True) if f"recording:{pk}" not in subjects]
    if forgotten:
        words = f"{len(forgotten)} were received, and nothing prepares them: {', '.join(map(str, forgotten[:20]))}."
        yield Finding("recordings", Verdict.PROBLEM, words, "Their uploaders can press “Try again” in the studio.")
    failed = rows.filter(state="failed").count()
    if failed:
        reasons = Counter(rows.filter(state="failed").values_list("failure_code", flat=True)[:10_000])
        words = f"{failed} uploads could not be used: {', '.join(f'{c} ({n})' for c, n in reasons.most_common(5))}."
        yield Finding("recordings", Verdict.NOTE, words, "Their uploaders see why in the studio.")
    if not forgotten and not failed:
        yield Finding("recordings", Verdict.GOOD, "None is forgotten, none has failed.")
