"""What it costs to know who knocks: a verdict on a known agent and on a browser, beside a search for each name in turn.

Run: `python -m bench.guard`. The peer is what most blocklists do: `re.search` of each name as a whole word, one after
the other, compiled before. Figures are the best of five rounds.
"""

import re
import time
import tracemalloc
from collections.abc import Callable
from functools import partial

from antiphon.declarations.data import ai_agents
from antiphon.guard.core.agents import Agent, Roll, Strictness, agents_of
from antiphon.guard.core.ahead import Ahead, Lead, Taker
from antiphon.guard.core.pace import Limits, Pace, Visit
from antiphon.guard.core.verdict import judge
from antiphon.guard.data import operators
from bench.table import Row, print_table, write

ROUNDS, TIMES = 5, 2000
PEER = "re.search of each name"
GPTBOT = b"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)"
BROWSER = b"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36"
LONG = b"Mozilla/5.0 " + b"compatible; " * 90_000  # a megabyte


def us(verb: Callable[[], object], times: int = TIMES) -> float:
    """Processor time of one call, in microseconds."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(times):
            verb()
        best = min(best, time.process_time() - start)
    return best / times * 1e6


def budget_rows() -> list[Row]:
    """What asking the budgets costs, and what a million visitors of one day take in memory."""
    pace, ahead = Pace(Limits()), Ahead(Lead())
    took = iter(range(10**9))
    each = us(lambda: pace.ask(Visit(n := next(took), n // 50 + 1, 1.0, n + 1), n * 0.086))
    held = pace.bytes_held + ahead.bytes_held
    plain: dict[int, list[float]] = {}
    tracemalloc.start()
    for n in range(100_000):
        plain.setdefault(n, []).append(float(n))
    theirs = tracemalloc.get_traced_memory()[0] * 10
    tracemalloc.stop()
    begun = time.process_time()
    for n in range(1_000_000):
        visitor, network = hash((n, 1)), hash((n // 50, 2))
        pace.ask(Visit(visitor, network, 1.0, n + 1), n * 0.0864)
        ahead.wait_s(Taker(visitor, network), 64.0, n * 0.0864)
    assert pace.bytes_held + ahead.bytes_held == held
    million = (time.process_time() - begun) * 1e6 / 1_000_000
    return [
        Row("budgets, one request of somebody new", each, "µs CPU, less is better"),
        *piece_rows(),
        Row("budgets and a piece, each of a million visitors", million, "µs CPU, less is better"),
        Row(
            "memory for a million visitors",
            held / 1e6,
            "MB, less is better",
            "a list a visitor in a dict",
            theirs / 1e6,
        ),
        Row("memory for one visitor", pace.visitors.bytes_each + ahead.visitors.bytes_each, "bytes"),
    ]


def piece_rows() -> list[Row]:
    """What each 64 kB of sound costs on its way out: it may go, or it waits."""
    calm, pressed = Ahead(Lead()), Ahead(Lead())
    pressed.site_kb = pressed.room_kb * 1e6
    second = iter(range(10**9))
    plain, passed, dry = Taker(1, 2), Taker(1, 2, has_passed=True), Taker(3, 4)
    unit = "µs CPU, less is better"
    return [
        Row("a piece of sound that goes out", us(lambda: calm.wait_s(plain, 64.0, next(second) * 3.0)), unit),
        Row("the same under pressure", us(lambda: pressed.wait_s(passed, 64.0, next(second) * 3.0)), unit),
        Row("a piece that waits, asked once a second", us(lambda: pressed.wait_s(dry, 1e9, 1e9)), unit),
        Row("a report of what was heard", us(lambda: pressed.heard(1, 15_000, 1e9)), unit),
    ]


def main() -> None:
    agents = agents_of(ai_agents(), operators())
    roll = Roll(agents)
    patterns = [
        (re.compile(rf"\b{re.escape(one.name)}\b", re.IGNORECASE), one)
        for one in sorted(agents, key=lambda one: one.name.lower())
    ]

    def naive(said: bytes) -> Agent | None:
        text = said.decode("latin-1")
        return next((one for pattern, one in patterns if pattern.search(text)), None)

    def verdict(find: Callable[[bytes], Agent | None], said: bytes) -> object:
        return judge(find(said), "/ada-quill/slow-harbour", Strictness.TRAINING)

    rows = []
    for name, said, times in (("a known agent", GPTBOT, TIMES), ("a browser", BROWSER, TIMES), ("a megabyte", LONG, 3)):
        ours = us(partial(verdict, roll._of, said), max(times, 200))
        theirs = us(partial(verdict, naive, said), times)
        rows.append(Row(f"verdict on {name}, never seen before", ours, "µs CPU, less is better", PEER, theirs))
    seen = us(lambda: verdict(roll.of, GPTBOT))
    rows.append(Row("verdict on a known agent, seen before", seen, "µs CPU, less is better"))
    rows += budget_rows()
    print_table("Who knocks", rows)
    write("guard", rows)


if __name__ == "__main__":
    main()
