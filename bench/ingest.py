"""What an ingest costs, beside the ffmpeg command doing the same: `python -m bench.ingest [--music FOLDER]`.

CPU time of one core, measured by the kernel for the limited process itself, its start included unless the row says
otherwise. Without a folder of music, a synthetic mix stands in for it (chords, noise and beats: encoders work as hard
on it as on dense music). The sounds are made once and kept in `bench/out/sounds`.
"""

import argparse
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from tests import sounds

from antiphon.audio import sandbox
from antiphon.audio.core.limits import Limits
from bench.table import OUT, Row, print_table, write

RATE = sounds.RATE
MINUTE = 60.0
FFMPEG = shutil.which("ffmpeg")
FORMATS = {
    "wav": ("pcm_s16le", "wav", None),
    "flac": ("flac", "flac", None),
    "mp3": ("libmp3lame", "mp3", 192_000),
    "m4a": ("aac", "mp4", 192_000),
    "ogg": ("vorbis", "ogg", 192_000),
    "opus": ("libopus", "ogg", 128_000),
}


def mix() -> sounds.Samples:
    """A minute of chords, noise and beats: stereo float32 at 44.1 kHz."""
    rng, frames = np.random.default_rng(11), round(MINUTE * RATE)
    at = np.arange(frames) / RATE
    beat = np.exp(-((at * 2) % 1) * 6)
    chord = sum(
        np.sin(2 * np.pi * note * at + np.array([[0.0], [0.6]])) for note in (110, 164.8, 220, 277.2, 440, 659.3)
    )
    hiss = np.diff(rng.standard_normal((2, frames + 1)), axis=1) * 0.08
    boom = np.sin(2 * np.pi * 55 * at) * beat
    minute = (0.09 * chord * (0.6 + 0.4 * np.sin(2 * np.pi * 0.1 * at)) + hiss * (0.2 + beat) + 0.4 * boom) * 0.8
    return np.asarray(minute, np.float32)


def sound(name: str, minutes: int, suffix: str) -> Path:
    """Return a kept sound of that length and format, made if it is not there."""
    folder = OUT / "sounds"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.{suffix}"
    if not path.exists():
        codec, container, bit_rate = FORMATS[suffix]
        rate_hz = 48000 if suffix == "opus" else RATE
        part = path.with_suffix(".part")
        sounds.encode(part, mix(), rate_hz, codec=codec, container=container, bit_rate=bit_rate, turns=minutes)
        part.replace(path)
    return path


def children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cost(act: Callable[[], object]) -> tuple[float, float]:
    """Return the CPU seconds of the children that `act` started, and the seconds that passed."""
    before, began = children_cpu_s(), time.perf_counter()
    act()
    return children_cpu_s() - before, time.perf_counter() - began


def ours(verb: str, path: Path, **extra: object) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        return sandbox.run(verb, path, Path(folder), Limits(), extra=extra)


