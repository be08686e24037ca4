"""Reading tags and embedded artwork with mutagen, within a budget of bytes.

Owns which frame, atom or comment holds which field. What the texts mean is `core.tags`. Comments and lyrics are
not read at all: they are where people keep private notes.
"""

import base64
import binascii
import io
import logging
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

import av
import mutagen
from mutagen.aiff import AIFF
from mutagen.flac import FLAC, Picture
from mutagen.id3 import ID3
from mutagen.mp4 import MP4
from mutagen.oggflac import OggFLAC
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE

from antiphon.audio.core.tags import MAX_VALUES

MAX_TAG_BYTES = 32 * 1024 * 1024  # read in all; artwork of some megabytes passes, a tag made to fill memory does not
MAX_PICTURE_BYTES = 20 * 1024 * 1024
Raw = dict[str, list[str]]

_ID3 = {
    "title": "TIT2", "artists": "TPE1", "album": "TALB", "album_artist": "TPE2", "track_number": "TRCK",
    "disc_number": "TPOS", "genre": "TCON", "date": "TDRC", "isrc": "TSRC", "bpm": "TBPM", "key_signature": "TKEY",
}  # fmt: skip
_MP4 = {
    "title": "\xa9nam", "artists": "\xa9ART", "album": "\xa9alb", "album_artist": "aART", "track_number": "trkn",
    "disc_number": "disk", "genre": "\xa9gen", "date": "\xa9day", "isrc": "----:com.apple.iTunes:ISRC",
    "bpm": "tmpo", "key_signature": "----:com.apple.iTunes:initialkey",
}  # fmt: skip
_VORBIS = {
    "title": "title", "artists": "artist", "album": "album", "album_artist": "albumartist",
    "track_number": "tracknumber", "disc_number": "discnumber", "genre": "genre", "date": "date", "isrc": "isrc",
    "bpm": "bpm", "key_signature": "initialkey",
}  # fmt: skip
# FFmpeg's names: for RIFF INFO chunks, which mutagen does not read.
_FFMPEG = {
    "title": "title", "artists": "artist", "album": "album", "genre": "genre", "date": "date",
    "track_number": "track", "isrc": "ISRC",
}  # fmt: skip


class TagsTooLarge(Exception):
    """The tags want more bytes than their budget."""


class _Budgeted(io.RawIOBase):
    """A file that may be read only so much."""

    def __init__(self, file: BinaryIO, budget: int) -> None:
        self.file, self.left = file, budget

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(self.left + 1 if size is None or size < 0 else min(size, self.left + 1))
        self.left -= len(data)
        if self.left < 0:
            raise TagsTooLarge
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        return self.file.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True


def read_tags(file: BinaryIO, container: str, codec: str, fallback: Mapping[str, str]) -> tuple[Raw, bytes | None, str]:
    """Return raw texts by field, the embedded picture, and a note ("" or "too-large" or "unreadable").

    Tags never stop an ingest: whatever a parser stumbles over, the sound may still be fine.
    """
    file.seek(0)
    raw: Raw = {name: [value] for name, key in _FFMPEG.items() if (value := fallback.get(key, ""))}
    try:
        own, picture = _readers()[container](_Budgeted(file, MAX_TAG_BYTES), codec)
    except TagsTooLarge:
        return raw, None, "too-large"
    except mutagen.MutagenError as error:
        absent = "no tag" in str(error).lower() or type(error).__name__.endswith("NoHeaderError")
        return raw, None, "" if absent else "unreadable"
    except MemoryError:
        return raw, None, "too-large"
    except Exception:
        # mutagen is fed arbitrary bytes, and not all its parsers keep to their own tree of errors.
        logging.getLogger(__name__).exception("the tag reader failed")
        return raw, None, "unreadable"
    finally:
        file.seek(0)
    raw.update({name: values for name, values in own.items() if any(values)})
    return raw, picture if picture and len(picture) <= MAX_PICTURE_BYTES else None, ""


def _readers() -> dict[str, Callable[[Any, str], tuple[Raw, bytes | None]]]:
    return {
        "mp3": lambda file, codec: _from_id3(ID3(file)),
        "aac": lambda file, codec: _from_id3(ID3(file)),
        "wav": lambda file, codec: _from_id3(WAVE(file).tags),
        "aiff": lambda file, codec: _from_id3(AIFF(file).tags),
        "flac": lambda file, codec: _from_flac(FLAC(file)),
        "mp4": lambda file, codec: _from_mp4(MP4(file)),
        "ogg": _from_ogg,
    }


def _from_id3(tags: ID3 | None) -> tuple[Raw, bytes | None]:
    if tags is None:
        return {}, None
    raw: Raw = {}
    for name, frame in _ID3.items():
        found = tags.get(frame)
        if found is not None:
            texts = found.genres if frame == "TCON" else found.text
            raw[name] = [str(text) for text in texts[:MAX_VALUES]]
    if "date" not in raw and tags.get("TYER") is not None:
        raw["date"] = [str(tags["TYER"].text[0])]
    pictures = sorted(tags.getall("APIC"), key=lambda picture: picture.type != 3)  # the front cover first
    return raw, pictures[0].data if pictures else None


def _from_vorbis(tags: Any) -> Raw:
    if not tags:
        return {}
    return {name: list(tags[key])[:MAX_VALUES] for name, key in _VORBIS.items() if key in tags}


def _from_flac(file: FLAC) -> tuple[Raw, bytes | None]:
    pictures = sorted(file.pictures, key=lambda picture: picture.type != 3)
    return _from_vorbis(file.tags), pictures[0].data if pictures else None


def _from_ogg(file: Any, codec: str) -> tuple[Raw, bytes | None]:
    tags: Any = {"vorbis": OggVorbis, "opus": OggOpus, "flac": OggFLAC}[codec](file).tags or {}
    for text in tags.get("metadata_block_picture", [])[:4]:
        try:
            return _from_vorbis(tags), Picture(base64.b64decode(text)).data
        except (binascii.Error, mutagen.MutagenError, ValueError):
            continue
    return _from_vorbis(tags), None


def _from_mp4(file: MP4) -> tuple[Raw, bytes | None]:
    tags: Any = file.tags or {}
    raw: Raw = {}
    for name, key in _MP4.items():
        values = tags.get(key)
        if not values:
            continue
        if key in ("trkn", "disk"):
            raw[name] = [str(values[0][0])]
        else:
            raw[name] = [_text(value) for value in values[:MAX_VALUES]]
    covers = tags.get("covr") or []
    return raw, bytes(covers[0]) if covers else None


def _text(value: object) -> str:
    return bytes(value).decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def ffmpeg_texts(container: av.container.InputContainer) -> dict[str, str]:
    """What FFmpeg's demuxer read, as Latin-1: the bytes survive, and `core.tags.mend` finds their encoding."""
    return {key: value for key, value in container.metadata.items() if len(value) < 10_000}
