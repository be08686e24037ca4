"""`antiphon demo`: fills a new site with music of its own making, to look around in."""

import argparse
from typing import Any

from antiphon.cli import ports
from antiphon.cli.printing import tell


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("demo", help="make the demo catalogue, or remove it")
    parser.add_argument("--remove", action="store_true", help="delete its music, its artists and its account")
    parser.set_defaults(run=demo)


def demo(args: argparse.Namespace) -> int:
    if args.remove:
        print(f"{ports.site().remove_demo(tell)} tracks are gone.")
        return 0
    tracks = ports.site().make_demo(tell)
    print(f"The demo catalogue has {tracks} tracks; a running worker prepares them for listening.")
    return 0