def ffmpeg(*arguments: str) -> None:
    """Run the peer on one thread, its output thrown away."""
    assert FFMPEG is not None
    command = [FFMPEG, "-nostdin", "-v", "error", "-threads", "1", "-filter_threads", "1", *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def peer_cost(*arguments: str) -> tuple[float, float] | tuple[None, None]:
    return cost(lambda: ffmpeg(*arguments)) if FFMPEG else (None, None)


def _speed(seconds: float, cpu_s: float | None) -> float | None:
    return round(seconds / cpu_s, 1) if cpu_s else None


def _length_s(path: Path) -> float:
    return float(str(ours("decode", path)["duration_ms"])) / 1000


_MEMORY_PROGRAM = """
import resource, sys, tempfile
from pathlib import Path
from antiphon.audio import sandbox
from antiphon.audio.core.limits import Limits
for verb in ("first_pass", "second_pass"):
    with tempfile.TemporaryDirectory() as folder:
        sandbox.run(verb, Path(sys.argv[1]), Path(folder), Limits())
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def memory(minutes: int) -> Row:
    """Peak resident memory of a whole ingest, seen from a small process: a child inherits the peak of its parent."""
    path = sound(f"long-{minutes}", minutes, "flac")
    command = [sys.executable, "-c", _MEMORY_PROGRAM, str(path)]
    peak = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    mib = peak / 1024 if platform.system() == "Linux" else peak / 1024 / 1024
    return Row(f"peak memory, {minutes} minutes, both passes", round(mib, 1), "MiB")


def ingest_rows(path: Path, what: str) -> list[Row]:
    """Full ingest and its parts, beside ffmpeg making the same copies and the same measurements."""
    seconds = _length_s(path)
    first, _ = cost(lambda: ours("first_pass", path))
    second, _ = cost(lambda: ours("second_pass", path))
    analysis, _ = cost(lambda: ours("first_pass", path, encode=False))
    with tempfile.TemporaryDirectory() as name:
        aac = ["-map", "0:a", "-c:a", "aac", "-b:a", "160k", "-movflags", "+frag_keyframe", f"{name}/a.mp4"]
        opus = ["-map", "0:a", "-c:a", "libopus", "-b:a", "96k", f"{name}/b.opus"]
        measure = ["-map", "0:a", "-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-"]
        their_all, _ = peer_cost("-y", "-i", str(path), *aac, *opus, *measure)
        their_analysis, _ = peer_cost("-i", str(path), *measure)
    peer = "ffmpeg: AAC, Opus, ebur128" if FFMPEG else ""
    unit = "x real time"
    return [
        Row(f"full ingest, both renditions, {what}", _speed(seconds, first + second) or 0, unit, peer,
            _speed(seconds, their_all)),
        Row(f"first pass (playable), {what}", _speed(seconds, first) or 0, unit),
        Row(f"second pass, {what}", _speed(seconds, second) or 0, unit),
        Row(f"analysis alone, {what}", _speed(seconds, analysis) or 0, unit, "ffmpeg: ebur128" if FFMPEG else "",
            _speed(seconds, their_analysis)),
    ]  # fmt: skip


def decode_rows(minutes: int) -> list[Row]:
    """Decoding alone, from opening the file to its end, beside the ffmpeg command decoding to 32-bit floats."""
    rows = []
    for suffix in FORMATS:
        path = sound(f"decode-{minutes}", minutes, suffix)
        told = ours("decode", path)
        seconds = float(str(told["duration_ms"])) / 1000
        theirs, _ = peer_cost("-i", str(path), "-f", "f32le", "-")
        value = _speed(seconds, float(str(told["cpu_s"]))) or 0
        peer = "ffmpeg to f32le" if FFMPEG else ""
        rows.append(Row(f"decode {suffix}", value, "x real time", peer, _speed(seconds, theirs)))
    return rows


def playable_rows() -> list[Row]:
    """From the last byte to playable for a song of four minutes: as it passes on this machine now, and CPU alone."""
    path = sound("song-4", 4, "mp3")
    cpu_s, passed = cost(lambda: ours("first_pass", path))
    with tempfile.TemporaryDirectory() as name:
        arguments = ["-y", "-i", str(path), "-map", "0:a", "-c:a", "aac", "-b:a", "160k", f"{name}/a.mp4"]
        arguments += ["-map", "0:a", "-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-"]
        their_cpu_s, theirs = peer_cost(*arguments)
    peer = "ffmpeg: AAC, ebur128" if FFMPEG else ""
    return [
        Row("a 4-minute MP3 until playable", round(passed, 2), "s", peer, theirs and round(theirs, 2)),
        Row("the same, CPU alone", round(cpu_s, 2), "s", peer, their_cpu_s and round(their_cpu_s, 2)),
    ]


def real_rows(folder: Path) -> list[Row]:
    """The same over real music: every file of a folder, summed."""
    files = [path for path in sorted(folder.rglob("*")) if path.suffix in (".ogg", ".flac", ".mp3", ".wav", ".m4a")]
    total = sum(_length_s(path) for path in files)
    first, _ = cost(lambda: [ours("first_pass", path) for path in files])
    second, _ = cost(lambda: [ours("second_pass", path) for path in files])
    name = f"{len(files)} files of real music"
    return [Row(f"full ingest, {name}", _speed(total, first + second) or 0, "x real time")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--music", type=Path, help="also measure over the music in this folder")
    parser.add_argument("--minutes", type=int, default=10, help="length of the sounds")
    parser.add_argument("--long", type=int, default=60, help="length of the one for memory")
    options = parser.parse_args()
    if not FFMPEG:
        print("The ffmpeg command is not installed, so its columns stay empty.")
    rows = [memory(options.long)]
    print(f"{rows[0].figure}: {rows[0].value} MiB", flush=True)
    rows += ingest_rows(sound(f"decode-{options.minutes}", options.minutes, "mp3"), "MP3")
    rows += ingest_rows(sound(f"decode-{options.minutes}", options.minutes, "flac"), "FLAC")
    rows += playable_rows()
    rows += decode_rows(options.minutes)
    if options.music:
        rows += real_rows(options.music)
    load = os.getloadavg()[0]
    print_table(f"ingest (load of this machine: {load:.1f} on {os.cpu_count()} cores)", rows)
    print(f"\n{write('ingest', rows)}")


if __name__ == "__main__":
    main()
