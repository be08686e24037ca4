"""`antiphon dataset build | list | recall`."""

import argparse
from pathlib import Path
from typing import Any

from antiphon.cli.printing import add_json, show_json, show_table, tell
from antiphon.consent.service import SITE
from antiphon.transparency import service as transparency


def register(subparsers: Any) -> None:
    verbs = subparsers.add_parser("dataset", help="hand out permitted recordings, and call them back").add_subparsers(
        dest="what", metavar="WHAT", required=True
    )
    parser = verbs.add_parser("build", help="write what the gate permits, and only that, with metadata and manifest")
    parser.add_argument("--purpose", required=True, choices=sorted(transparency.SYSTEMS))
    parser.add_argument("--actor", required=True, metavar="NAME", help=f"who gets it; “{SITE}” for this site itself")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="a folder that is not there yet")
    add_json(parser)
    parser.set_defaults(run=build)
    parser = verbs.add_parser("list", help="list datasets, the latest first")
    add_json(parser)
    parser.set_defaults(run=show)
    parser = verbs.add_parser("recall", help="tell the recipient which files are not allowed any more")
    parser.add_argument("uid")
    add_json(parser)
    parser.set_defaults(run=recall)


def build(args: argparse.Namespace) -> int:
    row = transparency.build_dataset(args.purpose, args.actor, args.out, tell)
    if args.json:
        show_json(_line(row) | {"manifest_sha256": row.manifest_sha256})
    else:
        print(f"Dataset {row.uid} is in {row.folder}")
    return 0


def show(args: argparse.Namespace) -> int:
    lines = [_line(row) for row in transparency.datasets()]
    if args.json:
        show_json(lines)
    else:
        columns = ("uid", "purpose", "actor", "state", "files", "recalled", "made_at", "folder")
        show_table(columns, [[line[column] for column in columns] for line in lines])
    return 0


def recall(args: argparse.Namespace) -> int:
    """Print the signed notice. Without anything to call back, say so."""
    notice = transparency.recall_dataset(args.uid)
    if args.json:
        show_json({"recordings": notice.recordings if notice else [], "note": notice.note if notice else ""})
    elif notice is None:
        print("Every file of it is still allowed, or was called back before.")
    else:
        print(notice.note, end="")
    return 0


def _line(row: transparency.Dataset) -> dict[str, Any]:
    return {
        "uid": row.uid,
        "purpose": row.purpose,
        "actor": row.actor,
        "state": row.state,
        "files": row.files.count(),
        "recalled": row.files.exclude(recalled_at=None).count(),
        "made_at": row.made_at.isoformat(timespec="seconds"),
        "folder": row.folder,
    }
