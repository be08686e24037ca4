"""What may be changed about a track, field by field."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.catalogue.core.edits import SET_FIELDS, TRACK_FIELDS, clean
from antiphon.kernel.errors import BadInput


def test_good_changes_come_back_clean() -> None:
    good = clean(
        TRACK_FIELDS,
        {
            "title": "  Slow   Harbour ",
            "isrc": "de-ab1-26-00042",
            "bpm": "84,5",
            "release_date": "2026-11-04",
            "tag_list": ["chant", "Chant", "slow"],
            "license": "cc-by-nc",
        },
    )
    assert good == {
        "title": "Slow Harbour",
        "isrc": "DEAB12600042",
        "bpm": Decimal("84.50"),
        "release_date": date(2026, 11, 4),
        "tag_list": "chant, slow",
        "license": "cc-by-nc",
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "   "),
        ("title", "x" * 301),
        ("isrc", "nonsense"),
        ("bpm", "fast"),
        ("bpm", "NaN"),
        ("bpm", "0"),
        ("release_date", "yesterday"),
        ("release_date", "0001-01-01"),
        ("license", "gpl"),
        ("sharing", "friends"),
        ("slug", "Not An Address"),
        ("slug", "sets"),
        ("commentable", "maybe"),
        ("track_number", "-1"),
        ("hidden_at", None),
        ("profile_id", 7),
    ],
)
def test_each_wrong_field_is_named(field: str, value: object) -> None:
    with pytest.raises(BadInput) as caught:
        clean(TRACK_FIELDS, {"genre": "Chant", field: value})
    assert set(caught.value.fields) == {field}


@given(
    st.dictionaries(
        st.sampled_from([*TRACK_FIELDS, "id", "state"]),
        st.one_of(
            st.text(max_size=40), st.none(), st.integers(), st.booleans(), st.floats(), st.lists(st.text(max_size=5))
        ),
    )
)
def test_anything_is_cleaned_or_refused_in_words(changes: dict[str, object]) -> None:
    wrong: set[str] = set()
    good: dict[str, object] = {}
    try:
        good = clean(TRACK_FIELDS, changes)
    except BadInput as error:
        wrong = set(error.fields)
    assert wrong or set(good) == set(changes)


def test_a_set_has_no_tempo() -> None:
    with pytest.raises(BadInput):
        clean(SET_FIELDS, {"bpm": 84})
