"""Describes a sound in 85 numbers: timbre, harmony, rhythm, dynamics. Learned from nothing, so there is no model.

It hears the sound once, in blocks, and keeps of it some fifty numbers a window of 23 ms. Runs in the process in which
software listens, so whatever it needs is imported here, at the top.
"""

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np

from antiphon.discovery.core import layout
from antiphon.discovery.engines import frames
from antiphon.discovery.engines.dynamics import dynamics
from antiphon.discovery.engines.frames import Array
from antiphon.discovery.engines.harmony import chroma, harmony
from antiphon.discovery.engines.rhythm import onsets, rhythm, tempo, tempogram
from antiphon.discovery.engines.timbre import BANDS, decibels, timbre

SHORT, SHORT_HOP = 2048, 512  # 93 ms, 43 times a second: for timbre and onsets
LONG, LONG_HOP = 4096, 2048  # 186 ms: semitones are told apart from 100 Hz


class Sound(Protocol):
    """A sound in mono blocks, full scale 1.0."""

    @property
    def rate_hz(self) -> int: ...

    def blocks(self) -> Iterator[Array]: ...


def hear(sound: Sound) -> dict[str, Any]:
    """Return `vector` (the numbers of `core.layout`), its `version`, and the tempo as it was found."""
    rate_hz = sound.rate_hz
    bands = frames.mel_bands(SHORT, rate_hz, BANDS, 40.0, rate_hz / 2)
    short, long = frames.Windows(SHORT, SHORT_HOP), frames.Windows(LONG, LONG_HOP)
    short_taper = np.hanning(SHORT).astype(np.float32)
    long_taper = np.hanning(LONG).astype(np.float32)
    mels, notes, powers, peak = [], [], [], 0.0
    for block in sound.blocks():
        peak = max(peak, float(np.abs(block).max(initial=0.0)))
        windows = short.cut(block)
        mels.append(frames.power(windows, short_taper) @ bands)
        powers.append(np.square(windows).mean(axis=1))
        notes.append(chroma(frames.power(long.cut(block), long_taper), rate_hz))
    loud = np.concatenate([np.zeros(0, np.float32), *powers])
    return _described(_joined(mels, BANDS), _joined(notes, 12), loud, peak, rate_hz / SHORT_HOP)


def _joined(parts: list[Array], width: int) -> Array:
    return np.concatenate([np.zeros((0, width), np.float32), *parts])


def _described(mel: Array, notes: Array, power: Array, peak: float, rate: float) -> dict[str, Any]:
    levels = decibels(mel) if len(mel) else mel
    strength = onsets(levels)
    vector = np.concatenate((timbre(levels), harmony(notes), rhythm(strength, rate), dynamics(power, peak)))
    beats, clear = tempo(*tempogram(strength, rate))
    return {
        "version": layout.VERSION,
        "vector": [round(float(number), 5) for number in np.nan_to_num(vector)],
        "tempo_bpm": round(beats, 2),
        "tempo_clarity": round(clear, 3),
    }
