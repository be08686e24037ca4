"""`antiphon worker`: does the jobs until it is told to stop."""

import argparse
import os
import signal
from types import FrameType
from typing import Any

from antiphon.cli import ports
from antiphon.cli.printing import tell
from antiphon.jobs import service as jobs


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("worker", help="do the jobs: prepare uploads, clean up")
    parser.add_argument("--threads", type=int, default=0, help="jobs at the same time (default: ANTIPHON_WORKERS)")
    parser.add_argument("--once", action="store_true", help="do what is due, one by one, and leave")
    parser.add_argument("--with-parent", type=int, metavar="PID", help="leave when this process, our parent, dies")
    parser.set_defaults(run=work)


def work(args: argparse.Namespace) -> int:
    """Work until SIGTERM or Ctrl-C; a second Ctrl-C does not wait for running jobs, which are handed back."""
    site = ports.site()
    found = site.before_work()
    if found:
        tell(f"{found} uploads that an earlier crash left half-way were received.")
    if args.once:
        jobs.sweep()
        tell(f"{jobs.run_due()} jobs done.")
        return 0
    loop = jobs.WorkLoop(
        threads=args.threads or site.worker_threads, folder=site.data / "tmp" / "workers", parent=args.with_parent
    )

    def leave(signum: int, frame: FrameType | None) -> None:
        # The next one is not caught: it breaks the wait for running jobs.
        signal.signal(signum, signal.default_int_handler)
        loop.stop()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    try:
        clean = loop.work()
    except KeyboardInterrupt:
        clean = False
    if not clean:
        # Threads that did not come back must not keep the process alive; their jobs are queued again.
        os._exit(0)
    return 0
