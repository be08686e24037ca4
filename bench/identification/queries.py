"""The questions: clips of music that is indexed, and of music that is not, altered in each way; the same for a seed."""

import zlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from bench.identification import conditions
from bench.identification.conditions import CONDITIONS, Condition, Rng, Sound, Surroundings
from bench.identification.music import HALVES, RATE_HZ, Track, tracks, voices

ASKED_HZ = 11_025  # every system here listens at this rate or below
QUIET = 0.003  # a stretch whose power is less than this is no question
UPLOAD_S = 60


@dataclass(frozen=True)
class Plan:
    """How a question is to be made."""

    half: str
    kind: str  # a condition's name; "free", "wide"; "sample" for a clip inside of a longer upload
    seconds: int
    known: bool
    number: int
    seed: int

    @property
    def rng(self) -> Rng:
        words = f"{self.half}/{self.kind}/{self.seconds}/{self.known}/{self.number}"
        return np.random.default_rng([self.seed, zlib.crc32(words.encode())])


@dataclass(frozen=True)
class Query:
    """A question and its answer. `track` is None for music that is not indexed.

    sound: float32 in -1 to 1, mono, 11,025 Hz. start_s: where the clip begins in the track. tempo, pitch: by how much
    it was altered. at_s: where it begins in the question, which is 0 unless it is a sample in an upload.
    """

    plan: Plan
    group: str
    condition: str
    sound: npt.NDArray[np.float32]
    track: str | None
    start_s: float
    tempo: float
    pitch: float
    at_s: float = 0.0


def plans(half: str, seed: int, positives: int, negatives: int, *, extra: int) -> list[Plan]:
    """Return what is to be asked: so many clips a condition and length, and `extra` of each kind beyond the 25."""
    kinds = [(c.name, s, positives, negatives) for c in CONDITIONS for s in (3, 5, 10)]
    kinds += [("free", s, 4 * extra, extra) for s in (5, 10)]
    kinds += [("wide", 10, 4 * extra, extra)]
    kinds += [("sample", s, 4 * extra, 2 * extra) for s in (5, 10)]
    return [
        Plan(half, kind, seconds, known, number, seed)
        for kind, seconds, yes, no in kinds
        for known, count in ((True, yes), (False, no))
        for number in range(count)
    ]


def made(wanted: list[Plan], workers: int) -> Iterator[Query]:
    """Make the questions, in order."""
    if workers == 1:
        yield from map(make, wanted)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(make, wanted, chunksize=16)


def make(plan: Plan) -> Query:
    """Make one question: the same for the same plan, on any machine with the same packages."""
    rng = plan.rng
    condition = _condition(plan, rng)
    source = _half(plan.half).indexed if plan.known or plan.kind == "sample" else _half(plan.half).unknown
    track, start, clip = _clip(source, rng, plan.seconds, condition.tempo)
    sound = condition.alter(clip, rng, _half(plan.half).around)[: plan.seconds * RATE_HZ]
    at_s = 0.0
    if plan.kind == "sample":
        upload = _half(plan.half).around.other(rng, UPLOAD_S * RATE_HZ)
        at = int(rng.integers(0, len(upload) - len(sound)))
        if plan.known:
            under = upload[at : at + len(sound)]
            upload[at : at + len(sound)] = conditions.mixed(sound, under, 0.0) if under.any() else sound
        sound, at_s = upload, at / RATE_HZ
    asked = conditions.resampled(sound / max(1.0, float(np.abs(sound).max()) / 0.99), RATE_HZ, ASKED_HZ)
    name = track.name if plan.known else None
    return Query(
        plan, condition.group, condition.name, asked, name, start / RATE_HZ, condition.tempo, condition.pitch, at_s
    )


def _condition(plan: Plan, rng: Rng) -> Condition:
    if plan.kind == "free":
        return conditions.free(rng)
    if plan.kind == "wide":
        return conditions.wide(rng)
    if plan.kind == "sample":
        return Condition(f"sample of {plan.seconds} s", "sample in an upload")
    return next(condition for condition in CONDITIONS if condition.name == plan.kind)


@dataclass(frozen=True)
class _Sources:
    indexed: list[Track]
    unknown: list[Track]
    around: Surroundings


@lru_cache(maxsize=2)
def _half(name: str) -> _Sources:
    half = HALVES[name]
    unknown = tracks(half.unknown)

    def other(rng: Rng, length: int) -> Sound:
        return _clip(unknown, rng, length / RATE_HZ, 1.0)[2]

    speakers = [voice.astype(np.float32) / 32768 for voice in voices()]
    return _Sources(tracks(half.indexed), unknown, Surroundings(other, speakers))


def _clip(source: list[Track], rng: Rng, seconds: float, tempo: float) -> tuple[Track, int, Sound]:
    """Choose a track and a stretch of it that is long enough and not silent."""
    length = int(np.ceil(seconds * tempo * RATE_HZ)) + (0 if tempo == 1.0 else RATE_HZ // 4)
    while True:
        track = source[int(rng.integers(len(source)))]
        sound = track.sound()
        if len(sound) <= length:
            continue
        start = int(rng.integers(len(sound) - length))
        clip = sound[start : start + length].astype(np.float32) / 32768
        if float(np.sqrt(np.mean(clip**2))) > QUIET:
            return track, start, clip
