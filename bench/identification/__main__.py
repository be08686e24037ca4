"""`make bench-identification`: how much altered music is recognised, beside the open systems, on music not tuned on.

What was made and answered is kept in `.cache/identification`: a run that was stopped goes on from there, and only a
system whose code has changed is asked again. `--systems` asks some of them now and leaves the rest as they are.
"""

import argparse
import multiprocessing
import os
import time
from collections.abc import Callable

import numpy as np

from bench.identification import plot, report, scoring
from bench.identification.conditions import resampled
from bench.identification.kept import Answers, Asked, Indexing, key, question, truth
from bench.identification.music import HALVES, RATE_HZ, tracks
from bench.identification.peers import peers
from bench.identification.queries import Plan, Query, plans
from bench.identification.scoring import Outcome
from bench.identification.systems import HZ, Antiphon, System
from bench.table import OUT, print_table, write

# Two files of one piece of music: either is a right answer.
SAME = {"ardentryst/Music-theme1_raw": "ardentryst/Music-theme1"}
_ASKED: list[System] = []  # before the fork, so that every worker has the index


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=list(HALVES), default="report")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--positives", type=int, default=2, help="clips a condition and length")
    parser.add_argument("--negatives", type=int, default=3, help="clips of unknown music a condition and length")
    parser.add_argument("--full", action="store_true", help="20 and 55 of them: more than 4,000 negatives")
    parser.add_argument("--systems", nargs="+", help="only these, by the beginning of a name")
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    asked = parser.parse_args()
    positives, negatives = (20, 55) if asked.full else (asked.positives, asked.negatives)
    wanted = plans(asked.half, asked.seed, positives, negatives, extra=max(2, positives))
    makers = {"Antiphon": Antiphon, **peers()}
    if asked.systems:
        makers = {n: m for n, m in makers.items() if any(n.lower().startswith(s.lower()) for s in asked.systems)}
    answers = {name: answered(make(), asked.half, wanted, asked.workers) for name, make in makers.items()}
    truths = [truth(plan) for plan in wanted]
    outcomes = {name: [_outcome(true, some.of(true.plan)) for true in truths] for name, some in answers.items()}
    outcomes = {n: some if n == Antiphon.name else scoring.scaled(some) for n, some in outcomes.items()}
    rows = report.rows(outcomes, {name: some.indexing for name, some in answers.items() if some.indexing})
    print_table("Identification: recall at no more than 1 % of unknown music answered, and cost", rows)
    plot.write(OUT / "identification.svg", {name: scoring.curve(some) for name, some in outcomes.items()})
    (OUT / "identification.md").write_text(report.markdown(outcomes), encoding="utf-8")
    print(write("identification", rows))


def answered(system: System, half: str, wanted: list[Plan], workers: int) -> Answers:
    """Ask a system whatever it was not asked yet."""
    answers = Answers(half, system.name, system.mark())
    missing = answers.missing(wanted)
    if not missing and answers.indexing:
        return answers
    answers.keep_indexing(_index(system, half))
    print(f"Asking {system.name} {len(missing)} of {len(wanted)} questions …", flush=True)
    _ASKED[:] = [system]
    system.ask(
        np.random.default_rng(0).standard_normal(5 * HZ).astype(np.float32) / 8
    )  # compiled before the clock runs
    done = 0
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        for name, one in pool.imap_unordered(_ask, missing, chunksize=4):
            answers.keep(name, one)
            done += 1
            if done % 500 == 0:
                print(f"  {done}", flush=True)
    return answers


def _index(system: System, half: str) -> Indexing:
    music = tracks(HALVES[half].indexed)
    spent = seconds = 0.0

    def clocked(act: Callable[[], float | None]) -> float:
        nonlocal spent
        began = time.process_time()
        result = act()
        spent += time.process_time() - began
        return result or 0.0

    for track in music:
        sound = resampled(track.sound().astype(np.float32) / 32768, RATE_HZ, HZ)
        seconds += len(sound) / HZ
        clocked(lambda name=track.name, sound=sound: system.add(name, sound))
    size = clocked(system.close)
    return Indexing(len(music), seconds / 60, size, seconds / spent)


def _ask(plan: Plan) -> tuple[str, Asked]:
    query = question(plan)
    began = time.process_time()
    answer = _ASKED[0].ask(query.sound)
    return key(plan), Asked(answer, time.process_time() - began)


def _outcome(query: Query, asked: Asked) -> Outcome:
    answer = asked.answer
    named, true = answer.track or "", query.track or ""
    right = query.track is not None and SAME.get(named, named) == SAME.get(true, true)
    off = abs(answer.start_s - (query.start_s - query.tempo * query.at_s)) if right else float("nan")
    counts = query.group not in report.BEYOND
    return Outcome(
        query.group, query.plan.seconds, query.track is not None, counts, answer.score, right, off, asked.cpu_s
    )


if __name__ == "__main__":
    main()
