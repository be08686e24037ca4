"""Descriptors of made-up sounds: the same music stays near itself, and other music is farther away."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.discovery.core import layout
from antiphon.discovery.engines import describe, rhythm
from antiphon.discovery.engines.harmony import chroma, harmony
from antiphon.discovery.engines.index import Index

RATE = 22_050
Samples = npt.NDArray[np.float32]


class Heard:
    """A sound in blocks of an odd size."""

    rate_hz = RATE

    def __init__(self, samples: Samples, block: int = 5000) -> None:
        self.samples, self.block = samples, block

    def blocks(self) -> Iterator[Samples]:
        for start in range(0, len(self.samples), self.block):
            yield self.samples[start : start + self.block]


def vector(samples: Samples, block: int = 5000) -> Samples:
    return np.array(describe.hear(Heard(samples, block))["vector"], np.float32)


def song(
    seed: int, *, semitones: float = 0, bpm: float = 100, partials: int = 6, seconds: float = 20, beats: bool = True
) -> Samples:
    """Chords of a major scale with partials and a drum: chosen by a seed, moved by semitones."""
    dice = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    beat = time * bpm / 60
    roots = dice.permutation([0, 5, 7, 9, 2, 4])
    which = (beat // 4).astype(int) % len(roots)
    out = np.zeros(len(time))
    for place, root in enumerate(roots):
        third = 4 if root in (0, 5, 7) else 3
        chord = np.zeros(len(time))
        for note in (0, third, 7):
            hz = 220 * 2 ** ((root + note + semitones) / 12)
            chord += sum(
                np.sin(2 * np.pi * hz * part * time) / part for part in range(1, partials + 1) if hz * part < 9e3
            )
        out += chord * (which == place)
    out *= 0.6 + 0.4 * np.exp(-6 * (beat % 1))
    if beats:
        out += dice.standard_normal(len(time)) * 3 * np.exp(-30 * (beat % 1) / bpm * 60)
    return (0.08 * out).astype(np.float32)


def distances(vectors: list[Samples]) -> npt.NDArray[np.float64]:
    """From the first to each other, as the index sees them."""
    index = Index(range(len(vectors)), [layout.packed([float(x) for x in row]) for row in vectors])
    return np.linalg.norm(index._rows - index._rows[0], axis=1)


def order(vectors: list[Samples]) -> list[int]:
    index = Index(range(len(vectors)), [layout.packed([float(x) for x in row]) for row in vectors])
    return [place for portion in index.nearest(0, 4) for place in portion]


OTHERS = [
    {"seed": 2, "bpm": 140, "partials": 2},
    {"seed": 3, "bpm": 75, "partials": 10},
    {"seed": 4, "bpm": 100, "partials": 1, "beats": False},
    {"seed": 5, "bpm": 170, "partials": 8},
]


@pytest.fixture(scope="module")
def others() -> list[Samples]:
    return [vector(song(**about)) for about in OTHERS]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        lambda samples: samples * 0.1,
        lambda samples: samples * 3.0,
        lambda samples: samples + 0.002 * np.random.default_rng(9).standard_normal(len(samples)).astype(np.float32),
        lambda samples: samples[3 * RATE :],
        lambda samples: np.concatenate((np.zeros(2 * RATE, np.float32), samples)),
        lambda samples: -samples,
    ],
    ids=["soft", "loud", "noisy", "cut", "late", "upside-down"],
)
def test_the_same_song_in_another_copy_is_the_nearest(change: object, others: list[Samples]) -> None:
    plain = song(1)
    assert order([vector(plain), *others, vector(change(plain))])[0] == len(others) + 1  # type: ignore[operator]


@pytest.mark.parametrize("semitones", [-5, 1, 3, 6])
def test_the_same_song_in_another_key_is_nearer_than_other_songs(semitones: int, others: list[Samples]) -> None:
    assert order([vector(song(1)), *others, vector(song(1, semitones=semitones))])[0] == len(others) + 1


def test_a_gain_changes_nothing() -> None:
    plain = song(1)
    assert vector(plain * 0.25) == pytest.approx(vector(plain), abs=0.02)


def test_the_size_of_blocks_changes_nothing() -> None:
    plain = song(1, seconds=8)
    assert vector(plain, 777) == pytest.approx(vector(plain, 100_000), abs=1e-3)


@pytest.mark.parametrize("bpm", [60, 75, 90, 100, 120, 128, 140, 174])
def test_a_tempo_is_found_or_its_half_or_double(bpm: int) -> None:
    found = describe.hear(Heard(song(1, bpm=bpm, seconds=30)))
    octave = np.log2(found["tempo_bpm"] / bpm)
    assert abs(octave - round(octave)) < 0.04, found["tempo_bpm"]
    assert found["tempo_clarity"] > 0.2


def test_a_tempo_and_its_double_are_alike_and_others_are_not() -> None:
    def beats(bpm: float) -> Samples:
        strength = np.zeros(43 * 40, np.float32)
        strength[(np.arange(0, 40, 60 / bpm) * 43).astype(int)] = 1
        return rhythm.rhythm(strength, 43)[: rhythm.FOLDS + 2]

    same = np.linalg.norm(beats(80) - beats(160))
    assert same < 0.5 * np.linalg.norm(beats(80) - beats(113))


def _notes(hz: list[float]) -> Samples:
    time = np.arange(4096) / RATE
    wave = sum(np.sin(2 * np.pi * one * time) for one in hz) * np.hanning(4096)
    return (np.abs(np.fft.rfft(wave)) ** 2)[None, :].astype(np.float32)


@pytest.mark.parametrize(("hz", "place"), [(261.63, 0), (440.0, 9), (466.16, 10), (987.77, 11), (110.0, 9)])
def test_a_note_falls_into_its_pitch_class(hz: float, place: int) -> None:
    found = chroma(_notes([hz]), RATE)[0]
    assert int(found.argmax()) == place
    assert found[place] > 0.8 * found.sum()


def _scale(tonic: int, thirds: tuple[int, ...]) -> Samples:
    """Chroma of a tune over three chords."""
    rows = np.full((60, 12), 0.02, np.float32)
    for row in range(60):
        root = (0, 5, 7)[row // 4 % 3]
        for note, weight in ((root, 1.0), (root + thirds[row // 4 % 3], 0.6), (root + 7, 0.8)):
            rows[row, (tonic + note) % 12] += weight
    return rows


def test_harmony_forgets_the_key_but_not_the_mode() -> None:
    major, minor = (4, 4, 4), (3, 3, 4)
    home = harmony(_scale(0, major))
    for tonic in range(1, 12):
        assert harmony(_scale(tonic, major)) == pytest.approx(home, abs=1e-3)
    assert np.linalg.norm(harmony(_scale(3, minor)) - home) > 0.5


@pytest.mark.parametrize("samples", [[], [0.0] * 100, [0.0] * RATE * 3, [1.0] * RATE, [0.5, -0.5] * RATE])
def test_what_is_hardly_music_still_has_a_descriptor(samples: list[float]) -> None:
    found = describe.hear(Heard(np.array(samples, np.float32)))
    assert len(layout.packed(found["vector"])) == 4 * layout.SIZE


@given(st.lists(st.floats(width=32), min_size=layout.SIZE, max_size=layout.SIZE))
def test_only_finite_numbers_are_a_descriptor(numbers: list[float]) -> None:
    good = all(np.isfinite(numbers)) and max(map(abs, numbers)) < 1e6
    try:
        assert (len(layout.packed(numbers)), good) == (4 * layout.SIZE, True)
    except ValueError:
        assert not good


@pytest.mark.parametrize("numbers", [[], [0.0] * (layout.SIZE - 1), ["1"] * layout.SIZE, [None] * layout.SIZE])
def test_anything_else_is_not(numbers: list[object]) -> None:
    with pytest.raises(ValueError, match="descriptor"):
        layout.packed(numbers)  # type: ignore[arg-type]


def test_the_search_is_exact_and_gives_everything_once() -> None:
    dice = np.random.default_rng(4)
    rows = dice.standard_normal((500, layout.SIZE)).astype("<f4")
    index = Index(range(1000, 1500), [row.tobytes() for row in rows])
    portions = list(index.nearest(1100, 16))
    assert [len(portion) for portion in portions] == [16, 48, 192, 243]
    found = [number for portion in portions for number in portion]
    assert sorted(found) == [number for number in range(1000, 1500) if number != 1100]
    apart = np.linalg.norm(index._rows[np.array(found) - 1000] - index._rows[100], axis=1)
    assert np.all(np.diff(apart) > -1e-4)


def test_a_recording_that_the_index_does_not_hold_has_no_neighbours() -> None:
    index = Index([1], [bytes(4 * layout.SIZE)])
    assert (len(index), list(index.nearest(2, 8)), list(index.nearest(1, 8))) == (1, [], [])
    assert list(Index([], []).nearest(1, 8)) == []


def test_the_groups_share_the_distance() -> None:
    assert sum(layout.shares()) == pytest.approx(1)
    assert 64 <= layout.SIZE == len(layout.shares()) <= 96
