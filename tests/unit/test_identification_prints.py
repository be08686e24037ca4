"""Packed fingerprints: what is packed comes back, and nothing else is taken for one."""

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.identification.core import hashes
from antiphon.identification.core.prints import (
    BIN_ONE,
    BINS,
    LONGEST_MS,
    MOST_A_BLOCK,
    STRONGEST,
    BadPrints,
    Prints,
    check,
    pack,
    pair_hashes,
    triple_hashes,
    unpack,
)


def made(peaks: list[tuple[int, int, int]], duration_ms: int) -> Prints:
    """Prints of (frame, bin, strength), in order."""
    peaks = sorted(peaks)
    return Prints(
        np.array([p[0] for p in peaks], np.uint32),
        np.array([p[1] for p in peaks], np.uint16),
        np.array([p[2] for p in peaks], np.uint8),
        duration_ms,
    )


@st.composite
def some_prints(draw: st.DrawFn) -> Prints:
    """Peaks that stand as far apart as peaks do, with silences of any length between them."""
    gaps = draw(st.lists(st.integers(hashes.NEAR_FRAMES + 1, 40) | st.integers(200, 70_000), max_size=40))
    frames = np.cumsum(gaps)
    places = [draw(st.integers(0, BINS * BIN_ONE - 1)) for _ in frames]
    strengths = [draw(st.integers(0, STRONGEST)) for _ in frames]
    end_ms = int(frames[-1] * 256_000 // 11_025 + 1) if gaps else 0
    return made(list(zip(frames.tolist(), places, strengths, strict=True)), end_ms + draw(st.integers(0, 5000)))


def same(a: Prints, b: Prints) -> bool:
    columns = ("frame", "bin", "strength")
    return a.duration_ms == b.duration_ms and all(np.array_equal(getattr(a, c), getattr(b, c)) for c in columns)


def music(seconds: int, seed: int = 1) -> Prints:
    """Peaks as dense as those of music: 21 in each 43 frames, one in each of that many separate places."""
    rng = np.random.default_rng(seed)
    peaks = []
    for block in range(seconds):
        for row in range(21):
            peaks.append(
                (block * 43 + (row % 3) * 14, (row * 10) * BIN_ONE + int(rng.integers(8)), int(rng.integers(32)))
            )
    return made(peaks, seconds * 1000)


@given(some_prints())
def test_what_is_packed_comes_back(prints: Prints) -> None:
    packed = pack(prints)
    back = unpack(packed)
    assert same(back, prints)
    assert (back.frame.dtype, back.bin.dtype, back.strength.dtype) == (np.uint32, np.uint16, np.uint8)


@given(some_prints(), st.data())
def test_a_flipped_bit_is_never_a_fingerprint(prints: Prints, data: st.DataObject) -> None:
    packed = bytearray(pack(prints))
    at = data.draw(st.integers(0, len(packed) * 8 - 1))
    packed[at // 8] ^= 1 << at % 8
    with pytest.raises(BadPrints):
        unpack(bytes(packed))


@given(st.binary(max_size=200), st.booleans())
def test_bytes_from_anywhere_are_refused(junk: bytes, with_head: bool) -> None:
    body = pack(music(2))[:12] + junk if with_head else junk
    with pytest.raises(BadPrints):
        unpack(body + zlib.crc32(body).to_bytes(4, "little"))


def test_a_newer_version_is_named() -> None:
    packed = bytearray(pack(music(2)))
    packed[4] = 2
    with pytest.raises(BadPrints, match="version 2"):
        unpack(bytes(packed))


def test_a_small_file_cannot_unpack_to_a_large_one() -> None:
    packed = pack(music(2))
    bomb = packed[:16] + zlib.compress(bytes(50_000_000))
    with pytest.raises(BadPrints, match="as many peaks"):
        unpack(bomb + zlib.crc32(bomb).to_bytes(4, "little"))


@pytest.mark.parametrize(
    ("prints", "reason"),
    [
        (made([(10, 80, 1), (11, 90, 1)], 5000), "closer"),
        (made([(10, BINS * BIN_ONE, 1)], 5000), "outside"),
        (made([(10, 80, STRONGEST + 1)], 5000), "outside"),
        (made([(10_000, 80, 1)], 5000), "after its end"),
        (made([(10, 80, 1), (10, 80, 1)], 5000), "order"),
        (made([(10, 80, 1)], LONGEST_MS + 1), "longer"),
        (Prints(np.zeros(1, np.uint32), np.zeros(1, np.uint16), np.zeros(2, np.uint8), 1000), "one length"),
        (Prints(np.zeros(1, np.int64), np.zeros(1, np.uint16), np.zeros(1, np.uint8), 1000), "types"),
    ],
)
def test_peaks_that_no_sound_has_are_refused(prints: Prints, reason: str) -> None:
    with pytest.raises(BadPrints, match=reason):
        pack(prints)


def test_a_second_with_too_many_peaks_is_refused() -> None:
    peaks = [(f * 7, b * 80, 1) for f in range(6) for b in range(MOST_A_BLOCK // 6 + 1)]
    with pytest.raises(BadPrints, match="closer"):
        check(made(peaks, 2000))


def test_a_minute_takes_few_kilobytes() -> None:
    assert len(pack(music(60))) < 4500


@given(some_prints())
def test_hashes_are_few_in_range_and_in_order(prints: Prints) -> None:
    for hashed, frame, bits, most in (
        (*pair_hashes(prints), hashes.PAIR_BITS, hashes.FAN),
        (*triple_hashes(prints), hashes.TRIPLE_BITS, 3),
    ):
        assert hashed.dtype == frame.dtype == np.uint32
        assert len(hashed) == len(frame) <= most * len(prints)
        assert not len(hashed) or int(hashed.max()) < 1 << bits
        assert np.all(np.diff(frame.astype(np.int64)) >= 0)
        assert np.isin(frame, prints.frame).all()
