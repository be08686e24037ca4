"""What a search takes at 50,000 tracks, 2,000 people and 2,000 sets: from words to rows, in process, in milliseconds.

Run: `python -m bench.search`; with `ANTIPHON_DATABASE_URL` on an empty PostgreSQL database, the same there. The peer is
the search of a table without an index, word by word with LIKE, as many small sites do it: it forgives no mistake and
ranks nothing. A site whose every word stands in thousands of titles is harder on an index than a real one.
"""

import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import crowd
from bench.table import Row, print_table, write

QUERIES = 40  # of each sort
PEER_QUERIES = 10
PEER = "LIKE over a folded column"


@dataclass(frozen=True)
class Sort:
    """Queries of one sort: their words, and what else is asked."""

    name: str
    words: list[str]
    filters: dict[str, Any] = field(default_factory=dict)


def sorts(titles: list[str], names: list[str], dice: random.Random) -> list[Sort]:
    """Return what people type: whole titles, halves of them, with names, and all of it with mistakes."""
    words = [dice.choice(crowd.WORDS) for _ in range(QUERIES)]
    some = dice.sample(titles, QUERIES)
    pairs = [f"{title.split()[0]} {dice.choice(crowd.WORDS)}" for title in some]
    return [
        Sort("one word", words),
        Sort("two words", pairs),
        Sort("a title", some),
        Sort("a title with its artist", [f"{a} {b}" for a, b in zip(some, dice.sample(names, QUERIES), strict=True)]),
        Sort("a person", dice.sample(names, QUERIES)),
        Sort("the first letters", [word[: dice.randrange(2, 4)] for word in words]),
        Sort("a title with a mistake", [mistaken(title, dice) for title in some]),
        Sort("a title without spaces", [title.replace(" ", "") for title in some]),
        Sort("what nobody made", [f"xyzzy {word}" for word in words]),
        Sort("one word, 2 to 6 minutes", words, {"from_s": 120, "to_s": 360}),
        Sort("one word, cc0 (there is none)", words, {"licence": "cc0"}),
        Sort("one word, cleared for suggestions", words, {"cleared": "recommend"}),
        Sort("a tag alone", [""] * 5, {"tag": crowd.WORDS[7]}),
    ]


def mistaken(text: str, dice: random.Random) -> str:
    """Return a text with two neighbours swapped in its longest word."""
    word = max(text.split(), key=len)
    at = dice.randrange(1, len(word) - 1)
    return text.replace(word, word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :], 1)


def timed_ms(
    search: Callable[[str], object], words: list[str], clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """Return what each query took, in ms, once the first one has warmed up."""
    search(words[0])
    taken = []
    for one in words:
        began = clock()
        search(one)
        taken.append((clock() - began) * 1000)
    return taken


def percentile(taken: list[float], share: float) -> float:
    return sorted(taken)[min(len(taken) - 1, round(share * (len(taken) - 1)))]


def by_like(words: str) -> object:
    """The peer: every word somewhere in the folded line beside a track, the newest first; people and sets as well."""
    from antiphon.accounts.core.names import fold
    from antiphon.accounts.models import Profile
    from antiphon.catalogue import service as catalogue

    tracks, people, sets = (
        catalogue.listenable(None),
        Profile.objects.filter(hidden_at=None),
        catalogue.visible_sets(None),
    )
    for word in fold(words).split()[:8]:
        tracks, people, sets = (rows.filter(search_text__contains=word) for rows in (tracks, people, sets))
    return list(tracks[:24]), list(people[:12]), list(sets[:12])


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="antiphon-bench-") as folder:
        crowd.open_site(Path(folder))
        began = time.perf_counter()
        crowd.build()
        from django.db import connection

        from antiphon.accounts.models import Profile
        from antiphon.catalogue import service as catalogue
        from antiphon.catalogue.models import SearchRow, Track

        print(f"{SearchRow.objects.count():,} things to be found, made in {time.perf_counter() - began:.0f} s")
        dice = random.Random(11)
        titles = list(Track.objects.values_list("title", flat=True))
        names = list(Profile.objects.values_list("name", flat=True))
        rows, ours, theirs = [], [], []
        spent_s = 0.0
        for sort in sorts(titles, names, dice):
            filters = catalogue.Filters(**sort.filters)
            began = time.process_time()
            taken = timed_ms(lambda words, filters=filters: catalogue.search(None, words, filters=filters), sort.words)
            spent_s += time.process_time() - began
            peer = [] if sort.filters else timed_ms(by_like, sort.words[:PEER_QUERIES])
            ours += taken
            theirs += peer
            for share in (0.5, 0.95):
                rows.append(
                    Row(
                        f"{sort.name}: p{share * 100:.0f}", percentile(taken, share), "ms", PEER if peer else "",
                        percentile(peer, share) if peer else None,
                    )
                )  # fmt: skip
        for share in (0.5, 0.95):
            both = (percentile(ours, share), percentile(theirs, share))
            rows.append(Row(f"all: p{share * 100:.0f}", both[0], "ms", PEER, both[1]))
        # What the figures above come to on an idle machine; PostgreSQL's own work is not in it.
        rows.append(Row("all: mean processor time in this process", spent_s / len(ours) * 1000, "ms CPU"))
        print_table(f"search, 50,000 tracks, {connection.vendor}", rows)
        write(f"search-{connection.vendor}" if connection.vendor != "sqlite" else "search", rows)


if __name__ == "__main__":
    main()
