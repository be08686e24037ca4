"""The rules that help moderators: they rank, and never decide."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from antiphon.catalogue.core import care

standing = st.builds(care.Standing, st.integers(0, 20), st.integers(0, 20))


def test_a_thing_that_three_people_report_rises() -> None:
    assert care.rank([care.Standing()] * 2) == care.PLAIN
    assert care.rank([care.Standing()] * 3) == care.RAISED


def test_reports_of_somebody_who_is_often_wrong_sink_but_are_not_lost() -> None:
    wrong = care.Standing(upheld=0, dismissed=3)
    assert care.rank([wrong]) == care.SUNK
    assert care.rank([wrong] * 5) == care.SUNK
    assert care.rank([wrong, care.Standing()]) == care.PLAIN


def test_whoever_is_also_right_keeps_their_word() -> None:
    assert not care.Standing(upheld=2, dismissed=5).is_often_dismissed
    assert care.Standing(upheld=2, dismissed=6).is_often_dismissed


@given(st.lists(standing, max_size=8), standing)
def test_another_voice_never_lowers_a_case(voices: list[care.Standing], one: care.Standing) -> None:
    assert care.rank([*voices, one]) <= care.rank(voices)


def test_a_new_account_reports_less_a_day() -> None:
    assert care.reports_a_day(timedelta(days=6)) == 5
    assert care.reports_a_day(timedelta(days=7)) == 60


def test_what_changed_is_told_part_by_part() -> None:
    found = care.differences({"title": "A", "tags": ""}, {"title": "B", "tags": "", "place": "Here"})
    assert found == [("title", "A", "B", True), ("place", "", "Here", True)]
