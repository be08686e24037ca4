"""Small sounds made at test time, in every format we read and in every broken form we refuse. No file is committed.

`make(folder, name)` writes one and returns its path; `SOUND` lists what can be read, `BROKEN` what cannot and the
code of the failure that it must end in. Everything is made with PyAV and NumPy, from the same two tones.
"""

import io
import itertools
import struct
import wave
import zipfile
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
RATE = 44_100
SECONDS = 2.0


def tones(seconds: float = SECONDS, rate_hz: int = RATE, channels: int = 2, level: float = 0.25) -> Samples:
    """Two tones and a little noise, different in each channel; shape (channels, frames)."""
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    noise = np.random.default_rng(7).standard_normal((channels, len(time))) * 0.01
    pitches = np.array([220.0 * (1 + place / 3) for place in range(channels)])
    waves = np.sin(2 * np.pi * pitches[:, None] * time) * (0.6 + 0.4 * np.sin(2 * np.pi * 0.7 * time))
    return (level * (waves + noise)).astype(np.float32)


def encode(
    path: Path,
    samples: Samples,
    rate_hz: int = RATE,
    *,
    codec: str,
    container: str,
    layout: str = "stereo",
    bit_rate: int | None = None,
    metadata: dict[str, str] | None = None,
    turns: int = 1,
) -> Path:
    """Write samples with an encoder of PyAV, `turns` times one after the other."""
    with av.open(str(path), "w", format=container) as out:
        out.metadata.update(metadata or {})
        stream = out.add_stream(codec, rate=rate_hz)
        stream.layout = layout
        stream.codec_context.options = {"strict": "experimental"}  # the wheel has FFmpeg's own Vorbis encoder only
        if bit_rate:
            stream.bit_rate = bit_rate
        length = samples.shape[1]
        for turn, start in itertools.product(range(turns), range(0, length, 8192)):
            piece = np.ascontiguousarray(samples[:, start : start + 8192])
            frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout=layout)
            frame.sample_rate, frame.pts = rate_hz, turn * length + start
            for converted in _converter(stream, frame).resample(frame):
                out.mux(stream.encode(converted))
        out.mux(stream.encode(None))
    return path


def _converter(stream: av.AudioStream, frame: av.AudioFrame) -> av.AudioResampler:
    context = stream.codec_context
    wanted = context.format.name if context.format else context.codec.audio_formats[0].name
    return av.AudioResampler(format=wanted, layout=frame.layout, rate=context.sample_rate)


def wav_bytes(
    samples: Samples, rate_hz: int = RATE, *, bits: int = 16, floating: bool = False, mask: int | None = None
) -> bytes:
    """A WAV by hand: integer or float, with a channel mask (WAVEFORMATEXTENSIBLE) where `mask` is given."""
    channels = len(samples)
    if floating:
        body = samples.T.astype("<f4").tobytes()
        bits = 32
    elif bits == 24:
        whole = np.clip(np.rint(samples.T * 8388607), -8388608, 8388607).astype("<i4")
        body = np.ascontiguousarray(whole).view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    else:
        body = np.clip(np.rint(samples.T * 32767), -32768, 32767).astype("<i2").tobytes()
    tag, frame = 3 if floating else 1, channels * bits // 8
    head = struct.pack("<HHIIHH", tag if mask is None else 0xFFFE, channels, rate_hz, rate_hz * frame, frame, bits)
    if mask is not None:
        head += struct.pack("<HHIH14s", 22, bits, mask, tag, bytes.fromhex("000000001000800000aa00389b71"))
    return _riff(b"RIFF", [(b"fmt ", head), (b"data", body)])


def _riff(word: bytes, chunks: list[tuple[bytes, bytes]]) -> bytes:
    body = b"".join(name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) & 1) for name, data in chunks)
    return word + struct.pack("<I", len(body) + 4) + b"WAVE" + body


def rf64_bytes(samples: Samples, rate_hz: int = RATE) -> bytes:
    """EBU Tech 3306: lengths in a `ds64` chunk, and all ones where they used to be."""
    plain = wav_bytes(samples, rate_hz)
    fmt, data = plain[20:36], plain[44:]
    ds64 = struct.pack("<QQQI", 36 + 36 + len(data), len(data), samples.shape[1], 0)
    chunks = b"ds64" + struct.pack("<I", len(ds64)) + ds64 + b"fmt " + struct.pack("<I", 16) + fmt
    return b"RF64\xff\xff\xff\xffWAVE" + chunks + b"data\xff\xff\xff\xff" + data


