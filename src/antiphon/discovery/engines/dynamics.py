"""How loud and soft it gets, against its own loud parts: a gain changes nothing."""

import numpy as np

from antiphon.discovery.engines.frames import Array


def dynamics(power: Array, peak: float) -> Array:
    """Return 7 numbers from the mean power of windows and the highest sample."""
    loudest = float(np.percentile(power, 95)) if len(power) else 0.0
    if loudest <= 0:
        return np.zeros(7, np.float32)
    levels = 10 * np.log10(np.maximum(power / loudest, 1e-7))
    parts = np.percentile(levels, (5, 25, 50, 75))
    slow = levels[: len(levels) // 16 * 16].reshape(-1, 16).mean(axis=1)
    move = float(np.abs(np.diff(slow)).mean()) if len(slow) > 1 else 0.0
    crest = 10 * np.log10(max(peak, 1e-9) ** 2 / max(float(power.mean(dtype=np.float64)), 1e-18))
    quiet = float((levels < -30).mean())
    return np.array([*(parts / (12, 5, 3, 1.5)), move / 1.0, crest / 3.0, quiet / 0.1], np.float32)
