"""`antiphon search rebuild | check`: what the search knows of tracks, people and sets."""

import argparse
from dataclasses import asdict
from typing import Any

from antiphon.catalogue import service as catalogue
from antiphon.cli.printing import add_json, show_json


def register(subparsers: Any) -> None:
    verbs = subparsers.add_parser("search", help="check or rebuild what the search knows").add_subparsers(
        dest="what", metavar="WHAT", required=True
    )
    parser = verbs.add_parser("rebuild", help="make anew what the search knows; the site may go on meanwhile")
    add_json(parser)
    parser.set_defaults(run=rebuild)
    parser = verbs.add_parser("check", help="compare what the search knows with what there is, word by word")
    add_json(parser)
    parser.set_defaults(run=check)


def rebuild(args: argparse.Namespace) -> int:
    count = catalogue.rebuild_search()
    if args.json:
        show_json({"found": count})
    else:
        print(f"{count} tracks, people and sets can be found.")
    return 0


def check(args: argparse.Namespace) -> int:
    faults = catalogue.check_search(deep=True)
    if args.json:
        show_json({"right": not faults, **asdict(faults)})
    else:
        print(faults.in_words() if faults else "Everything is found that is to be found.")
    return 1 if faults else 0
