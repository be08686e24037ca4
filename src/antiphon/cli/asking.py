"""`antiphon registry ask URL PATH…`: whose sounds these are, asked of a site by fingerprints that are made here."""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from antiphon.cli.printing import tell
from antiphon.identification import elsewhere

BAD_USE = 2


def register(subparsers: Any) -> None:
    verbs = subparsers.add_parser("registry", help="ask the registry by sound of a site").add_subparsers(
        dest="what", metavar="WHAT", required=True
    )
    parser = verbs.add_parser("ask", help="ask about sound files; fingerprints are made here, and the sound stays")
    parser.add_argument("url", help="the site, such as https://music.example")
    parser.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="sound files, fingerprints, or folders")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="answers, a line each; goes on with it")
    parser.add_argument("--key-file", type=Path, required=True, metavar="FILE", help="a key of yours (read, write)")
    parser.set_defaults(run=ask)


def ask(args: argparse.Namespace) -> int:
    """0: something of it is known there. 1: nothing is, or the site refused. 2: bad use."""
    try:
        key = args.key_file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"antiphon: the key cannot be read: {error}\n")
        return BAD_USE
    notes = elsewhere.ask(elsewhere.Site(args.url, key), args.paths, args.out, tell)
    count = Counter(notes.answered.values())
    print(json.dumps({"asked": len(notes.answered), **count}))
    return 0 if count["known"] else 1
