"""`antiphon version`."""

import argparse
import platform
from importlib import metadata
from typing import Any

from antiphon.cli.printing import add_json, show_json


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("version", help="print the version of Antiphon and of what it stands on")
    add_json(parser)
    parser.set_defaults(run=version)


def version(args: argparse.Namespace) -> int:
    answer = {
        "antiphon": metadata.version("antiphon"),
        "python": platform.python_version(),
        "django": metadata.version("django"),
        "av": metadata.version("av"),
    }
    if args.json:
        show_json(answer)
    else:
        print(f"Antiphon {answer['antiphon']} (Python {answer['python']}, Django {answer['django']})")
    return 0
