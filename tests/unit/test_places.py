"""Places: whatever is written about recordings is found by each of them, and by no other."""

from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from antiphon.consent.core.places import BLOCK, places_of, places_with, recordings_at

# Few here and there, and whole stretches, as a catalogue has them.
RECORDINGS = st.one_of(
    st.sets(st.integers(1, 40_000), max_size=60).map(BitMap),
    st.tuples(st.integers(1, 9000), st.integers(1, 4000)).map(lambda one: BitMap(range(one[0], sum(one)))),
)


@given(RECORDINGS)
def test_what_is_written_is_what_is_read(recordings: BitMap) -> None:
    read = [recordings_at(place, bitmap) for place, bitmap in places_of(recordings)]
    assert BitMap().union(*read) == recordings
    assert sum(map(len, read)) == len(recordings)


@given(RECORDINGS, RECORDINGS)
def test_a_recording_finds_all_that_concerns_it(written: BitMap, mine: BitMap) -> None:
    where = set(places_with(mine))
    found = [recordings_at(place, bitmap) for place, bitmap in places_of(written) if place in where]
    assert BitMap().union(*found) & mine == written & mine


def test_a_million_neighbours_are_written_in_a_thousand_places() -> None:
    assert len(places_of(BitMap(range(1, 1_000_001)))) == 1_000_001 // BLOCK + 1
    assert places_of(BitMap([7])) == [(7, b"")]
    assert len(places_with([7, 8, 9])) == 4
