"""The demo catalogue keeps its labels' word: keys, lengths, levels, and the same sound from the same seed."""

import hashlib
import json
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import mutagen.flac
import numpy as np
import numpy.typing as npt
import pyebur128
import pytest

from antiphon.audio.engines.songs import covers, master, notation, room, write
from antiphon.audio.engines.songs.piece import Piece
from antiphon.audio.engines.songs.programme import ARTISTS, ORDER, PIECES, RELEASES, piece_at
from antiphon.audio.engines.songs.stage import Played, Stage, Tempo
from antiphon.audio.engines.songs.tones import RATE
from antiphon.catalogue.core.edits import TRACK_FIELDS, clean
from antiphon.catalogue.core.licences import LICENCES

every_piece = pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.slug)
# Krumhansl and Kessler 1982: how well each pitch class fits a major and a minor key.
MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)


@cache
def written(slug: str) -> tuple[Played, ...]:
    """What the score says, without a sound."""
    piece = piece_at(slug)
    stage = Stage(piece.seconds, piece.tempo_curve, piece.seed, silent=True)
    piece.score(stage)
    return tuple(stage.played)


@cache
def beginning(slug: str) -> write.Rendered:
    return write.render(piece_at(slug), until_s=2.0)


def pitch_classes(slug: str) -> npt.NDArray[np.float64]:
    """Seconds of each pitch class; a drone counts for four."""
    classes = np.zeros(12)
    for note in written(slug):
        if note.midi:
            classes[note.midi % 12] += min(note.seconds, 4.0)
    return classes


def digest(samples: npt.NDArray[np.float32]) -> str:
    return hashlib.sha256(np.ascontiguousarray(samples).tobytes()).hexdigest()


def test_the_programme_is_whole() -> None:
    assert len(ARTISTS) == 3
    assert {release.kind for release in RELEASES} == {"ep", "single", "album"}
    assert sorted(ORDER) == sorted(piece.slug for piece in PIECES)
    for release in RELEASES:
        numbers = [piece.number for piece in PIECES if piece.release is release]
        assert numbers == list(range(1, len(numbers) + 1))
    assert {piece.licence for piece in PIECES} >= {"cc-by", "cc-by-nc", "cc0", "all-rights-reserved"}
    assert 10 * 60 < sum(piece.seconds for piece in PIECES) < 18 * 60


@pytest.mark.parametrize("artist", ARTISTS, ids=lambda artist: artist.slug)
def test_a_biography_says_that_nobody_of_that_name_lives(artist: object) -> None:
    words = artist.biography  # type: ignore[attr-defined]
    assert "imaginary" in words
    assert "software" in words


@every_piece
def test_a_piece_says_only_what_a_track_can_hold(piece: Piece) -> None:
    assert piece.licence in LICENCES
    clean(
        TRACK_FIELDS,
        {
            "title": piece.title,
            "genre": piece.genre,
            "tag_list": list(piece.tags),
            "description": piece.description,
            "bpm": piece.bpm,
            "key_signature": piece.key,
            "license": piece.licence,
            "downloads": piece.downloads,
            "release_date": piece.release.date,
        },
    )
    assert (piece.downloads == "nobody") == (piece.licence == "all-rights-reserved")


@every_piece
def test_a_score_fills_its_time_and_ends_before_it(piece: Piece) -> None:
    notes = written(piece.slug)
    assert 45 <= piece.seconds <= 90
    assert min(note.start_s for note in notes) < 2.0
    last = max(note.start_s for note in notes)
    assert piece.seconds * 0.75 < last < piece.seconds - 2.5
    starts = sorted(note.start_s for note in notes)
    assert max(b - a for a, b in pairwise(starts)) < 9  # nobody falls asleep


@every_piece
def test_the_key_label_agrees_with_the_notes(piece: Piece) -> None:
    classes = pitch_classes(piece.slug)
    inside = sum(classes[pitch] for pitch in notation.scale_of(piece.key)) / classes.sum()
    assert inside > 0.9
    fits = {
        (tonic, mode): np.corrcoef(np.roll(profile, tonic), classes)[0, 1]
        for tonic in range(12)
        for mode, profile in (("", MAJOR), ("m", MINOR))
    }
    tonic, mode = notation.tonic_of(piece.key), "m" if piece.key.endswith("m") else ""
    relative = ((tonic + 3) % 12, "") if mode else ((tonic + 9) % 12, "m")
    assert max(fits, key=lambda key: fits[key]) in ((tonic, mode), relative)


@every_piece
def test_the_tempo_label_is_the_pace_of_the_notes(piece: Piece) -> None:
    """Nearly all notes fall on the grid of quarter beats (thirds of a beat where the beat has three parts)."""
    curve = Tempo(piece.bpm * piece.beat)
    steady_until = piece.tempo[0][0] if piece.tempo else 1e9
    step_s = 60 / (piece.bpm * piece.beat) / 4
    late = []
    for note in written(piece.slug):
        beat = (note.start_s - curve.at(0)) / (step_s * 4)
        if beat < steady_until:
            late.append(abs(beat * 4 - round(beat * 4)) * step_s)
    assert np.median(late) < 0.012


@every_piece
def test_nobody_plays_alone(piece: Piece) -> None:
    """Something asks, something answers, and somebody keeps them company."""
    assert len({note.seat for note in written(piece.slug)}) >= 3


