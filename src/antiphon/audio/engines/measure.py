"""What is measured while a sound flows by: levels, true peak, clipping, stereo, spectrum and waveform pixels.

Each meter takes float32 blocks of shape (2, frames) and keeps a few numbers; none keeps sound.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from antiphon.audio.engines.source import Block

CLIP_LEVEL = 32766.5 / 32768  # full scale of 16 bits, and everything above
CLIP_RUN = 3  # samples in a row: a single one at full scale is a peak, three are a plateau
SILENCE_DBFS = -60.0


def decibels(level: float) -> float | None:
    """20 log10, rounded to hundredths; None for silence."""
    return round(20 * math.log10(level), 2) if level > 1e-9 else None


class TruePeak:
    """Highest inter-sample level: ITU-R BS.1770-5 annex 2, with libebur128's 49-tap windowed sinc.

    Four times oversampling below 96 kHz, twice below 192 kHz, none above. The polyphase filter is one matrix
    product over rows of eight samples; a stretch too quiet to hold the peak is passed over.
    """

    ROW, STRETCH = 8, 8192

    def __init__(self, rate_hz: int) -> None:
        self.factor = 4 if rate_hz < 96_000 else 2 if rate_hz < 192_000 else 1
        self.peak = self.sample_peak = 0.0
        if self.factor == 1:
            return
        phases = _phases(self.factor)
        self.taps = phases.shape[1]
        self.most_gain = float(np.abs(phases).sum(axis=1).max())
        count = len(phases)
        self.weights = np.zeros((self.ROW + self.taps - 1, self.ROW * count), np.float32)
        for place in range(self.ROW):
            self.weights[place : place + self.taps, place * count : (place + 1) * count] = phases.T[::-1]
        self.tail = np.zeros((2, self.taps - 1), np.float32)

    def take(self, block: Block) -> None:
        self.sample_peak = max(self.sample_peak, float(block.max()), -float(block.min()))
        self.peak = max(self.peak, self.sample_peak)
        if self.factor == 1:
            return
        joined = np.concatenate([self.tail, block], axis=1)
        self.tail = joined[:, -(self.taps - 1) :].copy()
        for channel in joined:
            self._oversample(channel)

    def finish(self) -> None:
        """Let the filter ring out behind the last sample."""
        if self.factor > 1:
            self.take(np.zeros((2, self.taps), np.float32))

    def _oversample(self, channel: npt.NDArray[np.float32]) -> None:
        overlap = self.taps - 1
        for start in range(0, len(channel) - overlap, self.STRETCH):
            piece = channel[start : start + self.STRETCH + overlap]
            if max(float(piece.max()), -float(piece.min())) * self.most_gain <= self.peak:
                continue
            rows = -(-(len(piece) - overlap) // self.ROW)
            missing = rows * self.ROW + overlap - len(piece)
            if missing:
                piece = np.concatenate([piece, np.zeros(missing, np.float32)])
            windows = np.lib.stride_tricks.as_strided(
                piece, (rows, self.ROW + overlap), (self.ROW * piece.itemsize, piece.itemsize), writeable=False
            )
            between = windows @ self.weights
            self.peak = max(self.peak, float(between.max()), -float(between.min()))


def _phases(factor: int, taps: int = 49) -> npt.NDArray[np.float32]:
    """Filter phases between the samples, shape (factor - 1, taps // factor): a sinc under a Hann window."""
    index = np.arange(taps)
    distance = (index - (taps - 1) / 2) / factor
    filter_ = np.sinc(distance) * 0.5 * (1 - np.cos(2 * np.pi * index / (taps - 1)))
    # Phase 0 is the sample itself: its sinc is zero everywhere else.
    return np.array([filter_[phase::factor][: taps // factor] for phase in range(1, factor)], np.float32)


class Levels:
    """Clipping, offset, and how the two channels relate."""

    def __init__(self) -> None:
        self.sums = np.zeros(2)
        self.energy = np.zeros(2)
        self.cross = 0.0
        self.frames = 0
        self.clip_runs = self.clip_samples = 0
        self.same = True  # left and right are the same sound

    def take(self, block: Block, peak: float) -> None:
        left, right = block
        self.frames += block.shape[1]
        self.sums += block.sum(axis=1, dtype=np.float64)
        self.energy += (float(left @ left), float(right @ right))
        self.cross += float(left @ right)
        if self.same:
            self.same = bool(np.array_equal(left, right))
        if peak >= CLIP_LEVEL:
            for channel in block:
                self._count_plateaus(channel)

    def _count_plateaus(self, channel: npt.NDArray[np.float32]) -> None:
        full = np.concatenate([[0], np.abs(channel) >= CLIP_LEVEL, [0]]).astype(np.int8)
        edges = np.flatnonzero(np.diff(full))
        lengths = edges[1::2] - edges[0::2]
        lengths = lengths[lengths >= CLIP_RUN]
        self.clip_runs += len(lengths)
        self.clip_samples += int(lengths.sum())

    def report(self) -> dict[str, Any]:
        """Offset in full scale; correlation -1 to 1; width 0 (mono) to 1 (all side); balance in dB, right positive."""
        left, right = self.energy
        both = math.sqrt(left * right)
        mid, side = (left + right + 2 * self.cross) / 4, (left + right - 2 * self.cross) / 4
        return {
            "clipping": {"runs": self.clip_runs, "samples": self.clip_samples},
            "dc_offset": round(float(np.abs(self.sums).max() / max(self.frames, 1)), 5),
            "stereo": {
                "mono": self.same,
                "correlation": round(self.cross / both, 3) if both > 0 else None,
                "width": round(max(side, 0.0) / (mid + side), 3) if mid + side > 0 else None,
                "balance_db": round(10 * math.log10(right / left), 2) if left > 0 and right > 0 else None,
            },
        }


class Pixels:
    """Minimum and maximum of each stretch of samples, over both channels: the waveform."""

    def __init__(self, per_pixel: int) -> None:
        self.per_pixel = per_pixel
        self.rest = np.zeros((2, 0), np.float32)
        self.pairs = bytearray()
        self.loud: list[npt.NDArray[np.bool_]] = []
        self.threshold = 10 ** (SILENCE_DBFS / 20)

    def take(self, block: Block) -> None:
        if self.rest.size:
            block = np.concatenate([self.rest, block], axis=1)
        whole = block.shape[1] // self.per_pixel
        self.rest = block[:, whole * self.per_pixel :].copy()
        if whole:
            self._add(block[:, : whole * self.per_pixel].reshape(2, whole, self.per_pixel))

    def finish(self) -> None:
        if self.rest.size:
            self._add(self.rest[:, None, :])
            self.rest = np.zeros((2, 0), np.float32)

    def _add(self, pixels: npt.NDArray[np.float32]) -> None:
        low, high = pixels.min(axis=(0, 2)), pixels.max(axis=(0, 2))
        self.loud.append(np.maximum(-low, high) > self.threshold)
        scaled = np.stack([np.floor(low * 128), np.ceil(high * 127)], axis=1)
        self.pairs += np.clip(scaled, -128, 127).astype(np.int8).tobytes()

    def silence(self, rate_hz: int) -> dict[str, int]:
        """Milliseconds below -60 dBFS: at the start, at the end, and the longest stretch between."""
        loud = np.flatnonzero(np.concatenate(self.loud)) if self.loud else np.zeros(0, np.int64)
        pixel_ms = 1000 * self.per_pixel / rate_hz
        total = len(self.pairs) // 2
        if not len(loud):
            return {"start_ms": round(total * pixel_ms), "end_ms": 0, "longest_ms": 0, "longest_at_ms": 0}
        gaps = np.diff(loud) - 1
        widest = int(gaps.argmax()) if len(gaps) else 0
        return {
            "start_ms": round(float(loud[0]) * pixel_ms),
            "end_ms": round(float(total - 1 - loud[-1]) * pixel_ms),
            "longest_ms": round(float(gaps[widest]) * pixel_ms) if len(gaps) else 0,
            "longest_at_ms": round(float(loud[widest] + 1) * pixel_ms) if len(gaps) else 0,
        }
