"""Which notes sound together, whatever the key: chroma, turned so that its place on the circle of fifths is forgotten.

Sources: Fujishima 1999 (chroma); Gomez 2006 (chroma from spectral peaks); Quinn 2006 and Amiot 2016, *Music Through
Fourier Space* (the discrete Fourier transform of pitch classes: its magnitudes do not change with transposition, the
fifth says how diatonic a chord or a piece is).
"""

import numpy as np
import numpy.typing as npt
from numpy import fft

from antiphon.discovery.engines.frames import Array

LOW_HZ, HIGH_HZ = 100.0, 2000.0
_C0_HZ = 16.351597831287414
_CLASSES = 12


def chroma(power: Array, rate_hz: int) -> Array:
    """Return chroma from power spectra, shape (windows, 12), from C: magnitudes of spectral peaks, by pitch class.

    A peak's frequency is that of the parabola through it; it is shared out between the two nearest classes.
    """
    size = 2 * (power.shape[1] - 1)
    low, high = int(LOW_HZ * size / rate_hz), int(HIGH_HZ * size / rate_hz)
    found: npt.NDArray[np.float64] = np.zeros((len(power), _CLASSES))
    middle, left, right = power[:, low:high], power[:, low - 1 : high - 1], power[:, low + 1 : high + 1]
    loud = middle > 1e-4 * np.maximum(middle.max(axis=1, keepdims=True), 1e-12)
    rows, columns = np.nonzero((middle > left) & (middle >= right) & loud)
    if not len(rows):
        return found.astype(np.float32)
    at = (rows, columns)
    a, b, c = (np.log(np.maximum(side[at], 1e-20)) for side in (left, middle, right))
    curve = a - 2 * b + c
    offset = np.where(np.abs(curve) > 1e-9, 0.5 * (a - c) / np.where(curve == 0, 1, curve), 0.0).clip(-0.5, 0.5)
    pitch = _CLASSES * np.log2((columns + low + offset) * rate_hz / size / _C0_HZ)
    strength = np.sqrt(np.sqrt(middle[at], dtype=np.float64))  # a loud note among soft ones does not drown them
    below = np.floor(pitch)
    share = pitch - below
    np.add.at(found, (rows, below.astype(int) % _CLASSES), strength * (1 - share))
    np.add.at(found, (rows, (below.astype(int) + 1) % _CLASSES), strength * share)
    return found.astype(np.float32)


def harmony(rows: Array) -> Array:
    """Return 19 numbers from chroma, shape (windows, 12).

    Eleven of the whole piece, turned to one place on the circle of fifths; six of how clear its chords are; two of how
    much changes from one window to the next.
    """
    sums = rows.sum(axis=1)
    heard = rows[sums > 0.05 * max(float(sums.sum()) / max(len(sums), 1), 1e-12)]
    if len(heard) < 3:
        return np.zeros(19, np.float32)
    each = heard / heard.sum(axis=1, keepdims=True)
    whole = fft.rfft(_by_fifths(each.mean(axis=0)))[1:]
    turned = whole * np.exp(-1j * np.angle(whole[0]) * np.arange(1, 7))
    # The larger the multiple of the first angle, the more an error of it counts: so the smaller its weight.
    turned = turned / np.arange(1, 7) ** 0.5
    piece = np.concatenate(([turned[0].real], np.column_stack((turned[1:].real, turned[1:].imag)).ravel())) / 0.06
    clear = np.abs(fft.rfft(each, axis=1)[:, 1:]).mean(axis=0) / 0.1
    moves = np.abs(np.diff(each, axis=0)).sum(axis=1)
    more = np.array([moves.mean() / 0.2, moves.std() / 0.1])
    return np.concatenate((piece, clear, more)).astype(np.float32)


def _by_fifths(classes: Array) -> Array:
    """Pitch classes in the order C, G, D, A, …: neighbours belong to the same scales."""
    return classes[np.arange(_CLASSES) * 7 % _CLASSES]
