"""Private data stays home: nothing that a person or their program noted in a file is in what leaves the house."""

import io
import tempfile
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from antiphon.audio.core.limits import Limits
from antiphon.audio.engines import mpeg, passes
from antiphon.audio.engines.copies import make_copy
from tests import private, sounds
from tests.unit.test_audio_copies import WORDS, decoded

FILES = ("plain.wav", "large.wav", "plain.aiff", "plain.flac", "plain.mp3", "plain.m4a", "lossless.m4a", "plain.aac",
         "plain.ogg", "plain.opus")  # fmt: skip


def found_in(path: Path) -> list[str]:
    data = path.read_bytes()
    return [word for word in private.WORDS for form in ("utf-8", "utf-16-le") if word.encode(form) in data]


def copied(original: Path, folder: Path, words: dict[str, Any] = WORDS) -> Path:
    Image.open(io.BytesIO(sounds.jpeg_bytes())).save(folder / "cover.webp")
    out = folder / "out"
    out.mkdir()
    return out / make_copy(original, out, Limits(), words, str(folder / "cover.webp"))["file"]


@pytest.mark.parametrize("name", FILES)
def test_no_place_note_program_or_account_is_in_a_copy(name: str, tmp_path: Path) -> None:
    original = private.fill(sounds.make(tmp_path, name))
    copy = copied(original, tmp_path)
    assert found_in(copy) == []
    np.testing.assert_array_equal(decoded(copy), decoded(original))


@pytest.mark.parametrize("name", ["plain.wav", "plain.flac", "plain.mp3", "plain.m4a", "plain.ogg"])
def test_nor_in_what_is_listened_to(name: str, tmp_path: Path) -> None:
    original = private.fill(sounds.make(tmp_path, name))
    out = tmp_path / "out"
    out.mkdir()
    passes.first_pass(original, out, Limits(), lambda line: None)
    passes.second_pass(original, out, Limits(), lambda line: None)
    made = sorted(out.iterdir())
    assert {path.name for path in made} >= {"aac160.mp4", "opus96.mp4", "waveform.dat"}
    assert [found_in(path) for path in made] == [[]] * len(made)


def test_tags_between_the_frames_of_a_joined_mp3_go_too(tmp_path: Path) -> None:
    frames = copied(sounds.make(tmp_path, "plain.mp3"), tmp_path, {}).read_bytes()
    sound = frames[frames.index(b"\xff\xfb") :]
    joined = tmp_path / "joined.mp3"
    parts = (private.ape(), sound, private.id3(), sound, private.ape(with_header=False), private.id3v1())
    joined.write_bytes(b"".join(parts))
    target = tmp_path / "stripped.mp3"
    mpeg.strip(joined, target)
    assert target.read_bytes() == sound + sound


def test_a_damaged_stretch_of_an_mp3_stays_as_it_is(tmp_path: Path) -> None:
    frames = copied(sounds.make(tmp_path, "plain.mp3"), tmp_path, {}).read_bytes()
    sound = bytearray(frames[frames.index(b"\xff\xfb") :])
    sound[5000:9000] = np.random.default_rng(1).bytes(4000)
    damaged, target = tmp_path / "damaged.mp3", tmp_path / "stripped.mp3"
    damaged.write_bytes(private.id3() + bytes(sound) + b"garbage")
    mpeg.strip(damaged, target)
    assert target.read_bytes().startswith(bytes(sound)[:-1000])
    assert found_in(target) == []


def test_a_second_chunk_of_sound_does_not_hide_anything(tmp_path: Path) -> None:
    original = sounds.make(tmp_path, "plain.wav")
    note = private.NOTE.encode()
    original.write_bytes(original.read_bytes() + b"data" + len(note).to_bytes(4, "little") + note)
    assert found_in(copied(original, tmp_path)) == []


PARTS = {"frames": b"", "id3": private.id3(), "ape": private.ape(), "foot": private.ape(with_header=False),
         "id3v1": private.id3v1(), "lyrics": private.lyrics3() + private.id3v1()}  # fmt: skip


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("frames")
    sound = copied(sounds.make(folder, "plain.mp3"), folder, {}).read_bytes()
    return sound[sound.index(b"\xff\xfb") :]


@given(st.lists(st.sampled_from(sorted(PARTS)), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_however_tags_lie_around_its_frames_an_mp3_keeps_these_alone(frames: bytes, order: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        joined, target = Path(name) / "joined.mp3", Path(name) / "stripped.mp3"
        joined.write_bytes(b"".join(PARTS[part] or frames for part in order))
        mpeg.strip(joined, target)
        assert found_in(target) == []
        assert target.read_bytes() == frames * order.count("frames")


def test_what_a_recorder_calls_itself_in_a_stream_goes_too(tmp_path: Path) -> None:
    original = tmp_path / "recorded.m4a"
    with av.open(str(original), "w", format="mp4") as out:
        stream = out.add_stream("aac", rate=48000)
        stream.metadata.update({"handler_name": private.ACCOUNT, "creation_time": "2020-01-01T00:00:00Z"})
        samples = np.zeros((1, 48000), np.float32)
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
        frame.sample_rate = 48000
        for packet in (*stream.encode(frame), *stream.encode(None)):
            out.mux(packet)
    assert found_in(original) == [private.ACCOUNT]
    assert found_in(copied(original, tmp_path)) == []
