"""Music as text: `"D4:1.5 F#4:.5 r:1 A4"` is note, octave and beats; a length holds until the next one is given."""

import re
from dataclasses import dataclass

_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_PITCH = re.compile(r"([A-G])([#b]?)(-?\d)")
_MAJOR = (0, 2, 4, 5, 7, 9, 11)
_MINOR = (0, 2, 3, 5, 7, 8, 10)


@dataclass(frozen=True)
class Event:
    """Notes that sound together for some beats; no notes is a rest."""

    beat: float  # from the start of the line
    beats: float
    notes: tuple[int, ...]
    accent: bool = False


def midi_of(name: str) -> int:
    """Return the MIDI number: `C4` is 60. Raises `ValueError` for anything else than letter, sign, octave."""
    found = _PITCH.fullmatch(name)
    if found is None:
        raise ValueError(f"{name!r} is not a note")
    letter, sign, octave = found.groups()
    return _LETTERS[letter] + {"": 0, "#": 1, "b": -1}[sign] + 12 * (int(octave) + 1)


def hz_of(midi: float) -> float:
    """Equal temperament, A4 = 440 Hz."""
    return float(440.0 * 2.0 ** ((midi - 69) / 12))


def chord(text: str) -> tuple[int, ...]:
    """Return the MIDI numbers of notes written with spaces or plus signs."""
    return tuple(midi_of(name) for name in text.replace("+", " ").split())


def line(text: str, *, shift: int = 0) -> list[Event]:
    """Read a line: `C4+E4:2` is a chord of two beats, `!` after it an accent, `|` only for the eye."""
    events: list[Event] = []
    beat, beats = 0.0, 1.0
    for token in text.replace("|", " ").split():
        accent = token.endswith("!")
        what, _, length = token.rstrip("!").partition(":")
        beats = float(length) if length else beats
        notes = () if what == "r" else tuple(note + shift for note in chord(what))
        events.append(Event(beat, beats, notes, accent))
        beat += beats
    return events


def length_of(events: list[Event]) -> float:
    """Return the beats of a line, rests included."""
    return events[-1].beat + events[-1].beats if events else 0.0


def scale_of(key: str) -> frozenset[int]:
    """Return the pitch classes of a key such as `Dm` or `Eb`: natural minor, or major."""
    minor = key.endswith("m")
    tonic = tonic_of(key)
    return frozenset((tonic + step) % 12 for step in (_MINOR if minor else _MAJOR))


def tonic_of(key: str) -> int:
    """Return the pitch class on which a key stands."""
    return midi_of(key.removesuffix("m") + "4") % 12
