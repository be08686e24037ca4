"""The download copy: the same sound, the allowed tags, and nothing of what the original carried besides."""

import base64
import io
import struct
from pathlib import Path
from typing import Any

import av
import mutagen
import numpy as np
import pytest
from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, COMM, ID3, PRIV, TIT2, TPE1, TSRC, TXXX
from mutagen.mp4 import MP4
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE
from PIL import Image

from antiphon.audio.core.limits import Limits
from antiphon.audio.engines import tagreader
from antiphon.audio.engines.copies import make_copy
from antiphon.audio.engines.passes import opened
from tests import sounds

WORDS: dict[str, Any] = {
    "title": "Slow Harbour – Ð",
    "artists": ["Ada Quill", "Ben"],
    "album": "Tides",
    "date": "2026-11-23",
    "genre": "Ambient",
    "isrc": "DEA123456789",
    "copyright": "© 2026 Ada Quill. CC BY 4.0",
    "license_url": "https://creativecommons.org/licenses/by/4.0/",
    "gain_db": -3.5,
    "r128_gain_db": -8.5,
    "peak": 0.5,
}
SECRET = "my private note"


def decoded(path: Path) -> np.ndarray:
    with opened(path, Limits()) as source:
        return np.concatenate(list(source.blocks(1e5)), axis=1)


def with_private_tags(path: Path) -> Path:
    """Put into the file what must not come out: comments, private frames, pictures, an old title."""
    kind = path.suffix
    if kind in (".mp3", ".wav", ".aiff"):
        tags: Any = ID3() if kind == ".mp3" else mutagen.File(path)
        if kind != ".mp3":
            tags.add_tags()
        frames = tags if kind == ".mp3" else tags.tags
        for frame in (
            TIT2(encoding=3, text="Old"), COMM(encoding=3, lang="eng", desc="", text=SECRET),
            TXXX(encoding=3, desc="who", text=SECRET), PRIV(owner="x", data=SECRET.encode()),
        ):  # fmt: skip
            frames.add(frame)
        tags.save(path)
    elif kind == ".flac":
        flac = FLAC(path)
        flac["comment"] = SECRET
        picture = Picture()
        picture.data, picture.desc, picture.mime = sounds.jpeg_bytes(), SECRET, "image/jpeg"
        flac.add_picture(picture)
        flac.save()
    elif kind == ".m4a":
        mp4 = MP4(path)
        mp4["\xa9cmt"] = SECRET
        mp4["----:com.private:note"] = SECRET.encode()
        mp4.save()
    elif kind in (".ogg", ".opus"):
        ogg: Any = mutagen.File(path)
        ogg["comment"] = SECRET
        ogg.save()
    return path


@pytest.mark.parametrize(
    "name",
    ["plain.wav", "broadcast.wav", "large.wav", "plain.aiff", "plain.flac", "plain.mp3", "plain.m4a", "lossless.m4a",
     "plain.aac", "plain.ogg", "plain.opus"],
)  # fmt: skip
def test_a_copy_sounds_the_same_and_says_only_what_is_allowed(name: str, tmp_path: Path) -> None:
    original = sounds.make(tmp_path, name)
    if name not in ("large.wav", "broadcast.wav"):
        with_private_tags(original)
    Image.new("RGB", (50, 50), (10, 120, 90)).save(tmp_path / "cover.webp")
    out = tmp_path / "out"
    out.mkdir()
    told = make_copy(original, out, Limits(), WORDS, str(tmp_path / "cover.webp"))
    copy = out / told["file"]
    assert copy.stat().st_size == told["size_bytes"]
    data = copy.read_bytes()
    assert SECRET.encode() not in data
    assert b"Somebody's studio" not in data
    assert b"Old" not in data[:4000]
    np.testing.assert_array_equal(decoded(copy), decoded(original))
    with copy.open("rb") as file:
        container = "mp4" if told["suffix"] == "m4a" else sounds.SOUND[name][0]
        raw, cover, note = tagreader.read_tags(file, container, sounds.SOUND[name][1], {})
    assert note == ""
    assert raw["title"] == [WORDS["title"]]
    assert raw["artists"] == WORDS["artists"]
    assert raw["isrc"] == [WORDS["isrc"]]
    assert raw["date"] == [WORDS["date"]]
    assert cover is not None
    with Image.open(io.BytesIO(cover)) as picture:
        assert picture.format == "JPEG"
    assert WORDS["license_url"].encode() in data


