"""The last hand on a piece: loudness to -16 LUFS, a gentle limiter, fades, dither to 16 bits.

Loudness as in ITU-R BS.1770-5, its K filter applied as a weight on the power spectrum of 100 ms pieces (Parseval);
true peak by four-times oversampling, only where the samples come near the ceiling.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from antiphon.audio.engines.songs.tones import RATE, Samples, db, frames_of, hann_rise

TARGET_LUFS = -16.0
CEILING_DB = -1.5
_HOP = RATE // 10
_BLOCK = 32


@dataclass(frozen=True)
class Levels:
    """What was measured of a finished piece."""

    loudness_lufs: float
    true_peak_dbtp: float
    limited_db: float  # the most the limiter ever took


def _k_weight(f: NDArray[np.float64]) -> NDArray[np.float64]:
    """|H|^2 of the K filter at our rate: the shelf and the high-pass of BS.1770, by their analogue prototypes."""
    z = np.exp(-2j * np.pi * f / RATE)
    k, q = np.tan(np.pi * 1681.974450955533 / RATE), 0.7071752369554196
    vh = 10 ** (3.999843853973347 / 20)
    vb = vh**0.4996667741545416
    top = (vh + vb * k / q + k * k) + 2 * (k * k - vh) * z + (vh - vb * k / q + k * k) * z**2
    low = (1 + k / q + k * k) + 2 * (k * k - 1) * z + (1 - k / q + k * k) * z**2
    shelf = top / low
    k, q = np.tan(np.pi * 38.13547087602444 / RATE), 0.5003270373238773
    low = (1 + k / q + k * k) + 2 * (k * k - 1) * z + (1 - k / q + k * k) * z**2
    return np.asarray(np.abs(shelf * (1 - 2 * z + z**2) * (1 + k / q + k * k) / low) ** 2)


def loudness_lufs(wave: Samples) -> float:
    """Integrated loudness of two channels, gated. Silence returns -inf."""
    count = wave.shape[1] // _HOP
    weight = _k_weight(np.asarray(np.fft.rfftfreq(_HOP, 1 / RATE), np.float64)).astype(np.float32)
    weight[1:] *= 2  # the half of the spectrum that a real transform leaves out
    tenths = np.zeros(count)
    for start in range(0, count, 256):
        part = wave[:, start * _HOP : min(count, start + 256) * _HOP].reshape(2, -1, _HOP)
        power = np.abs(np.fft.rfft(part, axis=2)) ** 2 @ weight / _HOP**2
        tenths[start : start + 256] = power.sum(axis=0)
    if count < 4:
        return float("-inf")
    blocks = np.convolve(tenths, np.full(4, 0.25), "valid")
    loud = blocks[blocks > 10 ** ((-70 + 0.691) / 10)]
    if not len(loud):
        return float("-inf")
    gate = loud.mean() * 0.1
    return float(-0.691 + 10 * np.log10(loud[loud > gate].mean()))


def _between() -> NDArray[np.float32]:
    """Filters for the three points between two samples, 16 taps each."""
    taps = np.arange(16) - 7
    window = np.kaiser(34, 7.0)
    rows = []
    for phase in (0.25, 0.5, 0.75):
        x = taps - phase
        rows.append(np.sinc(x) * np.interp(x, np.linspace(-8.5, 8.5, 34), window))
    return np.array([row / row.sum() for row in rows], np.float32)


def peaks(wave: Samples, near: float) -> Samples:
    """Return the highest level, between samples too, of every 32 frames; between them only where it exceeds `near`."""
    count = wave.shape[1] // _BLOCK
    level: Samples = np.abs(wave[:, : count * _BLOCK].reshape(2, count, _BLOCK)).max(axis=(0, 2))
    filters = _between()
    span = 64  # blocks looked at together
    for first in range(0, count, span):
        here = level[first : first + span]
        if here.max() < near:
            continue
        low, high = max(0, first * _BLOCK - 8), min(wave.shape[1], (first + span) * _BLOCK + 8)
        for side in range(2):
            for taps in filters:
                fine = np.abs(np.convolve(wave[side, low:high], taps[::-1], "same"))[first * _BLOCK - low :]
                fine = fine[: len(here) * _BLOCK]
                np.maximum(here, fine.reshape(-1, _BLOCK).max(axis=1), out=here)
    return level


def limit(wave: Samples, ceiling: float) -> float:
    """Turn down, in place and slowly, what would go above the ceiling; return the smallest gain used."""
    level = peaks(wave, ceiling * 0.7)
    wanted = np.minimum(1.0, ceiling / np.maximum(level, 1e-9))
    if wanted.min() >= 1.0:
        return 1.0
    reach = 70  # blocks of 32 frames: 50 ms to either side
    padded = np.pad(wanted, reach + 1, mode="edge")
    lowest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 3).min(axis=1)
    kernel = np.hanning(2 * reach + 1)
    smooth = np.convolve(np.pad(lowest, reach, mode="edge"), kernel / kernel.sum(), "valid")
    centres = np.arange(len(smooth)) * _BLOCK + _BLOCK / 2
    for start in range(0, wave.shape[1], 1 << 18):
        stop = min(wave.shape[1], start + (1 << 18))
        wave[:, start:stop] *= np.interp(np.arange(start, stop), centres, smooth).astype(np.float32)
    return float(smooth.min())


def finish(wave: Samples, fade_s: float) -> Levels:
    """Bring a mix to its loudness below its ceiling, in place; it begins and ends in silence."""
    rise, fall = frames_of(0.01), min(wave.shape[1], frames_of(fade_s))
    wave[:, :rise] *= hann_rise(rise)
    wave[:, -fall:] *= hann_rise(fall)[::-1]
    loud = loudness_lufs(wave)
    if not np.isfinite(loud):
        return Levels(loud, float("-inf"), 0.0)
    least = 1.0
    for _ in range(2):
        wave *= np.float32(db(TARGET_LUFS - loud))
        least *= limit(wave, db(CEILING_DB))
        loud = loudness_lufs(wave)
        if abs(loud - TARGET_LUFS) < 0.1:
            break
    top = float(peaks(wave, 0.5).max())
    return Levels(loud, 20 * np.log10(max(top, 1e-9)), max(0.0, -20 * np.log10(least)))


def to_16_bit(wave: Samples, seed: int) -> NDArray[np.int16]:
    """Return interleaved samples, shape (1, 2 * frames), with triangular dither: quiet ends stay smooth."""
    rng = np.random.default_rng(seed)
    out = np.empty(wave.shape[1] * 2, np.int16)
    for side in range(2):
        for start in range(0, wave.shape[1], 1 << 19):
            part = wave[side, start : start + (1 << 19)] * np.float32(32767)
            part += rng.random(len(part), dtype=np.float32) - rng.random(len(part), dtype=np.float32)
            ends = slice(start * 2 + side, (start + len(part)) * 2, 2)
            out[ends] = np.clip(np.rint(part), -32768, 32767).astype(np.int16)
    return out[None, :]
