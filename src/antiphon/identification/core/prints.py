"""What is kept of a track so that its sound can be found again, how it is packed, and what an index must offer.

Owns the shape of `Prints` and its bytes. Making them out of sound is `peaks`, the numbers they are found by are
`hashes`, and where they are kept is somebody else's: whatever has the methods of `Postings` will do.
"""

import struct
import zlib
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from antiphon.identification.core import hashes
from antiphon.kernel.errors import BadInput

RATE_HZ = 11_025
HOP = 256  # samples between two frames: 23.2 ms
FRAMES_PER_SECOND = RATE_HZ / HOP
LOWEST_HZ = 82.4  # where the bass is: much music has nothing as loud above, and under other music nothing else is left
BINS = 280  # bands of 1/48 octave: up to 4,700 Hz
BIN_ONE = hashes.BIN_ONE  # a bin is stored in quarters
STRONGEST = 31  # the largest strength

BLOCK_FRAMES = 43  # about a second: the stretch over which the number of peaks is limited
MOST_A_BLOCK = 64  # peaks in any block, as a question has them
STORED_A_BLOCK = 28  # and as they are stored: the strongest
LONGEST_MS = 12 * 3600 * 1000

VERSION = 1
MAGIC = b"APfp"
_HEAD = struct.Struct("<4sBBHII")  # magic, version, reserved, reserved, duration in ms, peaks
_CHECK = struct.Struct("<I")
_LONG_GAP = 255

U8 = npt.NDArray[np.uint8]
U16 = npt.NDArray[np.uint16]
U32 = npt.NDArray[np.uint32]
I64 = npt.NDArray[np.int64]
F32 = npt.NDArray[np.float32]
Kind = Literal["pairs", "triples"]


class BadPrints(BadInput):
    """Bytes or arrays that no sound can have given: broken, forged, or of a newer version."""

    code = "bad-prints"


@dataclass(frozen=True)
class Prints:
    """The peaks of one track or clip, ascending by frame, then by bin.

    frame: uint32, in hops of 23.2 ms from the start. bin: uint16, quarters of 1/48 octave above 82.4 Hz.
    strength: uint8, 0 to 31, in steps of 1.5 dB over the neighbourhood. All of one length. duration_ms: of the sound.
    """

    frame: U32
    bin: U16
    strength: U8
    duration_ms: int

    def __len__(self) -> int:
        return len(self.frame)


class Cells(Protocol):
    """One table of hashes: who has this hash, and where."""

    def look_up(self, wanted: U32) -> tuple[I64, U32, U32]:
        """Return (offsets, track, frame) for hashes in any order, repeated or not.

        wanted: uint32[n]. The occurrences of wanted[i] are track[offsets[i]:offsets[i + 1]] and the same of frame,
        ascending by track, then by frame. offsets: int64[n + 1]; track, frame: uint32[offsets[n]].
        """
        ...

    def count(self, wanted: U32) -> F32:
        """Return about how many occurrences `look_up` would give for each, without fetching them: work is capped by it.

        It errs by two blocks at most for each part of the table. What was deleted and not yet merged away is counted.
        """
        ...


class Postings(Protocol):
    """An index as the method reads it. Tracks are numbers from 0 to `tracks` - 1, of which some may be deleted."""

    @property
    def tracks(self) -> int: ...

    def postings(self, kind: Kind) -> Cells:
        """Return the table of `pair_hashes` or of `triple_hashes`."""
        ...

    def peaks(self, track: int) -> Prints:
        """Return what was stored of a track. Raises `KeyError` for one that is not there."""
        ...


def pair_hashes(prints: Prints) -> tuple[U32, U32]:
    """Return (hash, frame) of every pair of peaks that is indexed: uint32[n] below 2**19, and its first peak's frame.

    A pure function of the peaks. Ascending by frame.
    """
    return hashes.pairs(prints.frame, prints.bin)


def triple_hashes(prints: Prints) -> tuple[U32, U32]:
    """Return (hash, frame) of every triple of peaks that is indexed: uint32[n] below 2**30, its first peak's frame.

    A pure function of the peaks. Ascending by frame.
    """
    return hashes.triples(prints.frame, prints.bin)


def pack(prints: Prints) -> bytes:
    """Return prints as bytes: about 4 kB a minute of music. `unpack` gives the same prints back.

    A head, the gaps between frames and the bins and strengths as columns under zlib, and a CRC-32 of all before it.
    Raises `BadPrints` for arrays that no sound can have given.
    """
    check(prints)
    gap = np.diff(prints.frame, prepend=np.uint32(0)).astype(np.uint32)
    short = np.minimum(gap, _LONG_GAP).astype(np.uint8)
    long = gap[gap >= _LONG_GAP].astype("<u4")
    word = (prints.bin.astype(np.uint16) << 5) | prints.strength
    columns = (short, long, (word >> 8).astype(np.uint8), (word & 0xFF).astype(np.uint8))
    body = zlib.compress(b"".join(column.tobytes() for column in columns), 6)
    head = _HEAD.pack(MAGIC, VERSION, 0, 0, prints.duration_ms, len(prints))
    return head + body + _CHECK.pack(zlib.crc32(head + body))


