"""Strings that are set going once: lute, wire-strung cittern, harp, felt piano, bass. Sums of dying partials.

A string's partials are sharp by its stiffness, weak where it was plucked, and each dies at its own pace
(Fletcher and Rossing, The Physics of Musical Instruments, ch. 2 and 9).
"""

from dataclasses import dataclass

import numpy as np

from antiphon.audio.engines.songs.tones import Samples, add_damped, frames_of, noise_band, shape


@dataclass(frozen=True)
class String:
    """How a string is made and touched."""

    t60_s: float = 4.0  # of the fundamental at 220 Hz
    dulling: float = 0.5  # how much sooner the upper partials die
    stiffness: float = 0.00008
    touch: float = 0.18  # where it is plucked, of its length
    bright_hz: float = 2600.0  # where the spectrum of a middling touch bends down
    damp_s: float = 0.25  # how fast it is silenced when the note ends
    ring: bool = False  # or whether it may ring on
    pair_cents: float = 0.0  # two strings to a note
    thump: float = 0.05  # of finger or hammer on wood
    thump_hz: float = 350.0
    body: tuple[tuple[float, float, float], ...] = ()  # resonances of the body: Hz, gain, relative width
    loudest_partial: int = 40

    def __call__(self, hz: float, seconds: float, strength: float, rng: np.random.Generator) -> Samples:
        """Return the sound of one note."""
        t60 = self.t60_s * (220 / hz) ** 0.45
        sounding = t60 * 1.1 if self.ring else min(t60 * 1.1, seconds + self.damp_s)
        out = np.zeros(frames_of(sounding), np.float32)
        bend = self.bright_hz * (0.35 + 0.9 * strength)
        count = int(min(self.loudest_partial, 9000 / hz))
        point = self.touch * (1 + rng.normal(0, 0.06))
        for h in range(1, max(2, count + 1)):
            at_hz = hz * h * np.sqrt(1 + self.stiffness * h * h)
            level = abs(np.sin(np.pi * h * point)) / h**0.9 / (1 + (at_hz / bend) ** 2)
            level *= 1 + sum(gain / (1 + ((at_hz / f - 1) / width) ** 2) for f, gain, width in self.body)
            dies = t60 / (1 + self.dulling * (h - 1) ** 0.8 + (at_hz / 7000) ** 2)
            phase = rng.uniform(-0.3, 0.3)
            if self.pair_cents and h <= 12:
                apart = 2 ** (self.pair_cents / 1200 / 2)
                add_damped(out, at_hz * apart, dies, 0.5 * level, phase)
                add_damped(out, at_hz / apart, dies * 0.85, 0.5 * level, phase + 0.2)
            else:
                add_damped(out, at_hz, dies, level, phase)
        self._knock(out, strength, rng)
        out *= np.float32(0.42)
        rise = 0.0025 if self.touch > 0.1 else 0.0015
        return out * shape(len(out), rise, min(sounding * 0.4, self.damp_s))

    def _knock(self, out: Samples, strength: float, rng: np.random.Generator) -> None:
        if not self.thump:
            return
        knock = noise_band(min(len(out), 2600), 60, self.thump_hz * (1 + strength), rng, -3)
        fall = np.exp(-np.arange(len(knock), dtype=np.float32) / 420)
        out[: len(knock)] += knock * fall * np.float32(self.thump * 2.2)


LUTE = String(
    t60_s=3.4, dulling=0.55, touch=0.17, bright_hz=2300, damp_s=0.18, pair_cents=2.5, thump=0.045,
    body=((190, 0.8, 0.2), (430, 0.6, 0.15), (1100, 0.4, 0.2)),
)  # fmt: skip
CITTERN = String(
    t60_s=4.2, dulling=0.32, stiffness=0.00016, touch=0.11, bright_hz=3600, damp_s=0.22, pair_cents=4.0, thump=0.03,
    body=((260, 0.6, 0.2), (720, 0.5, 0.2), (2100, 0.5, 0.2)),
)  # fmt: skip
HARP = String(t60_s=5.0, dulling=0.75, touch=0.38, bright_hz=1800, damp_s=0.6, ring=True, thump=0.02)
FELT = String(
    t60_s=6.0, dulling=0.62, stiffness=0.0004, touch=0.125, bright_hz=1150, damp_s=0.28, pair_cents=1.6, thump=0.09,
    thump_hz=240, body=((110, 0.5, 0.4), (240, 0.4, 0.3)), loudest_partial=26,
)  # fmt: skip
UPRIGHT_BASS = String(
    t60_s=2.2, dulling=0.8, touch=0.3, bright_hz=900, damp_s=0.12, thump=0.1, thump_hz=160,
    body=((95, 0.6, 0.3), (210, 0.4, 0.3)), loudest_partial=24,
)  # fmt: skip
