"""What the registry by sound says: its words for how sound was altered and how sure it is, and the form of an answer.

An answer is JSON that is written once and never changed. Who may be named in it, and what their labels say, is decided
before; here nothing is looked up.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:  # a server that only shows answers does not load NumPy
    from antiphon.identification.core.matches import Match

FORMAT = "antiphon/registry/v1"
KNOWN, UNKNOWN = "known", "unknown"
CERTAIN, POSSIBLE, EXACT = "certain", "possible", "exact"
MOST_TRACKS = 10  # of one answer; a mix of hours is told its likeliest

_SAME_TEMPO, _SAME_PITCH = 0.006, 0.12  # what two honest copies may differ by
_SAME_SPEED = 0.25  # semitones between what a tempo makes of the pitch and what was heard


@dataclass(frozen=True)
class Stretch:
    """A stretch of what was asked about, where it lies in the track, how it was altered, and how sure that is.

    name: the track's, in the index. Times in milliseconds. tempo: how much faster it runs; pitch: semitones higher.
    """

    name: str
    at_ms: int
    length_ms: int
    track_at_ms: int
    track_length_ms: int
    tempo: float
    pitch: float
    chance: float
    is_certain: bool


@dataclass(frozen=True)
class Asker:
    """Who asked. kind: `actor` (known to the gate by a name), `program` (with a key), `person`, or `anyone`."""

    kind: str
    name: str = ""  # as the asker calls themselves; empty where nobody is named
    slug: str = ""  # under which the gate knows an actor


def stretch(name: str, match: "Match") -> Stretch:
    return Stretch(
        name, match.at_ms, match.length_ms, match.track_at_ms, match.track_length_ms, match.tempo, match.pitch,
        match.chance, match.is_certain,
    )  # fmt: skip


def worth_saying(stretches: Iterable[Stretch], possible: float) -> list[Stretch]:
    """Return the likeliest stretch of each track whose chance is small enough, the likeliest first."""
    best: dict[str, Stretch] = {}
    for one in stretches:
        known = best.get(one.name)
        if one.chance <= possible and (
            known is None or (one.chance, -one.length_ms) < (known.chance, -known.length_ms)
        ):
            best[one.name] = one
    return sorted(best.values(), key=lambda one: (one.chance, -one.length_ms, one.name))[:MOST_TRACKS]


@dataclass(frozen=True)
class Altered:
    """How sound was altered, in the one of four ways that explains it. Rounded as it is told."""

    way: Literal["as it is", "speed", "tempo", "pitch", "both"]
    percent: float  # faster; below zero: slower
    semitones: float  # higher; below zero: lower


def altered(tempo: float, pitch: float) -> Altered:
    """Say how sound was altered. A record that is played faster is higher by as much as its tempo says."""
    percent, semitones = round(100 * (tempo - 1), 1), round(pitch, 1)
    steady, tuned = abs(tempo - 1) < _SAME_TEMPO, abs(pitch) < _SAME_PITCH
    if steady and tuned:
        return Altered("as it is", 0.0, 0.0)
    if not steady and abs(pitch - 12 * math.log2(tempo)) < _SAME_SPEED:
        return Altered("speed", percent, semitones)
    if tuned:
        return Altered("tempo", percent, 0.0)
    return Altered("pitch", 0.0, semitones) if steady else Altered("both", percent, semitones)


def altered_in_words(said: Altered) -> str:
    """Say it in English; pages say it in the reader's language."""
    faster = f"{abs(said.percent):g} % {'faster' if said.percent > 0 else 'slower'}"
    steps = "a semitone" if abs(said.semitones) == 1 else f"{abs(said.semitones):g} semitones"
    higher = f"{steps} {'higher' if said.semitones > 0 else 'lower'}"
    return {
        "as it is": "as it is",
        "speed": f"played {faster}",
        "tempo": f"{faster}, at the same pitch",
        "pitch": f"{higher}, at the same tempo",
        "both": f"{faster} and {higher}",
    }[said.way]


def match_said(
    one: Stretch | None, track: Mapping[str, Any] | None, label: Mapping[str, Any], ask_url: str | None
) -> dict[str, Any]:
    """Return one match as an answer holds it.

    one: None where the asker gave the address of the track. track: None where its creator is not named here; then
    nothing is told that could find the track, such as where in it the stretch lies.
    """
    named = track is not None
    return {
        "named": named,
        "track": dict(track) if track is not None else None,
        "stretch": _stretch_said(one, named=named) if one is not None else None,
        "altered": _altered_said(one) if one is not None else None,
        "certainty": _certainty(one),
        "label": dict(label),
        "acquire_licence_page": ask_url,
    }


def _stretch_said(one: Stretch, *, named: bool) -> dict[str, Any]:
    said = {"at_ms": one.at_ms, "length_ms": one.length_ms}
    return said | ({"track_at_ms": one.track_at_ms, "track_length_ms": one.track_length_ms} if named else {})


def _altered_said(one: Stretch) -> dict[str, Any]:
    said = altered(one.tempo, one.pitch)
    return {"tempo": round(one.tempo, 4), "pitch": round(one.pitch, 2), "words": altered_in_words(said)}


def _certainty(one: Stretch | None) -> dict[str, Any]:
    if one is None:
        return {"word": EXACT, "chance": 0.0}
    return {"word": CERTAIN if one.is_certain else POSSIBLE, "chance": _two_digits(one.chance)}


def _two_digits(chance: float) -> float:
    """A probability as it is told: two digits, and nothing below one in ten million million."""
    return float(f"{max(chance, 1e-13):.1e}")


@dataclass(frozen=True)
class Question:
    """What was asked, by whom and when. sha256: of the bytes that were sent, in hexadecimal; of a link none."""

    uid: str
    by: Asker
    how: str  # file, microphone, prints, link
    at: datetime
    sha256: str = ""
    link: str = ""
    duration_ms: int | None = None
    ref: str = ""  # what the asker calls it, in a batch


def answer(
    site: str, question: Question, matches: Sequence[Mapping[str, Any]], *, at: datetime, checkpoint: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the whole answer. checkpoint: of the site's public log at that moment, empty where there is none yet."""
    count = len(matches)
    words = "Not known here." if not count else f"Known here: {count} track{'' if count == 1 else 's'}."
    return {
        "format": FORMAT,
        "site": site,
        "uid": question.uid,
        "asked": {
            "by": {"kind": question.by.kind, "name": question.by.name},
            "how": question.how,
            "at": moment(question.at),
            "sha256": question.sha256 or None,
            "link": question.link or None,
            "duration_ms": question.duration_ms,
            "ref": question.ref or None,
        },
        "answered_at": moment(at),
        "said": KNOWN if count else UNKNOWN,
        "words": words,
        "matches": [dict(one) for one in matches],
        "audio": "deleted" if question.how in ("file", "microphone") else "never sent",
        "checkpoint": dict(checkpoint) or None,
    }


def moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
