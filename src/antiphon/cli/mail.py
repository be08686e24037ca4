"""`antiphon mail bounced`: what came back, read from a pipe or a Maildir."""

import argparse
import sys
from pathlib import Path
from typing import Any

from django.db.utils import DatabaseError

from antiphon.cli.printing import add_json, show_json
from antiphon.kernel.errors import BadInput
from antiphon.mail import service as mail

BAD_USE = 2
LATER = 75  # EX_TEMPFAIL of sysexits.h: a mail server that pipes to us keeps the message and tries again


def register(subparsers: Any) -> None:
    verbs = subparsers.add_parser("mail", help="read the letters that came back").add_subparsers(
        dest="what", metavar="WHAT", required=True
    )
    parser = verbs.add_parser("bounced", help="note what mail servers returned: a message, an mbox or a Maildir")
    parser.add_argument(
        "folder", nargs="?", default="", metavar="FOLDER", help="a Maildir; without it, standard input is read"
    )
    parser.add_argument("--to", default="", metavar="ADDRESS", help="where it came in, if the message may not say so")
    parser.add_argument(
        "--pipe", action="store_true", help="for a mail server: 0 whatever it says, 75 when it has to be kept for later"
    )
    add_json(parser)
    parser.set_defaults(run=bounced)


def bounced(args: argparse.Namespace) -> int:
    """0: all of it was understood; 1: a person should look at some of it; 2: no such folder, or nothing to read."""
    try:
        found = mail.read_maildir(Path(args.folder)) if args.folder else _from_pipe(args)
    except BadInput as error:
        sys.stderr.write(f"antiphon: {error.subject}: {error.message} {error.hint}\n")
        return BAD_USE
    except DatabaseError as error:
        if not args.pipe:
            raise
        sys.stderr.write(f"antiphon: kept for later: {error}\n")
        return LATER
    told = {verdict.value: found.verdicts[verdict] for verdict in mail.Verdict}
    if args.json:
        show_json(
            {"messages": found.messages, **told, "new": found.new, "unknown": found.unknown,
             "unreadable": found.unreadable}
        )  # fmt: skip
    elif not args.pipe:
        print(_in_words(found))
    return 1 if found.strange and not args.pipe else 0


def _from_pipe(args: argparse.Namespace) -> mail.Read:
    if sys.stdin.isatty():
        raise BadInput("Nothing is piped in.", subject="standard input", hint="Name a Maildir, or pipe a message in.")
    found = mail.read_stream(sys.stdin.buffer, to=args.to)
    if not found.messages and not args.pipe:
        raise BadInput("There was no message in it.", subject="standard input")
    return found


def _in_words(found: mail.Read) -> str:
    counts = found.verdicts
    said = (
        f"{found.messages} messages: {counts[mail.Verdict.FAILED]} letters came back, "
        f"{counts[mail.Verdict.DELAYED]} wait elsewhere, {counts[mail.Verdict.DELIVERED]} arrived, "
        f"{counts[mail.Verdict.REPLY]} are replies, {counts[mail.Verdict.STRANGE]} are none of these."
    )
    if found.unknown:
        said += f" {found.unknown} are about no letter that is known here."
    if found.unreadable:
        said += f" {found.unreadable} could not be read."
    return said
