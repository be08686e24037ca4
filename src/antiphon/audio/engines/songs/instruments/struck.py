"""Bars, bells and tines: instruments of a few partials that do not stand in whole numbers to each other."""

from dataclasses import dataclass

import numpy as np

from antiphon.audio.engines.songs.tones import Samples, add_damped, db, frames_of, hann_rise, noise_band, shape

_KNOCK_FRAMES = 900


@dataclass(frozen=True)
class Struck:
    """Partials as (ratio, level in dB, seconds to die at 262 Hz), and the stick."""

    partials: tuple[tuple[float, float, float], ...]
    hardness: float = 0.5  # how much a strong blow brightens
    shorter: float = 0.6  # how much sooner high notes die
    stick: float = 0.06
    stick_hz: tuple[float, float] = (500.0, 2500.0)
    beat_hz: float = 0.0  # two modes close together: a bell is never quite round
    level: float = 0.5
    rise_s: float = 0.0015

    def __call__(self, hz: float, seconds: float, strength: float, rng: np.random.Generator) -> Samples:
        """Return the sound of one blow; it rings as long as it likes."""
        faster = (262 / hz) ** self.shorter
        longest = max(dies for _, _, dies in self.partials) * faster
        out = np.zeros(frames_of(min(16.0, longest * 1.1)), np.float32)
        for number, (ratio, level, dies) in enumerate(self.partials):
            quieter = (strength - 0.8) * 22 * self.hardness * min(1.0, number / 2)
            amplitude = db(level + quieter) * (1 + rng.normal(0, 0.06))
            if self.beat_hz and number < 5:
                apart = self.beat_hz * (0.6 + 0.3 * number) / 2
                add_damped(out, hz * ratio + apart, dies * faster, amplitude * 0.6)
                add_damped(out, hz * ratio - apart, dies * faster * 0.9, amplitude * 0.45, 1.0)
            else:
                add_damped(out, hz * ratio, dies * faster, amplitude)
        if self.stick:
            knock = noise_band(_KNOCK_FRAMES, *self.stick_hz, rng)[: len(out)]
            knock *= np.exp(-np.arange(len(knock), dtype=np.float32) / 110) * np.float32(self.stick * (0.4 + strength))
            knock *= shape(len(knock), 0.0008, 0.004)
            out[: len(knock)] += knock
        return out * np.float32(self.level) * shape(len(out), self.rise_s, 0.05)


MARIMBA = Struck(((1, 0, 1.3), (3.93, -17, 0.32), (9.3, -30, 0.12)), hardness=0.7, stick=0.05, stick_hz=(300, 1500))
LOW_MARIMBA = Struck(((1, 0, 1.7), (3.93, -24, 0.3)), hardness=0.5, stick=0.03, stick_hz=(150, 700), level=0.6)
VIBRAPHONE = Struck(((1, 0, 5.5), (3.98, -19, 2.2), (10.1, -34, 0.7)), stick=0.015, beat_hz=0.8, level=0.4)
MUSIC_BOX = Struck(
    ((1, 0, 2.6), (2.01, -26, 1.4), (5.4, -20, 0.7), (9.1, -30, 0.3)), hardness=0.3, shorter=0.45, stick=0.035,
    stick_hz=(2500, 7000), level=0.36,
)  # fmt: skip
KALIMBA = Struck(
    ((1, 0, 2.0), (2.0, -30, 1.0), (5.9, -24, 0.25)), hardness=0.5, stick=0.06, stick_hz=(250, 1200), level=0.5
)
GLASS = Struck(((1, 0, 5.0), (2.32, -20, 2.4), (4.25, -28, 1.3)), stick=0.0, beat_hz=0.5, level=0.34, rise_s=0.012)
# Hum, prime, tierce, quint, nominal and above: a bell in tune (Rossing, Science of Percussion Instruments, ch. 11).
BELL = Struck(
    ((0.5, -6, 14.0), (1.0, -2, 8.0), (1.2, -5, 6.0), (1.5, -14, 4.5), (2.0, 0, 5.0), (2.67, -14, 2.4),
     (3.01, -12, 2.0), (4.17, -16, 1.2), (5.43, -22, 0.7)),
    hardness=0.35, shorter=0.5, stick=0.03, stick_hz=(900, 4000), beat_hz=0.5, level=0.3,
)  # fmt: skip
BOWL = Struck(
    ((1, 0, 15.0), (2.77, -9, 9.0), (5.2, -18, 5.0), (8.2, -30, 2.5)), hardness=0.4, shorter=0.4, stick=0.0,
    beat_hz=1.1, level=0.36, rise_s=0.05,
)  # fmt: skip


def electric_piano(hz: float, seconds: float, strength: float, rng: np.random.Generator) -> Samples:
    """A tine piano by frequency modulation (Chowning, 1973), trembling from side to side. Shape (2, frames)."""
    ring = seconds + 0.22
    frames = frames_of(min(ring, 5.0))
    t = np.arange(frames, dtype=np.float32) / np.float32(44_100)
    turn = np.float32(2 * np.pi * hz)
    body_dies = np.exp(-t * np.float32(1.1 + hz / 900))
    bite = np.float32(0.35 + 1.5 * strength**2) * np.float32(min(1.0, (330 / hz) ** 0.35))
    growl = bite * np.exp(-t * np.float32(2.6)) * np.sin(turn * t)
    tine = np.float32(0.16 * strength) * np.exp(-t * np.float32(16)) * np.sin(turn * np.float32(14.03) * t)
    # Carrier and modulator in exact unison: the least detuning would leave a slow push below hearing.
    tone = np.sin(turn * t + growl + tine) * body_dies
    tone += np.float32(0.2) * np.sin(turn * np.float32(0.9991) * t) * body_dies
    tone *= shape(frames, 0.0025, min(0.2, ring * 0.5)) * np.float32(0.34)
    sway = np.float32(0.22) * np.sin(np.float32(2 * np.pi * 4.6) * t + np.float32(rng.uniform(0, 0.6)))
    return np.stack([tone * (1 + sway), tone * (1 - sway)])


def bowed(sound: Samples, rise_s: float = 1.2) -> Samples:
    """Take the blow off a sound and let it grow instead."""
    rise = min(len(sound), frames_of(rise_s))
    sound[:rise] *= hann_rise(rise)
    return sound
