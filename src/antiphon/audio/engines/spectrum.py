"""The long-term spectrum of a sound, in thirds of an octave, and where its top end stops.

A quarter of the sound is looked at (one window in four): the average hardly moves, and the cost does.
"""

from typing import Any

import numpy as np

from antiphon.audio.engines.source import Block

WINDOW = 8192
EVERY = 4 * WINDOW
# IEC 61260-1 nominal mid-frequencies.
THIRDS_HZ = (
    25, 31.5, 40, 50, 63, 80, 100, 125, 160, 200, 250, 315, 400, 500, 630, 800, 1000, 1250, 1600, 2000,
    2500, 3150, 4000, 5000, 6300, 8000, 10000, 12500, 16000, 20000,
)  # fmt: skip


class Spectrum:
    """Mean power at each frequency: Welch's method with a Hann window."""

    def __init__(self, rate_hz: int) -> None:
        self.rate_hz = rate_hz
        self.window = np.hanning(WINDOW).astype(np.float32)
        self.power = np.zeros(WINDOW // 2 + 1)
        self.windows = 0

    def take(self, block: Block) -> None:
        """Look at the first window of every block: a block is four windows long."""
        if block.shape[1] < WINDOW:
            return
        bins = np.fft.rfft(block[:, :WINDOW] * self.window, axis=1)
        self.power += (bins.real**2 + bins.imag**2).sum(axis=0, dtype=np.float64) / 2
        self.windows += 1

    def report(self) -> dict[str, Any]:
        """Levels in dB of a full-scale sine, by third; the bandwidth in Hz, and how steep its edge is in dB."""
        if not self.windows:
            return {"thirds": [], "bandwidth_hz": None, "cliff_db": None}
        # A full-scale sine has the power (sum of window / 2) squared at its peak; spread by the window's own width.
        scale = float((self.window.astype(np.float64) ** 2).sum()) * WINDOW / 4
        power = self.power / self.windows / scale
        hz = np.fft.rfftfreq(WINDOW, 1 / self.rate_hz)
        thirds = []
        for middle in THIRDS_HZ:
            inside = (hz >= middle * 2 ** (-1 / 6)) & (hz < middle * 2 ** (1 / 6))
            if inside.any() and middle * 2 ** (1 / 6) <= self.rate_hz / 2 * 1.05:
                level = 10 * np.log10(max(float(power[inside].sum()), 1e-13))
                thirds.append({"hz": middle, "db": round(float(level), 1)})
        edge, cliff = self._edge(power, hz)
        return {"thirds": thirds, "bandwidth_hz": edge, "cliff_db": cliff}

    def _edge(self, power: np.ndarray, hz: np.ndarray) -> tuple[int | None, float | None]:
        """Find the frequency above 8 kHz with the largest drop from the kilohertz below it to the one above.

        Lossy encoders cut everything above a frequency; instruments fade out over octaves.
        """
        step = self.rate_hz / WINDOW
        wide = max(2, round(1000 / step))
        levels = 10 * np.log10(power + 1e-14)
        means = np.convolve(levels, np.ones(wide) / wide, mode="valid")
        gap = max(1, round(200 / step))
        drops = means[: -(wide + gap)] - means[wide + gap :] if len(means) > wide + gap else np.zeros(0)
        edges = hz[wide - 1 + gap // 2 : wide - 1 + gap // 2 + len(drops)]
        high = edges >= 8000
        if not high.any():
            return None, None
        best = int(np.argmax(np.where(high, drops, -np.inf)))
        return int(round(float(edges[best]) / 50) * 50), round(float(drops[best]), 1)
