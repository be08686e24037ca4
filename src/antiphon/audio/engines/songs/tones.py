"""The raw material of every instrument: wavetables, dying sines, noise, envelopes. float32, one channel, 44.1 kHz."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

RATE = 44_100
TABLE = 2048
STEP = 64  # frames between two points of a slow curve
Samples = NDArray[np.float32]
Curve = NDArray[np.float64]
_LN1000 = 6.907755278982137


def frames_of(seconds: float) -> int:
    return max(1, round(seconds * RATE))


def db(level: float) -> float:
    """Return the amplitude of a level in decibels."""
    return float(10.0 ** (level / 20))


def add_damped(out: Samples, hz: float, t60_s: float, amplitude: float, phase: float = 0.0) -> None:
    """Add a sine that dies by 60 dB in `t60_s`; it ends where it has become inaudible.

    A geometric series doubled block by block: one complex product a sample, and no call of sin or exp.
    """
    if hz >= RATE * 0.45 or abs(amplitude) < 1e-6:
        return
    audible_s = t60_s * max(0.05, (80 + 20 * np.log10(abs(amplitude))) / 60)
    frames = min(len(out), frames_of(audible_s))
    step = complex(-_LN1000 / (t60_s * RATE), 2 * np.pi * hz / RATE)
    series = np.empty(frames, np.complex64)
    series[0] = amplitude * np.exp(1j * phase)
    have = 1
    while have < frames:
        more = min(have, frames - have)
        np.multiply(series[:more], np.complex64(np.exp(step * have)), out=series[have : have + more])
        have += more
    out[:frames] += series.imag


def table_of(amplitudes: NDArray[np.float64], *, seed: int = 0) -> Samples:
    """Return one period with these harmonics (the first is the fundamental), at a peak of about one.

    A seed scatters the phases, which keeps pads from buzzing; without one the wave is a train of pulses, as a voice is.
    """
    spectrum = np.zeros(TABLE // 2 + 1, np.complex128)
    count = min(len(amplitudes), TABLE // 2 - 1)
    phases = np.random.default_rng(seed).uniform(0, 2 * np.pi, count) if seed else np.full(count, -np.pi / 2)
    spectrum[1 : count + 1] = amplitudes[:count] * np.exp(1j * phases)
    wave = np.fft.irfft(spectrum, TABLE)
    wave *= 0.5 / max(1e-9, float(np.sqrt(np.mean(wave**2))) * 1.6)
    return np.append(wave, wave[0]).astype(np.float32)


@lru_cache(maxsize=256)
def falling(hz: float, slope: float, cut_hz: float = 16_000.0, *, odd: bool = False, seed: int = 0) -> Samples:
    """Return the period of a tone whose harmonics fall as 1/h^slope and end softly at `cut_hz`."""
    h = np.arange(1, max(2, int(min(18_000.0, cut_hz * 2.5) / hz)) + 1)
    amplitudes = h**-slope / (1 + (h * hz / cut_hz) ** 4)
    if odd:
        amplitudes = np.where(h % 2 == 1, amplitudes, amplitudes * 0.08)
    return table_of(amplitudes, seed=seed)


def read(table: Samples, cycles: Curve) -> Samples:
    """Read a period at a running phase in cycles, between its points along a straight line."""
    place = ((cycles - np.floor(cycles)) * TABLE).astype(np.float32)
    index = np.minimum(place.astype(np.int32), TABLE - 1)
    place -= index
    low = table.take(index)
    result: Samples = low + place * (table.take(index + 1) - low)
    return result


def steady(hz: float, frames: int, *tables: Samples, start: float = 0.0) -> list[Samples]:
    """Read periods at an unmoved pitch, all at the same phase: the sound of each table.

    The phase is a 32-bit number that overflows once a cycle; its upper eleven bits are the place in the table.
    """
    step = np.uint32(round(hz / RATE * 2**32) % 2**32)
    phase = np.arange(frames, dtype=np.uint32) * step + np.uint32(int(start % 1.0 * 2**32) % 2**32)
    index = (phase >> np.uint32(21)).astype(np.int32)
    part = (phase & np.uint32(0x1FFFFF)).astype(np.float32) * np.float32(2.0**-21)
    sounds = []
    for table in tables:
        low = table.take(index)
        rise = table[1:].take(index)
        rise -= low
        rise *= part
        rise += low
        sounds.append(rise)
    return sounds


def sway(count: int, rng: np.random.Generator, per_s: float) -> Curve:
    """Return a slow random curve about zero, of about one in size, at every `STEP`th frame: what lives is not still."""
    points = rng.standard_normal(max(4, int(count * STEP / RATE * per_s) + 4))
    smooth = np.convolve(points, [0.25, 0.5, 0.25], "same")
    return np.asarray(np.interp(np.arange(count) * STEP / RATE * per_s, np.arange(len(points)), smooth), np.float64)


def unfold(points: Curve, frames: int) -> Samples:
    """Draw straight lines between points `STEP` frames apart; a point is needed beyond the last frame."""
    low: Samples = points.astype(np.float32)
    ramp = np.arange(STEP, dtype=np.float32) / STEP
    lines = low[:-1, None] + np.diff(low)[:, None] * ramp
    return np.asarray(lines.reshape(-1)[:frames], np.float32)


def wander(frames: int, rng: np.random.Generator, per_s: float) -> Samples:
    """Return what `sway` does, at every frame."""
    return unfold(sway(frames // STEP + 2, rng, per_s), frames)


def hann_rise(frames: int) -> Samples:
    return (0.5 - 0.5 * np.cos(np.linspace(0, np.pi, max(2, frames), dtype=np.float32))).astype(np.float32)


def shape(frames: int, attack_s: float, release_s: float) -> Samples:
    """Return an envelope that rises and falls along a half cosine, and so clicks nowhere."""
    level = np.ones(frames, np.float32)
    rise, fall = min(frames, frames_of(attack_s)), min(frames, frames_of(release_s))
    level[:rise] *= hann_rise(rise)[: min(rise, frames)]
    level[frames - fall :] *= hann_rise(fall)[::-1][-fall:]
    return level


def decay(frames: int, t60_s: float) -> Samples:
    return np.asarray(np.exp(np.arange(frames, dtype=np.float32) * np.float32(-_LN1000 / (t60_s * RATE))), np.float32)


def noise_band(frames: int, low_hz: float, high_hz: float, rng: np.random.Generator, tilt: float = 0.0) -> Samples:
    """Return noise between two frequencies with soft edges; `tilt` in dB an octave. About 0.3 RMS."""
    size = 1 << (frames - 1).bit_length()
    f = np.fft.rfftfreq(size, 1 / RATE)[1:]
    gain = 1 / (1 + (low_hz / f) ** 6) / (1 + (f / high_hz) ** 6) * (f / 1000) ** (tilt / 6.02)
    spectrum = np.zeros(len(f) + 1, np.complex64)
    spectrum[1:] = np.exp(2j * np.pi * rng.random(len(f))) * gain
    wave = np.fft.irfft(spectrum, size)[:frames]
    return (wave * (0.3 / max(1e-9, float(np.sqrt(np.mean(wave**2)))))).astype(np.float32)
