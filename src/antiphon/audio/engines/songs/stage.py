"""A stage with seats: who plays when, how loud, from where, and how much of it the hall and the echo get."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypedDict, Unpack

import numpy as np

from antiphon.audio.engines.songs import notation
from antiphon.audio.engines.songs.notation import Event
from antiphon.audio.engines.songs.room import Room, add_hall, echoes, impulse
from antiphon.audio.engines.songs.tones import RATE, Samples, db, frames_of

# A note's sound: frequency, seconds it is held, strength from 0 to 1, chance. Shape (frames,) or (2, frames).
Voice = Callable[[float, float, float, np.random.Generator], Samples]

LEAD_S = 0.2  # of silence before the first beat: players swallow the first moment of a file


_WORTH_KEEPING = 5 * RATE  # samples: a long pad is not played twice, and a piece has many


class Place(TypedDict, total=False):
    """Where somebody sits and how they are heard: the fields of `Seat`."""

    gain_db: float
    pan: float
    room: float
    echo: float
    loose_ms: float
    keep: int


@dataclass(frozen=True)
class Sung:
    """One syllable of a phrase, in seconds from the phrase's start."""

    start_s: float
    seconds: float
    hz: float
    strength: float
    vowel: str


class Singer(Protocol):
    """Whoever takes a whole phrase in one breath."""

    def __call__(self, phrase: list[Sung], rng: np.random.Generator) -> Samples: ...


class Tempo:
    """Beats to seconds, along a curve of straight lines through (beat, beats per minute)."""

    def __init__(self, bpm: float, points: tuple[tuple[float, float], ...] = ()) -> None:
        grid = np.arange(0, 1200, 1 / 16)
        beats = [beat for beat, _ in points] or [0.0]
        speeds = [speed for _, speed in points] or [bpm]
        if points:
            beats, speeds = [points[0][0], *beats], [bpm, *speeds]
        pace = 60 / np.interp(grid, beats, speeds)
        self._grid = grid
        self._seconds = LEAD_S + np.concatenate([[0.0], np.cumsum((pace[1:] + pace[:-1]) / 2 / 16)])

    def at(self, beat: float) -> float:
        return float(np.interp(beat, self._grid, self._seconds))


@dataclass(frozen=True)
class Played:
    """What was written, for whoever checks the score: seat, seconds, pitch (0 for drums)."""

    seat: str
    start_s: float
    seconds: float
    midi: int


class Stage:
    """Collects the sound of one piece: dry, for the hall, and for the echo; each of shape (2, frames)."""

    def __init__(
        self, seconds: float, tempo: Tempo, seed: int, *, until_s: float | None = None, silent: bool = False
    ) -> None:
        """until_s: leave out what begins later. silent: only write down who plays what."""
        self.tempo = tempo
        self.rng = np.random.default_rng(seed)
        self.seed = seed
        self.seconds = seconds
        self.until_s = seconds if until_s is None else min(seconds, until_s)
        self.silent = silent
        self.played: list[Played] = []
        self.power: dict[str, float] = {}
        frames = 1 if silent else frames_of(self.until_s)
        self.dry = np.zeros((2, frames), np.float32)
        self.wet = np.zeros((2, frames), np.float32)
        self.echo = np.zeros((2, 1), np.float32)

    def seat(self, name: str, voice: Voice, **place: Unpack["Place"]) -> "Seat":
        """Give somebody with an instrument a place; see `Seat` for what may be said of it."""
        return Seat(self, name, voice=voice, **place)

    def singer(self, name: str, singer: Singer, **place: Unpack["Place"]) -> "Seat":
        """Give somebody a place who takes a whole phrase in one breath: a voice, a flute, a bow."""
        return Seat(self, name, singer=singer, **place)

    def bed(self, name: str, sound: Samples, gain_db: float, room: float) -> None:
        """Lay a sound under the whole piece."""
        self.add(sound, 0.0, Seat(self, name, room=room), db(gain_db))

    def add(self, sound: Samples, at_s: float, seat: "Seat", level: float) -> None:
        """Put a sound on the stage. What lies beyond the end is cut."""
        start = round(at_s * RATE)
        room = self.dry.shape[1] - start
        if room <= 0 or start < 0:
            return
        sound = sound[..., :room]
        self.power[seat.name] = self.power.get(seat.name, 0.0) + float(np.sum(sound * sound)) * level**2
        angle = (seat.pan + 1) * np.pi / 4
        gains = (np.float32(np.cos(angle) * 1.4142 * level), np.float32(np.sin(angle) * 1.4142 * level))
        late = round(abs(seat.pan) * 0.00035 * RATE)  # the far ear hears a little later
        if seat.echo and self.echo.shape[1] == 1:
            self.echo = np.zeros_like(self.dry)
        for side in range(2):
            wave = (sound if sound.ndim == 1 else sound[side]) * gains[side]
            first = start + (late if (side == 0) == (seat.pan > 0) else 0)
            wave = wave[: self.dry.shape[1] - first]
            self.dry[side, first : first + len(wave)] += wave
            if seat.room:
                self.wet[side, first : first + len(wave)] += wave * np.float32(seat.room)
            if seat.echo:
                self.echo[side, first : first + len(wave)] += wave * np.float32(seat.echo)

    def mixed(self, room: Room) -> Samples:
        """Return everything together in its room; the stage is empty afterwards."""
        if self.echo.shape[1] > 1 and room.echo_s:
            back = echoes(self.echo, room)
            self.echo = np.zeros((2, 1), np.float32)
            self.dry += back
            back *= np.float32(0.35)
            self.wet += back
            del back
        # A little of each side in the other: sound crosses a room.
        left = self.wet[0].copy()
        self.wet[0] += self.wet[1] * np.float32(0.25)
        self.wet[1] += left * np.float32(0.25)
        add_hall(self.dry, self.wet, impulse(room, self.seed), room.level)
        self.wet = np.zeros((2, 1), np.float32)
        return self.dry


