"""From a file to its prints: decoded in the limited process, heard here as it comes. Nothing of the sound is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from antiphon.audio import sandbox
from antiphon.audio.core.failures import Failure
from antiphon.audio.core.limits import Limits
from antiphon.identification.core import peaks, prints
from antiphon.identification.core.prints import Prints
from antiphon.kernel.errors import NotMusic, TooLarge, Unavailable

LONGEST_S = prints.LONGEST_MS // 1000
_SAMPLE_BYTES = 4
_BATCH_BYTES = 1 << 18


@dataclass(frozen=True)
class Heard:
    """What a file sounds like. prints: as a question has them, denser than what is stored. sound: its SHA-256."""

    prints: Prints
    sound: bytes


def hear(path: Path, *, longest_s: int = LONGEST_S) -> Heard:
    """Return the prints of a sound file, whatever somebody put into it.

    Raises `NotMusic` for what cannot be read, `TooLarge` for more than so many seconds (twelve hours), `Unavailable`
    for a failure of the machine.
    """
    ears = _Ears()
    limits = Limits(max_seconds=longest_s, cpu_seconds=60 + longest_s // 20, output_bytes=0)
    try:
        with TemporaryDirectory(prefix="antiphon-hearing-") as folder:
            sandbox.run(
                "sound", path.resolve(), Path(folder), limits, extra={"rate_hz": prints.RATE_HZ}, on_sound=ears.take
            )
    except Failure as failure:
        raise _refusal(failure, path) from failure
    return ears.heard()


def _refusal(failure: Failure, path: Path) -> Exception:
    kind: Callable[..., Exception] = NotMusic
    if failure.code == "too-long":
        kind = TooLarge
    elif failure.of_the_moment and failure.code != "missing":
        kind = Unavailable
    return kind(failure.in_english(), subject=path.name)


class _Ears:
    """Puts what a pipe gives, cut anywhere, together to samples."""

    def __init__(self) -> None:
        self._listener = peaks.Listener()
        self._hash = sha256()
        self._waiting = bytearray()

    def take(self, raw: bytes) -> None:
        self._waiting += raw
        if len(self._waiting) >= _BATCH_BYTES:
            self._listen()

    def heard(self) -> Heard:
        self._listen()
        return Heard(self._listener.prints(), self._hash.digest())

    def _listen(self) -> None:
        whole = len(self._waiting) // _SAMPLE_BYTES * _SAMPLE_BYTES
        ready = bytes(self._waiting[:whole])
        del self._waiting[:whole]
        self._hash.update(ready)
        self._listener.hear(np.frombuffer(ready, "<f4"))
