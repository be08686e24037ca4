"""Waveforms: the audiowaveform `.dat` format (version 2, 8-bit), a small overview, and a path for lists.

Standard library only, so that the web process may use it. The format is BBC audiowaveform's, as its
`doc/DataFormat.md` describes it: a 24-byte little-endian header, then pairs of minimum and maximum.
"""

import struct
from array import array
from dataclasses import dataclass

_HEADER = struct.Struct("<iIiiIi")
_EIGHT_BIT = 1
OVERVIEW_PAIRS = 1800
PATH_BARS = 200
PATH_WIDTH, PATH_HEIGHT = 1000, 100


@dataclass(frozen=True)
class Waveform:
    """Peaks of one mixed channel: `pairs` holds min, max, min, max … as int8."""

    rate_hz: int
    samples_per_pixel: int
    pairs: bytes

    @property
    def length(self) -> int:
        return len(self.pairs) // 2


class BadWaveform(ValueError):
    """The bytes are not a version 2, 8-bit, one-channel waveform."""


def samples_per_pixel(rate_hz: int) -> int:
    """Return the power of two that gives between 125 and 250 pixels a second: 256 at 44.1 and 48 kHz.

    So one hour stays between 0.9 and 1.8 MB at any rate (1.24 MB at 44.1 kHz), and a pixel is 4 to 8 ms.
    """
    size = 32
    while rate_hz / (size * 2) >= 125:
        size *= 2
    return size


def write_dat(wave: Waveform) -> bytes:
    """Return the file's bytes."""
    return _HEADER.pack(2, _EIGHT_BIT, wave.rate_hz, wave.samples_per_pixel, wave.length, 1) + wave.pairs


def read_dat(data: bytes) -> Waveform:
    """Read what `write_dat` wrote. Raises `BadWaveform` for anything else."""
    if len(data) < _HEADER.size:
        raise BadWaveform("shorter than its header")
    version, flags, rate_hz, per_pixel, length, channels = _HEADER.unpack_from(data)
    if (version, flags, channels) != (2, _EIGHT_BIT, 1) or rate_hz <= 0 or per_pixel <= 0:
        raise BadWaveform("not version 2, 8-bit, one channel")
    pairs = data[_HEADER.size :]
    if len(pairs) != 2 * length:
        raise BadWaveform("its length is not what its header says")
    return Waveform(rate_hz, per_pixel, pairs)


def overview(pairs: bytes, count: int = OVERVIEW_PAIRS) -> bytes:
    """Fold pairs into exactly `count` pairs; a short sound repeats pixels, an empty one is silence."""
    values = array("b", pairs)
    lows, highs = values[0::2], values[1::2]
    if not lows:
        return bytes(2 * count)
    folded = array("b")
    for index in range(count):
        start = index * len(lows) // count
        end = max((index + 1) * len(lows) // count, start + 1)
        folded.append(min(lows[start:end]))
        folded.append(max(highs[start:end]))
    return folded.tobytes()


def path(pairs: bytes, bars: int = PATH_BARS) -> str:
    """Return SVG path data for a box of 1000 by 100: bars around the middle, drawn with a stroke.

    The height of a bar is the larger of its two peaks, so that the figure is symmetric and short to write.
    """
    values = array("b", overview(pairs, bars))
    step, middle = PATH_WIDTH / bars, PATH_HEIGHT // 2
    pieces = []
    for index in range(bars):
        low, high = values[2 * index], values[2 * index + 1]
        half = max(1, round(max(-low, high) / 128 * (middle - 1)))
        x = f"{(index + 0.5) * step:.1f}".removesuffix(".0")
        pieces.append(f"M{x} {middle - half}v{2 * half}")
    return "".join(pieces)
