"""Finishing touches on fragmented MP4: exact length in the header, nothing written that was not asked for.

FFmpeg writes the movie header before it knows the length, so the edit list has no end and there is no `mehd`;
players that trust the header then show a live stream, or play the encoder's padding. ISO/IEC 14496-12, 8.6.6, 8.8.2.
"""

import hashlib
import os
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

_CONTAINERS = {b"moov", b"trak", b"edts", b"mvex"}
_DROPPED = {b"udta", b"meta"}  # the encoder's name
_CHUNK = 1024 * 1024


def seal(raw: Path, final: Path, frames: int, tags: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Copy a file that FFmpeg wrote, with `frames` as its length and `tags` as its only tags; return size and SHA-256.

    The movie's time scale must be the sample rate. `raw` is removed. Offsets in the file are all relative
    (`default-base-moof`, `sidx`), so a header of another length moves nothing.
    """
    digest, size = hashlib.sha256(), 0
    with raw.open("rb") as source, final.open("wb") as target:
        for kind, length in _top_level(source):
            if kind == b"moov":
                movie = _rewrite(kind, source.read(length - 8), frames)
                pieces: Iterator[bytes] = iter([_box(kind, movie[8:] + _tags(tags or {}))])
            else:
                pieces = _copy(source, kind, length)
            for piece in pieces:
                target.write(piece)
                digest.update(piece)
                size += len(piece)
        target.flush()
        os.fsync(target.fileno())
    raw.unlink()
    return size, digest.hexdigest()


def _top_level(source: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield each box's kind and length, with the file standing behind its 8-byte header."""
    while head := source.read(8):
        length, kind = struct.unpack(">I4s", head)
        yield kind, length


def _copy(source: BinaryIO, kind: bytes, length: int) -> Iterator[bytes]:
    yield struct.pack(">I4s", length, kind)
    rest = length - 8
    while rest:
        piece = source.read(min(rest, _CHUNK))
        if not piece:
            raise EOFError("a box is longer than its file")
        rest -= len(piece)
        yield piece


def _rewrite(kind: bytes, body: bytes, frames: int) -> bytes:
    if kind in _CONTAINERS:
        inner = b"" if kind != b"mvex" else _box(b"mehd", struct.pack(">IQ", 1 << 24, frames))
        body = inner + b"".join(_rewrite(k, b, frames) for k, b in _children(body) if k not in _DROPPED)
    elif kind == b"elst":
        version, count, _, start, rate = struct.unpack(">IIIiI", body)
        if version or count != 1 or frames > 0xFFFFFFFF:
            raise ValueError("an edit list of another shape than FFmpeg writes")
        body = struct.pack(">IIIiI", version, count, frames, start, rate)
    return _box(kind, body)


def _tags(tags: Mapping[str, str]) -> bytes:
    """Return `udta` with an iTunes list of free-form atoms, as mutagen, FFmpeg and exiftool read them."""
    if not tags:
        return b""
    items = b"".join(
        _box(
            b"----",
            _box(b"mean", bytes(4) + b"com.apple.iTunes")
            + _box(b"name", bytes(4) + name.encode())
            + _box(b"data", struct.pack(">II", 1, 0) + value.encode()),  # type 1: UTF-8
        )
        for name, value in tags.items()
    )
    about = _box(b"hdlr", bytes(8) + b"mdirappl" + bytes(9))
    return _box(b"udta", _box(b"meta", bytes(4) + about + _box(b"ilst", items)))


def _children(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    offset = 0
    while offset < len(body):
        length, kind = struct.unpack_from(">I4s", body, offset)
        yield kind, body[offset + 8 : offset + length]
        offset += length


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body
