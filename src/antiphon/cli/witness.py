"""`antiphon witness key | trust | list`: being a witness for the logs of others."""

import argparse
from typing import Any

from antiphon.cli.printing import add_json, show_json, show_table
from antiphon.ledger import service as ledger


def register(subparsers: Any) -> None:
    verbs = subparsers.add_parser("witness", help="cosign the logs of others").add_subparsers(
        dest="what", metavar="WHAT", required=True
    )
    parser = verbs.add_parser("key", help="print this site's verifier key as a witness")
    parser.set_defaults(run=key)
    parser = verbs.add_parser("trust", help="cosign a log's checkpoints from now on, each time it has only grown")
    parser.add_argument("vkey", help="the log's verifier key, as `antiphon ledger key` prints it there")
    parser.add_argument("--origin", default="", help="what the log calls itself, where that is not its key's name")
    parser.set_defaults(run=trust)
    parser = verbs.add_parser("list", help="list the logs that are cosigned here")
    add_json(parser)
    parser.set_defaults(run=show_logs)


def key(args: argparse.Namespace) -> int:
    print(ledger.witness_key())
    return 0


def trust(args: argparse.Namespace) -> int:
    log = ledger.trust(args.vkey, args.origin)
    print(f"{log.origin} is cosigned here from now on.")
    return 0


def show_logs(args: argparse.Namespace) -> int:
    logs = ledger.trusted()
    if args.json:
        show_json([{"origin": log.origin, "vkeys": log.vkeys, "size": log.size} for log in logs])
    else:
        show_table(("origin", "cosigned up to", "keys"), [(log.origin, log.size, len(log.vkeys)) for log in logs])
    return 0
