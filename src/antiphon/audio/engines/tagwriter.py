"""Writing the allowed tags, and no others, into a download copy.

`words`: title, artists (list), album, date (ISO or year), genre, isrc, copyright, license_url, gain_db (to -18 LUFS,
ReplayGain 2.0), peak (linear), r128_gain_db (to -23 LUFS, RFC 7845 section 5.2.1). Each may be missing.
"""

import base64
from pathlib import Path
from typing import Any

from mutagen.aiff import AIFF
from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, ID3, TALB, TCON, TCOP, TDRC, TIT2, TPE1, TSRC, TXXX, WCOP
from mutagen.mp4 import MP4, AtomDataType, MP4Cover, MP4FreeForm
from mutagen.oggflac import OggFLAC
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE

Words = dict[str, Any]


def write_tags(path: Path, container: str, codec: str, words: Words, cover: bytes | None) -> None:
    """Replace all tags of the file by the allowed ones; `cover` is a JPEG."""
    if container == "mp3":
        tags = ID3()
        _fill_id3(tags, words, cover)
        tags.save(path, v1=0)
    elif container in ("wav", "aiff"):
        chunked = (WAVE if container == "wav" else AIFF)(path)
        chunked.add_tags()
        _fill_id3(chunked.tags, words, cover)
        chunked.save()
    elif container == "flac":
        flac = FLAC(path)
        flac.add_tags()
        _fill_vorbis(flac.tags, words)
        if cover:
            flac.add_picture(_picture(cover))
        flac.save()
    elif container == "mp4":
        mp4 = MP4(path)
        mp4.delete()
        if mp4.tags is None:
            mp4.add_tags()
        _fill_mp4(mp4.tags, words, cover)
        mp4.save()
    else:
        ogg: Any = {"vorbis": OggVorbis, "opus": OggOpus, "flac": OggFLAC}[codec](path)
        ogg.tags.clear()
        _fill_vorbis(ogg.tags, words, opus=codec == "opus")
        if cover:
            ogg.tags["metadata_block_picture"] = base64.b64encode(_picture(cover).write()).decode()
        ogg.save()


def _fill_id3(tags: Any, words: Words, cover: bytes | None) -> None:
    frames = {
        "title": TIT2, "artists": TPE1, "album": TALB, "date": TDRC, "genre": TCON, "isrc": TSRC, "copyright": TCOP,
    }  # fmt: skip
    for name, frame in frames.items():
        if words.get(name):
            tags.add(frame(encoding=3, text=words[name]))
    if words.get("license_url"):
        tags.add(WCOP(url=words["license_url"]))
    for name, value in _replay_gain(words).items():
        tags.add(TXXX(encoding=3, desc=name.upper(), text=value))
    if cover:
        tags.add(APIC(encoding=3, mime="image/jpeg", type=3, desc="", data=cover))


def _fill_vorbis(tags: Any, words: Words, *, opus: bool = False) -> None:
    names = {
        "title": "TITLE", "artists": "ARTIST", "album": "ALBUM", "date": "DATE", "genre": "GENRE", "isrc": "ISRC",
        "copyright": "COPYRIGHT", "license_url": "LICENSE",
    }  # fmt: skip
    for name, key in names.items():
        if words.get(name):
            tags[key] = words[name]
    if opus:
        if words.get("r128_gain_db") is not None:
            tags["R128_TRACK_GAIN"] = str(round(words["r128_gain_db"] * 256))  # Q7.8
    else:
        for name, value in _replay_gain(words).items():
            tags[name.upper()] = value


def _fill_mp4(tags: Any, words: Words, cover: bytes | None) -> None:
    names = {
        "title": "\xa9nam", "artists": "\xa9ART", "album": "\xa9alb", "date": "\xa9day", "genre": "\xa9gen",
        "copyright": "cprt",
    }  # fmt: skip
    for name, key in names.items():
        if words.get(name):
            value = words[name]
            tags[key] = value if isinstance(value, list) else [value]
    free = {"ISRC": words.get("isrc"), "LICENSE": words.get("license_url"), **_replay_gain(words)}
    for name, value in free.items():
        if value:
            tags[f"----:com.apple.iTunes:{name}"] = [MP4FreeForm(value.encode(), AtomDataType.UTF8)]
    if cover:
        tags["covr"] = [MP4Cover(cover, MP4Cover.FORMAT_JPEG)]


def _replay_gain(words: Words) -> dict[str, str]:
    found = {}
    if words.get("gain_db") is not None:
        found["replaygain_track_gain"] = f"{words['gain_db']:.2f} dB"
    if words.get("peak") is not None:
        found["replaygain_track_peak"] = f"{words['peak']:.6f}"
    return found


def _picture(cover: bytes) -> Picture:
    picture = Picture()
    picture.type, picture.mime, picture.data = 3, "image/jpeg", cover
    return picture
