"""The parts of the method by themselves: looking up, counting within a limit, scores, chances."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.identification.core import verify, votes
from antiphon.identification.core.matches import CERTAIN, POSSIBLE, chance
from antiphon.identification.core.memory import MemoryCells, MemoryPostings
from antiphon.identification.core.verify import Line, Peaks

triples = st.tuples(st.integers(0, 20), st.integers(0, 5), st.integers(0, 50))


def cells(rows: list[tuple[int, int, int]]) -> MemoryCells:
    columns = np.array(rows, np.uint32).reshape(-1, 3)
    return MemoryCells(columns[:, 0], columns[:, 1], columns[:, 2])


@given(st.lists(triples, max_size=60), st.lists(st.integers(0, 25), max_size=20))
def test_looking_up_gives_what_was_put_in(rows: list[tuple[int, int, int]], wanted: list[int]) -> None:
    table, hashes = cells(rows), np.array(wanted, np.uint32)
    offsets, track, frame = table.look_up(hashes)
    assert offsets[0] == 0
    assert len(offsets) == len(wanted) + 1
    for i, one in enumerate(wanted):
        got = list(zip(track[offsets[i] : offsets[i + 1]], frame[offsets[i] : offsets[i + 1]], strict=True))
        assert got == sorted((t, f) for h, t, f in rows if h == one)
    assert np.array_equal(table.count(hashes), np.diff(offsets))


@given(st.lists(st.integers(0, 100), max_size=60), st.integers(0, 2000))
def test_the_rarest_are_kept_and_never_more_than_the_limit(sizes: list[int], most: int) -> None:
    kept = votes._rarest(np.array(sizes, np.float32), most)
    chosen, left = np.array(sizes)[kept], np.array(sizes)[~kept]
    assert chosen.sum() <= most
    if len(left) and len(chosen):
        assert chosen.max() <= left.min()
    if len(left):
        assert chosen.sum() + left.min() > most


def test_votes_find_the_start_that_explains_the_most() -> None:
    rng = np.random.default_rng(1)
    noise = [(int(h), int(t), int(f)) for h, t, f in rng.integers(0, (500, 30, 4000), (5000, 3))]
    told = [(600 + k, 17, 1000 + 7 * k) for k in range(30)]
    wanted = np.array([600 + k for k in range(30)] + list(range(500)), np.uint32)
    first = np.array([7.0 * k for k in range(30)] + rng.integers(0, 210, 500).tolist(), np.float32)
    best = votes.count(cells(noise + told), wanted, first, 100_000, 5)[0]
    assert best.track == 17
    assert abs(best.start - 1000) < 4


def test_votes_for_nothing_are_none() -> None:
    assert votes.count(cells([]), np.array([1, 2], np.uint32), np.zeros(2, np.float32), 100, 5) == []


def scattered(seed: int, count: int, frames: int) -> Peaks:
    rng = np.random.default_rng(seed)
    return Peaks(np.sort(rng.integers(0, frames, count)).astype(np.float64), rng.uniform(0, 280, count))


@given(st.floats(0.97, 1.03), st.floats(-1.5, 1.5), st.integers(200, 600))
def test_a_line_is_refined_to_where_the_peaks_are(tempo: float, bins: float, start: int) -> None:
    track = scattered(3, 1500, 2500)
    inside = track.between(start, start + 220)
    clip = Peaks((inside.frame - start) / tempo, inside.place + bins)
    line = verify.refined(clip, track, Line(float(start), 1.0, 0.0))
    assert line.tempo == pytest.approx(tempo, abs=0.004)
    assert line.bins == pytest.approx(bins, abs=0.1)
    assert verify.agreeing(clip, track, line).mean() > 0.95


def test_deviance_tells_the_same_from_anything_else() -> None:
    track = scattered(4, 2000, 3000)
    inside = track.between(900, 1100)
    clip = Peaks(inside.frame - 900, inside.place)
    right, matches, chance_of = verify.deviance(clip, track, Line(900.0, 1.0, 0.0))
    wrong, _, _ = verify.deviance(scattered(5, 150, 200), track, Line(900.0, 1.0, 0.0))
    assert matches == len(clip)
    assert chance_of < matches / 5
    assert right > 15 > 4 > wrong >= 0


def test_the_longest_stretch_is_the_one_that_agrees() -> None:
    agree = np.zeros(300, np.bool_)
    agree[100:200:2] = True
    agree[[5, 290]] = True
    clip = Peaks(np.arange(300.0), np.zeros(300))
    assert verify.longest(clip, agree, 0.02) == (100.0, 198.0)
    assert verify.longest(clip, np.zeros(300, np.bool_), 0.02) == (0.0, 0.0)


@given(st.floats(0, 60), st.floats(0, 60), st.integers(1, 10**8), st.integers(1, 10**8))
def test_chance_falls_with_the_score_and_rises_with_the_catalogue(a: float, b: float, n: int, m: int) -> None:
    assert 0 <= chance(a, n) <= 1
    if a <= b:
        assert chance(b, n) <= chance(a, n)
    if n <= m:
        assert chance(a, n) <= chance(a, m)


def test_certain_is_stricter_than_possible() -> None:
    assert CERTAIN < POSSIBLE
    assert verify.score(10.0, 10.0) < verify.score(10.0, 3.0) == verify.score(10.0, 1.0)


def test_a_track_that_is_not_there_is_said() -> None:
    with pytest.raises(KeyError):
        MemoryPostings([]).peaks(0)