def bwf_bytes(samples: Samples, rate_hz: int = RATE) -> bytes:
    """A Broadcast Wave: a `bext` chunk that names its maker, in front of the sound."""
    plain = wav_bytes(samples, rate_hz)
    bext = b"A private description".ljust(256, b"\0") + b"Somebody's studio".ljust(32, b"\0") + bytes(314)
    return _riff(b"RIFF", [(b"bext", bext), (b"fmt ", plain[20:36]), (b"data", plain[44:])])


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _coded(codec: str, container: str, rate_hz: int = RATE, bit_rate: int | None = None) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        return encode(path, tones(rate_hz=rate_hz), rate_hz, codec=codec, container=container, bit_rate=bit_rate)

    return write


# What can be read: name (with the suffix a person would give it), container, codec, and how it is made.
SOUND: dict[str, tuple[str, str, Callable[[Path], Path]]] = {
    "plain.wav": ("wav", "pcm", lambda path: _written(path, wav_bytes(tones()))),
    "deep.wav": ("wav", "pcm", lambda path: _written(path, wav_bytes(tones(), bits=24))),
    "floating.wav": ("wav", "pcm", lambda path: _written(path, wav_bytes(tones(), floating=True))),
    "broadcast.wav": ("wav", "pcm", lambda path: _written(path, bwf_bytes(tones()))),
    "large.wav": ("wav", "pcm", lambda path: _written(path, rf64_bytes(tones()))),
    "mono.wav": ("wav", "pcm", lambda path: _written(path, wav_bytes(tones(channels=1)))),
    "surround.wav": ("wav", "pcm", lambda path: _written(path, wav_bytes(tones(channels=6), mask=0x3F))),
    "seven.wav": ("wav", "pcm", lambda path: _written(path, wav_bytes(tones(channels=7), mask=0x70F))),
    "seven-unnamed.wav": ("wav", "pcm", lambda path: _written(path, wav_bytes(tones(channels=7)))),
    "eight.wav": ("wav", "pcm", lambda path: _written(path, wav_bytes(tones(channels=8), mask=0x63F))),
    "telephone.wav": ("wav", "pcm", lambda path: _written(path, wav_bytes(tones(rate_hz=8000), 8000))),
    "studio.wav": ("wav", "pcm", lambda path: _written(path, wav_bytes(tones(rate_hz=96000), 96000, bits=24))),
    "extreme.wav": ("wav", "pcm", lambda path: _written(path, wav_bytes(tones(rate_hz=384000), 384000, bits=24))),
    "few-nans.wav": ("wav", "pcm", lambda path: _written(path, wav_bytes(_with_nans(20), floating=True))),
    "plain.aiff": ("aiff", "pcm", _coded("pcm_s16be", "aiff")),
    "little.aifc": ("aiff", "pcm", lambda path: _written(path, _sowt(tones()))),
    "plain.flac": ("flac", "flac", _coded("flac", "flac")),
    "plain.mp3": ("mp3", "mp3", _coded("libmp3lame", "mp3", bit_rate=128_000)),
    "plain.aac": ("aac", "aac", _coded("aac", "adts", bit_rate=128_000)),
    "plain.m4a": ("mp4", "aac", _coded("aac", "mp4", bit_rate=128_000)),
    "lossless.m4a": ("mp4", "alac", _coded("alac", "mp4")),
    "plain.ogg": ("ogg", "vorbis", _coded("vorbis", "ogg")),
    "plain.opus": ("ogg", "opus", _coded("libopus", "ogg", 48000, 96_000)),
}


def _sowt(samples: Samples) -> bytes:
    """An AIFF-C with little-endian samples, as macOS writes them."""
    data = np.rint(samples.T * 32767).astype("<i2").tobytes()
    rate = struct.pack(">HQ", 16383 + 15, RATE << 48)
    common = struct.pack(">hIh", len(samples), samples.shape[1], 16) + rate + b"sowt\x00\x00"
    sound = bytes(8) + data
    chunks = b"FVER" + struct.pack(">II", 4, 0xA2805140)
    for name, body in ((b"COMM", common), (b"SSND", sound)):
        chunks += name + struct.pack(">I", len(body)) + body + b"\0" * (len(body) & 1)
    return b"FORM" + struct.pack(">I", 4 + len(chunks)) + b"AIFC" + chunks


def _with_nans(count: int) -> Samples:
    samples = tones()
    places = np.random.default_rng(3).integers(0, samples.shape[1], count)
    samples[0, places] = np.nan
    samples[1, places] = np.inf
    return samples


