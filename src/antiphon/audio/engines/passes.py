"""The two passes over a sound. Owns their order: look, hash, read tags, then decode once and fan out.

First pass: AAC rendition, waveform, loudness, report. Second pass: Opus rendition. Each decodes the original once,
in blocks; what is made lies in the output folder, what was found goes to `say`.
"""

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import av
import puremagic

from antiphon.audio.core import tags as tag_rules
from antiphon.audio.core import waveform
from antiphon.audio.core.declared import declared_seconds
from antiphon.audio.core.failures import Failure
from antiphon.audio.core.kinds import HEAD_BYTES, Kind, kind_of
from antiphon.audio.core.limits import Limits
from antiphon.audio.engines import pictures, tagreader
from antiphon.audio.engines.encode import AAC_160, OPUS_96, Rendition
from antiphon.audio.engines.loudness import Loudness
from antiphon.audio.engines.measure import Levels, Pixels, TruePeak, decibels
from antiphon.audio.engines.source import Block, Source, open_source
from antiphon.audio.engines.spectrum import Spectrum

Say = Callable[[dict[str, Any]], None]
Tags = dict[str, str]  # the only tags of a rendition: what holds as long as the recording is here
_HASH_CHUNK = 4 * 1024 * 1024


def sniff(file: BinaryIO) -> tuple[Kind, bytes]:
    """Return the kind of this file and its head. Raises `Failure` with what it is instead."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    kind = kind_of(head)
    if isinstance(kind, Kind):
        return kind, head
    if kind == "unknown":
        kind = _second_opinion(head)
    raise Failure(kind)


def _second_opinion(head: bytes) -> str:
    """Ask puremagic about a file we do not read, so that the message can name what it is."""
    try:
        found = puremagic.magic_string(head)
    except puremagic.PureError:
        return "unknown"
    family = found[0].mime_type.split("/")[0] if found and found[0].confidence >= 0.5 else ""
    return {"image": "picture", "video": "video", "audio": "other-audio", "text": "text"}.get(family, "unknown")


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[Source]:
    """Sniff and open a file, ready to decode once; closed at the end. Raises `Failure`."""
    with path.open("rb") as file:
        kind, head = sniff(file)
        file.seek(0)
        source = open_source(file, kind, declared_seconds(kind, head), limits.max_seconds)
        try:
            yield source
        finally:
            source.container.close()


def check(source: Source, path: Path, folder: Path, say: Say) -> None:
    """Hash the file, read its tags, make its artwork; say `checked`."""
    kind = source.kind
    sha256 = _hash(path)
    with path.open("rb") as again:
        raw, artwork, note = tagreader.read_tags(
            again, kind.container, source.codec, tagreader.ffmpeg_texts(source.container)
        )
    found = tag_rules.tags_of(raw)
    say(
        {
            "checked": {
                "container": kind.container,
                "codec": source.codec,
                "sha256": sha256,
                "tags": {
                    **{name: getattr(found, name) for name in found.__dataclass_fields__},
                    "release_date": found.release_date.isoformat() if found.release_date else None,
                },
                "tags_note": note,
                "pictures": _artwork(artwork, folder),
            }
        }
    )


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_HASH_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _artwork(data: bytes | None, folder: Path) -> list[str]:
    """Make the sizes of the embedded picture; a picture that cannot be used is simply not there."""
    if not data:
        return []
    try:
        return pictures.make_sizes(data, folder)
    except Failure:
        return []


def first_pass(
    path: Path, folder: Path, limits: Limits, say: Say, *, encode: bool = True, tags: Tags | None = None
) -> dict[str, Any]:
    """Decode once: AAC rendition (unless `encode` is off, for benchmarks), waveform, overview, levels, report."""
    with opened(path, limits) as source:
        check(source, path, folder, say)
        rendition = Rendition(AAC_160, source.rate_hz, folder, tags) if encode else None
        meters = _Meters(source.rate_hz)
        step = _Progress(source, say)
        for block in source.blocks(limits.max_seconds):
            frame = _frame(block, source.rate_hz)
            meters.take(block, frame)
            if rendition is not None:
                rendition.take(frame)
            step.advance(block.shape[1])
        meters.finish()
        wave = meters.waveform()
        (folder / "waveform.dat").write_bytes(waveform.write_dat(wave))
        return {
            "duration_ms": round(1000 * step.frames / source.rate_hz),
            "rate_hz": source.rate_hz,
            "channels": source.channels,
            **meters.levels_found(),
            "overview": waveform.overview(wave.pairs).hex(),
            "waveform_path": waveform.path(wave.pairs),
            "waveform_file": "waveform.dat",
            "rendition": rendition.finish() if rendition is not None else None,
            "report": {
                "version": 1,
                "source": _about(source, path),
                "damage": {
                    "bad_packets": source.tally.bad_packets,
                    "packets": source.tally.packets,
                    "repaired_samples": source.tally.repaired,
                },
                **meters.report(),
            },
        }


class _Meters:
    """All that is measured in the first pass, fed block by block."""

    def __init__(self, rate_hz: int) -> None:
        self.rate_hz = rate_hz
        self.peaks, self.levels = TruePeak(rate_hz), Levels()
        self.pixels = Pixels(waveform.samples_per_pixel(rate_hz))
        self.loudness, self.spectrum = Loudness(rate_hz), Spectrum(rate_hz)

    def take(self, block: Block, frame: av.AudioFrame) -> None:
        self.peaks.take(block)
        self.levels.take(block, max(float(block.max()), -float(block.min())))
        self.pixels.take(block)
        self.spectrum.take(block)
        self.loudness.take(frame)

    def finish(self) -> None:
        for meter in (self.peaks, self.pixels, self.loudness):
            meter.finish()
        self.measured = self.loudness.report()

    def waveform(self) -> waveform.Waveform:
        return waveform.Waveform(self.rate_hz, self.pixels.per_pixel, bytes(self.pixels.pairs))

    def levels_found(self) -> dict[str, Any]:
        return {
            "loudness_lufs": self.measured["loudness_lufs"],
            "loudness_range_lu": self.measured["loudness_range_lu"],
            "true_peak_dbtp": decibels(self.peaks.peak),
        }

    def report(self) -> dict[str, Any]:
        return {
            "sample_peak_dbfs": decibels(self.peaks.sample_peak),
            "short_term_lufs": self.measured["short_term_lufs"],
            "silence": self.pixels.silence(self.rate_hz),
            **self.levels.report(),
            **self.spectrum.report(),
        }


def second_pass(path: Path, folder: Path, limits: Limits, say: Say, *, tags: Tags | None = None) -> dict[str, Any]:
    """Decode once more, for the Opus rendition."""
    with opened(path, limits) as source:
        rendition = Rendition(OPUS_96, source.rate_hz, folder, tags)
        step = _Progress(source, say)
        for block in source.blocks(limits.max_seconds):
            rendition.take(_frame(block, source.rate_hz))
            step.advance(block.shape[1])
        return {"rendition": rendition.finish()}


def decode_only(path: Path, limits: Limits) -> dict[str, Any]:
    """Decode and keep nothing, and say what it cost: the ceiling that a benchmark compares with."""
    began = time.process_time()
    with opened(path, limits) as source:
        frames = sum(block.shape[1] for block in source.blocks(limits.max_seconds))
        cpu_s = time.process_time() - began
        return {"duration_ms": round(1000 * frames / source.rate_hz), "cpu_s": round(cpu_s, 3)}


def _frame(block: Block, rate_hz: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
    frame.sample_rate = rate_hz
    return frame


def _about(source: Source, path: Path) -> dict[str, Any]:
    seconds = source.tally.frames / source.rate_hz
    sample_format = source.stream.codec_context.format
    lossless = source.codec in ("pcm", "flac", "alac")
    return {
        "container": source.kind.container,
        "codec": source.codec,
        "lossless": lossless,
        "rate_hz": source.rate_hz,
        "channels": source.channels,
        "bits": _bits(source) if lossless and sample_format is not None else None,
        "kbps": round(path.stat().st_size * 8 / seconds / 1000),
    }


def _bits(source: Source) -> int:
    """Bits a sample: from the name of a PCM codec (`pcm_s24le`); FLAC and ALAC decode 24 bits into 32."""
    digits = re.search(r"pcm_[a-z](\d+)", source.stream.codec_context.name)
    if digits:
        return int(digits[1])
    return 16 if source.stream.codec_context.format.bits <= 16 else 24


class _Progress:
    """Counts frames and says a new percentage as it comes. 100 is said by nobody but the result."""

    def __init__(self, source: Source, say: Say) -> None:
        self.expected = (source.declared_s or self._guess(source)) * source.rate_hz
        self.say, self.frames, self.percent = say, 0, 0

    @staticmethod
    def _guess(source: Source) -> float:
        duration = source.container.duration
        return duration / av.time_base if duration and duration > 0 else 300.0

    def advance(self, frames: int) -> None:
        self.frames += frames
        percent = min(99, int(100 * self.frames / max(self.expected, 1)))
        if percent > self.percent:
            self.percent = percent
            self.say({"progress": percent})
