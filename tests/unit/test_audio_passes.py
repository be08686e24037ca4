"""The engines, run in this process on small real sounds: every format, every bad file, levels, and exact lengths."""

import json
import math
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pyebur128
import pytest
from PIL import Image

from antiphon.audio.core.failures import Failure
from antiphon.audio.core.limits import Limits
from antiphon.audio.engines import passes, pictures
from antiphon.audio.engines.encode import AAC_160, OPUS_96, Rendition
from antiphon.audio.engines.loudness import Loudness, reading_lufs
from antiphon.audio.engines.measure import Levels, Pixels, TruePeak, decibels
from antiphon.audio.engines.source import Block
from antiphon.audio.engines.spectrum import Spectrum
from tests import sounds

Lines = list[dict[str, Any]]


def first_pass(path: Path, folder: Path, limits: Limits | None = None) -> tuple[dict[str, Any], Lines]:
    lines: Lines = []
    result = passes.first_pass(path, folder, limits or Limits(), lines.append)
    json.dumps([lines, result])  # it has to cross to the worker
    return result, lines


@pytest.mark.parametrize("name", sounds.SOUND)
def test_every_format_is_read_to_its_end(name: str, sound_folder: Path, tmp_path: Path) -> None:
    result, lines = first_pass(sounds.make(sound_folder, name), tmp_path)
    checked = lines[0]["checked"]
    assert (checked["container"], checked["codec"]) == sounds.SOUND[name][:2]
    assert result["duration_ms"] == pytest.approx(1000 * sounds.SECONDS, abs=45)
    assert -25 < result["loudness_lufs"] < -14
    assert -14 < result["true_peak_dbtp"] < -8
    assert len(bytes.fromhex(result["overview"])) == 3600
    with av.open(str(tmp_path / "aac160.mp4")) as made:
        assert made.streams.audio[0].codec_context.name == "aac"


