"""The method of identification on generated music: what it must recognise, and what it must never be sure of."""

from functools import lru_cache

import numpy as np
import pytest

from antiphon.identification.core import peaks, search, sweep, uploads
from antiphon.identification.core.matches import Match, identify
from antiphon.identification.core.memory import MemoryPostings
from antiphon.identification.core.prints import BIN_ONE, BINS, STORED_A_BLOCK, Prints, check
from tests.tunes import F32, HZ, faster, noise, tune
from tests.tunes import sweep as sine_sweep

TRACKS = 12


@lru_cache(maxsize=1)
def catalogue() -> MemoryPostings:
    return MemoryPostings([peaks.stored(peaks.listen(tune(seed))) for seed in range(TRACKS)])


def asked(sound: F32) -> list[Match]:
    return identify(peaks.listen(sound), catalogue())


def clip(seed: int, start_s: float, seconds: float) -> F32:
    return tune(seed)[int(start_s * HZ) : int((start_s + seconds) * HZ)]


@pytest.mark.parametrize("seconds", [3.0, 5.0, 10.0])
def test_a_clip_is_found_where_it_was_taken_from(seconds: float) -> None:
    best = asked(clip(4, 7.3, seconds))[0]
    assert best.track == 4
    assert best.is_certain
    assert abs(best.starts_at_ms - 7300) < 15
    assert abs(best.tempo - 1) < 0.005
    assert abs(best.pitch) < 0.1


@pytest.mark.parametrize("factor", [0.8, 0.9, 1.05, 1.12, 1.25, 1.45])
def test_another_speed_is_found_and_told(factor: float) -> None:
    best = asked(faster(clip(2, 5.0, 6.0 * factor), factor))[0]
    assert best.track == 2
    assert best.is_certain
    assert best.tempo == pytest.approx(factor, rel=0.01)
    assert best.pitch == pytest.approx(12 * np.log2(factor), abs=0.2)
    assert abs(best.starts_at_ms - 5000) < 40


def test_music_as_loud_as_noise_is_found() -> None:
    music = clip(7, 12.0, 6.0)
    level = float(np.sqrt(np.mean(music**2)))
    best = asked(music + noise(6.0, 1, level))[0]
    assert best.track == 7
    assert best.is_certain


def test_a_sample_in_a_long_upload_is_found_with_its_stretch() -> None:
    upload = tune(101, 40.0).copy()
    upload[20 * HZ : 28 * HZ] += clip(3, 10.0, 8.0)
    best = asked(upload)[0]
    assert (best.track, best.is_certain) == (3, True)
    assert abs(best.at_ms - 20_000) < 1500
    assert abs(best.at_ms + best.length_ms - 28_000) < 1500
    assert abs(best.track_at_ms - best.at_ms + 10_000) < 30


def test_a_whole_track_played_faster_is_one_stretch() -> None:
    best = asked(faster(tune(6), 1.08))[0]
    assert best.track == 6
    assert best.length_ms > 25_000
    assert best.tempo == pytest.approx(1.08, rel=0.002)


def test_two_tracks_in_one_upload_are_two_stretches() -> None:
    found = [one for one in asked(np.concatenate((clip(1, 3, 12), clip(8, 9, 12)))) if one.is_certain]
    assert {one.track for one in found} == {1, 8}
    first, second = sorted(found, key=lambda one: one.at_ms)[:2]
    assert first.at_ms + first.length_ms < 13_000 < second.at_ms + second.length_ms


def test_every_track_of_a_long_mix_is_found() -> None:
    mix = np.concatenate([clip(seed, 5.0, 10.0) for seed in range(TRACKS)])
    found = [one for one in asked(mix) if one.is_certain]
    assert {(one.track, round(one.at_ms / 10_000)) for one in found} == {(seed, seed) for seed in range(TRACKS)}


