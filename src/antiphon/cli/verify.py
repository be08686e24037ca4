"""`antiphon verify FILE`: check a proof file. Needs no database, no network and no settings; only the file."""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from antiphon.cli.printing import add_json, show_json
from antiphon.kernel.errors import BadInput
from antiphon.ledger.core import notes
from antiphon.ledger.core.notes import VerifierKey
from antiphon.transparency.core import checking, files
from antiphon.transparency.core.checking import Verdict

BAD_USE = 2


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("verify", help="check a proof file or a signed answer, without database or network")
    parser.add_argument("file", help="the proof file, or - for standard input")
    parser.add_argument("--key", default="", metavar="VKEY", help="the log's verifier key, from somewhere you trust")
    parser.add_argument(
        "--witness", action="append", default=[], metavar="VKEY", help="a witness whose time you trust; may be repeated"
    )
    add_json(parser)
    parser.set_defaults(run=verify)


def verify(args: argparse.Namespace) -> int:
    """Say what the file shows, and what it does not. 0: it holds, 1: it does not, 2: it could not be checked."""
    try:
        logs = [_key(args.key, notes.ED25519, "a log")] if args.key else []
        witnesses = [_key(text, notes.COSIGNATURE, "a witness") for text in args.witness]
        data = _read(args.file)
    except (BadInput, OSError) as error:
        sys.stderr.write(f"antiphon: {error}\n")
        return BAD_USE
    verdict = checking.check(data, log_keys=logs, witness_keys=witnesses)
    if args.json:
        show_json(asdict(verdict))
    else:
        _say(verdict)
    return 0 if verdict.ok else 1


def _key(text: str, kind: int, whose: str) -> VerifierKey:
    key = notes.verifier_key(text.strip())
    if key.kind != kind:
        raise BadInput(f"This is not the key of {whose}: {text[:80]}")
    return key


def _read(name: str) -> bytes:
    # One byte more than a proof file may have is enough to see that it is none.
    most = files.MOST_BYTES + 1
    if name == "-":
        return sys.stdin.buffer.read(most)
    with Path(name).open("rb") as file:
        return file.read(most)


def _say(verdict: Verdict) -> None:
    if not verdict.ok:
        print("DOES NOT HOLD. Nothing is shown by this file.")
        print(f"  {verdict.reason}")
        return
    print("HOLDS." if verdict.shows != checking.BREACH else "HOLDS, and it shows a breach.")
    for line in verdict.lines:
        print(f"  {line}")
    if verdict.not_shown:
        print("Not shown:")
        for line in verdict.not_shown:
            print(f"  {line}")