def test_gain_is_written_as_each_format_wants_it(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    make_copy(sounds.make(tmp_path, "plain.opus"), tmp_path / "a", Limits(), WORDS, None)
    opus: Any = mutagen.File(tmp_path / "a" / "copy.opus")
    assert opus["R128_TRACK_GAIN"] == [str(round(-8.5 * 256))]
    make_copy(sounds.make(tmp_path, "plain.mp3"), tmp_path / "b", Limits(), WORDS, None)
    assert str(ID3(tmp_path / "b" / "copy.mp3")["TXXX:REPLAYGAIN_TRACK_GAIN"]) == "-3.50 dB"


def test_tags_and_artwork_of_every_container_are_read(tmp_path: Path) -> None:
    path = sounds.make(tmp_path, "plain.mp3")
    tags = ID3()
    tags.add(TIT2(encoding=0, text="Земфира".encode("cp1251").decode("latin-1")))
    tags.add(TPE1(encoding=3, text=["Ada", "Ben"]))
    tags.add(TSRC(encoding=3, text="DE-A12-34-56789"))
    tags.add(APIC(encoding=3, mime="image/jpeg", type=4, data=b"back"))
    tags.add(APIC(encoding=3, mime="image/jpeg", type=3, desc="f", data=b"front"))
    tags.save(path)
    with path.open("rb") as file:
        raw, cover, note = tagreader.read_tags(file, "mp3", "mp3", {})
    assert (raw["artists"], cover, note) == (["Ada", "Ben"], b"front", "")


def test_the_information_chunk_of_a_wav_is_read_too(tmp_path: Path) -> None:
    path = sounds.encode(
        tmp_path / "info.wav", sounds.tones(0.2), codec="pcm_s16le", container="wav", metadata={"title": "Größe"}
    )
    with opened(path, Limits()) as source:
        texts = tagreader.ffmpeg_texts(source.container)
    with path.open("rb") as file:
        raw, _, _ = tagreader.read_tags(file, "wav", "pcm", texts)
    assert raw["title"][0].encode("latin-1").decode() == "Größe"


def test_a_tag_of_fifty_megabytes_is_left_alone(tmp_path: Path) -> None:
    path = sounds.make(tmp_path, "plain.mp3")
    tags = ID3()
    tags.add(TIT2(encoding=3, text="x" * 25_000_000))
    tags.add(PRIV(owner="x", data=bytes(25_000_000)))
    tags.save(path)
    with path.open("rb") as file:
        raw, cover, note = tagreader.read_tags(file, "mp3", "mp3", {})
    assert (raw, cover, note) == ({}, None, "too-large")
    assert decoded(path).shape[1] == 88_200


def test_a_broken_picture_in_a_comment_is_passed_over(tmp_path: Path) -> None:
    path = sounds.make(tmp_path, "plain.ogg")
    ogg = OggVorbis(path)
    ogg["metadata_block_picture"] = [base64.b64encode(b"broken").decode(), "no base64 at all"]
    ogg["title"] = "Still here"
    ogg.save()
    with path.open("rb") as file:
        raw, cover, _ = tagreader.read_tags(file, "ogg", "vorbis", {})
    assert (raw["title"], cover) == (["Still here"], None)


def test_a_wav_with_id3_keeps_its_sound(tmp_path: Path) -> None:
    path = sounds.make(tmp_path, "deep.wav")
    wav = WAVE(path)
    wav.add_tags()
    wav.tags.add(TIT2(encoding=3, text="Deep"))
    wav.save()
    with av.open(str(path)) as opened_again:
        assert opened_again.streams.audio[0].codec_context.name == "pcm_s24le"
    with path.open("rb") as file:
        raw, _, _ = tagreader.read_tags(file, "wav", "pcm", {})
    assert raw["title"] == ["Deep"]


@pytest.mark.parametrize(
    "foot",
    [
        b"APETAGEX" + struct.pack("<IIII8x", 2000, 0xFFFFFFF0, 4, 0),
        b"APETAGEX" + struct.pack("<IIII8x", 2000, 0, 4, 0),
        b"999999LYRICS200",
        b"3DI\x04\x00\x00\x7f\x7f\x7f\x7f",
    ],
    ids=["longer than the file", "of no length", "lyrics", "id3"],
)
def test_a_tag_behind_the_sound_that_lies_about_its_length_takes_nothing_of_it(foot: bytes, tmp_path: Path) -> None:
    path = sounds.make(tmp_path, "plain.flac")
    before = decoded(path)
    path.write_bytes(path.read_bytes() + foot)
    told = make_copy(path, tmp_path, Limits(), WORDS, None)
    copy = tmp_path / told["file"]
    assert np.array_equal(decoded(copy), before)
    assert foot not in copy.read_bytes()
