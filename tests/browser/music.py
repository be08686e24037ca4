"""The music of the browser tests, made when they begin: an album, a few single tracks, a picture, and broken files."""

from pathlib import Path

import numpy as np

from tests import sounds, tunes

ALBUM = "Harbour Light"
QUIET, LOUD, LAST = "Slow Harbour", "Night Ferry", "Low Water"
# Seconds and level. The quiet one needs to be turned up and the loud one down; lengths leave room to skip about.
TRACKS = {
    f"{ALBUM}/01 {QUIET}.flac": (40.0, 0.03),
    f"{ALBUM}/02 {LOUD}.flac": (40.5, 0.9),
    f"{ALBUM}/03 {LAST}.flac": (8.0, 0.2),
    "Signal Fire.flac": (6.0, 0.25),
    "Lamp Room.flac": (3.0, 0.25),
    "Tide Table.flac": (3.1, 0.25),
    "Old Rope.flac": (3.2, 0.25),
    "Salt and Tar.flac": (3.3, 0.25),
    "Undertow.flac": (3.4, 0.25),
    "Borrowed Tune.flac": (3.6, 0.25),
}
BROKEN = "Lost Tape.wav"
CLEOS = ["Borrowed Tune.flac"]
ADAS = [name for name in TRACKS if "/" not in name and name not in CLEOS] + [BROKEN]
PICTURED = [QUIET, "Signal Fire"]
PICTURE, NO_PICTURE = "cover.jpg", "torn.gif"


def write_all(folder: Path) -> Path:
    """Write everything below a folder; return the folder."""
    (folder / ALBUM).mkdir(parents=True)
    for name, (seconds, level) in TRACKS.items():
        write(folder / name, seconds, level)
    sounds.make(folder, "words.mp3").rename(folder / BROKEN)
    (folder / PICTURE).write_bytes(sounds.jpeg_bytes(600, 600))
    (folder / NO_PICTURE).write_bytes(b"GIF89a" + bytes(64))
    return folder


def write(path: Path, seconds: float, level: float = 0.25, codec: str = "flac", container: str = "flac") -> Path:
    """Write one sound; two with different lengths never hold the same bytes."""
    return sounds.encode(path, sounds.tones(seconds, level=level), codec=codec, container=container)


def song(seed: int, seconds: float) -> sounds.Samples:
    """A piece that sounds like no other here, for whoever's music is not to be held: stereo, 44.1 kHz."""
    tune = tunes.tune(seed, seconds)
    at = np.arange(round(seconds * sounds.RATE)) * (tunes.HZ / sounds.RATE)
    mono = np.interp(at, np.arange(len(tune)), tune).astype(np.float32)
    # As much noise as `sounds.tones` has: without it, a FLAC is so small that nothing is seen of its way here.
    return mono + np.random.default_rng(seed).normal(0, 0.01, (2, len(at))).astype(np.float32)
