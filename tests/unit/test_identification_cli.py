"""Fingerprints on the command line: lines in, lines out, and nothing of a site is needed or loaded."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from antiphon.cli.main import main
from antiphon.identification.core.prints import unpack
from tests.sounds import encode

RATE = 22_050
Run = Callable[..., tuple[int, str, str]]


def melody(seed: int, seconds: float = 20.0) -> np.ndarray:
    """Short tones that overlap, no two alike: nobody's music, and unlike every other seed's."""
    dice = np.random.default_rng(seed)
    sound = np.zeros(int(seconds * RATE), np.float32)
    for start in np.arange(0, seconds - 0.6, 0.11):
        length = int(0.5 * RATE)
        time = np.arange(length) / RATE
        tone = np.sin(2 * np.pi * 220 * 2 ** dice.uniform(0, 4) * time) * np.exp(-5 * time)
        at = int(start * RATE)
        sound[at : at + length] += (0.2 * tone).astype(np.float32)
    return sound[None, :]


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("songs")
    for seed in range(3):
        song = melody(seed)
        encode(folder / f"{seed}.flac", song, RATE, codec="flac", container="flac", layout="mono")
        part = np.ascontiguousarray(song[:, 7 * RATE : 13 * RATE])
        encode(folder / f"part-{seed}.mp3", part, RATE, codec="libmp3lame", container="mp3", layout="mono")
    stranger = melody(99, 6)
    encode(folder / "stranger.flac", stranger, RATE, codec="flac", container="flac", layout="mono")
    (folder / "broken.mp3").write_bytes(b"ID3" + bytes(500))
    return folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    def run_it(*words: str | Path, lines: str = "") -> tuple[int, str, str]:
        source = tmp_path / "lines"
        source.write_text(lines, encoding="utf-8")
        with source.open(encoding="utf-8") as file:
            monkeypatch.setattr(sys, "stdin", file)
            status = main([str(word) for word in words])
        return status, *capfd.readouterr()

    return run_it


@pytest.fixture
def index(run: Run, songs: Path, tmp_path: Path) -> Path:
    lines = "".join(f"song-{seed}\t{songs}/{seed}.flac\n" for seed in range(3))
    assert run("fingerprint", "index", tmp_path / "index", lines=lines)[0] == 0
    return tmp_path / "index"


def test_a_part_of_a_song_is_found_where_it_is(run: Run, songs: Path, index: Path) -> None:
    lines = "".join(f"q{seed}\t{songs}/part-{seed}.mp3\n" for seed in (2, 0, 1))
    status, out, err = run("fingerprint", "query", index, lines=lines)
    assert (status, err) == (0, "")
    rows = [line.split("\t") for line in out.splitlines()]
    assert [row[:2] for row in rows] == [["q2", "song-2"], ["q0", "song-0"], ["q1", "song-1"]]
    for _, _, score, start in rows:
        assert float(score) > 4
        assert abs(float(start) - 7) < 0.1


def test_what_cannot_be_heard_is_answered_in_its_place(run: Run, songs: Path, index: Path) -> None:
    lines = f"a\t{songs}/broken.mp3\nb\t{songs}/nowhere.mp3\n\nc\t{songs}/part-1.mp3\n"
    status, out, err = run("fingerprint", "query", index, lines=lines)
    assert status == 1
    assert out.splitlines()[:2] == ["a\t-\t0\t0", "b\t-\t0\t0"]
    assert out.splitlines()[2].startswith("c\tsong-1\t")
    assert [line.split(":")[1].strip() for line in err.splitlines()] == ["a", "b"]


def test_a_line_without_a_path_is_bad_use_and_keeps_its_place(run: Run, songs: Path, index: Path) -> None:
    status, out, err = run("fingerprint", "query", index, lines=f"lonely\nc\t{songs}/part-1.mp3\n")
    assert status == 2
    assert out.splitlines()[0] == "lonely\t-\t0\t0"
    assert "line 1 is not NAME<tab>PATH" in err
    assert len(out.splitlines()) == 2


def test_indexing_again_changes_nothing(run: Run, songs: Path, index: Path) -> None:
    lines = f"song-0\t{songs}/0.flac\nnone\t{songs}/broken.mp3\nbad name\x01\t{songs}/1.flac\n"
    status, out, err = run("fingerprint", "index", index, lines=lines)
    assert status == 1
    assert out == ""
    assert "antiphon: none: " in err
    assert "1 files indexed, 20 s of sound; 2 left out." in err
    status, out, _ = run("identify", songs / "part-0.mp3", "--index", index, "--json")
    assert json.loads(out)["tracks"] == 3
    assert status == 0


def test_identify_says_where_and_how_altered(run: Run, songs: Path, index: Path) -> None:
    status, out, _ = run("identify", songs / "part-1.mp3", "--index", index, "--json")
    said = json.loads(out)
    best = said["matches"][0]
    assert (status, said["known"], best["track"], best["certain"]) == (0, True, "song-1", True)
    assert abs(best["tempo"] - 1) < 0.01
    assert abs(best["pitch"]) < 0.1
    status, out, _ = run("identify", songs / "part-1.mp3", "--index", index)
    assert status == 0
    assert "song-1" in out


def test_what_is_not_known_is_said_so(run: Run, songs: Path, index: Path) -> None:
    status, out, _ = run("identify", songs / "stranger.flac", "--index", index)
    assert (status, out) == (1, "Not known here.\n")
    status, out, _ = run("identify", songs / "stranger.flac", "--index", index, "--json")
    assert (status, json.loads(out)["known"]) == (1, False)


def test_a_fingerprint_is_asked_about_as_its_sound_is(run: Run, songs: Path, index: Path, tmp_path: Path) -> None:
    made = tmp_path / "part.print"
    assert run("fingerprint", "make", songs / "part-2.mp3", "--out", made)[0] == 0
    assert unpack(made.read_bytes()).duration_ms > 5900
    assert made.stat().st_size < 3000
    sound = run("identify", songs / "part-2.mp3", "--index", index, "--json")
    assert run("identify", made, "--index", index, "--json") == sound
    damaged = bytearray(made.read_bytes())
    damaged[60] ^= 1
    made.write_bytes(damaged)
    status, _, err = run("identify", made, "--index", index)
    assert status == 1
    assert "damaged" in err


def test_a_fingerprint_goes_to_standard_output(songs: Path) -> None:
    words = [sys.executable, "-m", "antiphon.cli.main", "fingerprint", "make", str(songs / "part-0.mp3")]
    done = subprocess.run(words, capture_output=True, check=True)
    assert len(unpack(done.stdout)) > 20


def test_an_index_that_is_not_there_is_a_refusal(run: Run, songs: Path, tmp_path: Path) -> None:
    status, _, err = run("identify", songs / "0.flac", "--index", tmp_path / "nowhere")
    assert status == 1
    assert "no index" in err
    status, _, err = run("fingerprint", "index", tmp_path / "new", "--workers", "0")
    assert status == 2


def test_nothing_of_a_site_is_loaded(songs: Path, index: Path) -> None:
    script = (
        "import sys; from antiphon.cli.main import main; "
        f"main(['identify', {str(songs / 'part-0.mp3')!r}, '--index', {str(index)!r}, '--json']); "
        f"main(['fingerprint', 'query', {str(index)!r}]); "
        "print([name for name in ('django', 'antiphon.site', 'av', 'sqlite3') if name in sys.modules], file=sys.stderr)"
    )
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, "-c", script], input="", capture_output=True, text=True, check=True, env=environment
    )
    assert json.loads(done.stdout)["known"]
    assert done.stderr.strip() == "[]"


def test_each_question_is_answered_before_the_next_is_read(songs: Path, index: Path) -> None:
    words = [sys.executable, "-m", "antiphon.cli.main", "fingerprint", "query", str(index)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as asking:
        assert asking.stdin is not None
        assert asking.stdout is not None
        for seed in (1, 0):
            asking.stdin.write(f"q\t{songs}/part-{seed}.mp3\n")
            asking.stdin.flush()
            assert asking.stdout.readline().startswith(f"q\tsong-{seed}\t")
        asking.stdin.close()
        assert asking.wait(60) == 0