def unpack(packed: bytes) -> Prints:
    """Return the prints in these bytes. Raises `BadPrints`, with the reason, for what no sound can have given."""
    if len(packed) < _HEAD.size + _CHECK.size:
        raise BadPrints("The fingerprint is cut short.")
    magic, version, *reserved, duration_ms, count = _HEAD.unpack_from(packed)
    if magic != MAGIC:
        raise BadPrints("This is not a fingerprint of Antiphon's.")
    if version != VERSION:
        raise BadPrints(f"The fingerprint is of version {version}; this site reads version {VERSION}.")
    if _CHECK.unpack(packed[-_CHECK.size :])[0] != zlib.crc32(packed[: -_CHECK.size]) or any(reserved):
        raise BadPrints("The fingerprint is damaged: its checksum is another.")
    if duration_ms > LONGEST_MS or count > most_peaks(duration_ms):
        raise BadPrints("The fingerprint says that it has more peaks than sound of its length can have.")
    columns = _inflated(packed[_HEAD.size : -_CHECK.size], count)
    short = columns[:count]
    longs = int(np.count_nonzero(short == _LONG_GAP))
    if len(columns) != 3 * count + 4 * longs:
        raise BadPrints("The fingerprint does not hold as many peaks as it says.")
    gap = short.astype(np.int64)
    gap[short == _LONG_GAP] = columns[count : count + 4 * longs].view("<u4")
    if np.any(gap < short):
        raise BadPrints("The fingerprint is not written as fingerprints are.")
    high, low = columns[count + 4 * longs :].reshape(2, count).astype(np.uint16)
    word = (high << 8) | low
    frame = np.cumsum(gap)
    if count and frame[-1] > 0xFFFF_FFFF:
        raise BadPrints("The fingerprint has a peak after its end.")
    prints = Prints(frame.astype(np.uint32), (word >> 5).astype(np.uint16), (word & 31).astype(np.uint8), duration_ms)
    check(prints)
    return prints


def most_peaks(duration_ms: int) -> int:
    """Return how many peaks sound of this length can have at most."""
    return (duration_ms * RATE_HZ // (1000 * HOP * BLOCK_FRAMES) + 1) * MOST_A_BLOCK


def check(prints: Prints) -> None:
    """Raise `BadPrints` unless sound can have given these peaks: in order, in range, and no closer than peaks stand."""
    frame, place = prints.frame, prints.bin
    if not (frame.ndim == place.ndim == prints.strength.ndim == 1 and len(frame) == len(place) == len(prints.strength)):
        raise BadPrints("The columns of the fingerprint are not of one length.")
    if [column.dtype.str[1:] for column in (frame, place, prints.strength)] != ["u4", "u2", "u1"]:
        raise BadPrints("The columns of the fingerprint are of other types.")
    if not 0 <= prints.duration_ms <= LONGEST_MS:
        raise BadPrints("The fingerprint is of a longer sound than is looked at.")
    if not len(frame):
        return
    if int(frame[-1]) * HOP * 1000 > prints.duration_ms * RATE_HZ:
        raise BadPrints("The fingerprint has a peak after its end.")
    if int(place.max()) >= BINS * BIN_ONE or int(prints.strength.max()) > STRONGEST:
        raise BadPrints("The fingerprint has a peak outside of what is listened to.")
    order = frame.astype(np.int64) * (BINS * BIN_ONE) + place
    if np.any(np.diff(order) <= 0):
        raise BadPrints("The peaks of the fingerprint are out of order.")
    if np.bincount(frame // BLOCK_FRAMES).max() > MOST_A_BLOCK or hashes.crowded(frame, place):
        raise BadPrints("The peaks of the fingerprint stand closer than peaks of sound can.")


def _inflated(body: bytes, count: int) -> U8:
    most = 7 * count
    inflater = zlib.decompressobj()
    try:
        plain = inflater.decompress(body, most + 1)
    except zlib.error as broken:
        raise BadPrints("The fingerprint is damaged: it cannot be unpacked.") from broken
    if len(plain) > most or not inflater.eof or inflater.unused_data:
        raise BadPrints("The fingerprint does not hold as many peaks as it says.")
    return np.frombuffer(plain, np.uint8)
