"""`antiphon doctor`: looks at the whole installation and says what to do."""

import argparse
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from rich.text import Text

from antiphon.cli import ports
from antiphon.cli.ports import Finding, Verdict
from antiphon.cli.printing import add_json, console, show_json

SIGNS = {Verdict.GOOD: ("✓", "green"), Verdict.NOTE: ("·", "yellow"), Verdict.PROBLEM: ("✗", "red")}


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("doctor", help="check the whole installation and say what to do")
    parser.add_argument("--deep", action="store_true", help="read every file and compare its hash")
    add_json(parser)
    parser.set_defaults(run=doctor)


def doctor(args: argparse.Namespace) -> int:
    return report(ports.site().check(deep=args.deep), as_json=args.json)


def report(findings: Iterable[Finding], *, as_json: bool) -> int:
    """Print findings as they come; return 1 when one of them is a problem."""
    seen: list[Finding] = []
    out = console()
    for finding in findings:
        seen.append(finding)
        if not as_json:
            sign, colour = SIGNS[finding.verdict]
            out.print(Text(f"{sign} ", colour) + Text(f"{finding.subject}: ", "bold") + Text(finding.words))
            if finding.advice:
                out.print(Text(f"    {finding.advice}"))
    problems = [finding for finding in seen if finding.verdict is Verdict.PROBLEM]
    if as_json:
        show_json({"healthy": not problems, "findings": [asdict(finding) for finding in seen]})
    else:
        out.print(f"\n{len(seen)} things looked at, {len(problems)} to be put right." if problems else "\nAll is well.")
    return 1 if problems else 0
