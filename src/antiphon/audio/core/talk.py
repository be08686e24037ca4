"""How the broker and the process that listens talk: frames, and how large each may be. Pure; both ends use it.

A frame is one byte of kind, four bytes of length (big-endian) and that many bytes. From the broker: `H` once, a JSON
object `{verb, engine, parent, limits, rate_hz, recordings}`; then, in answer to each wish, either `S` with the
recording's number, any number of `B` (mono float32 samples, little-endian) and `E`, or `R` with a JSON string that
says why not. From the process: `W`, a JSON integer, the recording it wishes to hear; `D`, a JSON object
`{recording, result}`, what it found; `F`, a JSON object `{recording, words}`, that it could not; `Q`, that it is done.

Neither end trusts a length: a frame beyond `MOST` of its kind, or of an unknown kind, is `Nonsense`, and ends it.
"""

import json
import struct
from collections.abc import Iterator
from typing import Any

RATE_HZ = 22_050
BLOCK_BYTES = 64 * 1024

HELLO, SOUND, BLOCK, END, REFUSED = b"H", b"S", b"B", b"E", b"R"
WISH, DONE, FAILED, QUIT = b"W", b"D", b"F", b"Q"

_HEAD = struct.Struct(">cI")
FROM_BROKER = {HELLO: 256 * 1024, SOUND: 32, BLOCK: BLOCK_BYTES, END: 0, REFUSED: 256}
# A result may be the prints of twelve hours of music: some nine million bytes as text.
FROM_LISTENER = {WISH: 32, DONE: 16 << 20, FAILED: 2048, QUIT: 0}
AT_ONCE = 10_000  # recordings in one hello: their numbers fit into its frame with room to spare


class Nonsense(Exception):
    """The other end broke the protocol: an unknown kind, a length beyond its limit, or JSON that is none."""


def pack(kind: bytes, body: bytes = b"") -> bytes:
    """Return a frame. Raises `Nonsense` for a body that the other end would not take."""
    if len(body) > {**FROM_BROKER, **FROM_LISTENER}[kind]:
        raise Nonsense(f"{kind!r} with {len(body)} bytes")
    return _HEAD.pack(kind, len(body)) + body


def pack_json(kind: bytes, value: Any) -> bytes:
    return pack(kind, json.dumps(value, allow_nan=False).encode())


def unpack_json(body: bytes) -> Any:
    """Return the JSON value of a body; NaN and infinity are none. Raises `Nonsense`."""

    def refuse(name: str) -> None:
        raise Nonsense(name)

    try:
        return json.loads(body, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise Nonsense("not JSON") from error


class Frames:
    """Cuts what comes in into frames. Holds at most one unfinished frame and what was fed last."""

    def __init__(self, most: dict[bytes, int]) -> None:
        self.most = most
        self._rest = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Take bytes as they come; give every whole frame. Raises `Nonsense` before it stores what is too long."""
        self._rest += data
        while len(self._rest) >= _HEAD.size:
            kind, length = _HEAD.unpack_from(self._rest)
            if length > self.most.get(kind, -1):
                raise Nonsense(f"{kind!r} with {length} bytes")
            if len(self._rest) < _HEAD.size + length:
                return
            body = bytes(self._rest[_HEAD.size : _HEAD.size + length])
            del self._rest[: _HEAD.size + length]
            yield kind, body