def test_copies_are_told_as_alternatives() -> None:
    kept = [peaks.stored(peaks.listen(tune(seed))) for seed in (0, 1, 1)]
    best = identify(peaks.listen(clip(1, 4, 5)), MemoryPostings(kept))[0]
    assert {best.track, *(other.track for other in best.alternatives if other.is_certain)} == {1, 2}


@pytest.mark.parametrize("seed", range(100, 112))
def test_unknown_music_is_never_a_certain_match(seed: int) -> None:
    assert not any(one.is_certain for one in asked(tune(seed, 6.0)))


@pytest.mark.parametrize(
    ("name", "sound"),
    [
        ("silence", np.zeros(10 * HZ, np.float32)),
        ("half a second", tune(150)[: HZ // 2]),
        ("nothing at all", np.zeros(0, np.float32)),
        ("white noise", noise(10.0, 5)),
        ("a sine sweep", sine_sweep(10.0)),
        ("one repeated bar", np.tile(tune(130, 1.0), 10)),
        ("a constant", np.ones(5 * HZ, np.float32)),
        ("not a number", np.full(5 * HZ, np.nan, np.float32)),
        ("far too loud", 1e6 * noise(5.0, 6)),
        ("long noise", noise(30.0, 7)),
    ],
)
def test_what_is_no_music_gets_a_clear_answer(name: str, sound: F32) -> None:
    prints = peaks.listen(sound)
    check(prints)
    assert not any(one.is_certain for one in identify(prints, catalogue())), name


def test_one_repeated_bar_in_the_catalogue_answers_for_itself_alone() -> None:
    bar = np.tile(tune(130, 1.0), 20)
    postings = MemoryPostings([peaks.stored(peaks.listen(sound)) for sound in (bar, tune(0), tune(1))])
    assert identify(peaks.listen(bar[: 5 * HZ]), postings)[0].track == 0
    assert not any(one.is_certain for one in identify(peaks.listen(tune(131, 5.0)), postings))


def forged(seed: int, blocks: int, a_block: int) -> Prints:
    """As many peaks as are allowed, anywhere they are allowed: made to match everything."""
    rng = np.random.default_rng(seed)
    frame = np.repeat(np.arange(blocks * 8) * 5, a_block // 8)
    place = (np.arange(len(frame)) % (a_block // 8)) * (BINS // (a_block // 8)) * BIN_ONE + rng.integers(
        0, 20 * BIN_ONE, len(frame)
    )
    order = np.lexsort((place, frame))
    prints = Prints(
        frame[order].astype(np.uint32),
        np.minimum(place[order], BINS * BIN_ONE - 1).astype(np.uint16),
        np.full(len(frame), 31, np.uint8),
        int(frame[-1] * 23.3) + 1000,
    )
    check(prints)
    return prints


@pytest.mark.parametrize("seed", range(4))
def test_forged_prints_match_nothing_for_certain(seed: int) -> None:
    assert not any(one.is_certain for one in identify(forged(seed, 10, 40), catalogue()))


def test_forged_tracks_in_the_catalogue_take_nothing_from_the_others() -> None:
    kept = [peaks.stored(peaks.listen(tune(seed))) for seed in range(4)]
    flooded = MemoryPostings([*kept, *(peaks.stored(forged(seed, 40, 40)) for seed in range(30))])
    best = identify(peaks.listen(clip(2, 8, 5)), flooded)[0]
    assert (best.track, best.is_certain) == (2, True)
    assert not any(one.is_certain for one in identify(peaks.listen(tune(140, 5.0)), flooded))


def test_a_thousand_identical_uploads_cost_no_more_than_the_limit() -> None:
    one = peaks.stored(peaks.listen(tune(5, 12.0)))
    asking = search.Search(MemoryPostings([one] * 1000), "pairs")
    question = peaks.listen(tune(5, 12.0)[: 5 * HZ])
    guesses = asking.guess(question, [sweep.PLAIN])
    assert 0 < len(guesses) <= search.FIRST_GUESSES
    found = asking.look(search.Peaks.of(question), guesses)
    assert found[0].score > search.CLEAR
    assert asking.looked_at <= search.LOOKED_AT


def test_six_hours_are_heard_and_searched_in_bounded_work() -> None:
    hours = 6 * 3600 * 43
    rng = np.random.default_rng(1)
    frame = np.arange(0, hours, 6, dtype=np.uint32)
    long = Prints(
        frame,
        rng.integers(0, BINS * BIN_ONE, len(frame)).astype(np.uint16),
        np.full(len(frame), 9, np.uint8),
        21_700_000,
    )
    check(long)
    windows = list(uploads.windows(long))
    assert len(windows) < 21_600 / uploads.STEP_S + 2
    assert len(uploads.spread(np.arange(len(windows)), uploads.MOST_SWEPT)) == uploads.MOST_SWEPT


def test_hashes_of_the_densest_question_are_limited() -> None:
    for kind in ("pairs", "triples"):
        wanted, first = sweep.asked(forged(1, 400, 40), sweep.PLAIN, kind, 0.49)
        assert len(wanted) == len(first) <= sweep.MOST_HASHES


def test_triples_find_what_pairs_find() -> None:
    for seed in range(4):
        question = peaks.listen(faster(clip(seed, 6, 6), 1.05))
        asking = search.Search(catalogue(), "triples")
        guesses = asking.guess(question, [sweep.speed(1.05)])
        assert asking.look(search.Peaks.of(question), guesses)[0].track == seed


def test_the_same_question_gets_the_same_answer() -> None:
    sound = clip(9, 2, 5) + noise(5.0, 3, 0.05)
    assert asked(sound) == asked(sound)


def test_prints_do_not_depend_on_how_sound_arrives() -> None:
    sound = tune(2)
    whole = peaks.listen(sound)
    rng = np.random.default_rng(2)
    cuts = np.sort(rng.integers(0, len(sound), 40))
    parts = peaks.listen_to_blocks(np.split(sound, cuts))
    assert np.array_equal(whole.frame, parts.frame)
    assert np.array_equal(whole.bin, parts.bin)
    assert np.array_equal(whole.strength, parts.strength)
    assert whole.duration_ms == parts.duration_ms == 30_000


def test_loudness_does_not_matter() -> None:
    sound = tune(2)[: 5 * HZ]
    loud, soft = peaks.listen(sound), peaks.listen(sound * np.float32(0.1))
    shared = set(zip(loud.frame.tolist(), loud.bin.tolist(), strict=True)) & set(
        zip(soft.frame.tolist(), soft.bin.tolist(), strict=True)
    )
    assert len(shared) > 0.8 * len(loud)


def test_what_is_stored_is_a_part_of_what_was_heard() -> None:
    heard = peaks.listen(tune(3))
    kept = peaks.stored(heard)
    assert set(zip(kept.frame.tolist(), kept.bin.tolist(), strict=True)) <= set(
        zip(heard.frame.tolist(), heard.bin.tolist(), strict=True)
    )
    assert np.bincount(kept.frame // 43).max() <= STORED_A_BLOCK
    assert peaks.stored(kept) is not None
    assert len(peaks.stored(kept)) == len(kept)


@pytest.mark.parametrize("seed", range(8))
def test_what_is_heard_is_never_refused(seed: int) -> None:
    """In the bass lines are wider than bins: tones that beat there must not make peaks that look forged."""
    rng = np.random.default_rng(seed)
    time = np.arange(8 * HZ) / HZ
    tones = rng.uniform(80, 130, 4)
    sound = sum(0.2 * np.sin(2 * np.pi * hz * time + rng.uniform(0, 6)) for hz in tones) + rng.normal(
        0, 0.003, len(time)
    )
    check(peaks.listen(np.asarray(sound, np.float32)))
    check(peaks.listen(np.cumsum(rng.normal(0, 0.01, len(time))).astype(np.float32)))


def test_an_empty_index_answers_nothing() -> None:
    assert identify(peaks.listen(tune(1)[: 5 * HZ]), MemoryPostings([])) == []
