"""`antiphon migrate` and `antiphon upgrade`."""

import argparse
from typing import Any

from antiphon.cli import doctor, ports
from antiphon.cli.printing import tell


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("migrate", help="bring the database up to this version")
    parser.set_defaults(run=migrate)
    parser = subparsers.add_parser("upgrade", help="back up, migrate and check; --back takes it back")
    parser.add_argument("--back", action="store_true", help="restore what the last upgrade backed up")
    parser.set_defaults(run=upgrade)


def migrate(args: argparse.Namespace) -> int:
    steps = ports.site().migrate(tell)
    print(f"{steps} migrations applied." if steps else "The database is up to date.")
    return 0


def upgrade(args: argparse.Namespace) -> int:
    """Back up first, so that nothing an upgrade does is final."""
    site = ports.site()
    if args.back:
        path = site.upgrade_back(tell)
        print(f"Restored from {path}. Start the version you came from.")
        return 0
    path = site.upgrade(tell)
    print(f"Upgraded. The state before it is kept in {path}; `antiphon upgrade --back` returns to it.")
    return doctor.report(site.check(deep=False), as_json=False)
