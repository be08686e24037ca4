"""The frames of an MP3, and nothing that lies before, between or behind them.

Tags stand in front (ID3v2), behind (ID3v1, APEv2, Lyrics3) and, in files that were joined, in the middle. What is
neither frame nor tag is damage: between frames it stays, as it is part of what is heard; elsewhere it goes.
"""

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from antiphon.audio.core.kinds import id3_length, mpeg_length

_HEAD = 32
_CHUNK = 1024 * 1024
_CHAIN = 3  # so many frames in a row are sound; one alone may be bytes of a picture
_MARKS = (b"ID3", b"TAG", b"APETAGEX")


def runs_of(source: BinaryIO, size: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches of the file that are sound, as offset and length, in order."""
    start = at = 0  # the run that is open; empty while nothing was kept
    heard = False
    while at < size:
        head = _read(source, at, _HEAD)
        if length := mpeg_length(head, 0):
            at, heard = min(size, at + length), True
            continue
        resumed, is_frame = _resume(source, at, size)
        if is_frame and heard:
            at = resumed
            continue
        if at > start:
            yield start, at - start
        start = at = resumed
    if at > start:
        yield start, at - start


def _resume(source: BinaryIO, at: int, size: int) -> tuple[int, bool]:
    """Return where frames or a tag begin again, and whether it is frames; the end where neither does."""
    if length := _tag_length(_read(source, at, _HEAD)):
        return min(size, at + length), False
    place = at + 1
    while place < size:
        piece = _read(source, place, _CHUNK + _HEAD)
        for offset in _candidates(piece):
            if piece[offset] == 0xFF:
                if _chained(source, place + offset, size):
                    return place + offset, True
            elif _tag_length(piece[offset : offset + _HEAD]):
                return place + offset, False
        place += _CHUNK
    return size, False


def _candidates(piece: bytes) -> list[int]:
    """Where in a piece a frame or a tag may begin, in order."""
    found = []
    for mark in (b"\xff", *_MARKS):
        offset = piece.find(mark)
        while 0 <= offset < _CHUNK:
            found.append(offset)
            offset = piece.find(mark, offset + 1)
    return sorted(found)


def _chained(source: BinaryIO, at: int, size: int) -> bool:
    for _ in range(_CHAIN):
        length = mpeg_length(_read(source, at, 4), 0)
        if not length:
            return False
        at += length
        if at >= size:
            return True
    return True


def _tag_length(head: bytes) -> int:
    """Bytes of the tag that begins here, or of the part of it that can be told; 0 for none."""
    if head[:3] == b"ID3":
        return id3_length(head)
    if head[:4] == b"TAG+":
        return 227
    if head[:3] == b"TAG":
        return 128
    if head[:8] == b"APETAGEX" and len(head) >= 24:
        length, flags = struct.unpack_from("<I4xI", head, 12)
        return 32 + (int(length) if flags & 0x20000000 else 0)  # a header is followed by items, a footer by nothing
    return 0


def _read(source: BinaryIO, at: int, length: int) -> bytes:
    source.seek(at)
    return source.read(length)


def end_of_sound(source: BinaryIO, size: int) -> int:
    """Return where the tags begin that stand behind the sound of any file: ID3v1, APEv2, Lyrics3, ID3v2 with a foot."""
    end = size
    while end > 227:  # the longest foot that is looked for
        length = min(_foot_lengths(source, end), default=0)
        if not length:
            break
        end -= length
    return end


def _foot_lengths(source: BinaryIO, end: int) -> Iterator[int]:
    """Yield the bytes of each tag whose foot may stand here; of one that says more than there is, the foot alone."""
    if _read(source, end - 128, 3) == b"TAG":
        yield 128
    if _read(source, end - 227, 4) == b"TAG+":
        yield 227
    foot = _read(source, end - 32, 32)
    if foot[:8] == b"APETAGEX":
        length, flags = struct.unpack_from("<I4xI", foot, 12)
        whole = max(32, int(length)) + (32 if flags & 0x80000000 else 0)
        yield whole if whole <= end else 32
    if foot[-9:] == b"LYRICS200" and foot[-15:-9].isdigit():
        whole = 15 + int(foot[-15:-9])
        yield whole if whole <= end else 15
    if foot[22:25] == b"3DI":
        whole = id3_length(b"ID3" + foot[25:])
        yield whole if 0 < whole <= end else 10


def pour(source: BinaryIO, target: BinaryIO, length: int) -> int:
    """Copy up to `length` bytes from where the file stands; return how many there were."""
    rest = length = max(0, length)
    while rest and (piece := source.read(min(rest, _CHUNK))):
        target.write(piece)
        rest -= len(piece)
    return length - rest


def strip(path: Path, target: Path) -> None:
    """Write the frames of an MP3, with their gapless header, and nothing else of it."""
    with path.open("rb") as source, target.open("wb") as out:
        for start, length in runs_of(source, os.fstat(source.fileno()).st_size):
            source.seek(start)
            pour(source, out, length)