@every_piece
def test_a_beginning_is_sound_and_nothing_else(piece: Piece) -> None:
    samples = beginning(piece.slug).samples
    assert samples.shape == (2, 2 * RATE)
    assert samples.dtype == np.float32
    assert np.isfinite(samples).all()
    assert 0.005 < np.abs(samples).max() < 1.0
    assert np.abs(samples[:, :100]).max() < 0.01
    assert abs(samples.mean()) < 0.01


@pytest.mark.parametrize("slug", ["call-the-wire", "versicle-and-response", "answering-machine"])
def test_the_same_seed_gives_the_same_sound(slug: str) -> None:
    assert digest(write.render(piece_at(slug), until_s=2.0).samples) == digest(beginning(slug).samples)


def test_every_beginning_is_another() -> None:
    assert len({digest(beginning(piece.slug).samples) for piece in PIECES}) == len(PIECES)


def test_a_written_file_is_flac_with_tags_cover_and_the_promised_levels(tmp_path: Path) -> None:
    piece = piece_at("small-lamp")
    told = write.write_piece(piece, tmp_path)
    path = tmp_path / "Small Lamp.flac"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert told["path"] == str(path)
    file: Any = mutagen.flac.FLAC(path)  # type: ignore[no-untyped-call]
    assert (file.info.sample_rate, file.info.bits_per_sample, file.info.channels) == (44_100, 16, 2)
    assert file.info.length == pytest.approx(piece.seconds, abs=0.01)
    assert (file["title"], file["artist"], file["album"]) == (["Small Lamp"], ["Quire and Stair"], ["Small Lamp"])
    assert (file["bpm"], file["initialkey"], file["date"]) == (["48"], ["F"], ["2025-12-13"])
    assert file.pictures[0].data[:4] == b"\x89PNG"
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    samples = np.concatenate(frames, axis=1).reshape(-1, 2).astype(np.float64) / 32768
    meter = pyebur128.R128State(2, RATE, pyebur128.MeasurementMode.MODE_I | pyebur128.MeasurementMode.MODE_TRUE_PEAK)
    meter.add_frames(samples.reshape(-1), len(samples))
    assert pyebur128.get_loudness_global(meter) == pytest.approx(-16, abs=0.2)
    assert 20 * np.log10(max(pyebur128.get_true_peak(meter, channel) for channel in (0, 1))) < -1
    assert np.abs(samples[-50:]).max() < 0.002
    assert np.abs(samples[:400]).max() < 0.002


def test_the_programme_is_told_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert write.main(["--programme"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["order"] == list(ORDER)
    assert sum(len(release["pieces"]) for release in told["sets"]) == len(PIECES)


def test_covers_are_square_and_each_its_own() -> None:
    drawn = [covers.piece_cover(piece) for piece in PIECES] + [covers.portrait(artist) for artist in ARTISTS]
    assert len(set(drawn)) == len(drawn)
    assert all(picture[:4] == b"\x89PNG" and len(picture) < 300_000 for picture in drawn)


@pytest.mark.parametrize("level", [0.02, 0.3, 0.9])
def test_loudness_agrees_with_libebur128(level: float) -> None:
    rng = np.random.default_rng(5)
    swell = np.interp(np.arange(8 * RATE), [0, 3 * RATE, 8 * RATE], [0.05, 1.0, 0.2])
    wave = (rng.standard_normal((2, 8 * RATE)) * swell * level * 0.2).astype(np.float32)
    meter = pyebur128.R128State(2, RATE, pyebur128.MeasurementMode.MODE_I)
    meter.add_frames(wave.T.astype(np.float64).reshape(-1), wave.shape[1])
    assert master.loudness_lufs(wave) == pytest.approx(pyebur128.get_loudness_global(meter), abs=0.1)


def test_the_limiter_holds_its_ceiling_between_samples_too() -> None:
    time = np.arange(2 * RATE) / RATE
    wave = np.stack([np.sin(2 * np.pi * 11_025 * time + np.pi / 4)] * 2).astype(np.float32)  # peaks lie between samples
    wave *= np.where((time > 0.5) & (time < 0.6), 1.4, 0.2).astype(np.float32)
    least = master.limit(wave, 0.8)
    assert least < 0.8
    assert master.peaks(wave, 0.1).max() < 0.8 * 1.02


def test_silence_stays_silence() -> None:
    wave = np.zeros((2, RATE), np.float32)
    levels = master.finish(wave, 0.5)
    assert levels.loudness_lufs == float("-inf")
    assert not wave.any()


def test_a_hall_is_as_long_as_asked() -> None:
    answer = room.impulse(room.Room(decay_s=1.5, air=0.4), 1)
    energy = (answer.astype(np.float64) ** 2).sum(axis=0)
    left = 10 * np.log10(np.cumsum(energy[::-1])[::-1] / energy.sum() + 1e-12)
    fall = np.argmax(left < -25) - np.argmax(left < -5)
    assert fall / RATE * 3 == pytest.approx(1.3, abs=0.5)  # 20 dB of it, three times over: a mix of the bands


@pytest.mark.parametrize(("text", "midi"), [("C4", 60), ("F#3", 54), ("Bb1", 34), ("A4", 69)])
def test_notes_have_numbers(text: str, midi: int) -> None:
    assert notation.midi_of(text) == midi


def test_a_line_is_read_with_lengths_rests_and_chords() -> None:
    events = notation.line("C4:2 r:.5 E4+G4! | D4:1")
    assert [(event.beat, event.beats, event.notes, event.accent) for event in events] == [
        (0, 2, (60,), False),
        (2, 0.5, (), False),
        (2.5, 0.5, (64, 67), True),
        (3, 1, (62,), False),
    ]


def test_a_note_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a note"):
        notation.midi_of("H4")
