"""`antiphon terms publish | list | watch | export`: changing the terms in the open, and taking the archive out."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from antiphon.cli import watching
from antiphon.cli.printing import add_json, show_json, show_table
from antiphon.kernel.errors import BadInput, Conflict
from antiphon.terms import service as terms
from antiphon.terms.core.notice import Weight

BAD_USE = 2
# What Open Terms Archive calls them; it has no type for an AI policy yet.
TYPES = {
    terms.TERMS: "Terms of Service", terms.AI: "AI Policy", terms.PRIVACY: "Privacy Policy",
    terms.RULES: "Community Guidelines",
}  # fmt: skip


def register(subparsers: Any) -> None:
    verbs = subparsers.add_parser("terms", help="publish terms in the open, list and export them").add_subparsers(
        dest="what", metavar="WHAT", required=True
    )
    parser = verbs.add_parser("publish", help="publish a version: into the ledger, and to everybody by letter")
    parser.add_argument("file", metavar="FILE", help="Markdown whose headings name their clauses: ## Title {#name}")
    parser.add_argument(
        "--effective", required=True, metavar="DATE", help="such as 2027-03-01: from when, at the earliest"
    )
    parser.add_argument("--summary", required=True, metavar="WORDS", help="in plain words, what changes; read first")
    parser.add_argument("--document", default=terms.TERMS, choices=terms.DOCUMENTS)
    parser.add_argument("--author", default="", metavar="NAME", help="who answers for it, in public")
    parser.add_argument("--class", dest="weight", choices=[one.value for one in Weight], help="more than the rules say")
    parser.add_argument("--argue", default="", metavar="WORDS", help="in public: why it weighs less than the rules say")
    parser.add_argument("--ordered", default="", metavar="ORDER", help="the court's order that makes it sooner")
    parser.add_argument("--look", action="store_true", help="say what it changes and weighs, and publish nothing")
    add_json(parser)
    parser.set_defaults(run=publish)
    parser = verbs.add_parser("list", help="list every version of a document, with how many people were reached")
    parser.add_argument("--document", default=terms.TERMS, choices=terms.DOCUMENTS)
    add_json(parser)
    parser.set_defaults(run=show)
    watching.register(verbs)
    parser = verbs.add_parser("export", help="write all versions as Open Terms Archive lays them out")
    parser.add_argument("folder", metavar="FOLDER")
    parser.set_defaults(run=export)


def publish(args: argparse.Namespace) -> int:
    """0: published (or looked at), 1: refused, 2: no such file or date."""
    try:
        words = Path(args.file).read_text(encoding="utf-8")
        effective = datetime.fromisoformat(args.effective)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"antiphon: {error}\n")
        return BAD_USE
    draft = terms.Draft(
        words, args.summary, effective if effective.tzinfo else effective.replace(tzinfo=UTC), args.author,
        args.document, Weight(args.weight) if args.weight else None, args.argue, args.ordered,
    )  # fmt: skip
    try:
        weighed, weight, soonest = terms.look(draft)
        row = None if args.look else terms.publish(draft)
    except (BadInput, Conflict) as error:
        sys.stderr.write(f"antiphon: {error.message} {error.hint}\n")
        return 1
    changed = [one.clause.name for one in weighed.changes if one.kind != "same" or one.is_moved]
    told = {"class": weight.value, "topics": sorted(weighed.topics), "clauses": changed, "soonest": soonest}
    if args.json:
        show_json({**told, "hash": row.hash if row else None})
        return 0
    topics, clauses = ", ".join(sorted(weighed.topics)) or "no topic", ", ".join(changed) or "none"
    print(f"Class: {weight.value} ({topics}); clauses: {clauses}.")
    print(f"In force at the soonest on {soonest:%Y-%m-%d %H:%M} UTC.")
    if row is not None:
        print(f"Published as {row.hash}. A letter goes to everybody who is here.")
    return 0


def show(args: argparse.Namespace) -> int:
    rows = terms.history(args.document)
    lines = [(row, terms.reach(row)) for row in rows]
    if args.json:
        show_json([_json(*line) for line in lines])
    else:
        show_table(
            ("version", "published", "in force", "class", "reached"),
            [
                (terms.short(row), f"{row.published_at:%Y-%m-%d}", f"{row.effective_at:%Y-%m-%d}", row.weight,
                 _reached(reach))
                for row, reach in lines
            ],
        )  # fmt: skip
    return 0


def _reached(reach: terms.Reach) -> str:
    said = [f"{reach.reached} of {reach.told} people"] if reach.told else []
    if reach.subscribers_told:
        said.append(f"{reach.subscribers_reached} of {reach.subscribers_told} subscribers")
    return ", ".join(said) or "-"


def _json(row: terms.Version, reach: terms.Reach) -> dict[str, object]:
    return {
        "hash": row.hash, "published_at": row.published_at, "effective_at": row.effective_at, "class": row.weight,
        "told": reach.told, "reached": reach.reached,
        "subscribers_told": reach.subscribers_told, "subscribers_reached": reach.subscribers_reached,
    }  # fmt: skip


def export(args: argparse.Namespace) -> int:
    """Write `<site>/<type of terms>/<moment>.md`, as their collections are published."""
    folder = Path(args.folder) / settings.SITE_NAME.replace("/", "-")
    count = 0
    for document in terms.DOCUMENTS:
        for row in terms.history(document):
            path = folder / TYPES[document] / f"{row.published_at:%Y-%m-%dT%H-%M-%SZ}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(row.text, encoding="utf-8")
            count += 1
    print(f"{count} versions in {folder}.")
    return 0