def _cut(make_whole: Callable[[Path], Path], share: float) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        data = make_whole(path).read_bytes()
        return _written(path, data[: int(len(data) * share)])

    return write


def _zip(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("song.wav", wav_bytes(tones(0.1)))
    return path


def _no_frames(path: Path) -> Path:
    with wave.open(str(path), "wb") as out:
        out.setparams((2, 2, RATE, 0, "NONE", "none"))
    return path


def _scrambled(path: Path) -> Path:
    """An MP3 whose frames keep their headers and lose their contents, so that most packets cannot be decoded."""
    data = bytearray(encode(path, tones(), codec="aac", container="adts", bit_rate=128_000).read_bytes())
    noise = np.random.default_rng(5).integers(0, 256, len(data), dtype=np.uint8).tobytes()
    at = 0
    while at + 7 < len(data):
        length = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
        if at > len(data) // 4:
            data[at + 7 : at + length] = noise[at + 7 : at + length]
        at += length
    return _written(path, bytes(data))


def _png(path: Path) -> Path:
    from PIL import Image

    Image.new("RGB", (40, 30), (200, 30, 30)).save(path, "PNG")
    return path


_PLAYLIST = "#EXTM3U\n#EXTINF:10,\nfile:///etc/hosts\nhttp://127.0.0.1:9/x.ts\n"
_CONCAT = "ffconcat version 1.0\nfile /etc/hosts\n"

# What is refused, and with which code.
BROKEN: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "empty.wav": ("empty", lambda path: _written(path, b"")),
    "cut.wav": ("cut-off", _cut(SOUND["plain.wav"][2], 0.5)),
    "cut.aiff": ("cut-off", _cut(SOUND["plain.aiff"][2], 0.5)),
    "cut.flac": ("cut-off", _cut(SOUND["plain.flac"][2], 0.5)),
    "cut.mp3": ("cut-off", _cut(SOUND["plain.mp3"][2], 0.5)),
    "cut.m4a": ("no-index", _cut(SOUND["plain.m4a"][2], 0.5)),
    "stub.wav": ("unreadable", lambda path: _written(path, b"RIFF\x00\x00\x00\x00WAVE")),
    "words.mp3": ("text", lambda path: _written(path, b"These are only words, and no music at all.\n" * 50)),
    "archive.flac": ("archive", _zip),
    "list.mp3": ("playlist", lambda path: _written(path, _PLAYLIST.encode())),
    "concat.wav": ("playlist", lambda path: _written(path, _CONCAT.encode())),
    "picture.mp3": ("picture", _png),
    "noise.mp3": ("unknown", lambda path: _written(path, np.random.default_rng(1).bytes(20_000))),
    "silent-header.wav": ("no-sound", _no_frames),
    "many-channels.wav": ("channels", lambda path: _written(path, wav_bytes(tones(0.2, channels=12)))),
    "slow.wav": ("rate", lambda path: _written(path, wav_bytes(tones(1, 4000), 4000))),
    "all-nans.wav": ("broken-samples", lambda path: _written(path, wav_bytes(_with_nans(60_000), floating=True))),
    "scrambled.aac": ("damaged", _scrambled),
    "midi.mp3": ("midi", lambda path: _written(path, b"MThd\0\0\0\6\0\1\0\1\1\xe0")),
}


def make(folder: Path, name: str) -> Path:
    """Write a sound of `SOUND` or `BROKEN` by its name, once per folder; return its path."""
    path = folder / name
    if not path.exists():
        (SOUND[name][2] if name in SOUND else BROKEN[name][1])(path)
    return path


def flac_bomb(path: Path, hours: float) -> Path:
    """A small FLAC that holds hours of silence."""
    silence = np.zeros((2, RATE * 60), np.float32)
    with av.open(str(path), "w", format="flac") as out:
        stream = out.add_stream("flac", rate=RATE)
        stream.layout = "stereo"
        frame = av.AudioFrame.from_ndarray(silence.astype(np.int16).T.reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate = RATE
        for minute in range(round(hours * 60)):
            frame.pts = minute * silence.shape[1]
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def jpeg_bytes(width: int = 640, height: int = 480) -> bytes:
    """A picture with EXIF that says where it was taken and that it lies on its side."""
    from PIL import Image

    out = io.BytesIO()
    picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    exif = picture.getexif()
    exif[0x0112] = 6
    exif[0x010E] = "a private place"
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()
