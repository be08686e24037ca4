"""`antiphon settings`: every setting with the value it has now; secrets are masked."""

import argparse
from dataclasses import asdict
from typing import Any

from antiphon.cli import ports
from antiphon.cli.printing import add_json, show_json, show_table


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("settings", help="list every setting with its value; secrets are masked")
    add_json(parser)
    parser.set_defaults(run=show_settings)


def show_settings(args: argparse.Namespace) -> int:
    lines = ports.site().settings()
    if args.json:
        show_json([asdict(line) for line in lines])
    else:
        rows = [(line.name, line.value + (" (default)" if line.is_default else ""), line.meaning) for line in lines]
        show_table(("setting", "value", "meaning"), rows)
    return 0