@pytest.mark.parametrize("name", sounds.BROKEN)
def test_every_bad_file_is_refused_in_words(name: str, sound_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(Failure) as refused:
        first_pass(sounds.make(sound_folder, name), tmp_path)
    assert refused.value.code == sounds.BROKEN[name][0]
    assert not refused.value.of_the_moment
    assert refused.value.in_english().endswith(".")


def test_a_playlist_behind_an_allowed_beginning_reads_nothing_else(tmp_path: Path) -> None:
    """Also what gets past the sniffing opens no other file: the demuxer is fixed, and no protocol is allowed."""
    secret = tmp_path / "secret.wav"
    secret.write_bytes(sounds.wav_bytes(sounds.tones(0.5)))
    trap = tmp_path / "trap.mp3"
    trap.write_bytes(b"ID3\x03\x00\x00\x00\x00\x00\x00" + f"#EXTM3U\n#EXTINF:1,\nfile://{secret}\n".encode())
    with pytest.raises(Failure):
        first_pass(trap, tmp_path)


def test_a_small_file_with_hours_inside_stops_at_the_limit(tmp_path: Path) -> None:
    bomb = sounds.flac_bomb(tmp_path / "bomb.flac", hours=0.2)
    assert bomb.stat().st_size < 400_000
    with pytest.raises(Failure) as refused:
        first_pass(bomb, tmp_path, Limits(max_seconds=120))
    assert refused.value.in_english() == "The track is longer than 2:00, which is the longest this site takes."


def test_a_length_that_lies_is_found_while_decoding(tmp_path: Path) -> None:
    bomb = sounds.flac_bomb(tmp_path / "bomb.flac", hours=0.2)
    data = bytearray(bomb.read_bytes())
    data[21] &= 0xF0
    data[22:26] = struct.pack(">I", 44_100)  # STREAMINFO says one second
    bomb.write_bytes(bytes(data))
    with pytest.raises(Failure) as refused:
        first_pass(bomb, tmp_path, Limits(max_seconds=120))
    assert refused.value.code == "too-long"


@pytest.mark.parametrize("channels", [(2, 1), (1, 2)])
def test_a_stream_that_changes_its_channels_in_the_middle_is_heard_to_its_end(
    channels: tuple[int, int], tmp_path: Path
) -> None:
    parts = []
    for count in channels:
        path = tmp_path / f"{count}.aac"
        samples = sounds.tones(2.0, channels=count)
        layout = "stereo" if count == 2 else "mono"
        sounds.encode(path, samples, codec="aac", container="adts", layout=layout, bit_rate=96_000)
        parts.append(path.read_bytes())
    both = tmp_path / "both.aac"
    both.write_bytes(b"".join(parts))
    result, _lines = first_pass(both, tmp_path)
    assert result["duration_ms"] == pytest.approx(4000, abs=150)
    assert result["channels"] == channels[0]


def test_nans_become_silence_and_are_counted(sound_folder: Path, tmp_path: Path) -> None:
    result, _ = first_pass(sounds.make(sound_folder, "few-nans.wav"), tmp_path)
    assert 30 <= result["report"]["damage"]["repaired_samples"] <= 40


def test_a_few_bad_packets_are_tolerated_and_reported(sound_folder: Path, tmp_path: Path) -> None:
    data = bytearray(sounds.encode(
        tmp_path / "long.aac", sounds.tones(20), codec="aac", container="adts", bit_rate=128_000
    ).read_bytes())  # fmt: skip
    at, seen = 0, 0
    while at + 7 < len(data):
        length = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
        if seen in (300, 301):
            data[at + 7 : at + length] = b"\xff" * (length - 7)
        at, seen = at + length, seen + 1
    path = tmp_path / "scratched.aac"
    path.write_bytes(bytes(data))
    result, _ = first_pass(path, tmp_path)
    assert 1 <= result["report"]["damage"]["bad_packets"] <= 2


def _blocks(samples: Block) -> Iterator[Block]:
    for start in range(0, samples.shape[1], 32768):
        yield np.ascontiguousarray(samples[:, start : start + 32768])


@pytest.mark.parametrize("rate_hz", [22050, 44100, 48000, 96000, 192000])
@pytest.mark.parametrize("seed", [1, 2])
def test_levels_agree_with_libebur128(rate_hz: int, seed: int) -> None:
    """Filtered noise with swelling level and hard peaks: within 0.1 LU and 0.2 dB, as libebur128 measures it."""
    rng = np.random.default_rng(seed)
    samples = rng.standard_normal((2, 12 * rate_hz)).astype(np.float32)
    samples = samples[:, 1:] + samples[:, :-1]
    swell = np.abs(np.sin(np.arange(samples.shape[1]) / rate_hz)) * 0.15
    samples = np.clip(samples * swell, -0.9, 0.9).astype(np.float32)
    meter, peak = Loudness(rate_hz), TruePeak(rate_hz)
    mode = pyebur128.MeasurementMode
    peer = pyebur128.R128State(2, rate_hz, mode.MODE_I | mode.MODE_LRA | mode.MODE_TRUE_PEAK)
    for block in _blocks(samples):
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
        frame.sample_rate = rate_hz
        meter.take(frame)
        peak.take(block)
        peer.add_frames(np.ascontiguousarray(block.T).reshape(-1), block.shape[1])
    meter.finish()
    peak.finish()
    assert meter.report()["loudness_lufs"] == pytest.approx(pyebur128.get_loudness_global(peer), abs=0.1)
    range_lu = pyebur128.get_loudness_range(peer)
    assert meter.report()["loudness_range_lu"] == pytest.approx(range_lu, abs=0.1)
    theirs = max(pyebur128.get_true_peak(peer, channel) for channel in (0, 1))
    assert decibels(peak.peak) == pytest.approx(20 * math.log10(theirs), abs=0.2 if rate_hz < 192_000 else 0.05)


def test_a_peak_between_samples_is_found() -> None:
    """A sine at a quarter of the rate, sampled at 45 degrees, peaks 3.01 dB above its samples."""
    time = np.arange(44100)
    wave = np.sin(np.pi / 2 * time + np.pi / 4).astype(np.float32) * 0.5
    meter = TruePeak(44100)
    for block in _blocks(np.stack([wave, wave])):
        meter.take(block)
    assert decibels(meter.sample_peak) == pytest.approx(-9.03, abs=0.01)
    # libebur128's 49 taps ring a little where the sine starts suddenly.
    assert decibels(meter.peak) == pytest.approx(-6.02, abs=0.5)


@pytest.mark.parametrize("said", ["nan", "-nan", "-inf", "inf"])
def test_a_reading_that_is_no_number_is_silence(said: str) -> None:
    assert reading_lufs(said) == -120.0
    assert reading_lufs("-23.5") == -23.5


def test_silence_has_no_loudness(tmp_path: Path) -> None:
    path = tmp_path / "silence.wav"
    path.write_bytes(sounds.wav_bytes(np.zeros((2, 44100), np.float32)))
    result, _ = first_pass(path, tmp_path)
    assert (result["loudness_lufs"], result["loudness_range_lu"], result["true_peak_dbtp"]) == (None, None, None)


def test_a_hundred_samples_are_enough(tmp_path: Path) -> None:
    path = tmp_path / "click.wav"
    path.write_bytes(sounds.wav_bytes(sounds.tones(100 / 44100)))
    result, _ = first_pass(path, tmp_path)
    assert result["duration_ms"] == 2
    assert result["loudness_lufs"] is None


def test_plateaus_at_full_scale_are_counted_and_peaks_are_not() -> None:
    levels = Levels()
    block = np.zeros((2, 1000), np.float32)
    block[0, 10] = 1.0
    block[0, 100:105] = 1.0
    block[1, 200:203] = -1.0
    levels.take(block, 1.0)
    assert levels.report()["clipping"] == {"runs": 2, "samples": 8}


def test_silence_is_found_at_both_ends_and_inside() -> None:
    rate_hz = 44_100
    samples = np.zeros((2, 10 * rate_hz), np.float32)
    samples[:, rate_hz : 3 * rate_hz] = 0.5
    samples[:, 6 * rate_hz : 9 * rate_hz] = 0.5
    pixels = Pixels(256)
    for block in _blocks(samples):
        pixels.take(block)
    pixels.finish()
    found = pixels.silence(rate_hz)
    assert found["start_ms"] == pytest.approx(1000, abs=12)
    assert found["end_ms"] == pytest.approx(1000, abs=12)
    assert found["longest_ms"] == pytest.approx(3000, abs=12)
    assert found["longest_at_ms"] == pytest.approx(3000, abs=12)


def test_the_spectrum_finds_a_tone_and_a_cut_top_end() -> None:
    rate_hz = 44_100
    noise = np.random.default_rng(2).standard_normal((2, 8 * rate_hz))
    bins = np.fft.rfft(noise, axis=1)
    hz = np.fft.rfftfreq(noise.shape[1], 1 / rate_hz)
    bins[:, hz > 16_000] = 0
    samples = (np.fft.irfft(bins, noise.shape[1], axis=1) * 0.01).astype(np.float32)
    samples += (0.5 * np.sin(2 * np.pi * 1000 * np.arange(samples.shape[1]) / rate_hz)).astype(np.float32)
    spectrum = Spectrum(rate_hz)
    for block in _blocks(samples):
        spectrum.take(block)
    found = spectrum.report()
    levels = {third["hz"]: third["db"] for third in found["thirds"]}
    assert levels[1000] == pytest.approx(-6.0, abs=0.3)
    assert levels[250] < -40
    assert found["bandwidth_hz"] == pytest.approx(16_000, abs=300)
    assert found["cliff_db"] > 30


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    while start < end:
        length, kind = struct.unpack_from(">I4s", data, start)
        yield kind, start + 8, start + length
        start += length


def _find(data: bytes, *path: bytes) -> bytes:
    start, end = 0, len(data)
    for name in path:
        start, end = next((s, e) for kind, s, e in _boxes(data, start, end) if kind == name)
    return data[start:end]


@pytest.mark.parametrize(("recipe", "priming", "rate_hz"), [(AAC_160, 1024, 44100), (OPUS_96, 312, 48000)])
@pytest.mark.parametrize("frames", [441_123, 1024 * 40, 5])
def test_a_rendition_says_its_exact_length(
    recipe: Any, priming: int, rate_hz: int, frames: int, tmp_path: Path
) -> None:
    """What browsers need for gapless play: an edit list over the priming, the whole length, an index in front."""
    rendition = Rendition(recipe, rate_hz, tmp_path)
    samples = sounds.tones(frames / rate_hz, rate_hz)
    for block in _blocks(samples):
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
        frame.sample_rate = rate_hz
        rendition.take(frame)
    told = rendition.finish()
    data = (tmp_path / told["file"]).read_bytes()
    assert len(data) == told["size_bytes"]
    assert [kind for kind, _, _ in _boxes(data, 0, len(data))][:3] == [b"ftyp", b"moov", b"sidx"]
    edit = struct.unpack(">IIIiI", _find(data, b"moov", b"trak", b"edts", b"elst"))
    assert edit == (0, 1, samples.shape[1], priming, 0x10000)
    assert struct.unpack(">IQ", _find(data, b"moov", b"mvex", b"mehd"))[1] == samples.shape[1]
    assert b"udta" not in data[: data.index(b"sidx")]
    with av.open(str(tmp_path / told["file"])) as made:
        stream = made.streams.audio[0]
        # FFmpeg counts the priming in a file of one fragment; the header does not.
        assert 0 <= stream.duration - samples.shape[1] <= (0 if frames > 4 * rate_hz else priming)
        decoded = np.concatenate([frame.to_ndarray() for frame in made.decode(stream)], axis=1)
    assert 0 <= decoded.shape[1] - samples.shape[1] < 1024, "at most the rest of the last packet"
    if frames > 1024:
        # No shift: the decoded sound lies on the original.
        middle = slice(4096, 36_000)
        assert np.corrcoef(decoded[0, middle], samples[0, middle])[0, 1] > 0.99


def test_pictures_become_squares_without_their_exif(tmp_path: Path) -> None:
    names = pictures.make_sizes(sounds.jpeg_bytes(640, 480), tmp_path)
    assert names == ["160.webp", "500.webp", "1000.webp"]
    sizes = []
    for name in names:
        data = (tmp_path / name).read_bytes()
        assert b"private place" not in data
        with Image.open(tmp_path / name) as picture:
            assert picture.format == "WEBP"
            assert not picture.getexif()
            sizes.append(picture.size)
    assert sizes == [(160, 160), (480, 480), (480, 480)]


def test_a_picture_bomb_costs_nothing(tmp_path: Path) -> None:
    """A PNG that declares 60,000 by 60,000 pixels in 45 bytes."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + b"\x00\x00\x00\x00"
    with pytest.raises(Failure) as refused:
        pictures.make_sizes(bomb, tmp_path)
    assert refused.value.code in ("picture-too-large", "bad-picture")
    assert not list(tmp_path.iterdir())
