"""Words, mistakes and weights: the pure half of the search."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.catalogue.core import entries, finding

WORDS = st.text(st.sampled_from("abcdefgh"), min_size=4, max_size=12)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Slow Harbour", ("slow", "harbour")),
        ("SLÓW  härbôur!", ("slow", "harbour")),
        ("Don't stop", ("dont", "stop")),
        ("Straße nach Ærø", ("strasse", "nach", "aero")),
        ("AC/DC—live", ("ac", "dc", "live")),
        ("春の海", ("春", "の", "海")),
        ("Привет, мир", ("привет", "мир")),
        ("har\u200bbour", ("harbour",)),
        ("†††", ("†††",)),
        ("   ", ()),
        ("x" * 99, ("x" * 40,)),
    ],
)
def test_a_text_is_its_words(text: str, words: tuple[str, ...]) -> None:
    assert finding.words_of(text) == words


@given(st.text())
def test_keys_are_plain_and_give_their_words_back(text: str) -> None:
    for word in finding.words_of(text):
        key = finding.key_of(word)
        assert key.isascii()
        assert key.isalnum()
        assert key == key.lower()
        assert finding.key_of(finding.word_of(key)) == key


@given(WORDS, st.integers(1, 3))
def test_the_beginning_of_a_word_is_the_beginning_of_its_key(word: str, letters: int) -> None:
    assert finding.key_of(word).startswith(finding.key_of(word[:letters]))


def _typed_badly(draw: st.DrawFn, word: str, mistakes: int) -> str:
    for _ in range(mistakes):
        at = draw(st.integers(0, len(word) - 1))
        letter = draw(st.sampled_from("abcdefghz"))
        word = draw(
            st.sampled_from(
                [word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :],
                 word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]]
            )
        )  # fmt: skip
    return word


@given(st.data())
def test_whatever_is_near_enough_shares_a_form_with_what_was_meant(data: st.DataObject) -> None:
    word = data.draw(WORDS)
    typed = _typed_badly(data.draw, word, finding.mistakes_in(word))
    if len(typed) >= 3 and finding.distance(typed, word, 2) <= finding.mistakes_in(word):
        assert finding.forms_kept(word) & finding.forms_sought(typed)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("harbour", "harbour", 0),
        ("harbor", "harbour", 1),
        ("habrour", "harbour", 1),
        ("harbuor", "harbour", 1),
        ("lantrens", "lanterns", 1),
        ("lantrnes", "lanterns", 2),
        ("rain", "harbour", 3),
        ("", "ab", 2),
    ],
)
def test_distance_counts_what_fingers_do(one: str, other: str, apart: int) -> None:
    assert finding.distance(one, other, 2) == apart
    assert finding.distance(other, one, 2) == apart


@pytest.mark.parametrize(
    ("word", "mistakes"), [("sea", 0), ("rain", 1), ("harbour", 1), ("lanterns", 2), ("1999", 0), ("track12345", 0)]
)
def test_short_words_and_numbers_are_forgiven_less(word: str, mistakes: int) -> None:
    assert finding.mistakes_in(word) == mistakes


def _entry(name: str, people: str = "", tags: str = "") -> finding.Entry:
    return finding.Entry(*(tuple(finding.keys_of(text).split()) for text in (name, people, tags)))


def _worth(query: str, entry: finding.Entry, rarities: list[int] | None = None) -> int:
    words = finding.words_of(query)
    return finding.weigh(entry, finding.as_typed(words), rarities or [5] * len(words))[0]


def test_a_name_weighs_more_than_a_maker_and_a_maker_more_than_a_tag() -> None:
    worths = [_worth("rain", _entry(*fields)) for fields in (("Rain",), ("x", "Rain"), ("x", "y", "rain"), ("x", "y"))]
    assert worths == sorted(worths, reverse=True)
    assert len(set(worths)) == 4
    assert worths[-1] == 0


def test_the_whole_name_comes_before_its_beginning_and_that_before_its_end() -> None:
    names = ("Slow Harbour", "Slow Harbour Lights", "The Slow Harbour", "Slow Harbourmaster", "Harbour Gone Slow")
    worths = [_worth("slow harbour", _entry(name)) for name in names]
    assert worths == sorted(worths, reverse=True)


def test_a_rare_word_weighs_more_than_a_frequent_one() -> None:
    rare = [finding.rarity_of(1), finding.rarity_of(5000)]
    assert _worth("zephyr rain", _entry("Zephyr"), rare) > _worth("zephyr rain", _entry("Rain"), rare)
    assert [finding.rarity_of(count) for count in (0, 1, 2, 1000, 10**9)] == [11, 10, 9, 1, 1]


@pytest.mark.parametrize("word", ["slowharbour", "harbour"])
def test_a_space_is_put_in_only_between_words_that_are_there(word: str) -> None:
    reading = finding.forgiving([word], {"slow", "harbour"}, [])[0]
    options = [option.words for option in reading[0].options]
    assert (("slow", "harbour") in options) == (word == "slowharbour")


def test_a_mark_is_the_whole_tag_however_it_is_written() -> None:
    assert entries.tag_mark("Field Recording") == entries.tag_mark("field-recording")
    assert entries.tag_mark("field") != entries.tag_mark("Field Recording")
