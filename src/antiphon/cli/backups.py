"""`antiphon backup` and `antiphon restore`."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from antiphon.cli import ports
from antiphon.cli.printing import add_json, bytes_in_words, show_json, tell


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("backup", help="copy database and files, with hashes, while the site runs")
    parser.add_argument("path", type=Path, metavar="PATH", help="a new folder, or a new file that ends with .tar")
    parser.add_argument("--portable", action="store_true", help="for a move between SQLite and PostgreSQL")
    add_json(parser)
    parser.set_defaults(run=backup)
    parser = subparsers.add_parser("restore", help="bring a backup back, after comparing every hash")
    parser.add_argument("path", type=Path, metavar="PATH", help="what `antiphon backup` wrote")
    parser.add_argument("--force", action="store_true", help="replace what is in this installation now")
    add_json(parser)
    parser.set_defaults(run=restore)


def backup(args: argparse.Namespace) -> int:
    """Exit status 1 when a file that the database names is missing from the store."""
    return show(ports.site().backup(args.path, tell, portable=args.portable), "Backed up to", as_json=args.json)


def restore(args: argparse.Namespace) -> int:
    return show(ports.site().restore(args.path, tell, force=args.force), "Restored from", as_json=args.json)


def show(done: ports.Carried, verb: str, *, as_json: bool) -> int:
    if as_json:
        show_json(asdict(done))
    else:
        print(f"{verb} {done.path}: database ({done.database}) and {done.files} files, {bytes_in_words(done.bytes)}.")
        for key in done.missing:
            print(f"  missing from the store: {key}")
        if done.by_hand:
            print("Not in the backup, to be carried by hand:")
            for words in done.by_hand:
                print(f"  {words}")
    return 1 if done.missing else 0
