"""What an answer says of each track: its name where its creator wants to be named, and its AI label in any case."""

import json
from collections.abc import Sequence
from typing import Any

from django.conf import settings

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.declarations import service as declarations
from antiphon.declarations.core import lines
from antiphon.identification.core import saying
from antiphon.identification.core.saying import Stretch
from antiphon.identification.service.registry import choosing
from antiphon.ledger import service as ledger
from antiphon.ledger.core import checkpoints, notes


def matches_said(found: Sequence[tuple[Stretch | None, catalogue.Track]]) -> list[dict[str, Any]]:
    """Return what is said of each track. One query for all choices, and two for each label."""
    unnamed = choosing.unnamed({track.profile.owner_id for _one, track in found})
    return [_match(one, track, named=track.profile.owner_id not in unnamed) for one, track in found]


def _match(one: Stretch | None, track: catalogue.Track, *, named: bool) -> dict[str, Any]:
    label = consent.label_of(track.recording_id or 0)
    told = declarations.of_label(track, label)
    said = {
        "purposes": label.by_purpose,
        "sealed": [line.purpose.slug for part in label.sections for line in part.lines if line.sealed],
        "asked": {"allowed": label.allowed, "refused": label.refused},
        "since": saying.moment(label.since) if label.since else None,
        "holders": label.holders,
        "all_confirmed": label.whole,
        "content_usage": lines.content_usage(told),
        "url": declarations.usage_page(track) if named else None,
    }
    # Whoever asks for a licence is led to the track: where its creator is not named, there is no such address.
    asks = named and "a" in label.outside
    page = declarations.ask_page(track.get_absolute_url()) if asks else None
    return saying.match_said(one, _named(track) if named else None, said, page)


def _named(track: catalogue.Track) -> dict[str, Any]:
    return {
        "id": track.pk,
        "recording_id": track.recording_id,
        "title": track.title,
        "artists": track.artists or track.profile.name,
        "url": settings.SITE_URL + track.get_absolute_url(),
        "creator": {"name": track.profile.name, "url": settings.SITE_URL + track.profile.get_absolute_url()},
        "license": track.license,
        "license_url": declarations.licence_of(track) or None,
        "isrc": track.isrc or None,
        "duration_ms": track.recording.duration_ms if track.recording else None,
    }


def checkpoint() -> dict[str, Any]:
    """Return the log's checkpoint of this moment: an answer that names it is no older. Empty before the first."""
    served = ledger.checkpoint()
    if not served:
        return {}
    found = checkpoints.checkpoint_in(notes.note_from(served).text)
    return {"origin": found.origin, "size": found.size, "root": found.root.hex()}


def read(answer: str) -> dict[str, Any]:
    """Return a frozen answer; empty where there is none yet."""
    found: dict[str, Any] = json.loads(answer) if answer else {}
    return found


def signers_of(note: str) -> list[str]:
    """Return the verifier keys of those who signed a note with a key of this site's log."""
    there = {(line.name, line.key_id) for line in notes.note_from(note).signatures}
    known = {text: notes.verifier_key(text) for text in ledger.verifier_keys()}
    return [text for text, key in known.items() if (key.name, key.key_id) in there]
