"""Makes prints of a sound that comes under a permit. Runs in the process in which software listens."""

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Protocol

from antiphon.identification.core import peaks, prints
from antiphon.identification.core.peaks import F32


class Sound(Protocol):
    """A sound in mono blocks, full scale 1.0, at 11,025 Hz."""

    @property
    def rate_hz(self) -> int: ...

    def blocks(self) -> Iterator[F32]: ...


def hear(sound: Sound) -> dict[str, Any]:
    """Return `prints` (packed, base64) and `sound`, the SHA-256 of the samples that were heard."""
    listener, heard = peaks.Listener(), sha256()
    for block in sound.blocks():
        heard.update(block.astype("<f4", copy=False).tobytes())
        listener.hear(block)
    packed = prints.pack(listener.prints())
    return {"version": prints.VERSION, "prints": b64encode(packed).decode(), "sound": heard.hexdigest()}
