"""Cutting a stream into overlapping windows, and the two spectra that everything else is computed from."""

import numpy as np
import numpy.typing as npt
from numpy import fft

Array = npt.NDArray[np.float32]


class Windows:
    """Cuts blocks of any length into windows of `size`, `hop` apart. Holds less than one window besides a block."""

    def __init__(self, size: int, hop: int) -> None:
        self.size, self.hop = size, hop
        self._rest: Array = np.zeros(0, np.float32)

    def cut(self, block: Array) -> Array:
        """Return the windows that are whole now, shape (windows, size): a view, not to be written to."""
        self._rest = np.concatenate((self._rest, block))
        count = max(0, (len(self._rest) - self.size) // self.hop + 1)
        if not count:
            return np.zeros((0, self.size), np.float32)
        windows = np.lib.stride_tricks.sliding_window_view(self._rest, self.size)[:: self.hop][:count]
        self._rest = self._rest[count * self.hop :]
        return windows


def power(windows: Array, taper: Array) -> Array:
    """Return power spectra of windows, shape (windows, size // 2 + 1)."""
    bins = fft.rfft(windows * taper, axis=1)
    return np.asarray(bins.real**2 + bins.imag**2, np.float32)


def mel_bands(size: int, rate_hz: int, bands: int, low_hz: float, high_hz: float) -> Array:
    """Return triangles of equal area, shape (size // 2 + 1, bands), equally wide in mel.

    The scale is O'Shaughnessy's, 2595 log10(1 + f / 700), as in Davis and Mermelstein's cepstra.
    """
    hz = fft.rfftfreq(size, 1 / rate_hz)
    edges = 700 * (10 ** (np.linspace(_mel(low_hz), _mel(high_hz), bands + 2) / 2595) - 1)
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    rise = (hz[:, None] - low) / (middle - low)
    fall = (high - hz[:, None]) / (high - middle)
    return np.asarray(np.maximum(0, np.minimum(rise, fall)) * 2 / (high - low), np.float32)


def _mel(hz: float) -> float:
    return float(2595 * np.log10(1 + hz / 700))
