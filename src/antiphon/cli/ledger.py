"""`antiphon ledger key | status | rotate | catch-up | witness add, remove, list`."""

import argparse
from typing import Any

from antiphon.cli.printing import add_json, show_json, show_table
from antiphon.ledger import service as ledger


def register(subparsers: Any) -> None:
    verbs = subparsers.add_parser("ledger", help="look after the public log").add_subparsers(
        dest="what", metavar="WHAT", required=True
    )
    parser = verbs.add_parser("key", help="print the verifier key by which the log is known")
    parser.add_argument("--all", action="store_true", help="every key it ever signed with, the present one first")
    parser.set_defaults(run=key)
    parser = verbs.add_parser("status", help="say how the log and its witnesses stand")
    add_json(parser)
    parser.set_defaults(run=status)
    parser = verbs.add_parser("rotate", help="sign with a new key from now on, for a month together with the old one")
    parser.set_defaults(run=rotate)
    parser = verbs.add_parser("catch-up", help="give a restored database what the log has published since")
    add_json(parser)
    parser.set_defaults(run=catch_up)
    who = verbs.add_parser("witness", help="say who cosigns our checkpoints").add_subparsers(
        dest="verb", metavar="VERB", required=True
    )
    parser = who.add_parser("add", help="ask a witness from now on")
    parser.add_argument("url", help="its submission prefix; of an Antiphon site, https://…/witness")
    parser.add_argument("vkey", help="its verifier key, as `antiphon witness key` prints it there")
    parser.set_defaults(run=add_witness)
    parser = who.add_parser("remove", help="ask a witness no more")
    parser.add_argument("url")
    parser.set_defaults(run=remove_witness)
    parser = who.add_parser("list", help="list our witnesses")
    add_json(parser)
    parser.set_defaults(run=list_witnesses)


def key(args: argparse.Namespace) -> int:
    first = ledger.verifier_key()
    for vkey in ledger.verifier_keys() if args.all else [first]:
        print(vkey)
    return 0


def status(args: argparse.Namespace) -> int:
    """Say how the log stands; exit status 1 when a witness does not do its part."""
    state = ledger.state()
    lines = _witness_lines()
    failing = any(line["failure"] for line in lines)
    if args.json:
        show_json(
            {
                "origin": state.origin,
                "published": state.published,
                "waiting": state.waiting,
                "root": state.root,
                "witnessed": state.witnessed,
                "vkeys": state.vkeys,
                "witnesses": lines,
            }
        )
    else:
        print(f"{state.origin}: {state.published} entries published, {state.waiting} waiting.")
        print(f"Cosigned by others: {state.witnessed or 'nothing yet'}.")
        if lines:
            _show_witnesses(lines)
    return 1 if failing else 0


def rotate(args: argparse.Namespace) -> int:
    print(ledger.rotate())
    return 0


def catch_up(args: argparse.Namespace) -> int:
    found = ledger.catch_up()
    if args.json:
        show_json(vars(found))
    elif found.entries or found.erased:
        print(f"{found.entries} entries were brought back, {found.replayed} of them carried out again.")
        print(f"{found.unreadable} have no private text any more; {found.erased} were erased again.")
    else:
        print("The database knows everything that the log has published.")
    return 0


def add_witness(args: argparse.Namespace) -> int:
    witness = ledger.add_witness(args.url, args.vkey)
    print(f"{witness.url} is asked from now on.")
    return 0


def remove_witness(args: argparse.Namespace) -> int:
    ledger.remove_witness(args.url)
    print(f"{args.url} is asked no more.")
    return 0


def list_witnesses(args: argparse.Namespace) -> int:
    lines = _witness_lines()
    if args.json:
        show_json(lines)
    else:
        _show_witnesses(lines)
    return 0


def _witness_lines() -> list[dict[str, Any]]:
    return [
        {
            "url": witness.url,
            "vkey": witness.vkey,
            "seen_size": witness.seen_size,
            "seen_at": witness.seen_at,
            "failure": witness.failure,
        }
        for witness in ledger.witnesses()
    ]


def _show_witnesses(lines: list[dict[str, Any]]) -> None:
    columns = ("url", "seen_size", "seen_at", "failure")
    show_table(columns, [[line[column] or "" for column in columns] for line in lines])
