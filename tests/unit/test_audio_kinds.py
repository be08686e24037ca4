"""Files are judged by their bytes: what is read, and what a look-alike is called."""

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.audio.core.declared import declared_seconds
from antiphon.audio.core.kinds import HEAD_BYTES, KINDS, MP3, Kind, id3_length, kind_of
from tests import sounds


@pytest.mark.parametrize("name", sounds.SOUND)
def test_every_format_is_known_under_a_wrong_name(name: str, sound_folder: Path) -> None:
    head = sounds.make(sound_folder, name).read_bytes()[:HEAD_BYTES]
    kind = kind_of(head)
    assert isinstance(kind, Kind)
    assert kind.container == sounds.SOUND[name][0]


@pytest.mark.parametrize("name", ["plain.wav", "plain.aiff", "plain.flac", "plain.mp3", "large.wav"])
def test_a_header_says_how_long_its_sound_is(name: str, sound_folder: Path) -> None:
    head = sounds.make(sound_folder, name).read_bytes()[:HEAD_BYTES]
    kind = kind_of(head)
    assert isinstance(kind, Kind)
    assert declared_seconds(kind, head) == pytest.approx(sounds.SECONDS, abs=0.06)


@pytest.mark.parametrize(
    ("head", "word"),
    [
        (b"", "empty"),
        (b"PK\x03\x04" + bytes(40), "archive"),
        (b"#EXTM3U\nfile:///etc/passwd", "playlist"),
        (b"%PDF-1.7", "document"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "picture"),
        (b"\x1a\x45\xdf\xa3" + bytes(30), "video"),
        (b"MThd\0\0\0\6", "midi"),
        ("Worte ohne Töne".encode(), "text"),
        (bytes(range(256)), "unknown"),
    ],
)
def test_a_look_alike_has_a_name(head: bytes, word: str) -> None:
    assert kind_of(head) == word


@given(st.binary(max_size=3000))
def test_any_bytes_get_an_answer(head: bytes) -> None:
    kind = kind_of(head)
    assert kind in KINDS or isinstance(kind, str)
    for known in KINDS:
        declared_seconds(known, head)


def test_an_mp3_behind_a_tag_larger_than_the_head_is_left_to_the_decoder() -> None:
    head = b"ID3\x03\x00\x00" + bytes([0x03, 0x10, 0, 0]) + bytes(100)
    assert id3_length(head) > len(head)
    assert kind_of(head) is MP3


def test_the_length_of_a_stream_without_an_end_is_unknown() -> None:
    fmt = struct.pack("<HHIIHH", 1, 2, 44100, 176400, 4, 16)
    head = b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0" + fmt + b"data\xff\xff\xff\xff" + bytes(64)
    kind = kind_of(head)
    assert isinstance(kind, Kind)
    assert declared_seconds(kind, head) is None


def test_an_aiff_with_an_impossible_rate_declares_no_length() -> None:
    # An 80-bit float reaches far beyond what a double holds.
    common = struct.pack(">4sIhIhHQ", b"COMM", 18, 2, 44100, 16, 0x7FFE, 1 << 63)
    head = b"FORM" + struct.pack(">I", 100) + b"AIFF" + common
    kind = kind_of(head)
    assert isinstance(kind, Kind)
    assert declared_seconds(kind, head) is None
