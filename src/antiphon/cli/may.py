"""`antiphon may TRACK PURPOSE`: one decision of the gate, with its reason. Nothing is logged: nobody used anything."""

import argparse
import sys
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from antiphon.catalogue import service as catalogue
from antiphon.cli.printing import add_json, show_json
from antiphon.consent import service as consent
from antiphon.kernel.errors import BadInput, Gone, NotAllowed, NotFound

BAD_USE = 2
_RECORDING = "recording:"


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("may", help="ask what the gate would say of one track and purpose, and why")
    parser.add_argument("track", help="creator/track, its address, its number, or recording:NUMBER")
    parser.add_argument("purpose", help="one of the sixteen, such as train-generative")
    parser.add_argument("--actor", default=consent.SITE, help="who wants to; this site itself when left out")
    parser.add_argument("--at", default="", metavar="MOMENT", help="such as 2026-11-04T12:00:00Z; now when left out")
    add_json(parser)
    parser.set_defaults(run=may)


def may(args: argparse.Namespace) -> int:
    """0: yes, 1: no, 2: there is no such track or moment."""
    try:
        at = _moment(args.at) if args.at else None
        recording_id = _recording(args.track)
    except (BadInput, NotFound, Gone, NotAllowed) as error:
        sys.stderr.write(f"antiphon: {error}\n")
        return BAD_USE
    decision = consent.explain(recording_id, args.purpose, actor=args.actor, at=at)
    if args.json:
        show_json(_as_json(decision, recording_id))
    else:
        print(f"{'Yes' if decision.allowed else 'No'}. {decision.words}")
        print(f"  Rule: {decision.rule}")
        if decision.terms:
            print(f"  Under the terms: {decision.terms}")
        for change in decision.would_change:
            print(f"  What would change it: {change}")
    return 0 if decision.allowed else 1


def _as_json(decision: consent.Decision, recording_id: int) -> dict[str, Any]:
    return {
        "allowed": decision.allowed,
        "rule": decision.rule,
        "words": decision.words,
        "because": dict(decision.because.facts),
        "would_change": list(decision.would_change),
        "recording": recording_id,
        "purpose": decision.purpose,
        "actor": decision.actor,
        "at": decision.at.isoformat(),
        "policy": decision.policy_hash,
        "terms": decision.terms,
    }


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"This is not a moment: {text[:80]}") from error
    if at.tzinfo is None:
        raise BadInput("A moment has a time zone, such as the Z at the end of 2026-11-04T12:00:00Z.")
    return at


def _recording(name: str) -> int:
    """Return the recording that is heard at a track. Raises `NotFound`, `Gone`, `BadInput`."""
    if name.startswith(_RECORDING) and _is_number(name.removeprefix(_RECORDING)):
        return consent.subject_of(int(name.removeprefix(_RECORDING))).pk
    track = catalogue.track_for(None, int(name)) if _is_number(name) else track_named(name)
    if track.recording_id is None:
        raise NotFound("This track has no recording.", subject=name[:200])
    return track.recording_id


def track_named(name: str) -> catalogue.Track:
    if "://" in name:
        address = urlsplit(name)
        if address.netloc.casefold() != urlsplit(settings.SITE_URL).netloc.casefold():
            raise BadInput(f"This is an address of another site: {address.netloc[:80]}")
        name = address.path
    parts = name.strip("/").split("/")
    if len(parts) not in (2, 3) or not all(parts):
        raise BadInput("Name a track as creator/track, by its address, or by its number.", subject=name[:200])
    found = catalogue.track_at(parts[0], parts[1], None, parts[2] if len(parts) == 3 else "")
    if isinstance(found, catalogue.Moved):
        return track_named(found.address)
    return found.track


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18
