"""Drums and small noises. They take no pitch: their frequency is part of what they are."""

from collections.abc import Callable

import numpy as np

from antiphon.audio.engines.songs.tones import RATE, Samples, add_damped, decay, frames_of, noise_band, shape

Beaten = Callable[[float, float, float, np.random.Generator], Samples]


def kick(top_hz: float = 130.0, floor_hz: float = 48.0, t60_s: float = 0.42) -> Beaten:
    """A drum whose pitch falls as it sounds."""

    def sound(hz: float, seconds: float, strength: float, rng: np.random.Generator) -> Samples:
        frames = frames_of(t60_s)
        t = np.arange(frames) / RATE
        pitch = floor_hz + (top_hz - floor_hz) * np.exp(-t / 0.035)
        wave = np.sin(2 * np.pi * np.cumsum(pitch) / RATE).astype(np.float32) * decay(frames, t60_s * 1.1)
        click = noise_band(500, 800, 3500, rng) * shape(500, 0.0005, 0.01) * np.float32(0.12 * strength)
        wave[:500] += click
        return wave * shape(frames, 0.002, 0.05) * np.float32(0.8)

    return sound


def frame_drum(floor_hz: float = 92.0, t60_s: float = 0.75, slap: float = 0.22) -> Beaten:
    """A skin on a wooden ring: the modes of a round membrane, bent up by the blow."""

    def sound(hz: float, seconds: float, strength: float, rng: np.random.Generator) -> Samples:
        out = np.zeros(frames_of(t60_s), np.float32)
        for ratio, level, dies in (
            (1, 1, 1),
            (1.59, 0.42, 0.6),
            (2.14, 0.26, 0.42),
            (2.65, 0.16, 0.3),
            (3.5, 0.09, 0.2),
        ):
            bend = 1 + 0.02 * strength + rng.normal(0, 0.004)
            add_damped(out, floor_hz * ratio * bend, t60_s * dies, level * (0.5 + 0.5 * strength if ratio > 1 else 1))
        skin = noise_band(2200, 250, 2400, rng, -3) * decay(2200, 0.045)
        out[:2200] += skin * np.float32(slap * (0.4 + strength))
        return out * shape(len(out), 0.002, 0.08) * np.float32(0.5)

    return sound


def rim(hz: float, seconds: float, strength: float, rng: np.random.Generator) -> Samples:
    """A stick across the rim of a snare."""
    out = np.zeros(5000, np.float32)
    add_damped(out, 480, 0.07, 0.5)
    add_damped(out, 1720, 0.05, 0.55)
    out[:1200] += noise_band(1200, 1500, 6000, rng) * decay(1200, 0.03) * np.float32(0.5)
    return out * shape(5000, 0.0008, 0.02) * np.float32(0.5)


def brush(hz: float, seconds: float, strength: float, rng: np.random.Generator) -> Samples:
    """Wire on a skin, stroked."""
    frames = frames_of(0.16)
    wave = noise_band(frames, 900, 6500, rng, -2)
    return wave * shape(frames, 0.03, 0.11) * np.float32(0.3)


def hat(hz: float, seconds: float, strength: float, rng: np.random.Generator) -> Samples:
    """Two small cymbals, closed."""
    frames = frames_of(0.09)
    return noise_band(frames, 6500, 15_000, rng) * decay(frames, 0.075) * shape(frames, 0.0008, 0.02) * np.float32(0.5)


def open_hat(hz: float, seconds: float, strength: float, rng: np.random.Generator) -> Samples:
    frames = frames_of(0.42)
    return noise_band(frames, 5500, 14_000, rng) * decay(frames, 0.5) * shape(frames, 0.001, 0.1) * np.float32(0.4)


def shaker(hz: float, seconds: float, strength: float, rng: np.random.Generator) -> Samples:
    """Seeds that go there and back."""
    frames = frames_of(0.1)
    wave = noise_band(frames, 4500, 11_000, rng)
    return wave * shape(frames, 0.025 + 0.02 * (1 - strength), 0.05) * np.float32(0.34)


def jingles(hz: float, seconds: float, strength: float, rng: np.random.Generator) -> Samples:
    """A tambourine's small plates."""
    out = np.zeros(frames_of(0.3), np.float32)
    for _ in range(9):
        add_damped(out, rng.uniform(4200, 11_500), rng.uniform(0.08, 0.28), 0.1, rng.uniform(0, 6))
    out += noise_band(len(out), 6000, 14_000, rng) * decay(len(out), 0.12) * np.float32(0.18)
    return out * shape(len(out), 0.002, 0.05) * np.float32(0.6)


def clap(hz: float, seconds: float, strength: float, rng: np.random.Generator) -> Samples:
    """A few hands, not quite together."""
    frames = frames_of(0.2)
    out = np.zeros(frames, np.float32)
    for late in (0, 380, 830, 1150):
        hand = noise_band(frames - late, 700, 4200, rng) * decay(frames - late, 0.1 if late == 1150 else 0.02)
        out[late:] += hand * shape(frames - late, 0.0006, 0.03)
    return out * np.float32(0.4)


def tom(floor_hz: float) -> Beaten:
    """A drum with a pitch one could sing."""

    def sound(hz: float, seconds: float, strength: float, rng: np.random.Generator) -> Samples:
        return kick(floor_hz * 1.45, floor_hz, 0.5)(hz, seconds, strength, rng)

    return sound
