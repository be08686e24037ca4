"""Marks on the waveform: the right one is meant, and a thousand cost no more than fit beside each other."""

import bisect

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.node import run

MEANT = """
import { lastBefore, nearest } from "js/comments/marks.js";
const marks = said.places.map((at, id) => ({ id, at, who: "", words: "" }));
tell(said.asked.map((at) => [lastBefore(marks, at), nearest(marks, at, said.reach)]));
"""
DRAWN = """
import { marksOf, notesOf } from "js/comments/marks.js";
const marks = marksOf(said.places.map((at, id) => [id, at, "", ""]));
tell(said.widths.map((width) => notesOf(marks, said.length, width, 128)));
"""
PLACES = st.lists(st.integers(0, 200_000), max_size=40).map(sorted)


@settings(max_examples=25)
@given(PLACES, st.lists(st.integers(-10, 210_000), min_size=1, max_size=20), st.integers(0, 5000))
def test_the_mark_that_is_meant(places: list[int], asked: list[int], reach: int) -> None:
    for at, (before, near) in zip(asked, run(MEANT, {"places": places, "asked": asked, "reach": reach}), strict=True):
        assert before == bisect.bisect_right(places, at) - 1
        least = min((abs(place - at) for place in places), default=reach + 1)
        assert (near == -1) == (least > reach)
        assert near == -1 or abs(places[near] - at) == least


def test_no_more_is_drawn_than_fits() -> None:
    places = sorted(n * 7919 % 180_000 for n in range(1000))
    widths = [320, 390, 1024]
    for width, path in zip(widths, run(DRAWN, {"places": places, "widths": widths, "length": 180_000}), strict=True):
        assert 0 < path.count("M") <= 3 * (width / 7 + 1)
        assert all(0 <= float(part.split()[0]) <= width for part in path.split("M")[1:])
    assert run(DRAWN, {"places": [0, 180_000, 999_999], "widths": [390], "length": 180_000})[0].count("M") == 3
