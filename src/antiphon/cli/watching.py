"""`antiphon terms watch`: the terms of others, from files or from where they stand, and what they say of AI."""

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from antiphon.cli.printing import add_json, show_json, show_table
from antiphon.kernel.errors import BadInput
from antiphon.terms import service as terms

BAD_USE = 2


def register(verbs: Any) -> None:
    parser = verbs.add_parser("watch", help="read somebody else's terms, and say what they say of AI")
    parser.add_argument(
        "target", nargs="?", default="", metavar="FILE-OR-FOLDER-OR-URL",
        help="snapshots with their dates in their names, or the address of a page; none: what is declared",
    )  # fmt: skip
    parser.add_argument("--service", default="", metavar="NAME", help="whose terms; of declared ones, comma between")
    parser.add_argument("--kind", default="Terms of Service", metavar="KIND", help="which of its texts")
    parser.add_argument("--url", default="", help="of files: where the text stands")
    parser.add_argument("--at", default="", metavar="MOMENT", help="of one file: when it was seen")
    parser.add_argument("--charset", default="", help="where a file does not say, or says it wrongly")
    parser.add_argument("--select", action="append", default=[], metavar="CSS", help="what of a page to keep")
    parser.add_argument("--list", action="store_true", help="list what is declared, and read nothing")
    add_json(parser)
    parser.set_defaults(run=watch)


def watch(args: argparse.Namespace) -> int:
    """0: read; 1: some could not be read, or none; 2: no such date, or nothing said what to read."""
    if args.list:
        return _list(args)
    try:
        at = datetime.fromisoformat(args.at) if args.at else None
        if not args.target and not args.service:
            raise ValueError("name a file, a folder or an address, or with --service what is declared (or: all)")
    except ValueError as error:
        sys.stderr.write(f"antiphon: {error}\n")
        return BAD_USE
    try:
        found = list(_told(_brought(args, at.replace(tzinfo=at.tzinfo or UTC) if at else None)))
    except BadInput as error:
        sys.stderr.write(f"antiphon: {error.subject}: {error.message} {error.hint}\n")
        return 1
    faults = [one for one in found if one.fault]
    rows = dict.fromkeys(one.snapshot.watched.slug for one in found if one.snapshot)
    told = [(row, terms.promises(row)) for row, _snapshots in map(terms.watched_at, rows)]
    if args.json:
        show_json(
            {
                "brought": sum(one.snapshot is not None for one in found),
                "unchanged": sum(one.snapshot is None and not one.fault for one in found),
                "faults": [{"path": one.source, "fault": one.fault} for one in faults],
                "about_ai": [_spoken(row.service, row.kind, one) for row, said in told for one in said],
            }
        )
    else:
        for row, said in told:
            _print_spoken(row, said)
    return 1 if faults else 0


def _brought(args: argparse.Namespace, at: datetime | None) -> Iterator[terms.Brought]:
    selection = terms.Selection(tuple(args.select))
    if args.target.startswith(("http://", "https://")):
        if not args.service.strip():
            raise BadInput("Say whose terms they are: --service.", subject=args.target)
        yield terms.visit(terms.Declared(args.service, args.kind, (terms.Part(args.target, selection),)))
    elif args.target:
        yield from terms.bring(
            Path(args.target), args.service, kind=args.kind, url=args.url, charset=args.charset, selection=selection,
            at=at,
        )  # fmt: skip
    else:
        yield from map(terms.visit, terms.chosen(args.service))


def _told(found: Iterator[terms.Brought]) -> Iterator[terms.Brought]:
    # One at a time: whoever waits for fifty services sees which one is slow.
    for one in found:
        if one.fault:
            sys.stderr.write(f"antiphon: {one.source}: {one.fault}\n")
        yield one


def _list(args: argparse.Namespace) -> int:
    rows = [(one.service, one.kind, one.url) for one in terms.declared()]
    if args.json:
        show_json([dict(zip(("service", "terms", "url"), row, strict=True)) for row in rows])
    else:
        show_table(("service", "terms", "address"), rows)
    return 0


def _print_spoken(row: terms.Watched, said: list[terms.Spoken]) -> None:
    print(f"{row.service}, {row.kind}: {sum(one.until is None for one in said)} sentences about AI stand now.")
    for one in said:
        until = f" until {one.until:%Y-%m-%d}" if one.until else ""
        print(f"\n  since {one.since:%Y-%m-%d}{until}: {one.words}")
        for words in one.replaced_by:
            print(f"    in its place: {words}")


def _spoken(service: str, kind: str, one: terms.Spoken) -> dict[str, object]:
    return {
        "service": service, "terms": kind, "clause": one.clause, "sentence": one.words, "since": one.since,
        "until": one.until, "replaced_by": list(one.replaced_by),
    }  # fmt: skip
