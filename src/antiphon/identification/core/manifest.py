"""Which files an index consists of now, and which tracks of each were deleted. Replaced whole. Pure."""

import json
import zlib
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass, replace

import numpy as np

from antiphon.identification.core.layout import Flags, Newer, damaged
from antiphon.identification.core.prints import Kind

FILE = "index.json"
VERSION = 1


@dataclass(frozen=True)
class Listed:
    """A segment by its file. gone: one bit a track, deflated, in base64; empty where none was deleted."""

    file: str
    gone: str = ""

    def alive(self, tracks: int) -> Flags:
        """Return which of the tracks are there."""
        if not self.gone:
            return np.ones(tracks, np.bool_)
        bits = np.frombuffer(zlib.decompress(b64decode(self.gone)), np.uint8)
        return ~np.unpackbits(bits, count=tracks).astype(np.bool_)


def listed(file: str, alive: Flags) -> Listed:
    if alive.all():
        return Listed(file)
    return Listed(file, b64encode(zlib.compress(np.packbits(~alive).tobytes())).decode())


@dataclass(frozen=True)
class Manifest:
    """The files of one moment. next: the number of the file that is written next; no number is used twice."""

    kinds: tuple[Kind, ...]
    journal: str
    segments: tuple[Listed, ...] = ()
    next: int = 1

    def to_bytes(self) -> bytes:
        body = json.dumps({"version": VERSION, **asdict(self)}, separators=(",", ":"))
        return f"{body}\n{zlib.crc32(body.encode()):08x}\n".encode()

    def files(self) -> set[str]:
        return {FILE, self.journal, *(segment.file for segment in self.segments)}

    def taking(self, count: int = 1) -> "Manifest":
        """Return the same with so many numbers used up."""
        return replace(self, next=self.next + count)


def manifest_of(raw: bytes) -> Manifest:
    """Return the manifest in these bytes. Raises `Damaged`, `Newer`."""
    body, _, rest = raw.partition(b"\n")
    if rest != f"{zlib.crc32(body):08x}\n".encode():
        raise damaged(FILE, "it is not what was written.")
    said = json.loads(body)
    if said.pop("version") != VERSION:
        raise Newer(f"The index file {FILE} was written by a newer Antiphon.", subject=FILE, hint="Use that one.")
    segments = tuple(Listed(**one) for one in said.pop("segments"))
    return Manifest(kinds=tuple(said.pop("kinds")), segments=segments, **said)
