"""Free music from Debian's packages, by name, kept outside the repository as mono sound of 22,050 Hz.

Packages are in two halves that never meet: the method is tuned on one, and figures are reported from the other. In
each half some packages are indexed and the others never are: their music is what nobody should recognise.
"""

import io
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import av.error
import numpy as np
import numpy.typing as npt

RATE_HZ = 22_050
SHORTEST_S = 20  # music, and not a sound of a game
CACHE = Path(__file__).resolve().parents[2] / ".cache" / "identification"

Sound = npt.NDArray[np.int16]


@dataclass(frozen=True)
class Half:
    """The packages of one half: those that are indexed, and those that never are."""

    indexed: tuple[str, ...]
    unknown: tuple[str, ...]


HALVES = {
    "tuning": Half(
        indexed=("ufoai-music", "singularity-music", "ardentryst", "lugaru-data"),
        unknown=("freedroidrpg-data", "drascula-music", "extremetuxracer-data", "flare-game"),
    ),
    "report": Half(
        indexed=("hedgewars-data", "nexuiz-music", "colobot-common-sounds", "openclonk-data", "frozen-bubble-data"),
        unknown=(
            "megaglest-data",
            "fretsonfire-songs-muldjord",
            "mrrescue",
            "enigma-data",
            "adonthell-data",
            "xmoto-data",
        ),
    ),
}
# People who speak, for the babble: the voices of a game, none of which is ever indexed.
VOICES_PACKAGE = "hedgewars-data"
VOICES_BELOW = ("British", "Pirate", "Surfer", "Classic")


@dataclass(frozen=True)
class Track:
    """One piece of music: what it is called here, and where its sound lies."""

    name: str
    path: Path

    def sound(self) -> Sound:
        """Return the whole of it: int16, shape (samples,), 22,050 Hz; mapped, not read."""
        return np.asarray(np.load(self.path, mmap_mode="r"))


def tracks(packages: tuple[str, ...]) -> list[Track]:
    """Return the music of these packages, fetching and decoding what is not there yet."""
    return [track for package in packages for track in _of_package(package)]


def voices(lowest_s: float = 60.0) -> list[Sound]:
    """Return one long stretch of speech for each of six people or more: int16, 22,050 Hz."""
    folder = CACHE / "voices"
    if not folder.is_dir():
        making = _fresh(folder.with_suffix(".part"))
        spoken = [
            (path.parent.name, samples)
            for path, samples in _decoded(_unpacked(VOICES_PACKAGE))
            if path.parent.name in VOICES_BELOW and len(samples) < 10 * RATE_HZ
        ]
        for place, voice in enumerate(sorted({name for name, _ in spoken})):
            said = np.concatenate([samples for name, samples in spoken if name == voice])
            for part, piece in enumerate(np.array_split(said, 2)):
                np.save(making / f"{place}-{part}.npy", piece)
        making.rename(folder)
    found = [np.load(path) for path in sorted(folder.glob("*.npy"))]
    return [piece for piece in found if len(piece) >= lowest_s * RATE_HZ]


def _of_package(package: str) -> list[Track]:
    folder = CACHE / "music" / package
    if not folder.is_dir():
        making = _fresh(folder.with_suffix(".part"))
        root = _unpacked(package)
        for path, samples in _decoded(root):
            if len(samples) >= SHORTEST_S * RATE_HZ and path.parent.name not in VOICES_BELOW:
                np.save(making / ("-".join(path.relative_to(root).with_suffix("").parts[-2:]) + ".npy"), samples)
        making.rename(folder)
    return [Track(f"{package}/{path.stem}", path) for path in sorted(folder.glob("*.npy"))]


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _unpacked(package: str) -> Path:
    """Return the folder with a package's files; archives of games inside of it are unpacked beside themselves."""
    folder = CACHE / "packages" / package
    if folder.is_dir():
        return folder
    for tool in ("apt-get", "dpkg"):
        if shutil.which(tool) is None:
            raise SystemExit(f"The music comes from Debian's packages, and there is no {tool} here.")
    downloads = CACHE / "packages" / "downloads"
    downloads.mkdir(parents=True, exist_ok=True)
    if not list(downloads.glob(package + "_*.deb")):
        print(f"Fetching {package} …", flush=True)
        subprocess.run(["apt-get", "download", "-qq", package], cwd=downloads, check=True)
    making = _fresh(folder.with_suffix(".part"))
    subprocess.run(["dpkg", "-x", next(downloads.glob(package + "_*.deb")), making], check=True)
    for archive in [*making.rglob("*.pk3"), *making.rglob("*.love")]:
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(archive.with_suffix(".d"))
    making.rename(folder)
    return folder


def _decoded(root: Path) -> Iterator[tuple[Path, Sound]]:
    for path in sorted(root.rglob("*")):
        if path.suffix.lower() not in (".ogg", ".mp3", ".flac", ".opus", ".wav") or path.is_symlink():
            continue
        try:
            yield path, decode(path.read_bytes())
        except av.error.FFmpegError as broken:
            print(f"Left out: {path.name} ({broken})")


def decode(file: bytes, rate_hz: int = RATE_HZ) -> Sound:
    """Return the sound of a file as mono int16 at a rate, shape (samples,)."""
    with av.open(io.BytesIO(file)) as container:
        resampler = av.AudioResampler("s16", "mono", rate_hz)
        parts = [out.to_ndarray()[0] for frame in container.decode(audio=0) for out in resampler.resample(frame)]
        parts += [out.to_ndarray()[0] for out in resampler.resample(None)]
    return np.concatenate(parts) if parts else np.zeros(0, np.int16)
