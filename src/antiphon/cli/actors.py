"""`antiphon actor add`: somebody from outside who may ask, and whom holders can grant something."""

import argparse
from typing import Any

from antiphon.cli.printing import add_json, show_json
from antiphon.consent import service as consent


def register(subparsers: Any) -> None:
    verbs = subparsers.add_parser("actor", help="enter those from outside who may ask").add_subparsers(
        dest="what", metavar="WHAT", required=True
    )
    parser = verbs.add_parser("add", help="enter somebody; whoever is not entered gets a no to everything")
    parser.add_argument("name", help="short, of letters, digits and dashes")
    parser.add_argument("--contact", required=True, metavar="EMAIL", help="where recalls of files are sent")
    parser.add_argument("--title", default="", help="the name in full")
    add_json(parser)
    parser.set_defaults(run=add)


def add(args: argparse.Namespace) -> int:
    row = consent.make_actor(args.name, args.title, args.contact)
    if args.json:
        show_json({"name": row.slug, "title": row.name, "contact": row.contact})
    else:
        print(f"{row.name} may ask as {row.slug}.")
    return 0
