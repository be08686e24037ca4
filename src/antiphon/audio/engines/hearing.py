"""What an engine is given to hear, and the line it comes over. Loaded behind the first fences.

An engine is a module in a room's `engines/` folder with `hear(sound: Sound) -> dict`, whose result is JSON.
"""

import os
from collections import deque
from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from antiphon.audio.core import talk

Samples = npt.NDArray[np.float32]


class BrokenOff(Exception):
    """The sound ended before its end: it cannot be decoded further, or may no longer be heard."""


class Line:
    """The one open socket. Plain reads and writes: nothing else is allowed behind the fences."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._frames = talk.Frames(talk.FROM_BROKER)
        self._waiting: deque[tuple[bytes, bytes]] = deque()

    def read(self) -> tuple[bytes, bytes]:
        """Return the next frame. Raises `EOFError` when the broker is gone, `Nonsense`."""
        while not self._waiting:
            data = os.read(self.number, talk.BLOCK_BYTES)
            if not data:
                raise EOFError
            self._waiting.extend(self._frames.feed(data))
        return self._waiting.popleft()

    def write(self, frame: bytes) -> None:
        left = memoryview(frame)
        while left:
            left = left[os.write(self.number, left) :]


class Sound:
    """Mono float32, full scale 1.0, at `rate_hz`. It can be heard through once."""

    def __init__(self, line: Line, rate_hz: int) -> None:
        self.rate_hz = rate_hz
        self._line, self._ended = line, False

    def blocks(self) -> Iterator[Samples]:
        """Give the sound in blocks as it is decoded. Raises `BrokenOff` when it stops before its end."""
        while not self._ended:
            kind, body = self._line.read()
            if kind == talk.BLOCK:
                yield np.frombuffer(body, "<f4")
                continue
            self._ended = True
            if kind != talk.END:
                raise BrokenOff

    def drain(self) -> None:
        """Hear what the engine left over, so that the next frame is the next recording's."""
        for _ in self.blocks():
            pass


class Rehearsal:
    """Ten seconds of nobody's sound: a sweep that grows into noise."""

    def __init__(self, rate_hz: int) -> None:
        self.rate_hz = rate_hz

    def blocks(self) -> Iterator[Samples]:
        sweep = np.sin(np.arange(10 * self.rate_hz) ** 1.7 / 1000).astype(np.float32)
        yield from np.array_split(sweep * np.linspace(0, 1, len(sweep), dtype=np.float32), 14)


class Engine(Protocol):
    """What a module that listens has."""

    def hear(self, sound: Any) -> dict[str, Any]: ...
