"""`antiphon serve`: becomes the server."""

import argparse
import os
import sys
from typing import Any


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("serve", help="answer the web; with --with-worker, do the jobs too")
    parser.add_argument("--with-worker", action="store_true", help="start a worker beside the server")
    parser.set_defaults(run=serve)


def serve(args: argparse.Namespace) -> int:
    """Replace this process by the server, so that signals reach it directly."""
    command = [sys.executable, "-m", "antiphon.site.run"]
    if args.with_worker:
        command.append("--with-worker")
    sys.stdout.flush()
    os.execv(sys.executable, command)  # noqa: S606  (our own interpreter, fixed arguments)
