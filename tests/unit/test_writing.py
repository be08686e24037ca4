"""Words of people are made safe to show without being made shorter than they are."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.community.core import times, writing
from antiphon.community.core.threads import Fate, fate_of

STEERING = [chr(one) for one in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))]
JOINERS = list("\u200c\u200d\u200e\u200f\u061c")
# Everything that is awkward, and a little of everything else.
AWKWARD = st.text(
    st.one_of(
        st.sampled_from([*STEERING, *JOINERS, *"\u200b\ufeff\u00ad\u2060\u3164\u115f\ufe0f\u0301\u0338\u034f\u20dd"]),
        st.sampled_from("ab \n\r\t\u2028\x00\x1b\x85é\u0958\ufb1dשع👩🏳️‍🌈가각\U000e0041\U000e0101"),
        st.characters(),
    ),
    max_size=200,
)


@given(AWKWARD)
def test_cleaning_never_lengthens_and_changes_nothing_the_second_time(text: str) -> None:
    clean = writing.clean(text)
    assert len(clean) <= len(text)
    assert writing.clean(clean) == clean


@given(AWKWARD)
def test_nothing_that_steers_or_cannot_be_seen_is_left(text: str) -> None:
    clean = writing.clean(text)
    assert not set(clean) & set(STEERING)
    assert all(unicodedata.category(one) not in ("Cs", "Zl", "Zp") for one in clean)
    assert all(one == "\n" or unicodedata.category(one) != "Cc" for one in clean)
    assert clean.count("\n") < writing.MOST_LINES
    clean.encode()  # no half of a pair that no database takes


@given(AWKWARD)
def test_marks_and_joiners_are_bounded_in_a_row(text: str) -> None:
    marks = invisible = 0
    for one in writing.clean(text):
        # Joiners between marks do not begin a new pile.
        marks = marks + 1 if unicodedata.category(one) in ("Mn", "Me") else marks if one in JOINERS else 0
        invisible = invisible + 1 if one in JOINERS else 0
        assert marks <= writing.MOST_MARKS
        assert invisible <= 1


@given(AWKWARD)
def test_pieces_are_the_whole_text_in_order(text: str) -> None:
    clean = writing.clean(text)
    assert "".join(piece.text for piece in writing.pieces_of(clean)) == clean


@pytest.mark.parametrize(
    "text",
    [
        "Just words, “quoted”, with a dash – and an emoji 👩‍👩‍👧 or a flag 🏳️‍🌈, 1️⃣.",
        "نمی‌خواهم",  # Persian, with the joiner that shapes it
        "שָׁלוֹם עֲלֵיכֶם",
        "Tiếng Việt có dấu",
        "हिन्दी में",
        "ไม่เป็นไร",
        "two\n\nparagraphs",
    ],
)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert writing.clean(text) == unicodedata.normalize("NFC", text)


def test_tricks_are_taken_out() -> None:
    assert writing.clean("pay \u202egnp.exe\u202c now") == "pay gnp.exe now"
    assert writing.clean("a" + "\u200b" * 5000 + "b") == "ab"
    assert writing.clean("a\u200d" + "\u200d" * 99 + "b") == "a\u200db"
    assert len(writing.clean("Z" + "\u0336\u0489" * 500)) == 1 + writing.MOST_MARKS
    assert writing.clean("\u0301\u0301at the beginning") == "at the beginning"
    assert writing.clean("hid\U000e0068\U000e0069den") == "hidden"
    assert writing.clean("a\n\n\n\n\nb\r\nc") == "a\n\nb\nc"
    assert writing.clean("\n".join(str(n) for n in range(100))).count("\n") == writing.MOST_LINES - 1
    assert writing.clean("x" * 5000) == "x" * 5000  # how long is the caller's to say


@pytest.mark.parametrize("blank", ["", " \n ", "\u3164\u3164", "\u2800\u2800", "\u200e", "\u202e\u202c", "\u115f"])
def test_what_shows_nothing_says_nothing(blank: str) -> None:
    assert not writing.says_something(writing.clean(blank))


def test_links_and_mentions_are_found() -> None:
    text = "See https://example.org/a_(b), ask @Ada-Quill or mail@ben.example; (http://x.example/@cleo)."
    found = [(piece.kind, piece.target) for piece in writing.pieces_of(text) if piece.kind != "text"]
    assert found == [
        ("link", "https://example.org/a_(b)"),
        ("mention", "ada-quill"),
        ("link", "http://x.example/@cleo"),
    ]
    assert writing.links_in("javascript:alert(1) data:text/html,x ftp://x.example") == []
    assert writing.mentions_in(" ".join(f"@p{n} @p{n}" for n in range(30))) == [f"p{n}" for n in range(10)]


@given(AWKWARD, st.integers(2, 60))
def test_a_beginning_is_one_line_of_at_most_its_length(text: str, longest: int) -> None:
    begun = writing.beginning(writing.clean(text), longest)
    assert len(begun) <= longest
    assert "\n" not in begun


@pytest.mark.parametrize(
    ("typed", "ms"),
    [("", None), ("1:05", 65_000), ("65", 65_000), ("1h2m5s", 3_725_000), ("1:02:05", 3_725_000), ("0:00.5", 500),
     (" 2m ", 120_000), ("90s", 90_000)],
)  # fmt: skip
def test_places_are_read_as_people_type_them(typed: str, ms: int | None) -> None:
    assert times.ms_of(typed) == ms


@pytest.mark.parametrize("typed", ["-1:05", "1:75", "soon", "1:2:3:4", "١:٠٥", "1e9", "9" * 30, "1:5"])
def test_what_is_no_place_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        times.ms_of(typed)


@given(st.integers(0, 100_000_000))
def test_a_place_that_is_shown_can_be_typed(ms: int) -> None:
    assert times.ms_of(times.clock_of(ms)) == ms // 1000 * 1000


FATES = {"answered": False, "is_own": False, "is_moderator": False, "is_left_out": False, "is_faceless": False}


def test_who_sees_what_of_a_comment() -> None:
    def seen(state: str, **facts: bool) -> Fate:
        return fate_of(state, **{**FATES, **facts})

    assert seen("shown") == Fate.WORDS
    assert seen("shown", is_left_out=True, answered=True) == Fate.NOTHING
    assert seen("shown", is_left_out=True, is_moderator=True) == Fate.WORDS
    assert seen("shown", is_faceless=True) == Fate.NOTHING
    for state in ("deleted", "removed", "hidden"):
        assert seen(state) == Fate.NOTHING
        assert seen(state, answered=True) == Fate.TRACE
    for state in ("removed", "hidden"):
        assert seen(state, is_own=True) == Fate.WORDS
        assert seen(state, is_moderator=True) == Fate.WORDS
    assert seen("deleted", is_own=True, answered=True) == Fate.TRACE
