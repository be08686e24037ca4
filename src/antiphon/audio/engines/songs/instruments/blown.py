"""Voices, flutes, reeds and bows: whoever holds a line in one breath, with glides, vibrato and vowels."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from antiphon.audio.engines.songs.stage import Sung
from antiphon.audio.engines.songs.tones import (
    RATE,
    STEP,
    Samples,
    frames_of,
    hann_rise,
    noise_band,
    read,
    sway,
    table_of,
    unfold,
)

_CROSS_S = 0.05

# Frequency, level in dB and width of the first five formants, after the tables in the Csound manual, appendix D.
_FORMANTS: dict[str, tuple[tuple[float, float, float], ...]] = {
    "tenor a": ((650, 0, 80), (1080, -6, 90), (2650, -9, 120), (2900, -10, 130), (3250, -22, 140)),
    "tenor o": ((400, 0, 70), (800, -10, 80), (2600, -14, 100), (2800, -14, 130), (3000, -26, 135)),
    "tenor u": ((350, 0, 60), (600, -18, 60), (2700, -22, 100), (2900, -22, 120), (3300, -30, 120)),
    "tenor e": ((400, 0, 70), (1700, -14, 80), (2600, -13, 100), (3200, -16, 120), (3580, -22, 120)),
    "high a": ((800, 0, 80), (1150, -6, 90), (2900, -24, 120), (3900, -26, 130), (4950, -50, 140)),
    "high o": ((450, 0, 70), (800, -11, 80), (2830, -24, 100), (3800, -28, 130), (4950, -50, 135)),
    "high u": ((325, 0, 60), (700, -16, 60), (2700, -32, 170), (3800, -40, 180), (4950, -60, 200)),
    "high e": ((350, 0, 60), (2000, -20, 100), (2800, -19, 120), (3600, -36, 150), (4950, -56, 200)),
    "high m": ((280, 0, 90), (800, -26, 120), (2300, -38, 200), (3300, -46, 250), (4300, -60, 300)),
    "tenor m": ((250, 0, 90), (750, -24, 120), (2200, -36, 200), (3000, -40, 250), (3900, -60, 300)),
}

Spectrum = Callable[[float, float, str], NDArray[np.float64]]


def _voice(kind: str) -> Spectrum:
    def harmonics(hz: float, strength: float, vowel: str) -> NDArray[np.float64]:
        f = hz * np.arange(1, int(7500 / hz) + 2)
        level = np.zeros(len(f))
        for at, loud, wide in _FORMANTS[f"{kind} {vowel}"]:
            level += 10 ** (loud / 20) / (1 + ((f - at) / (wide * 1.25)) ** 2) ** 0.8
        level += 0.22 * (f / hz) ** -1.6  # throats leak at every frequency, most at the lowest
        return level * (1 + f / 900) ** (-1.15 + 0.5 * strength)

    return harmonics


def _series(levels_db: tuple[float, ...], brighten: float) -> Spectrum:
    def harmonics(hz: float, strength: float, vowel: str) -> NDArray[np.float64]:
        level = np.array([10 ** (db / 20) for db in levels_db])
        h = np.arange(1, len(level) + 1)
        level *= h ** (brighten * (strength - 0.7))
        return np.where(h * hz < 16_000, level, 0.0)

    return harmonics


def _body(slope: float, peaks: tuple[tuple[float, float, float], ...]) -> Spectrum:
    def harmonics(hz: float, strength: float, vowel: str) -> NDArray[np.float64]:
        h = np.arange(1, int(9000 / hz) + 2)
        f = h * hz
        level = h ** -(slope + 0.5 * (0.7 - strength))
        level *= 0.45 + sum(gain / (1 + ((f / at - 1) / width) ** 2) for at, gain, width in peaks)
        return level / (1 + (f / 6500) ** 4)

    return harmonics


@dataclass(frozen=True)
class Breath:
    """How somebody takes a phrase. Called with syllables, returns the phrase's sound, one channel."""

    spectrum: Spectrum
    attack_s: float = 0.07
    release_s: float = 0.16
    glide_s: float = 0.05
    vibrato_cents: float = 16.0
    vibrato_hz: float = 5.1
    vibrato_after_s: float = 0.35
    drift_cents: float = 4.0
    dip: float = 0.25  # how far the sound sinks between two notes
    air: float = 0.02  # of breath or bow in the tone
    level: float = 0.5

    def __call__(self, phrase: list[Sung], rng: np.random.Generator) -> Samples:
        end_s = phrase[-1].start_s + phrase[-1].seconds
        frames = frames_of(end_s + self.release_s)
        at = np.arange(frames // STEP + 2) * STEP / RATE
        cents, level = self._curves(phrase, at, end_s, rng)
        hz = unfold(phrase[0].hz * 2 ** (cents / 1200), frames)
        cycles = np.cumsum(hz, dtype=np.float64) / RATE + rng.random()
        out = self._voiced(phrase, cycles, frames)
        if self.air:
            middle = phrase[len(phrase) // 2].hz
            out += noise_band(frames, middle * 1.2, min(9000.0, middle * 7), rng, -3) * np.float32(self.air)
        out *= unfold(level, frames)
        return out * np.float32(self.level)

    def _curves(
        self, phrase: list[Sung], at: NDArray[np.float64], end_s: float, rng: np.random.Generator
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Pitch in cents from the first note, and loudness, both at every `STEP`th frame."""
        cents, level, since = np.zeros(len(at)), np.zeros(len(at)), np.zeros(len(at))
        dips = np.ones(len(at))
        for number, note in enumerate(phrase):
            here = at >= note.start_s
            cents[here] = 1200 * np.log2(note.hz / phrase[0].hz)
            level[here] = 0.75 + 0.25 * note.strength
            since[here] = at[here] - note.start_s
            if number:
                depth = self.dip * min(1.0, note.seconds / 0.3)
                dips *= 1 - depth * np.exp(-(((at - note.start_s) / 0.035) ** 2))
        width = max(3, int(self.glide_s * RATE / STEP)) | 1
        kernel = np.hanning(width + 2)[1:-1]
        cents = _smoothed(cents, kernel / kernel.sum())
        level = _smoothed(level, kernel / kernel.sum())
        swing = self.vibrato_cents * np.clip((since - self.vibrato_after_s) / 0.5, 0, 1)
        pace = self.vibrato_hz * (1 + rng.normal(0, 0.04)) + 0.25 * sway(len(at), rng, 2.0)
        cents += swing * np.sin(2 * np.pi * np.cumsum(pace) * STEP / RATE + rng.uniform(0, 6.28))
        cents += self.drift_cents * sway(len(at), rng, 2.5)
        if self.glide_s > 0.03:
            cents -= 18 * np.exp(-at / 0.05)  # a voice comes to its first note from a little below
        # Breath swells a little towards the middle of a phrase.
        arch = 0.88 + 0.12 * np.sin(np.pi * np.clip(at / max(0.2, end_s), 0, 1))
        rise = np.sin(np.pi / 2 * np.clip(at / self.attack_s, 0, 1)) ** 2
        fall = np.cos(np.pi / 2 * np.clip((at - end_s + 0.04) / (self.release_s + 0.03), 0, 1)) ** 2
        return cents, level * dips * arch * rise * fall

    def _voiced(self, phrase: list[Sung], cycles: NDArray[np.float64], frames: int) -> Samples:
        out = np.zeros(frames, np.float32)
        cross = frames_of(_CROSS_S)
        for number, note in enumerate(phrase):
            first = max(0, frames_of(note.start_s) - cross // 2)
            last = number == len(phrase) - 1
            stop = frames if last else min(frames, frames_of(note.start_s + note.seconds) + cross // 2)
            table = _table(self.spectrum, round(note.hz, 1), round(note.strength * 8) / 8, note.vowel)
            part = read(table, cycles[first:stop])
            edge = min(cross, len(part) // 2)
            if number and edge > 1:
                part[:edge] *= hann_rise(edge)
            if not last and edge > 1:
                part[-edge:] *= hann_rise(edge)[::-1]
            out[first:stop] += part
        return out


def _smoothed(curve: NDArray[np.float64], kernel: NDArray[np.float64]) -> NDArray[np.float64]:
    half = len(kernel) // 2
    return np.convolve(np.pad(curve, half, mode="edge"), kernel, "valid")


@lru_cache(maxsize=512)
def _table(spectrum: Spectrum, hz: float, strength: float, vowel: str) -> Samples:
    return table_of(spectrum(hz, strength, vowel))


CANTOR = Breath(_voice("tenor"), vibrato_cents=14, glide_s=0.075, air=0.012, attack_s=0.09, release_s=0.22)
CHOIR_HIGH = Breath(
    _voice("high"), vibrato_cents=11, vibrato_hz=5.4, glide_s=0.08, attack_s=0.13, release_s=0.3, air=0.02
)
CHOIR_LOW = Breath(_voice("tenor"), vibrato_cents=8, glide_s=0.09, attack_s=0.16, release_s=0.35, air=0.012)
HUMMING = Breath(_voice("high"), vibrato_cents=13, vibrato_hz=4.9, glide_s=0.1, attack_s=0.12, release_s=0.3, air=0.03)
RECORDER = Breath(
    _series((0, -13, -11, -24, -26, -34, -38, -44), 0.5), attack_s=0.035, release_s=0.07, glide_s=0.02,
    vibrato_cents=9, vibrato_after_s=0.3, dip=0.55, air=0.022, level=0.42, drift_cents=2.5,
)  # fmt: skip
FLUTE = Breath(
    _series((0, -9, -16, -22, -28, -36, -42), 0.9), attack_s=0.06, release_s=0.14, glide_s=0.03, vibrato_cents=14,
    vibrato_hz=4.7, dip=0.3, air=0.03, level=0.42, drift_cents=3,
)  # fmt: skip
MELODICA = Breath(
    _series((-4, 0, -3, -7, -6, -12, -11, -17, -18, -24, -24, -30, -32, -36), 0.8), attack_s=0.03, release_s=0.07,
    glide_s=0.015, vibrato_cents=7, vibrato_hz=5.6, dip=0.4, air=0.012, level=0.36, drift_cents=2,
)  # fmt: skip
VIOL = Breath(
    _body(1.05, ((290, 1.1, 0.2), (520, 0.8, 0.2), (1250, 0.6, 0.25), (2400, 0.45, 0.25))), attack_s=0.08,
    release_s=0.16, glide_s=0.03, vibrato_cents=8, vibrato_hz=5.0, dip=0.35, air=0.018, level=0.4, drift_cents=3,
)  # fmt: skip
HORN = Breath(
    _body(1.35, ((180, 1.2, 0.5), (420, 0.9, 0.4))), attack_s=0.5, release_s=0.9, glide_s=0.25, vibrato_cents=2,
    vibrato_after_s=1.0, dip=0.1, air=0.03, level=0.6, drift_cents=5,
)  # fmt: skip
