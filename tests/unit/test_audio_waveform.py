"""The waveform file, its overview and the path for lists."""

import re
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.audio.core import waveform

pairs = st.binary(max_size=400).map(lambda data: data[: len(data) // 2 * 2])


@given(pairs, st.integers(8000, 384_000), st.sampled_from([32, 256, 2048]))
def test_what_is_written_is_read_again(data: bytes, rate_hz: int, per_pixel: int) -> None:
    wave = waveform.Waveform(rate_hz, per_pixel, data)
    assert waveform.read_dat(waveform.write_dat(wave)) == wave


def test_the_header_is_that_of_audiowaveform_version_2() -> None:
    data = waveform.write_dat(waveform.Waveform(44100, 256, bytes([0x80, 0x7F, 0, 1])))
    assert struct.unpack("<iIiiIi", data[:24]) == (2, 1, 44100, 256, 2, 1)
    assert data[24:] == b"\x80\x7f\x00\x01"


@given(st.binary(max_size=60))
def test_strange_bytes_are_refused_and_never_crash(data: bytes) -> None:
    try:
        wave = waveform.read_dat(data)
    except waveform.BadWaveform:
        return
    assert len(wave.pairs) == 2 * wave.length


@given(pairs)
def test_an_overview_has_its_length_and_keeps_the_extremes(data: bytes) -> None:
    small = waveform.overview(data, 30)
    assert len(small) == 60
    if data:
        signed = memoryview(data).cast("b")
        found = memoryview(small).cast("b")
        # Up to thirty pixels nothing is folded, and beyond, the lowest minimum and highest maximum survive.
        assert min(found[0::2].tolist()) == min(signed[0::2].tolist())
        assert max(found[1::2].tolist()) == max(signed[1::2].tolist())


@given(pairs)
def test_a_path_stays_in_its_box(data: bytes) -> None:
    bars = re.findall(r"M([\d.]+) (\d+)v(\d+)", waveform.path(data))
    assert len(bars) == waveform.PATH_BARS
    for x, y, height in bars:
        assert 0 < float(x) < waveform.PATH_WIDTH
        assert int(y) >= 0
        assert int(y) + int(height) <= waveform.PATH_HEIGHT


@pytest.mark.parametrize(("rate_hz", "size"), [(8000, 64), (44100, 256), (48000, 256), (96000, 512), (384000, 2048)])
def test_an_hour_of_waveform_stays_small_at_any_rate(rate_hz: int, size: int) -> None:
    assert waveform.samples_per_pixel(rate_hz) == size
    assert 0.8e6 < 3600 * rate_hz / size * 2 < 1.8e6
