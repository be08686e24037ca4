"""The figures of a run: each beside the best of the others, and all systems in one table with their intervals."""

from collections.abc import Iterator, Mapping

import numpy as np

from bench.identification import scoring
from bench.identification.kept import Indexing
from bench.identification.scoring import Outcome
from bench.table import Row

OURS = "Antiphon"
BEYOND = ("free pitch and tempo", "wide", "sample in an upload")
POSSIBLE, CERTAIN = 0.01, 0.0025
Outcomes = Mapping[str, list[Outcome]]


def rows(outcomes: Outcomes, indexing: Mapping[str, Indexing]) -> list[Row]:
    """Return every figure of ours, with the best of the others where there is one."""
    found = [
        row
        for name, of in indexing.items()
        for row in (
            Row(f"index of {name}", of.kb_a_minute, f"kB a minute, of {of.minutes:.0f} minutes"),
            Row(f"indexing by {name}", of.times_real_time, "times real time, one core"),
        )
    ]
    found += [_row(figure, some, outcomes, share) for figure, share, some in _figures(outcomes)]
    found += [
        Row(f"threshold of {name} at {100 * share:g} %", scoring.threshold(some, share), "score")
        for name, some in outcomes.items()
        for share in (POSSIBLE, CERTAIN)
    ]
    found.append(Row("questions about unknown music", sum(not one.known for one in _first(outcomes)), "clips"))
    for name, some in outcomes.items():
        found += _costs(name, some)
    return found


def markdown(outcomes: Outcomes) -> str:
    """Return the table of all systems: per cent of right answers and 95 % intervals, the best of each row bold."""
    names = list(outcomes)
    lines = ["| | n | " + " | ".join(names) + " |", "|---|---|" + "---|" * len(names)]
    for figure, answered, some in _figures(outcomes):
        shares = [_share(some[name], outcomes[name], answered) for name in names]
        best = max(share[0] for share in shares)
        cells = [
            f"{'**' * (p == best)}{100 * p:.1f}{'**' * (p == best)} [{100 * low:.0f}–{100 * high:.0f}]"
            for p, low, high in shares
        ]
        lines.append(f"| {figure} | {sum(one.known for one in some[names[0]])} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _figures(outcomes: Outcomes) -> Iterator[tuple[str, float, dict[str, list[Outcome]]]]:
    """Yield (what it is, share of unknown music that may be answered, the outcomes it is about)."""
    first = _first(outcomes)
    groups = list(dict.fromkeys((one.group, one.seconds) for one in first if one.known))
    order = list(dict.fromkeys(one.group for one in first))
    for group, seconds in sorted(groups, key=lambda pair: (pair[0] in BEYOND, order.index(pair[0]), pair[1])):
        some = {n: [o for o in s if (o.group, o.seconds) == (group, seconds)] for n, s in outcomes.items()}
        yield f"{group}, {seconds} s", POSSIBLE, some
    counted = {n: [o for o in s if o.counts] for n, s in outcomes.items()}
    for seconds in (3, 5, 10):
        some = {n: [o for o in s if o.seconds == seconds] for n, s in counted.items()}
        yield f"all 25 conditions, {seconds} s", POSSIBLE, some
    yield "all 25 conditions", POSSIBLE, counted
    yield "all, at no more than 0.25 % answered", CERTAIN, counted
    yield "all, whatever the score", 1.0, counted


def _share(some: list[Outcome], of_all: list[Outcome], answered: float) -> tuple[float, float, float]:
    limit = scoring.threshold(of_all, answered) if answered < 1.0 else -1.0
    known = [one for one in some if one.known]
    return scoring.share(sum(one.right and one.score > limit for one in known), len(known))


def _row(figure: str, some: dict[str, list[Outcome]], outcomes: Outcomes, answered: float) -> Row:
    shares = {name: _share(some[name], outcomes[name], answered) for name in outcomes}
    first = OURS if OURS in shares else next(iter(shares))
    ours, low, high = shares.pop(first)
    label = f"% [{100 * low:.1f} to {100 * high:.1f}], n = {sum(one.known for one in some[first])}"
    if not shares:
        return Row(figure, 100 * ours, label)
    best = max(shares, key=lambda name: shares[name][0])
    return Row(figure, 100 * ours, label, best, 100 * shares[best][0])


def _costs(name: str, some: list[Outcome]) -> Iterator[Row]:
    off = np.array([one.off_s for one in some if one.right and one.counts])
    yield Row(f"position, {name}", 1000 * float(np.median(off)), "ms off, median")
    yield Row(f"position within 0.5 s, {name}", 100 * float(np.mean(off < 0.5)), "%")
    for seconds in (3, 5, 10):
        for what, times in (
            ("clean and known", [o.cpu_s for o in some if o.seconds == seconds and o.group == "clean" and o.known]),
            ("unknown", [o.cpu_s for o in some if o.seconds == seconds and o.counts and not o.known]),
        ):
            yield Row(f"{what}, {seconds} s, {name}", 1000 * float(np.median(times)), "ms CPU, median")
    uploads = [one.cpu_s for one in some if one.group == BEYOND[2]]
    yield Row(f"an upload of 60 s, {name}", 1000 * float(np.median(uploads)), "ms CPU, median")


def _first(outcomes: Outcomes) -> list[Outcome]:
    return next(iter(outcomes.values()))
