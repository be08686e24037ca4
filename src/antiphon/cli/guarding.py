"""`antiphon guard refresh | ranges | turned-away`: known AI agents, their networks, and who was turned away."""

import argparse
from pathlib import Path
from typing import Any

from antiphon.cli.printing import add_json, show_json, show_table
from antiphon.guard import service as guard
from antiphon.kernel.errors import BadInput


def register(subparsers: Any) -> None:
    verbs = subparsers.add_parser("guard", help="say who is turned away at the door").add_subparsers(
        dest="what", metavar="WHAT", required=True
    )
    parser = verbs.add_parser("refresh", help="put another list of AI agents in place of the one in force")
    parser.add_argument("--file", required=True, metavar="PATH", help="JSON as ai.robots.txt has it, or a name a line")
    add_json(parser)
    parser.set_defaults(run=refresh)
    parser = verbs.add_parser("ranges", help="say from which networks an operator's agents come")
    parser.add_argument("--operator", required=True, metavar="NAME", help="such as Google")
    parser.add_argument(
        "--file", required=True, metavar="PATH", help="JSON as the operator publishes it, or one a line"
    )
    add_json(parser)
    parser.set_defaults(run=ranges)
    parser = verbs.add_parser("turned-away", help="list who was turned away")
    parser.add_argument("--days", type=int, default=30, metavar="N", help="of how many days; 30 when left out")
    add_json(parser)
    parser.set_defaults(run=turned_away)


def refresh(args: argparse.Namespace) -> int:
    count = guard.refresh(_bytes_of(args.file))
    if args.json:
        show_json({"agents": count})
    else:
        print(f"{count} agents are known from now on; servers see it within ten seconds.")
    return 0


def ranges(args: argparse.Namespace) -> int:
    count = guard.bring_ranges(args.operator, _bytes_of(args.file))
    if args.json:
        show_json({"operator": args.operator, "networks": count})
    else:
        print(f"{count} networks of {args.operator} are known from now on; servers see them within a minute.")
    return 0


def turned_away(args: argparse.Namespace) -> int:
    found = guard.in_all(max(1, args.days))
    if args.json:
        show_json([{"name": one.name, "number": one.number, "first": one.first, "last": one.last} for one in found])
    elif found:
        show_table(("name", "times", "last"), [(one.name, str(one.number), one.last.isoformat()) for one in found])
    else:
        print("Nobody was turned away.")
    return 0


def _bytes_of(name: str) -> bytes:
    try:
        with Path(name).open("rb") as file:
            return file.read(guard.MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(f"This file cannot be read: {error.strerror}.", subject=name) from error
