"""How long a file says it is, read from its own header. Pure: takes the head and the size.

Used to notice a file that was cut off. None means the file does not say, or the header is a stream's (size unknown).
"""

import struct

from antiphon.audio.core.kinds import AIFF, FLAC, MP3, WAV, Kind, id3_length, mpeg_length

_MP3_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def declared_seconds(kind: Kind, head: bytes) -> float | None:
    """Return the length that the header of a WAV, AIFF, FLAC or MP3 (Xing, Info) declares."""
    readers = {WAV: _wav, AIFF: _aiff, FLAC: _flac, MP3: _mp3}
    try:
        return readers[kind](head) if kind in readers else None
    except (struct.error, IndexError, ZeroDivisionError, OverflowError):  # a damaged header declares nothing
        return None


def _wav(head: bytes) -> float | None:
    offset, bytes_a_second, wide_size = 12, 0, 0
    while offset + 8 <= len(head):
        name, size = head[offset : offset + 4], struct.unpack_from("<I", head, offset + 4)[0]
        if name == b"ds64":
            wide_size = struct.unpack_from("<Q", head, offset + 16)[0]
        elif name == b"fmt ":
            bytes_a_second = struct.unpack_from("<I", head, offset + 16)[0]
        elif name == b"data":
            if size == 0xFFFFFFFF:
                size = wide_size
            return size / bytes_a_second if 0 < size < 0x7FFFFFFFFFFF else None
        offset += 8 + size + (size & 1)
    return None


def _aiff(head: bytes) -> float | None:
    offset = 12
    while offset + 8 <= len(head):
        name, size = head[offset : offset + 4], struct.unpack_from(">I", head, offset + 4)[0]
        if name == b"COMM":
            frames = struct.unpack_from(">I", head, offset + 10)[0]
            exponent, mantissa = struct.unpack_from(">HQ", head, offset + 16)  # an 80-bit float
            rate = mantissa * 2.0 ** ((exponent & 0x7FFF) - 16383 - 63)
            return float(frames / rate) if frames else None
        offset += 8 + size + (size & 1)
    return None


def _flac(head: bytes) -> float | None:
    start = id3_length(head)
    if head[start : start + 4] != b"fLaC":
        return None
    packed = int.from_bytes(head[start + 18 : start + 26], "big")  # 20 bits rate, 3 + 5 bits, 36 bits samples
    rate, samples = packed >> 44, packed & 0xFFFFFFFFF
    return samples / rate if samples else None


def _mp3(head: bytes) -> float | None:
    start = id3_length(head)
    while start < len(head) and not head[start]:
        start += 1
    length = mpeg_length(head, start)
    frame = head[start : start + length]
    for mark in (b"Xing", b"Info"):
        at = frame.find(mark, 4, 64)
        if at > 0 and frame[at + 7] & 1:
            version, rate_index = frame[1] >> 3 & 3, frame[2] >> 2 & 3
            frames = struct.unpack_from(">I", frame, at + 8)[0]
            return float(frames * (1152 if version == 3 else 576) / _MP3_RATES[version][rate_index])
    return None
