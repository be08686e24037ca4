"""Texts from a stranger's file: mended where the evidence is strong, cleaned, cut to length."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.audio.core.tags import FIELDS, clean, date_of, isrc_of, mend, tags_of


@pytest.mark.parametrize("text", ["Café del Mar", "Sigur Rós", "Motörhead", "Été à Orléans", "Señor Coconut", "Björk"])
def test_right_western_texts_stay(text: str) -> None:
    assert mend(text) == text


@pytest.mark.parametrize("text", ["Café", "Ágætis byrjun", "Земфира", "久石譲", "It’s – “here”"])
def test_utf_8_read_as_latin_1_is_mended(text: str) -> None:
    assert mend(text.encode().decode("latin-1")) == text


@pytest.mark.parametrize("text", ["It’s Ours", "Mañana"])
def test_utf_8_read_as_windows_1252_is_mended(text: str) -> None:
    assert mend(text.encode().decode("cp1252")) == text


@pytest.mark.parametrize("text", ["Земфира", "Прости меня моя любовь", "Кино - Группа крови"])
@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r"])
def test_cyrillic_read_as_latin_1_is_mended(text: str, encoding: str) -> None:
    raw = text.encode(encoding).decode("latin-1")
    if all(ord(letter) < 0x80 or ord(letter) >= 0xA0 for letter in raw):
        assert mend(raw) == text


def test_japanese_read_as_latin_1_is_mended() -> None:
    assert mend("久石譲さくら".encode("shift_jis").decode("latin-1")) == "久石譲さくら"


@given(st.text(max_size=200))
def test_nothing_invisible_comes_through(text: str) -> None:
    for letter in clean(text):
        assert unicodedata.category(letter) not in ("Cc", "Cs", "Zl", "Zp")
    assert clean(text) == clean(text).strip()


def test_control_characters_and_direction_overrides_are_dropped() -> None:
    assert clean("Good\x00\x1b[31m \u202enight\r\n\tMoon") == "Good;[31m night Moon"


@given(st.dictionaries(st.sampled_from(FIELDS), st.lists(st.text(max_size=700), max_size=30)))
def test_any_texts_give_tags_within_their_lengths(raw: dict[str, list[str]]) -> None:
    tags = tags_of(raw)
    assert len(tags.title) <= 300
    assert len(", ".join(tags.artists)) <= 500
    assert len(tags.artists) <= 20
    assert len(tags.isrc) in (0, 12)


def test_several_artists_are_told_apart_and_names_with_a_slash_stay() -> None:
    assert tags_of({"artists": ["AC/DC; Ada Quill", "Ben\0Cleo / Lux"]}).artists == (
        "AC/DC", "Ada Quill", "Ben", "Cleo", "Lux",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "day", "year"),
    [
        ("2012", date(2012, 1, 1), 2012),
        ("2012-12-15T00:00:00Z", date(2012, 12, 15), 2012),
        ("2012-13", date(2012, 1, 1), 2012),
        ("0000", None, None),
        ("soon", None, None),
    ],
)
def test_dates_of_every_form(text: str, day: date | None, year: int | None) -> None:
    assert date_of(text) == (day, year)


def test_an_isrc_is_an_isrc_or_nothing() -> None:
    assert isrc_of("de-a12-34-56789") == "DEA123456789"
    assert isrc_of("none") == ""


def test_numbers_of_every_form() -> None:
    tags = tags_of({"track_number": ["3/12"], "disc_number": ["0"], "bpm": ["127,5"]})
    assert (tags.track_number, tags.disc_number, tags.bpm) == (3, None, 127.5)
