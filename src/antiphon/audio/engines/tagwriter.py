"""Writing the allowed tags, and no others, into a download copy.

`words`: title, artists (list), album, date (ISO or year), genre, isrc, copyright, license_url, gain_db (to -18 LUFS,
ReplayGain 2.0), peak (linear), r128_gain_db (to -23 LUFS, RFC 7845 section 5.2.1), and of the rights label (the page
with the living answer), owner_page, usage_terms, tdm_reservation, tdm_policy, content_usage, data_mining and
data_mining_unless (PLUS, in XMP). Each may be missing.
"""

import base64
from pathlib import Path
from typing import Any

from mutagen.aiff import AIFF
from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, ID3, PRIV, TALB, TCON, TCOP, TDRC, TIT2, TPE1, TSRC, TXXX, USER, WCOP, WOAR
from mutagen.mp4 import MP4, AtomDataType, MP4Cover, MP4FreeForm
from mutagen.oggflac import OggFLAC
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE

from antiphon.audio.core.xmp import packet
from antiphon.audio.engines import xmp

Words = dict[str, Any]


def write_tags(path: Path, container: str, codec: str, words: Words, cover: bytes | None) -> None:
    """Replace all tags of the file by the allowed ones; `cover` is a JPEG."""
    rights = packet(words)
    if container == "mp3":
        tags = ID3()
        _fill_id3(tags, words, cover)
        if rights:
            tags.add(PRIV(owner=xmp.ID3_OWNER, data=rights))
        tags.save(path, v1=0)
    elif container in ("wav", "aiff"):
        chunked = (WAVE if container == "wav" else AIFF)(path)
        chunked.add_tags()
        _fill_id3(chunked.tags, words, cover)
        chunked.save()
        if rights and container == "wav":
            xmp.put_in_wav(path, rights)
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
        if rights:
            xmp.put_in_mp4(path, rights)
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
    if licences := _licences(words):
        tags.add(WCOP(url=licences[0]))  # the frame may stand once
    if words.get("owner_page"):
        tags.add(WOAR(url=words["owner_page"]))
    if words.get("usage_terms"):
        tags.add(USER(encoding=3, lang="eng", text=words["usage_terms"]))
    for name, value in {**_replay_gain(words), **_reservations(words)}.items():
        tags.add(TXXX(encoding=3, desc=name.upper(), text=value))
    if cover:
        tags.add(APIC(encoding=3, mime="image/jpeg", type=3, desc="", data=cover))


def _fill_vorbis(tags: Any, words: Words, *, opus: bool = False) -> None:
    names = {
        "title": "TITLE", "artists": "ARTIST", "album": "ALBUM", "date": "DATE", "genre": "GENRE", "isrc": "ISRC",
        "copyright": "COPYRIGHT", "owner_page": "CONTACT",
    }  # fmt: skip
    tags.vendor = "Antiphon"  # where encoders write their name and version
    for name, key in names.items():
        if words.get(name):
            tags[key] = words[name]
    if licences := _licences(words):
        tags["LICENSE"] = licences
    for name, value in _reservations(words).items():
        tags[name.upper().replace("-", "_")] = value
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
    if words.get("copyright"):
        tags["\xa9cpy"] = [words["copyright"]]  # QuickTime's name for the same
    free: dict[str, list[str | None]] = {
        "ISRC": [words.get("isrc")],
        "LICENSE": [*_licences(words)],
        "CONTACT": [words.get("owner_page")],
        **{name: [value] for name, value in {**_replay_gain(words), **_reservations(words)}.items()},
    }
    for name, values in free.items():
        found = [MP4FreeForm(value.encode(), AtomDataType.UTF8) for value in values if value]
        if found:
            tags[f"----:com.apple.iTunes:{name}"] = found
    if cover:
        tags["covr"] = [MP4Cover(cover, MP4Cover.FORMAT_JPEG)]


def _replay_gain(words: Words) -> dict[str, str]:
    found = {}
    if words.get("gain_db") is not None:
        found["replaygain_track_gain"] = f"{words['gain_db']:.2f} dB"
    if words.get("peak") is not None:
        found["replaygain_track_peak"] = f"{words['peak']:.6f}"
    return found


def _licences(words: Words) -> list[str]:
    """The licence for people, and the page where the living answer stands: for want of the first, that alone."""
    return [words[name] for name in ("license_url", "label") if words.get(name)]


def _reservations(words: Words) -> dict[str, str]:
    """What is reserved, under the names that the same has as headers. A file says noes: what may be, its page says."""
    names = ("tdm_reservation", "tdm_policy", "content_usage")
    return {name.upper().replace("_", "-"): words[name] for name in names if words.get(name)}


def _picture(cover: bytes) -> Picture:
    picture = Picture()
    picture.type, picture.mime, picture.data = 3, "image/jpeg", cover
    return picture
