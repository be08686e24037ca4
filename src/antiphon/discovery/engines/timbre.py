"""What it sounds like: mel-cepstral statistics, brightness, flatness. A gain changes none of it.

Sources: Davis and Mermelstein 1980 (mel-cepstral coefficients); Logan and Salomon 2001, and Mandel and Ellis 2005
(their means and deviations as a measure of similar sound); Peeters 2004 (centroid, flatness).
"""

import numpy as np

from antiphon.discovery.engines.frames import Array

BANDS = 40
CEPSTRA = 13  # the second to the fourteenth: the first is the level
FLOOR_DB = -70.0  # against the mean of the track: below that is silence, or the noise of an encoder

_places = np.arange(BANDS)
# Orthonormal DCT-II, shape (BANDS, CEPSTRA).
_COSINES = (np.sqrt(2 / BANDS) * np.cos(np.pi * (_places[:, None] + 0.5) * np.arange(1, CEPSTRA + 1) / BANDS)).astype(
    np.float32
)
# Usual spreads over music in dB: low coefficients vary far more than high ones.
_SPREAD_MEAN = (30.0 / np.arange(1, CEPSTRA + 1) ** 0.75).astype(np.float32)
_SPREAD_DEVIATION = (8.0 / np.arange(1, CEPSTRA + 1) ** 0.6).astype(np.float32)
_SPREAD_CHANGE = (2.5 / np.arange(1, CEPSTRA + 1) ** 0.3).astype(np.float32)


def decibels(mel: Array) -> Array:
    """Return band powers in dB against the track's mean power, with a floor; shape as given. Silence is all floor."""
    mean = float(mel.mean(dtype=np.float64))
    if mean <= 0:
        return np.full_like(mel, FLOOR_DB)
    found: Array = 10 * np.log10(np.maximum(mel / np.float32(mean), np.float32(10 ** (FLOOR_DB / 10))))
    return found


def timbre(levels: Array) -> Array:
    """Return 43 numbers from band levels in dB, shape (windows, BANDS), over the windows that are not silent."""
    heard = levels[levels.max(axis=1) > -50.0]
    if len(heard) < 3:
        return np.zeros(3 * CEPSTRA + 4, np.float32)
    cepstra = heard @ _COSINES
    change = np.diff(cepstra, axis=0)
    means = cepstra.mean(axis=0) / _SPREAD_MEAN
    deviations = cepstra.std(axis=0) / _SPREAD_DEVIATION
    changes = change.std(axis=0) / _SPREAD_CHANGE
    linear = 10 ** (heard / 10)
    centroid = (linear * np.arange(BANDS, dtype=np.float32)).sum(axis=1) / linear.sum(axis=1)
    flatness = heard.mean(axis=1) - 10 * np.log10(linear.mean(axis=1))
    more = [centroid.mean() / 4, centroid.std() / 2, flatness.mean() / 5, flatness.std() / 2]
    return np.concatenate((means, deviations, changes, np.array(more, np.float32))).astype(np.float32)
