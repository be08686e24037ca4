"""`antiphon jobs list | revive`."""

import argparse
from typing import Any

from antiphon.cli.printing import add_json, show_json, show_table
from antiphon.jobs import service as jobs

STATES = ("queued", "running", "done", "dead", "cancelled")


def register(subparsers: Any) -> None:
    verbs = subparsers.add_parser("jobs", help="look at the jobs, bring dead ones back").add_subparsers(
        dest="what", metavar="WHAT", required=True
    )
    parser = verbs.add_parser("list", help="show the queue; without --state, what is not done")
    parser.add_argument("--state", action="append", choices=STATES, help="may be repeated")
    parser.add_argument("--limit", type=int, default=50)
    add_json(parser)
    parser.set_defaults(run=show_jobs)
    parser = verbs.add_parser("revive", help="queue dead or cancelled jobs again")
    parser.add_argument("ids", nargs="*", type=int, metavar="ID")
    parser.add_argument("--dead", action="store_true", help="all that are dead")
    parser.set_defaults(run=revive, parser=parser)


def show_jobs(args: argparse.Namespace) -> int:
    view = jobs.overview()
    rows = jobs.jobs(args.state or ("queued", "running", "dead"), limit=args.limit)
    if args.json:
        counts = {state: getattr(view, state) for state in STATES}
        lines = [
            {
                "id": row.pk,
                "name": row.name,
                "state": row.state,
                "subject": row.subject,
                "attempts": row.attempts,
                "crashes": row.crashes,
                "run_after": row.run_after,
                "failure": row.failure,
            }
            for row in rows
        ]
        workers = [{"name": worker.name, "seen_at": worker.seen_at} for worker in view.workers]
        show_json({"counts": counts, "stuck": view.stuck, "workers": workers, "jobs": lines})
        return 0
    counted = ", ".join(f"{getattr(view, state)} {state}" for state in STATES)
    print(f"{counted}; {len(view.workers)} workers alive.")
    if rows:
        show_table(
            ("id", "job", "state", "subject", "failures", "why"),
            [(row.pk, row.name, row.state, row.subject, row.attempts + row.crashes, row.failure) for row in rows],
        )
    return 0


def revive(args: argparse.Namespace) -> int:
    if not args.ids and not args.dead:
        args.parser.error("name the jobs by number, or say --dead")
    ids = list(args.ids)
    if args.dead:
        ids += [row.pk for row in jobs.jobs(["dead"], limit=100_000)]
    for job_id in ids:
        jobs.revive(job_id)
    print(f"{len(ids)} jobs are queued again.")
    return 0
