"""The waveform file, its overview and the path for lists."""

import json
import random
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.audio.core import waveform

ASSETS = Path(waveform.__file__).parents[2] / "web" / "assets"
pairs = st.binary(max_size=400).map(lambda data: data[: len(data) // 2 * 2])


@given(pairs, st.integers(8000, 384_000), st.sampled_from([32, 256, 2048]))
def test_what_is_written_is_read_again(data: bytes, rate_hz: int, per_pixel: int) -> None:
    wave = waveform.Waveform(rate_hz, per_pixel, data)
    assert waveform.read_dat(waveform.write_dat(wave)) == wave


def test_the_header_is_that_of_audiowaveform_version_2() -> None:
    data = waveform.write_dat(waveform.Waveform(44100, 256, bytes([0x80, 0x7F, 0, 1])))
    assert struct.unpack("<iIiiIi", data[:24]) == (2, 1, 44100, 256, 2, 1)
    assert data[24:] == b"\x80\x7f\x00\x01"


READER = """
const { readFileSync } = require("node:fs");
const WaveformData = require(process.argv[1]);
const wave = WaveformData.create(Uint8Array.from(readFileSync(0)).buffer);
const channel = wave.channel(0);
console.log(JSON.stringify({
  rate: wave.sample_rate, scale: wave.scale, bits: wave.bits, length: wave.length, channels: wave.channels,
  lowest: channel.min_array(), highest: channel.max_array(),
}));
"""


def test_an_independent_reader_sees_the_same_waveform() -> None:
    # waveform-data is the reader of those who defined the format; it comes with the front end's tools.
    node = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    assert node, "make assets brings node"
    wave = waveform.Waveform(44100, 256, random.Random(5).randbytes(2000))
    command = [node, "-e", READER, str(ASSETS / "node_modules" / "waveform-data")]
    said = subprocess.run(command, input=waveform.write_dat(wave), capture_output=True, check=True, timeout=60).stdout
    seen = json.loads(said)
    signed = struct.unpack("2000b", wave.pairs)
    assert (seen["lowest"], seen["highest"]) == (list(signed[0::2]), list(signed[1::2]))
    assert (seen["rate"], seen["scale"], seen["bits"], seen["length"], seen["channels"]) == (44100, 256, 8, 1000, 1)


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
