"""A sound as software listens to it: one channel, floats, 22,050 Hz or as asked. From a file into an open pipe."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np

from antiphon.audio.core.limits import Limits
from antiphon.audio.core.talk import RATE_HZ
from antiphon.audio.engines.passes import opened
from antiphon.audio.engines.source import Block, Source


def give(path: Path, pipe: int, limits: Limits, rate_hz: int = RATE_HZ) -> dict[str, Any]:
    """Decode a file once and write its mono float32 samples, little-endian, into `pipe`. Raises `Failure`."""
    samples = 0
    with opened(path, limits) as source:
        for piece in _mono(source, limits.max_seconds, rate_hz):
            left = memoryview(piece)
            samples += len(left) // 4
            while left:
                left = left[os.write(pipe, left) :]
    os.close(pipe)
    return {"samples": samples}


def _mono(source: Source, max_seconds: float, rate_hz: int) -> Iterator[bytes]:
    """The mean of left and right, by FFmpeg's polyphase resampler."""
    slower = av.AudioResampler(format="flt", layout="mono", rate=rate_hz)
    for block in source.blocks(max_seconds):
        for frame in slower.resample(_frame(block, source.rate_hz)):
            yield frame.to_ndarray().astype("<f4", copy=False).tobytes()
    for frame in slower.resample(None):
        yield frame.to_ndarray().astype("<f4", copy=False).tobytes()


def _frame(block: Block, rate_hz: int) -> av.AudioFrame:
    mono = np.ascontiguousarray(block.mean(axis=0, keepdims=True, dtype=np.float32))
    frame = av.AudioFrame.from_ndarray(mono, format="flt", layout="mono")
    frame.sample_rate = rate_hz
    return frame
