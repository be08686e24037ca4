"""Which uploads are held: copies of indexed music inside of other music, and music of which nothing is indexed.

`python -m bench.identification_hold [--copies 60] [--innocents 120] [--half report]`. Ten seconds of an indexed song,
altered in one of the 25 ways or at a free pitch and tempo, stand in an upload of a minute of unknown music: alone for
their ten seconds in every second one, mixed with it at 0 dB in the others. An upload is held where a match is certain
and chance is no likelier than the site's own limit; what is held is a no at the gate, and goes into no dataset.
`FULL=1`, or `--full`: 500 copies and 1,500 innocents, some hours of one core.
"""

import argparse
import multiprocessing
import os
import time
from dataclasses import dataclass

import numpy as np

from antiphon.identification.core import peaks
from antiphon.identification.core.matches import identify
from antiphon.identification.core.memory import MemoryPostings
from antiphon.identification.core.stretches import is_certain
from bench.identification import conditions
from bench.identification.conditions import CONDITIONS, Condition, resampled
from bench.identification.music import HALVES, RATE_HZ, tracks
from bench.identification.queries import UPLOAD_S, _clip, _half
from bench.identification.scoring import share
from bench.table import Row, print_table, write

HZ = 11_025
COPY_S = 10


@dataclass(frozen=True)
class Upload:
    """One upload to be made: with a copy in it, mixed or alone, or without any."""

    half: str
    number: int
    copied: bool
    seed: int

    @property
    def is_mixed(self) -> bool:
        return self.number % 2 == 1


@dataclass(frozen=True)
class Outcome:
    """held: by any match; rightly: by one of the track that was copied. seconds: of processor time, to compare."""

    upload: Upload
    condition: str
    held: bool
    rightly: bool
    seconds: float


_INDEX: list[tuple[list[str], MemoryPostings]] = []  # before the fork, so that every worker has it


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=list(HALVES), default="report")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--copies", type=int, default=60)
    parser.add_argument("--innocents", type=int, default=120)
    parser.add_argument("--full", action="store_true", default=bool(os.environ.get("FULL")))
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    asked = parser.parse_args()
    copies, innocents = (500, 1500) if asked.full else (asked.copies, asked.innocents)
    music = tracks(HALVES[asked.half].indexed)
    kept = [
        peaks.stored(peaks.listen(resampled(track.sound().astype(np.float32) / 32768, RATE_HZ, HZ))) for track in music
    ]
    _INDEX.append(([track.name for track in music], MemoryPostings(kept)))
    wanted = [Upload(asked.half, number, True, asked.seed) for number in range(copies)]
    wanted += [Upload(asked.half, number, False, asked.seed) for number in range(innocents)]
    print(f"{len(music)} songs indexed; comparing {len(wanted)} uploads of {UPLOAD_S} s …", flush=True)
    with multiprocessing.get_context("fork").Pool(asked.workers) as pool:
        outcomes = pool.map(_compared, wanted, chunksize=2)
    rows = list(_rows(outcomes))
    print_table("Identification: uploads that are held", rows)
    print(write("identification_hold", rows))


def _compared(upload: Upload) -> Outcome:
    names, postings = _INDEX[0]
    sound, condition, copied = _made(upload)
    began = time.process_time()
    found = identify(peaks.listen(sound), postings)
    seconds = time.process_time() - began
    whose = {
        names[one.track]
        for match in found
        for one in (match, *match.alternatives)
        if is_certain(one.chance, one.is_certain)
    }
    return Outcome(upload, condition, bool(whose), copied in whose, seconds)


def _made(upload: Upload) -> tuple[np.ndarray, str, str]:
    rng = np.random.default_rng([upload.seed, upload.number, int(upload.copied)])
    around = _half(upload.half).around
    sound = around.other(rng, UPLOAD_S * RATE_HZ)
    condition, name = Condition("none", "none"), ""
    if upload.copied:
        place = upload.number // 2 % (len(CONDITIONS) + 1)
        condition = CONDITIONS[place] if place < len(CONDITIONS) else conditions.free(rng)
        track, _start, clip = _clip(_half(upload.half).indexed, rng, COPY_S, condition.tempo)
        copy = condition.alter(clip, rng, around)[: COPY_S * RATE_HZ]
        at = int(rng.integers(0, len(sound) - len(copy)))
        under = sound[at : at + len(copy)]
        sound[at : at + len(copy)] = conditions.mixed(copy, under, 0.0) if upload.is_mixed and under.any() else copy
        name = track.name
    sound = sound / max(1.0, float(np.abs(sound).max()) / 0.99)
    return resampled(sound, RATE_HZ, HZ), condition.name, name


def _rows(outcomes: list[Outcome]) -> "list[Row]":
    copies = [one for one in outcomes if one.upload.copied]
    innocent = [one for one in outcomes if not one.upload.copied]
    groups = {
        "copies held": copies,
        "copies held, alone for their ten seconds": [one for one in copies if not one.upload.is_mixed],
        "copies held, under other music as loud": [one for one in copies if one.upload.is_mixed],
    }
    rows = []
    for figure, some in groups.items():
        right, low, high = share(sum(one.held for one in some), len(some))
        rows.append(Row(f"{figure} [{100 * low:.1f}-{100 * high:.1f}, n={len(some)}]", 100 * right, "%"))
    right, _low, _high = share(sum(one.rightly for one in copies), len(copies))
    rows.append(Row("copies held by the song they are of", 100 * right, "%"))
    wrong, low, high = share(sum(one.held for one in innocent), len(innocent))
    rows.append(Row(f"innocent uploads held [{100 * low:.2f}-{100 * high:.2f}, n={len(innocent)}]", 100 * wrong, "%"))
    rows.append(Row("comparing an upload of a minute", float(np.median([one.seconds for one in outcomes])), "s CPU"))
    return rows


if __name__ == "__main__":
    main()
