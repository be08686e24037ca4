"""Sounds that stand: pads, organ, drone, synthesiser notes, bass, sea. Wavetables between a dark and a bright one."""

import numpy as np

from antiphon.audio.engines.songs.tones import (
    RATE,
    TABLE,
    Samples,
    db,
    decay,
    falling,
    frames_of,
    noise_band,
    read,
    shape,
    steady,
    table_of,
    wander,
)

_SINE = np.sin(np.linspace(0, 2 * np.pi, TABLE + 1)).astype(np.float32)
_AT_ONCE = 1 << 17  # frames of a long sound that are worked on together: the whole would take too much memory


def pad(hz: float, seconds: float, strength: float, rng: np.random.Generator) -> Samples:
    """A slow, wide string-like pad that opens and closes; shape (2, frames)."""
    attack, release = min(1.6, seconds * 0.4), min(2.6, 0.8 + seconds * 0.3)
    frames = frames_of(seconds + release)
    dark, bright = falling(hz, 1.5, 500, seed=3), falling(hz, 1.15, 2600, seed=4)
    level = shape(frames, attack, release)
    opening = (shape(frames, seconds * 0.55, seconds * 0.6) ** 2 * (0.15 + 0.5 * strength)).astype(np.float32)
    sides = []
    for side in (-1, 1):
        wave = np.zeros(frames, np.float32)
        for cents in (-5.0 * side, 1.0, 6.5 * side):
            low, high = steady(hz * 2 ** (cents / 1200), frames, dark, bright, start=rng.random())
            high -= low
            high *= opening
            wave += low
            wave += high
        sides.append(wave * level * np.float32(0.16))
    return np.stack(sides)


def warm(hz: float, seconds: float, strength: float, rng: np.random.Generator) -> Samples:
    """A soft, dark bed of two detuned triangles; shape (2, frames)."""
    release = min(2.0, 0.6 + seconds * 0.3)
    frames = frames_of(seconds + release)
    table = falling(hz, 2.0, 900, seed=5)
    level = shape(frames, min(0.9, seconds * 0.35), release) * np.float32(0.3)
    [left] = steady(hz * 1.0016, frames, table, start=rng.random())
    [right] = steady(hz * 0.9984, frames, table, start=rng.random())
    return np.stack([left * level, right * level])


_ORGAN = np.array([0, -8, -14, -16, -30, -24, -34, -22], float)


def organ(hz: float, seconds: float, strength: float, rng: np.random.Generator) -> Samples:
    """Flue pipes at 8', 4' and 2 2/3', with the chiff of air before the tone."""
    frames = frames_of(seconds + 0.12)
    table = table_of(10 ** (_ORGAN / 20))
    [out] = steady(hz * (1 + rng.normal(0, 0.0003)), frames, table, start=rng.random())
    out *= shape(frames, 0.035, 0.11) * (1 + np.float32(0.05) * wander(frames, rng, 3.0))
    chiff = noise_band(min(frames, 3500), hz * 1.8, hz * 5, rng)
    out[: len(chiff)] += chiff * shape(len(chiff), 0.012, 0.05) * np.float32(0.05)
    return out * np.float32(0.34)


def pedal(hz: float, seconds: float, strength: float, rng: np.random.Generator) -> Samples:
    """The organ's low pipes: nearly a sine, slow to speak."""
    frames = frames_of(seconds + 0.2)
    table = table_of(np.array([1, 0.32, 0.1, 0.05]))
    [out] = steady(hz, frames, table, start=rng.random())
    return out * shape(frames, 0.09, 0.2) * np.float32(0.42)


def pluck_synth(hz: float, seconds: float, strength: float, rng: np.random.Generator) -> Samples:
    """A synthesiser note whose filter closes as it goes."""
    ring = max(0.35, seconds * 1.6)
    frames = frames_of(ring)
    bright = falling(hz, 1.05, 1400 + 4600 * strength, seed=7)
    dark = falling(hz, 1.5, 700, seed=7)
    low, high = steady(hz * 1.0012, frames, dark, bright)
    low_too, high_too = steady(hz * 0.9988, frames, dark, bright, start=0.31)
    closing = decay(frames, 0.32 + 0.3 * strength)
    low += low_too
    wave = low + closing * (high + high_too - low)
    return wave * decay(frames, ring * 1.25) * shape(frames, 0.003, ring * 0.35) * np.float32(0.24)


