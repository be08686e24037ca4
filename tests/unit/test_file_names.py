"""Names in a parcel: whatever people typed, every system can keep the file, and no two files are one."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.accounts.core.file_names import MOST_BYTES, MOST_LETTERS, Paths, safe_name
from antiphon.accounts.core.pieces import Folder


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Slow Harbour.wav", "Slow Harbour.wav"),
        ("AC/DC", "AC-DC"),
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\Windows\\win.ini", "C-Windows-win.ini"),
        ("what? *really*: <yes> | \"no\"", "what-really-yes-no"),
        ("CON", "_CON"),
        ("nul.wav", "_nul.wav"),
        ("com1", "_com1"),
        ("Lpt\u00b2.txt", "_Lpt\u00b2.txt"),
        ("Console", "Console"),
        ("e\u0301tude.flac", "\u00e9tude.flac"),
        ("\u202egnp.exe", "gnp.exe"),
        ("one\ttwo\nthree", "one two three"),
        ("a dot at the end. ", "a dot at the end"),
        (".hidden", "hidden"),
        ("...", "untitled"),
        ("", "untitled"),
        ("\x00", "untitled"),
        ("ヒカル の うた", "ヒカル の うた"),
        ("Mixtape vol. 2", "Mixtape vol. 2"),
    ],
)  # fmt: skip
def test_what_people_type_becomes_a_name_that_can_be_kept(typed: str, kept: str) -> None:
    assert safe_name(typed) == kept


@given(st.text(max_size=400))
def test_no_name_is_a_path_or_a_device_or_too_long(typed: str) -> None:
    name = safe_name(typed)
    assert name
    assert not set(name) & set('<>:"/\\|?*')
    assert name not in (".", "..")
    assert name == name.strip(" ")
    assert not name.endswith(".")
    assert not name.startswith(".")
    assert name == unicodedata.normalize("NFC", name)
    assert len(name) <= MOST_LETTERS + 1
    assert len(name.encode()) <= MOST_BYTES + 20
    assert not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name)
    assert name.split(".")[0].strip().lower() not in ("con", "nul", "aux", "prn", "com1", "lpt9")


@given(st.text(max_size=100))
def test_a_name_that_was_made_safe_stays_as_it_is(typed: str) -> None:
    assert safe_name(safe_name(typed)) == safe_name(typed)


@given(st.lists(st.sampled_from(["Étude", "e\u0301tude", "ÉTUDE", "etude", "Song", "song (2)", "Song (2)", "CON"])))
def test_no_two_files_are_one_on_a_system_that_ignores_case_and_form(names: list[str]) -> None:
    paths = Paths()
    made = [paths.path_of((Folder("music"),), f"{name}.wav") for name in names]
    assert len({unicodedata.normalize("NFKC", path).casefold() for path in made}) == len(names)


def test_two_tracks_of_one_title_have_a_folder_each_and_all_that_is_theirs_lies_together() -> None:
    paths = Paths()
    first, second = Folder("Étude", of="track:1"), Folder("Étude", of="track:2")
    made = [paths.path_of((Folder("music"), one), "track.json") for one in (first, second)]
    assert made == ["music/Étude/track.json", "music/Étude (2)/track.json"]
    assert paths.path_of((Folder("music"), second), "Étude.wav") == "music/Étude (2)/Étude.wav"
    assert paths.path_of((Folder("music"), first), "TRACK.json") == "music/Étude/TRACK (2).json"


def test_a_folder_and_a_file_of_one_name_do_not_meet() -> None:
    paths = Paths()
    assert paths.path_of((Folder("a"),), "x") == "a/x"
    assert paths.path_of((), "A") == "A (2)"
