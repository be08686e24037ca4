"""How it moves: onsets, a tempogram folded into one octave of tempo, and how clear its pulse is.

Sources: Bello et al. 2005 (spectral flux as onset strength); Grosche, Müller and Kurth 2010 (tempograms, and folding
them by octaves, because nobody agrees whether a piece goes at 70 or at 140); Ellis 2007 (autocorrelation weighted by
a log-normal preference for tempi near 120).
"""

import numpy as np
from numpy import fft

from antiphon.discovery.engines.frames import Array

SLOWEST_BPM, FASTEST_BPM = 40.0, 240.0
FOLDS = 8
_WINDOW_S, _HOP_S = 10.0, 5.0


def onsets(levels: Array) -> Array:
    """Return onset strength from band levels in dB, shape (windows,): the mean rise of all bands since the last."""
    rise = np.maximum(0, levels[1:] - levels[:-1]).mean(axis=1) if len(levels) > 1 else np.zeros(0)
    return np.concatenate((np.zeros(min(1, len(levels))), rise)).astype(np.float32)


def tempogram(strength: Array, rate_hz: float) -> tuple[Array, Array]:
    """Return beats per minute and the mean autocorrelation at each, from slow to fast; the lag zero counts as one."""
    size, hop = round(_WINDOW_S * rate_hz), round(_HOP_S * rate_hz)
    lags = np.arange(int(60 * rate_hz / FASTEST_BPM), int(60 * rate_hz / SLOWEST_BPM) + 1)[::-1]
    bpm = (60 * rate_hz / lags).astype(np.float32)
    if len(strength) < size:
        strength = np.pad(strength, (0, size - len(strength)))
    windows = np.lib.stride_tricks.sliding_window_view(strength, size)[::hop]
    flat = windows - windows.mean(axis=1, keepdims=True)
    spectra = np.abs(fft.rfft(flat, 2 * size, axis=1)) ** 2
    both = fft.irfft(spectra, axis=1)[:, :size]
    both = both / np.arange(size, 0, -1) * size  # a long lag has fewer terms
    sure = both[:, 0] > 1e-9 * max(float(both[:, 0].max()), 1e-12)
    if not sure.any():
        return bpm, np.zeros(len(bpm), np.float32)
    mean = (both[sure] / both[sure, :1]).mean(axis=0)
    return bpm, mean[lags].astype(np.float32)


def tempo(bpm: Array, strength: Array) -> tuple[float, float]:
    """Return the tempo in beats per minute and how clear it is, 0 to 1. It may be half or double what a person taps."""
    preference = np.exp(-0.5 * (np.log2(bpm / 120) / 0.9) ** 2)
    best = int(np.argmax(np.maximum(strength, 0) * preference))
    return _between(bpm, strength, best), float(np.clip(strength[best], 0, 1))


def _between(bpm: Array, strength: Array, best: int) -> float:
    """The top of the parabola through a peak and its neighbours: a lag is a whole number of windows, a beat is not."""
    if not 0 < best < len(bpm) - 1:
        return float(bpm[best])
    a, b, c = (float(strength[place]) for place in (best - 1, best, best + 1))
    curve = a - 2 * b + c
    offset = 0.0 if curve >= 0 else float(np.clip(0.5 * (a - c) / curve, -0.5, 0.5))
    lag = 1 / bpm[best]
    step = 1 / bpm[best + 1] - lag if offset >= 0 else lag - 1 / bpm[best - 1]
    return float(1 / (lag + offset * step))


def rhythm(strength: Array, rate_hz: float) -> Array:
    """Return 16 numbers from onset strength at `rate_hz` windows a second."""
    if len(strength) < 8 or float(strength.max()) <= 0:
        return np.zeros(FOLDS + 8, np.float32)
    bpm, pulse = tempogram(strength, rate_hz)
    beats, clear = tempo(bpm, pulse)
    angle = 2 * np.pi * np.log2(beats / 60)
    folded = _folded(bpm, np.maximum(pulse, 0))
    mean = float(strength.mean())
    peaks = (strength[1:-1] > strength[:-2]) & (strength[1:-1] >= strength[2:]) & (strength[1:-1] > 1.5 * mean)
    more = [
        np.cos(angle) * clear / 0.3,
        np.sin(angle) * clear / 0.3,
        clear / 0.15,
        float(np.maximum(pulse, 0).mean()) / 0.05,
        float(pulse.std()) / 0.06,
        peaks.sum() / (len(strength) / rate_hz) / 1.0,
        mean / 0.5,
        float(strength.std()) / max(mean, 1e-9) / 0.4,
    ]
    return np.concatenate((folded / 0.08, np.array(more))).astype(np.float32)


def _folded(bpm: Array, pulse: Array) -> Array:
    """Return the tempogram by place within an octave, smoothly shared between neighbours; its sum is 1, or 0."""
    place = (np.log2(bpm / 60) % 1) * FOLDS
    below = np.floor(place).astype(int)
    share = place - below
    density = 1 / bpm  # slow tempi have more lags to an octave
    folded = np.bincount(below % FOLDS, pulse * density * (1 - share), FOLDS)
    folded += np.bincount((below + 1) % FOLDS, pulse * density * share, FOLDS)
    return (folded / max(float(folded.sum()), 1e-9)).astype(np.float32)
