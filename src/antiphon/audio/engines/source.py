"""Opening and decoding a stranger's sound. Owns the demuxer's leash, the tolerance of damage, and the mix to stereo.

Gives float32 stereo blocks at the file's own rate; nothing here holds more than one block.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import BinaryIO, cast

import av
import av.error
import numpy as np
import numpy.typing as npt

from antiphon.audio.core.failures import Failure, clock_time
from antiphon.audio.core.kinds import Kind

Block = npt.NDArray[np.float32]  # shape (2, frames), full scale 1.0

BLOCK_FRAMES = 32768  # a stereo block of floats is 256 KiB: it stays in a core's cache
MAX_CHANNELS = 8
RATES_HZ = (8000, 384_000)
LOUDEST = 16.0  # +24 dBFS; a float file beyond that is broken, not loud
MAX_BAD_SHARE = 0.01  # of packets, and of samples
_DECODERS = {"mp3": {"mp3", "mp3float"}, "opus": {"opus", "libopus"}, "aac": {"aac"}, "vorbis": {"vorbis"}}

# ITU-R BS.775-4 table 2: how much of each loudspeaker goes left and right. The low-frequency channel is left out.
_HALF = 0.5**0.5
_MIX = {
    "FL": (1.0, 0.0), "FR": (0.0, 1.0), "FC": (_HALF, _HALF), "LFE": (0.0, 0.0),
    "BL": (_HALF, 0.0), "BR": (0.0, _HALF), "SL": (_HALF, 0.0), "SR": (0.0, _HALF),
    "BC": (0.5, 0.5), "FLC": (_HALF, 0.0), "FRC": (0.0, _HALF), "DL": (1.0, 0.0), "DR": (0.0, 1.0),
}  # fmt: skip
# What files without a channel mask mean by their count: the orders of WAVEFORMATEXTENSIBLE.
_USUAL = {
    1: ("FC",), 2: ("FL", "FR"), 3: ("FL", "FR", "FC"), 4: ("FL", "FR", "BL", "BR"),
    5: ("FL", "FR", "FC", "BL", "BR"), 6: ("FL", "FR", "FC", "LFE", "BL", "BR"),
    7: ("FL", "FR", "FC", "LFE", "BC", "SL", "SR"), 8: ("FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR"),
}  # fmt: skip


@dataclass
class Tally:
    """What went wrong while decoding, and how much there was."""

    packets: int = 0
    bad_packets: int = 0
    frames: int = 0
    repaired: int = 0  # samples that were no usable numbers and became silence
    ended_by_error: bool = False


@dataclass
class Source:
    """An opened sound: what its head says, and `blocks()` to decode it once."""

    container: av.container.InputContainer
    stream: av.AudioStream
    kind: Kind
    codec: str
    rate_hz: int
    channels: int
    speakers: tuple[str, ...]
    declared_s: float | None
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        # A stream may change its channels in the middle, and its codec then says the new ones: the target stays.
        self._layout = self.stream.codec_context.layout

    def blocks(self, max_seconds: float) -> Iterator[Block]:
        """Decode to the end. Raises `Failure` for too long, too damaged, cut off, or no sound at all."""
        mix = _mix_matrix(self.speakers)
        for frame in self._steady_frames(int(max_seconds * self.rate_hz), max_seconds):
            block = cast(Block, frame.to_ndarray())
            if self.channels > 2:
                block = block.reshape(-1, self.channels).T
            self._mend(block)
            yield block if mix is None else np.ascontiguousarray(mix @ block)
        self._judge()

    def _steady_frames(self, most: int, max_seconds: float) -> Iterator[av.AudioFrame]:
        """Frames of one format, rate and length, whatever the stream does in its middle."""
        steady = self._resampler()
        for frame in self._frames():
            self.tally.frames += round(frame.samples * self.rate_hz / (frame.sample_rate or self.rate_hz))
            if self.tally.frames > most:
                raise Failure("too-long", limit=clock_time(max_seconds))
            frame.pts = None
            try:
                ready = steady.resample(frame)
            except ValueError:  # the stream changed its rate or channels: a new converter to the same target
                yield from steady.resample(None)
                steady = self._resampler()
                ready = steady.resample(frame)
            yield from ready
        if self.tally.frames:
            yield from steady.resample(None)

    def _resampler(self) -> av.AudioResampler:
        # PyAV 18 reads beyond the end of a planar frame of eight channels, so more than two come interleaved.
        form = "fltp" if self.channels <= 2 else "flt"
        return av.AudioResampler(format=form, layout=self._layout, rate=self.rate_hz, frame_size=BLOCK_FRAMES)

    def _frames(self) -> Iterator[av.AudioFrame]:
        packets = self.container.demux(self.stream)
        while True:
            try:
                packet = next(packets, None)
            except MemoryError:
                raise
            except (av.error.FFmpegError, EOFError):
                self.tally.ended_by_error = True
                packet = None
            if packet is None:
                return
            self.tally.packets += packet.size > 0
            try:
                yield from packet.decode()
            except MemoryError:
                raise
            except av.error.FFmpegError:
                self.tally.bad_packets += 1

    def _mend(self, block: Block) -> None:
        """Turn NaN, infinity and absurd values into silence, in place, and count them."""
        if block.size and float(block.min()) >= -LOUDEST and float(block.max()) <= LOUDEST:
            return
        with np.errstate(invalid="ignore"):
            broken = ~(np.abs(block) <= LOUDEST)
        self.tally.repaired += int(broken.sum())
        block[broken] = 0.0

    def _judge(self) -> None:
        tally = self.tally
        if tally.bad_packets > max(3, tally.packets * MAX_BAD_SHARE):
            raise Failure("damaged", bad=tally.bad_packets, packets=tally.packets)
        if not tally.frames:
            raise Failure("no-sound")
        share = tally.repaired / (tally.frames * self.channels)
        if share > MAX_BAD_SHARE:
            raise Failure("broken-samples", share=f"{100 * share:.0f}")
        found = tally.frames / self.rate_hz
        if self.declared_s is not None and self.declared_s - found > max(0.5, 0.01 * self.declared_s):
            raise Failure("cut-off", declared=clock_time(self.declared_s), found=clock_time(found))


def open_source(file: BinaryIO, kind: Kind, declared_s: float | None, max_seconds: float) -> Source:
    """Open the one audio stream of a file, with its own demuxer only. Raises `Failure`.

    Nothing but this file object can be read: the demuxer is fixed, and no protocol is allowed, so that a playlist
    or a reference inside the file leads nowhere.
    """
    leash = {
        "format_whitelist": kind.demuxer,
        "protocol_whitelist": "none",
        "codec_whitelist": ",".join(sorted(_decoders(kind))),
        "max_streams": "64",
    }
    try:
        container = av.open(
            file, mode="r", format=kind.demuxer.split(",")[0], options=leash,
            metadata_encoding="latin-1", metadata_errors="replace",
        )  # fmt: skip
    except MemoryError:
        raise
    except (av.error.FFmpegError, ValueError) as error:
        code = "no-index" if kind.container == "mp4" else "unreadable"
        raise Failure(code, container=kind.container.upper()) from error
    stream = _choose(container)
    codec = _codec_of(stream, kind)
    context = stream.codec_context
    context.thread_count = 1
    channels = context.layout.nb_channels
    if not 1 <= channels <= MAX_CHANNELS:
        raise Failure("channels" if channels else "no-sound", channels=channels)
    if not context.sample_rate:
        raise Failure("unreadable", container=kind.container.upper())
    if not RATES_HZ[0] <= context.sample_rate <= RATES_HZ[1]:
        raise Failure("rate", rate_hz=context.sample_rate)
    if declared_s is None and kind.container == "mp4" and stream.duration and stream.time_base:
        declared_s = float(stream.duration * stream.time_base)
    if declared_s is not None and declared_s > max_seconds:
        raise Failure("too-long", limit=clock_time(max_seconds))
    speakers = tuple(channel.name for channel in context.layout.channels)
    if len(speakers) != channels or any(name not in _MIX for name in speakers):
        speakers = _USUAL[channels]
    return Source(container, stream, kind, codec, context.sample_rate, channels, speakers, declared_s)


@cache
def _decoders(kind: Kind) -> frozenset[str]:
    names: set[str] = set()
    for codec in kind.codecs:
        if codec == "pcm":
            names |= {name for name in av.codecs_available if name.startswith("pcm_")}
        else:
            names |= _DECODERS.get(codec, {codec})
    return frozenset(names)


def _choose(container: av.container.InputContainer) -> av.AudioStream:
    if not container.streams.audio:
        raise Failure("no-sound")
    return container.streams.audio[0]


def _codec_of(stream: av.AudioStream, kind: Kind) -> str:
    name = ""
    with suppress(AttributeError, ValueError):
        name = stream.codec_context.codec.canonical_name
    plain = "pcm" if name.startswith("pcm_") else name
    if plain in kind.codecs:
        return plain
    if not name and stream.codec_context is not None and kind.container == "mp4":
        raise Failure("protected")
    raise Failure("codec", codec=name or "unknown")


def _mix_matrix(speakers: tuple[str, ...]) -> Block | None:
    """Weights (2, channels), scaled so that no mix can exceed full scale; None where the file is stereo already."""
    if speakers in (("FL", "FR"), ("DL", "DR")):
        return None
    if len(speakers) == 1:
        return np.ones((2, 1), np.float32)
    weights = np.array([_MIX[name] for name in speakers], np.float32).T
    return np.ascontiguousarray(weights / weights.sum(axis=1).max())