@dataclass
class Seat:
    """A player's place. pan: -1 left to 1 right. room, echo: how much of it is sent there."""

    stage: Stage
    name: str
    voice: Voice | None = None
    singer: Singer | None = None
    gain_db: float = 0.0
    pan: float = 0.0
    room: float = 0.3
    echo: float = 0.0
    loose_ms: float = 0.0  # how far from the beat a hand may fall
    keep: int = 1  # equal notes are made this often and then taken again
    _made: dict[tuple[float, ...], Samples] = field(default_factory=dict)

    def play(self, beat: float, midi: float, beats: float, strength: float = 0.7, *, tuned: bool = True) -> None:
        """Play one note; of an instrument without pitch, `tuned` is false."""
        stage = self.stage
        start = stage.tempo.at(beat)
        seconds = stage.tempo.at(beat + beats) - start
        if self.loose_ms:
            start = max(0.0, start + float(stage.rng.normal(0, self.loose_ms / 1000)))
            strength = float(np.clip(strength * (1 + stage.rng.normal(0, 0.05)), 0.05, 1.0))
        stage.played.append(Played(self.name, start, seconds, round(midi) if tuned else 0))
        if stage.silent or start >= stage.until_s:
            return
        stage.add(self._sound(midi, seconds, strength), start, self, db(self.gain_db) * strength**1.4)

    def strike(self, beat: float, strength: float = 0.7) -> None:
        """Play something without pitch."""
        self.play(beat, 69, 0.25, strength, tuned=False)

    def line(self, beat: float, text: str, strength: float = 0.7, *, hold: float = 1.0, shift: int = 0) -> float:
        """Play a written line; return the beat on which it ends. hold: how much of its length a note is held."""
        events = notation.line(text, shift=shift)
        for event in events:
            for number, midi in enumerate(event.notes):
                louder = min(1.0, strength * (1.18 if event.accent else 1.0) * (1.0 if number == 0 else 0.92))
                self.play(beat + event.beat, midi, event.beats * hold, louder)
        return beat + notation.length_of(events)

    def chord(self, beat: float, names: str, beats: float, strength: float = 0.6, *, strum_ms: float = 0.0) -> None:
        """Play notes together, or one shortly after the other."""
        per_beat = self.stage.tempo.at(beat + 1) - self.stage.tempo.at(beat)
        for number, midi in enumerate(notation.chord(names)):
            late = number * strum_ms / 1000 / per_beat
            self.play(beat + late, midi, max(0.05, beats - late), strength * (0.94 if number else 1.0))

    def sing(
        self,
        beat: float,
        text: str,
        strength: float = 0.7,
        *,
        vowels: str = "a",
        shift: float = 0.0,
        late_s: float = 0.0,
    ) -> float:
        """Sing a written line, a breath at every rest; return the beat on which it ends."""
        events = notation.line(text)
        breath: list[tuple[Event, int]] = []
        for number, event in enumerate(events):
            if event.notes:
                breath.append((event, number))
            if breath and (not event.notes or number == len(events) - 1):
                self._breathe(beat, breath, strength, vowels, shift, late_s)
                breath = []
        return beat + notation.length_of(events)

    def _breathe(
        self, beat: float, breath: list[tuple[Event, int]], strength: float, vowels: str, shift: float, late_s: float
    ) -> None:
        tempo = self.stage.tempo
        start = tempo.at(beat + breath[0][0].beat) + late_s
        phrase = []
        for event, number in breath:
            at = tempo.at(beat + event.beat) + late_s
            seconds = tempo.at(beat + event.beat + event.beats) + late_s - at
            louder = min(1.0, strength * (1.15 if event.accent else 1.0))
            hz = notation.hz_of(event.notes[0] + shift)
            phrase.append(Sung(at - start, seconds, hz, louder, vowels[number % len(vowels)]))
            self.stage.played.append(Played(self.name, at, seconds, round(event.notes[0] + shift)))
        if self.singer is None:
            raise TypeError(f"{self.name} plays notes and cannot sing")
        if self.stage.silent or start >= self.stage.until_s:
            return
        self.stage.add(self.singer(phrase, self.stage.rng), max(0.0, start), self, db(self.gain_db) * strength**0.9)

    def _sound(self, midi: float, seconds: float, strength: float) -> Samples:
        """Make a note, or take one of the few made before: no two neighbours are the very same."""
        seconds, strength = round(seconds, 2), max(0.1, round(strength * 8) / 8)
        variant = float(self.stage.rng.integers(0, self.keep))
        key = (midi, seconds, strength, variant)
        if self.voice is None:
            raise TypeError(f"{self.name} sings phrases and cannot play a note")
        if key in self._made:
            return self._made[key]
        seed = [self.stage.seed, round(midi * 100), round(seconds * 100), round(strength * 8), int(variant)]
        sound = self.voice(notation.hz_of(midi), seconds, strength, np.random.default_rng(seed))
        if sound.size < _WORTH_KEEPING:
            self._made[key] = sound
        return sound
