"""`antiphon robot URL --as NAME`: what a known agent is answered at this site's own door."""

import argparse
import sys
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from antiphon.catalogue import service as catalogue
from antiphon.cli.may import BAD_USE, track_named
from antiphon.cli.printing import add_json, show_json
from antiphon.guard import service as guard
from antiphon.kernel.errors import AntiphonError, BadInput


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("robot", help="send a known AI agent to a page of this site, and watch")
    parser.add_argument("url", help="the address of a page here, whole or from its first /")
    parser.add_argument("--as", dest="name", default="GPTBot", metavar="NAME", help="who it says it is; GPTBot")
    add_json(parser)
    parser.set_defaults(run=robot)


def robot(args: argparse.Namespace) -> int:
    """0: it was refused, 1: it got in, 2: this is no address of this site, or no name."""
    try:
        page = _page(args.url)
        walk = guard.send_robot(args.name, page, _track(page))
    except BadInput as error:
        sys.stderr.write(f"antiphon: {error.message}\n")
        return BAD_USE
    if args.json:
        show_json({**asdict(walk), "got_in": walk.got_in})
    else:
        _show(walk)
    return 1 if walk.got_in else 0


def _show(walk: guard.Walk) -> None:
    whose = f", {walk.operator}" if walk.operator else ""
    print(f"{walk.name}{whose} ({walk.kind or 'not on the roll'})")
    print(f"robots.txt {'asks it to take nothing' if walk.asked_to_stay_out else 'does not name it'}.")
    for step in walk.steps:
        said = "refused" if step.refused else "answered"
        print(f"  {step.status}  {said:8}  {step.path}  (a browser: {step.browser})")
        for name, value in step.told if step.refused else ():
            print(f"       {name}: {value}")
        if step.refused:
            print(f"       turned away: {step.turned_away}")
    if walk.turned_away_in_all:
        print(f"Turned away from this track within a year: {walk.turned_away_in_all}")


def _page(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise BadInput("This is no address.") from error
    own = {urlsplit(settings.SITE_URL).netloc.casefold(), *(name.casefold() for name in settings.ALLOWED_HOSTS)}
    if (parts.scheme or parts.netloc) and (
        parts.scheme not in ("http", "https")
        or not {parts.netloc.casefold(), (parts.hostname or "").casefold()} & own
    ):  # fmt: skip
        raise BadInput(f"This is an address of another site: {parts.netloc[:80]}. Robots are sent to this one only.")
    return "/" + parts.path.lstrip("/")


def _track(page: str) -> catalogue.Track | None:
    try:
        return track_named(page)
    except AntiphonError:
        return None