def soft_lead(hz: float, seconds: float, strength: float, rng: np.random.Generator) -> Samples:
    """A hollow lead with a late vibrato."""
    frames = frames_of(seconds + 0.25)
    t = np.arange(frames) / RATE
    table = falling(hz, 1.2, 1500 + 1800 * strength, odd=True)
    swing = 0.0035 * np.clip((t - 0.3) / 0.5, 0, 1) * np.sin(2 * np.pi * 5.0 * t)
    cycles = np.cumsum(hz * (1 + swing)) / RATE
    return read(table, cycles) * shape(frames, 0.03, 0.24) * np.float32(0.36)


def skank(hz: float, seconds: float, strength: float, rng: np.random.Generator) -> Samples:
    """The short off-beat chord of an organ through a spring."""
    frames = frames_of(seconds + 0.06)
    bubble = table_of(np.array([1, 0.5, 0.34, 0.3, 0.05, 0.16, 0.02, 0.1]))
    round_, edge = steady(hz, frames, bubble, falling(hz, 1.1, 2600, seed=8), start=0.2)
    wave = round_ + np.float32(0.35) * edge
    return wave * decay(frames, 0.9) * shape(frames, 0.004, 0.055) * np.float32(0.3)


def dub_bass(hz: float, seconds: float, strength: float, rng: np.random.Generator) -> Samples:
    """Round and low, with just enough above the fundamental to be heard on a telephone."""
    frames = frames_of(seconds + 0.07)
    t = np.arange(frames, dtype=np.float32) / RATE
    turn = np.float32(2 * np.pi * hz) * t
    wave = np.sin(turn) + np.float32(0.42) * np.sin(2 * turn) * decay(frames, 1.4)
    wave += np.float32(0.2) * np.sin(3 * turn) * decay(frames, 0.5)
    return np.asarray(np.tanh(wave * np.float32(1.3)), np.float32) * shape(frames, 0.008, 0.07) * np.float32(0.46)


def sub_bass(hz: float, seconds: float, strength: float, rng: np.random.Generator) -> Samples:
    """A synthesiser's bass with a little growl at its start."""
    frames = frames_of(seconds + 0.08)
    low, high = steady(hz, frames, falling(hz, 2.2, 250), falling(hz, 1.3, 900))
    wave = low + decay(frames, 0.5) * np.float32(0.7) * (high - low)
    return wave * shape(frames, 0.006, 0.08) * np.float32(0.5)


def beep(hz: float, seconds: float, strength: float, rng: np.random.Generator) -> Samples:
    """The tone after which one speaks."""
    frames = frames_of(seconds)
    [out] = steady(hz, frames, falling(hz, 3.0, 3000))
    return out * shape(frames, 0.008, 0.012) * np.float32(0.3)


def drone(hz: float, seconds: float, harmonics: dict[int, float], rng: np.random.Generator) -> Samples:
    """Strings under a turning wheel: harmonics that come and go slowly, each on its own; shape (2, frames)."""
    frames = frames_of(seconds)
    out = np.zeros((2, frames), np.float32)
    for h, level in harmonics.items():
        beats, begin = hz * h * (1 + rng.normal(0, 0.00025)), rng.random()
        breath = [np.clip(0.62 + 0.38 * wander(frames, rng, 0.35), 0.05, 1.4) * np.float32(db(level)) for _ in "LR"]
        for start in range(0, frames, _AT_ONCE):
            here = slice(start, min(frames, start + _AT_ONCE))
            [sine] = steady(beats, here.stop - start, _SINE, start=begin + beats * start / RATE)
            for side in range(2):
                out[side, here] += sine * breath[side][here]
    return out


def sea(seconds: float, rng: np.random.Generator, *, wave_s: float = 7.0) -> Samples:
    """Water that comes and goes along a wall; shape (2, frames)."""
    frames = frames_of(seconds)
    out = np.zeros((2, frames), np.float32)
    for side in range(2):
        for low, high, loud, pace in ((60, 350, 0.5, 1.0), (300, 1400, 0.4, 1.0), (1200, 6000, 0.16, 1.4)):
            loop = noise_band(1 << 18, low, high, rng, -3)
            bed = np.tile(loop, frames // len(loop) + 1)[:frames]  # seamless: noise from a spectrum is periodic
            swell = np.clip(0.45 + 0.55 * wander(frames, rng, pace * 2 / wave_s), 0.04, 2.0) ** 1.6
            bed *= swell * np.float32(loud)
            out[side] += bed
    return out
