"""The download copy: the original's sound bit for bit, all its metadata gone, and the allowed tags written anew.

WAV, AIFF, FLAC and MP3 are copied chunk by chunk, so that the sound is not touched at all; MP4, ADTS and Ogg are
remuxed packet by packet (ADTS becomes M4A, which can carry tags). Nothing passes through unless it is named here.
"""

import hashlib
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import av

from antiphon.audio.core.failures import Failure
from antiphon.audio.core.kinds import id3_length
from antiphon.audio.core.limits import Limits
from antiphon.audio.engines import mpeg, tagwriter
from antiphon.audio.engines.mpeg import end_of_sound, pour
from antiphon.audio.engines.passes import opened
from antiphon.audio.engines.pictures import jpeg_of

_CHUNK = 1024 * 1024
_RIFF_KEPT = {b"fmt ", b"fact", b"data"}
_LARGEST_RIFF = 0xFFFFFFFF - 64 * 1024 * 1024  # lengths have 32 bits; leave room for tags
_AIFF_KEPT = {b"COMM", b"SSND", b"FVER"}
_FLAC_KEPT = {0, 3}  # STREAMINFO and SEEKTABLE


def make_copy(path: Path, folder: Path, limits: Limits, words: dict[str, Any], artwork: str | None) -> dict[str, Any]:
    """Write `copy.<suffix>` into the folder; return its name, suffixes, size and SHA-256."""
    with opened(path, limits) as source:
        kind, codec = source.kind, source.codec
    suffix = {"aac": "m4a"}.get(kind.container, kind.suffix)
    if codec == "opus" and suffix == "ogg":
        suffix = "opus"
    target = folder / f"copy.{suffix}"
    if kind.container in _STRIPPERS:
        _STRIPPERS[kind.container](path, target)
    else:
        _remux(path, target, limits)
    cover = jpeg_of(Path(artwork)) if artwork else None
    tagwriter.write_tags(target, "mp4" if suffix == "m4a" else kind.container, codec, words, cover)
    digest = hashlib.sha256()
    with target.open("rb+") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
        os.fsync(file.fileno())
    return {
        "file": target.name,
        "suffix": suffix,
        "original_suffix": kind.suffix,
        "size_bytes": target.stat().st_size,
        "sha256": digest.hexdigest(),
    }


def _strip_wav(path: Path, target: Path) -> None:
    _strip_chunks(path, target, "<", _RIFF_KEPT)


def _strip_aiff(path: Path, target: Path) -> None:
    _strip_chunks(path, target, ">", _AIFF_KEPT)


def _strip_chunks(path: Path, target: Path, order: str, kept: set[bytes]) -> None:
    """RIFF, RF64 and AIFF: keep the chunks that are the sound, and rewrite the lengths.

    An RF64 that fits becomes a plain RIFF, which every program reads and which can carry tags.
    """
    with path.open("rb") as source, target.open("wb") as out:
        head = source.read(12)
        out.write(head)
        wide = 0
        missing = set(kept)
        while len(start := source.read(8)) == 8:
            name, size = struct.unpack(order + "4sI", start)
            if name == b"ds64":
                wide = struct.unpack_from("<Q", source.read(size + (size & 1)), 8)[0]
                if wide > _LARGEST_RIFF:
                    raise Failure("output-too-large")
                continue
            length = wide if name == b"data" and size == 0xFFFFFFFF and wide else size
            if name not in missing:  # not a kind that is kept, or a second one of it
                source.seek(length + (length & 1), os.SEEK_CUR)
                continue
            missing.discard(name)
            place = out.tell()
            out.write(start)
            found = pour(source, out, length)
            if found & 1:
                out.write(b"\0")
            _write_at(out, place + 4, struct.pack(order + "I", found))  # a header may promise more than there is
            source.seek(length & 1, os.SEEK_CUR)
        if head[:4] in (b"RF64", b"BW64"):
            _write_at(out, 0, b"RIFF")
        _write_at(out, 4, struct.pack(order + "I", out.tell() - 8))


def _write_at(out: BinaryIO, place: int, data: bytes) -> None:
    end = out.tell()
    out.seek(place)
    out.write(data)
    out.seek(end)


def _strip_flac(path: Path, target: Path) -> None:
    with path.open("rb") as source, target.open("wb") as out:
        end = end_of_sound(source, path.stat().st_size)
        source.seek(0)
        source.seek(id3_length(source.read(10)))
        if source.read(4) != b"fLaC":
            raise Failure("unreadable", container="FLAC")
        blocks = []
        last = False
        while not last:
            head = source.read(4)
            last, block_type, size = bool(head[0] & 0x80), head[0] & 0x7F, int.from_bytes(head[1:4], "big")
            if block_type in _FLAC_KEPT:
                blocks.append((block_type, source.read(size)))
            else:
                source.seek(size, os.SEEK_CUR)
        out.write(b"fLaC")
        for index, (block_type, body) in enumerate(blocks):
            final = 0x80 if index == len(blocks) - 1 else 0
            out.write(bytes([block_type | final]) + len(body).to_bytes(3, "big") + body)
        pour(source, out, end - source.tell())


def _remux(path: Path, target: Path, limits: Limits) -> None:
    """Copy the packets of the one audio stream into a new file of the same kind, without any metadata."""
    with opened(path, limits) as source:
        out_format = "ogg" if source.kind.container == "ogg" else "mp4"
        options = {"fflags": "+bitexact", "movflags": "+faststart"}
        with av.open(str(target), "w", format=out_format, options=options) as out:
            stream = out.add_stream_from_template(source.stream)
            stream.metadata.clear()
            out.metadata.clear()
            for packet in source.container.demux(source.stream):
                if packet.dts is None:
                    continue
                packet.stream = stream
                out.mux(packet)


_STRIPPERS: dict[str, Callable[[Path, Path], None]] = {
    "wav": _strip_wav,
    "aiff": _strip_aiff,
    "flac": _strip_flac,
    "mp3": mpeg.strip,
}
