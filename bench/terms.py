"""What it costs to change terms: comparing two long texts, reading the page, and telling everybody.

Run: `python -m bench.terms`. The peer of comparing is `difflib` by words, which reads like word salad.
"""

import difflib
import random
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from bench.crowd import open_site
from bench.table import Row, print_table, write

WORDS, PEOPLE = 10_000, 20_000


def text(seed: int, changed: float) -> str:
    """A text of ten thousand words in fifty clauses; a part of its words is others."""
    dice, other = random.Random(1), random.Random(seed)
    lexicon = [f"word{n}" for n in range(900)]
    clauses = []
    for number in range(50):
        words = [dice.choice(lexicon) for _ in range(WORDS // 50)]
        said = [other.choice(lexicon) if other.random() < changed else word for word in words]
        lines = [" ".join(said[start : start + 20]).capitalize() + "." for start in range(0, len(said), 20)]
        clauses.append(f"## Clause {number} {{#c{number}}}\n\n" + "\n\n".join(lines))
    return "\n\n".join(clauses) + "\n"


def cpu_ms(verb: Callable[[], object], times: int = 5) -> float:
    """Processor time of one call, the best of a few."""
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        verb()
        best = min(best, time.process_time() - start)
    return best * 1000


def comparing() -> list[Row]:
    from antiphon.terms.core.clauses import read
    from antiphon.terms.core.comparing import compare

    old, new = read(text(1, 0.0)), read(text(2, 0.05))
    ours = cpu_ms(lambda: compare(old, new))
    words = [[word for one in document.clauses for word in one.words.split()] for document in (old, new)]
    peer = cpu_ms(lambda: list(difflib.SequenceMatcher(None, *words, autojunk=False).get_opcodes()), 2)
    reading = cpu_ms(lambda: read(text(2, 0.05)))
    return [
        Row("compare_10k_words_ms", ours, "ms CPU", "difflib by word", peer),
        Row("read_10k_words_ms", reading, "ms CPU"),
    ]


def telling() -> list[Row]:
    """Twenty thousand people are told of a version; how long it takes to queue their letters."""
    import resource

    from django.test import Client
    from django.test.utils import setup_test_environment

    from antiphon.accounts import service as accounts
    from antiphon.kernel import clock
    from antiphon.ledger import service as ledger
    from antiphon.terms import service as terms

    setup_test_environment()
    ledger.publish()
    client = Client()
    page = cpu_ms(lambda: client.get("/terms"), 20)
    accounts.User.objects.bulk_create(
        [accounts.User(email=f"n{n}@example.org", is_active=True) for n in range(PEOPLE)], batch_size=1000
    )
    words = terms.current().text + "\n## Rain {#rain}\nIt rains.\n"
    row = terms.publish(terms.Draft(words, "It rains.", clock.now() + timedelta(days=31), "Mo"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, wall = time.process_time(), time.perf_counter()
    told = terms.tell(row.pk, lambda: True)
    spent, passed = time.process_time() - start, time.perf_counter() - wall
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return [
        Row("terms_page_ms", page, "ms CPU"),
        Row("queue_100k_notices_s", spent / told * 100_000, "s CPU, worked out"),
        Row("queue_100k_notices_wall_s", passed / told * 100_000, "s, worked out"),
        Row("queue_memory_mib", grown, f"MiB more for {told:,}"),
    ]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="antiphon-bench-terms-") as folder:
        open_site(Path(folder))
        rows = comparing() + telling()
    print_table("Terms", rows)
    write("terms", rows)


if __name__ == "__main__":
    main()
