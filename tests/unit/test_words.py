"""Cleaning of names and tags."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.catalogue.core import words


@pytest.mark.parametrize(
    ("file_name", "title"),
    [
        ("03 - Slow Harbour.wav", "Slow Harbour"),
        ("03_Slow_Harbour.flac", "Slow Harbour"),
        ("1-07 Été à Sète.mp3", "Été à Sète"),
        ("7.mp3", "7"),
        ("99 Luftballons.ogg", "Luftballons"),
        ("no ending", "no ending"),
        ("Vol. 2.5 demo", "Vol. 2.5 demo"),
        ("\x00\x1b[31m.wav", "[31m"),
    ],
)
def test_a_title_is_read_from_a_file_name(file_name: str, title: str) -> None:
    assert words.title_from_file(file_name) == title


@given(st.text(max_size=400), st.integers(1, 300))
def test_one_line_is_one_clean_line(text: str, longest: int) -> None:
    line = words.one_line(text, longest)
    assert len(line) <= longest
    assert line == line.strip()
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in line)
    assert not set(line) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = words.one_line(text, 300)
    assert words.one_line(once, 300) == once


@given(st.text(max_size=500))
def test_a_folder_never_climbs(raw: str) -> None:
    folder = words.folder_of(raw)
    assert not folder.startswith("/")
    assert all(part and not part.startswith(".") for part in folder.split("/") if folder)


@pytest.mark.parametrize("raw", ["../../etc/passwd", "..\\..\\secret.wav", "/abs/olute.wav", "C:\\music\\a.wav"])
def test_a_file_name_is_only_its_last_segment(raw: str) -> None:
    name = words.file_name_of(raw)
    assert "/" not in name
    assert "\\" not in name
    assert not name.startswith(".")


def test_tags_are_told_apart_whatever_their_case() -> None:
    assert words.tags_of("Chant, #slow, chant, ,  field   recording ") == ["Chant", "slow", "field recording"]


@pytest.mark.parametrize(("size", "spoken"), [(12, "12 bytes"), (2 * 1024**3, "2 GB"), (1536 * 1024, "1.5 MB")])
def test_sizes_are_spoken(size: int, spoken: str) -> None:
    assert words.spoken_size(size) == spoken
