"""`make bench-identification`: how much altered music is recognised, beside the open systems, on music not tuned on."""

import argparse
import multiprocessing
import os
import resource
import time
from collections.abc import Iterable, Sequence

import numpy as np

from bench.identification import plot, scoring
from bench.identification.conditions import resampled
from bench.identification.music import HALVES, RATE_HZ, tracks
from bench.identification.queries import Plan, make, plans
from bench.identification.scoring import Outcome
from bench.identification.systems import HZ, Antiphon, System, peers
from bench.table import OUT, Row, print_table, write

# Two files of one piece of music: either is a right answer.
SAME = {"ardentryst/Music-theme1_raw": "ardentryst/Music-theme1"}
BEYOND = ("free pitch and tempo", "wide", "sample in an upload")
_SYSTEMS: list[System] = []  # before the fork, so that every worker has the indexes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=list(HALVES), default="report")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--positives", type=int, default=2, help="clips a condition and length")
    parser.add_argument("--negatives", type=int, default=3, help="clips of unknown music a condition and length")
    parser.add_argument("--full", action="store_true", help="20 and 55 of them: more than 4,000 negatives")
    parser.add_argument("--alone", action="store_true", help="without the other systems")
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    asked = parser.parse_args()
    positives, negatives = (20, 55) if asked.full else (asked.positives, asked.negatives)
    _SYSTEMS.extend([Antiphon(), *([] if asked.alone else peers())])
    rows = _index(asked.half)
    wanted = plans(asked.half, asked.seed, positives, negatives, extra=max(2, 2 * positives))
    print(f"Asking {len(wanted)} questions …", flush=True)
    with multiprocessing.get_context("fork").Pool(asked.workers) as pool:
        answers = pool.map(_ask_all, wanted, chunksize=4)
    columns = [[one[place] for one in answers] for place in range(len(_SYSTEMS))]
    outcomes = [columns[0], *(scoring.scaled(column) for column in columns[1:])]
    rows += [*_recalls(outcomes), *_costs(outcomes[0])]
    print_table("Identification: recall at no more than 1 % of unknown music answered, and cost", rows)
    plot.write(OUT / "identification.svg", {s.name: scoring.curve(o) for s, o in zip(_SYSTEMS, outcomes, strict=True)})
    print(write("identification", rows))


def _index(half: str) -> list[Row]:
    music = tracks(HALVES[half].indexed)
    sizes, speeds = [], []
    spent = [0.0] * len(_SYSTEMS)
    seconds = 0.0
    for track in music:
        sound = resampled(track.sound().astype(np.float32) / 32768, RATE_HZ, HZ)
        seconds += len(sound) / HZ
        for place, system in enumerate(_SYSTEMS):
            began = time.process_time()
            system.add(track.name, sound)
            spent[place] += time.process_time() - began
    for place, system in enumerate(_SYSTEMS):
        began = time.process_time()
        sizes.append(system.close())
        speeds.append(seconds / (spent[place] + time.process_time() - began))
    print(f"{len(music)} tracks, {seconds / 60:.0f} minutes, in {len(_SYSTEMS)} indexes.", flush=True)
    best = [_SYSTEMS[k].name for k in range(1, len(_SYSTEMS))]
    rows = [Row("index", sizes[0], "kB a minute"), Row("indexing, one core", speeds[0], "times real time")]
    rows += [Row(f"index of {n}", s, "kB a minute") for n, s in zip(best, sizes[1:], strict=True)]
    return rows + [Row(f"indexing by {n}", s, "times real time") for n, s in zip(best, speeds[1:], strict=True)]


def _ask_all(plan: Plan) -> list[Outcome]:
    query = make(plan)
    outcomes = []
    for system in _SYSTEMS:
        began = time.process_time()
        answer = system.ask(query.sound)
        spent = time.process_time() - began
        right = query.track is not None and SAME.get(answer.track or "", answer.track) == SAME.get(
            query.track, query.track
        )
        off = abs(answer.start_s - (query.start_s - query.tempo * query.at_s)) if right else float("nan")
        counts = query.group not in BEYOND
        outcomes.append(
            Outcome(query.group, plan.seconds, query.track is not None, counts, answer.score, right, off, spent)
        )
    return outcomes


def _recalls(outcomes: list[list[Outcome]]) -> Iterable[Row]:
    limits = [scoring.threshold(some, 0.01) for some in outcomes]
    groups = list(dict.fromkeys((one.group, one.seconds) for one in outcomes[0] if one.known))
    for group, seconds in sorted(groups, key=lambda pair: (pair[0] in BEYOND, pair)):
        yield _row(
            f"{group}, {seconds} s",
            [[one for one in some if (one.group, one.seconds) == (group, seconds)] for some in outcomes],
            limits,
        )
    for seconds in (3, 5, 10):
        yield _row(
            f"all 25 conditions, {seconds} s",
            [[one for one in some if one.counts and one.seconds == seconds] for some in outcomes],
            limits,
        )
    counted = [[one for one in some if one.counts] for some in outcomes]
    yield _row("all 25 conditions", counted, limits)
    yield _row("all, at no more than 0.25 % answered", counted, [scoring.threshold(some, 0.0025) for some in outcomes])
    yield _row("all, whatever the score", counted, [-1.0] * len(outcomes))
    yield Row("threshold at 1 %", limits[0], "score")
    yield Row("threshold at 0.25 %", scoring.threshold(outcomes[0], 0.0025), "score")
    yield Row("questions about unknown music", sum(not one.known for one in outcomes[0]), "clips")


def _row(figure: str, some: list[list[Outcome]], limits: Sequence[float]) -> Row:
    """One figure of ours with its interval, beside the best of the others."""
    shares = []
    for outcomes, limit in zip(some, limits, strict=True):
        known = [one for one in outcomes if one.known]
        shares.append(scoring.share(sum(one.right and one.score > limit for one in known), len(known)))
    ours, low, high = shares[0]
    label = f"% [{100 * low:.1f} to {100 * high:.1f}], n = {sum(one.known for one in some[0])}"
    if len(shares) == 1:
        return Row(figure, 100 * ours, label)
    best = max(range(1, len(shares)), key=lambda place: shares[place][0])
    return Row(figure, 100 * ours, label, _SYSTEMS[best].name, 100 * shares[best][0])


def _costs(ours: list[Outcome]) -> Iterable[Row]:
    off = np.array([one.off_s for one in ours if one.right and one.counts])
    yield Row("position, median error", 1000 * float(np.median(off)), "ms")
    yield Row("position within 0.5 s", 100 * float(np.mean(off < 0.5)), "%")
    for seconds in (3, 5, 10):
        for name, some in (
            ("the first pass decides", [o for o in ours if o.seconds == seconds and o.group == "clean" and o.known]),
            ("with the sweeps", [o for o in ours if o.seconds == seconds and o.counts and not o.known]),
        ):
            cpu = 1000 * float(np.median([one.cpu_s for one in some]))
            yield Row(f"a question of {seconds} s, {name}", cpu, "ms CPU, median")
    uploads = [one.cpu_s for one in ours if one.group == BEYOND[2]]
    yield Row("an upload of 60 s", 1000 * float(np.median(uploads)), "ms CPU, median")
    yield Row("memory at most", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, "MiB")


if __name__ == "__main__":
    main()
