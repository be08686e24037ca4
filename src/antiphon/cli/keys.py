"""`antiphon key create`: a key for a program, on standard output and nothing else."""

import argparse
from typing import Any

from antiphon.accounts import service as accounts
from antiphon.cli.printing import add_json, show_json


def register(subparsers: Any) -> None:
    verbs = subparsers.add_parser("key", help="make keys for programs").add_subparsers(
        dest="what", metavar="WHAT", required=True
    )
    parser = verbs.add_parser("create", help="make an API key and print it; it cannot be shown again")
    parser.add_argument("email", help="the account it acts for")
    parser.add_argument("--name", default="command line", help="to recognise it by")
    parser.add_argument(
        "--scope", action="append", choices=accounts.SCOPES, help="may be repeated; without it, all of them"
    )
    add_json(parser)
    parser.set_defaults(run=create)


def create(args: argparse.Namespace) -> int:
    user = accounts.account_at(args.email)
    key, secret = accounts.make_api_key(user, args.name, args.scope or accounts.SCOPES)
    if args.json:
        show_json({"key": secret, "name": key.name, "prefix": key.prefix, "scopes": key.scopes})
    else:
        print(secret)
    return 0
