"""A frozen answer as a page shows it: in the reader's language, with the AI label in its one form."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _

from antiphon.catalogue.core.licences import LICENCES
from antiphon.consent import service as consent
from antiphon.consent.core.purposes import PURPOSES, Group
from antiphon.identification.core import saying
from antiphon.identification.service import registry

_WIDE = 1000  # of the line that stands for a track, in its own units


@dataclass(frozen=True)
class Strip:
    """Where in a track the stretch lies, on a line of `_WIDE`."""

    start: int
    length: int


@dataclass(frozen=True)
class Shown:
    """One track of an answer."""

    said: dict[str, Any]
    altered: str
    certainty: str
    chance: str
    licence: str
    label: consent.Label
    all_sixteen: tuple[consent.Line, ...]
    strip: Strip | None


@dataclass(frozen=True)
class Answer:
    """An answer. seconds: how much sound was asked about, 0 for an address."""

    said: dict[str, Any]
    matches: tuple[Shown, ...]
    at: datetime
    seconds: int


def shown(row: registry.Lookup) -> Answer | None:
    """Return what was answered; None while nothing was."""
    said = registry.read(row.answer)
    if not said:
        return None
    matches = tuple(_match(one) for one in said["matches"])
    duration_ms = said["asked"]["duration_ms"] or 0
    return Answer(said, matches, datetime.fromisoformat(said["answered_at"]), round(duration_ms / 1000))


def _match(said: dict[str, Any]) -> Shown:
    track = said["track"]
    label = _label(said["label"], track["recording_id"] if track else 0)
    lines = {line.purpose: line for section in label.sections for line in section.lines}
    return Shown(
        said,
        altered_in_words(said["altered"]) if said["altered"] else "",
        _certainty(said["certainty"]["word"]),
        _chance(said["certainty"]["chance"]),
        str(_(LICENCES[track["license"]].name)) if track and track["license"] in LICENCES else "",
        label,
        tuple(lines[purpose] for purpose in PURPOSES),
        _strip(said),
    )


def _label(said: dict[str, Any], recording_id: int) -> consent.Label:
    """Return the label as it was then, in the form that every page draws."""
    sealed = set(said["sealed"])
    lines = [consent.Line(one, said["purposes"][one.slug], one.slug in sealed) for one in PURPOSES]
    sections = tuple(
        consent.Section(group, tuple(one for one in lines if one.purpose.group == group)) for group in Group
    )
    since = datetime.fromisoformat(said["since"]) if said["since"] else None
    asked = said["asked"]
    return consent.Label(
        recording_id, sections, said["holders"], said["all_confirmed"], since, asked["allowed"], asked["refused"]
    )


def altered_in_words(said: dict[str, Any]) -> str:
    """Say how it was altered, in the reader's language."""
    found = saying.altered(said["tempo"], said["pitch"])
    percent, higher = abs(found.percent), found.semitones > 0
    number = abs(found.semitones)
    steps = _("a semitone") if number == 1 else _("%(n)g semitones") % {"n": number}
    tone = (_("%(steps)s higher") if higher else _("%(steps)s lower")) % {"steps": steps}
    pace = (_("%(n)g %% faster") if found.percent > 0 else _("%(n)g %% slower")) % {"n": percent}
    return {
        "as it is": _("as it is"),
        "speed": _("played %(pace)s") % {"pace": pace},
        "tempo": _("%(pace)s, at the same pitch") % {"pace": pace},
        "pitch": _("%(tone)s, at the same tempo") % {"tone": tone},
        "both": _("%(pace)s and %(tone)s") % {"pace": pace, "tone": tone},
    }[found.way]


def _certainty(word: str) -> str:
    return {
        saying.CERTAIN: _("Certain"),
        saying.POSSIBLE: _("Perhaps: compare it with your own ears"),
        saying.EXACT: _("By its address"),
    }[word]


def _chance(chance: float) -> str:
    """Say how likely it is that music which is not known here sounds as much like it by chance."""
    if chance < 1e-6:
        return _("by chance less than once in a million times")
    return _("by chance once in %(number)s times") % {"number": intcomma(max(1, round(1 / chance)))}


def _strip(said: dict[str, Any]) -> Strip | None:
    stretch, track = said["stretch"], said["track"]
    if not track or not stretch or not track["duration_ms"]:
        return None
    start = max(0, min(_WIDE, round(_WIDE * stretch["track_at_ms"] / track["duration_ms"])))
    length = max(8, round(_WIDE * stretch["track_length_ms"] / track["duration_ms"]))
    return Strip(start, min(length, _WIDE - start))


def sentences() -> dict[str, str]:
    """Return what the script of the asking page may say, by key."""
    return {
        "ready": _("Listen for ten seconds"),
        "enough": _("That is enough"),
        "left": _("{n} s left"),
        "sending": _("Sending what was heard."),
        "percent": _("{n} % sent"),
        "refused": _("This page may not hear your microphone. Allow it beside the address, or choose a file."),
        "none": _("There is no microphone here. Choose a file instead."),
        "insecure": _("Browsers lend their microphone to https pages only. Choose a file instead."),
        "broken": _("What was recorded cannot be read. Try once more, or choose a file."),
        "silent": _("Nothing was heard: the microphone gave silence."),
    }
