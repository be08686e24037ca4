"""What pages cost on a site that is used: 2,000 creators, 50,000 tracks, 5 million plays, 500,000 follows.

Run: `python -m bench.community`. In process, as `bench.pages` does, beside the barest Django page; where `BENCH_PG`
names a server (postgresql://…), beside the same on PostgreSQL, whose own process there is counted in. The feed is asked
for by somebody who follows everybody, by somebody who follows ten, and (the worst case) by somebody who follows three
hundred that have been quiet for years; then on a page far down. With `BENCH_SMALL=1` the site is a tenth of that.
"""

import os
import random
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench import audience, crowd, postgresql, search
from bench.pages import OURS, PEER, cpu_ms, queries, signed_in
from bench.table import Row, print_table, write

CPU = "ms CPU"


@dataclass(frozen=True)
class _Site:
    """What is asked for: addresses, and the cookies of people."""

    tracks: list[str]
    faces: list[str]
    everybody: str  # follows all, is signed in
    ten: str
    quiet: str
    owner: str  # of the track that is heard most
    heard_most: int


def _sizes() -> dict[str, int]:
    tenth = 10 if os.environ.get("BENCH_SMALL") else 1
    whole = {"creators": 2_000, "tracks": 50_000, "plays": audience.PLAYS, "follows": audience.FOLLOWS}
    return {name: size // tenth for name, size in whole.items()}


def _site(made: crowd.Crowd) -> _Site:
    step = max(1, len(made.track_addresses) // 280)
    everybody, ten, quiet, owner = (signed_in(made.user_ids[n]) for n in (-1, -2, -3, 0))
    faces = [f"/{slug}" for slug in made.profile_slugs[:280]]
    return _Site(made.track_addresses[::step], faces, everybody, ten, quiet, owner, made.track_ids[0])


def pages(site: _Site) -> dict[str, tuple[list[str], str, str]]:
    """Return what is measured: addresses, cookies and the root of the addresses."""
    far = f"/feed?before={_micros(crowd.FIRST_DAY + timedelta(days=300))}-2000000000"
    return {
        "home, signed out": (["/"], "", OURS),
        "home, signed in": (["/"], site.everybody, OURS),
        "feed, follows all": (["/feed"], site.everybody, OURS),
        "feed, follows all, far down": ([far], site.everybody, OURS),
        "feed, follows 10": (["/feed"], site.ten, OURS),
        "feed, follows 300 quiet ones": (["/feed"], site.quiet, OURS),
        "profile page, signed out": (site.faces, "", OURS),
        "profile page, signed in": (site.faces, site.everybody, OURS),
        "track page, signed out": (site.tracks, "", OURS),
        "track page, signed in": (site.tracks, site.everybody, OURS),
        "notices": (["/notices"], site.everybody, OURS),
        "likes": (["/likes"], site.everybody, OURS),
        "stats of the track heard most": ([f"/studio/stats/{site.heard_most}"], site.owner, OURS),
        "stats of a creator": (["/studio/stats"], site.owner, OURS),
    }


def spent_s() -> float:
    """Return how long this process, and the database's own for this connection, have worked."""
    return time.process_time() + postgresql.server_s()


def measure() -> list[Row]:
    """Build the whole site in the database that Django is set up for, and measure it."""
    began = time.perf_counter()
    site = _site(audience.build_community(**_sizes()))
    rows = [Row("making all of it", time.perf_counter() - began, "s")]
    from antiphon.site.wsgi import application

    asked = pages(site)
    spent = cpu_ms(application, {**asked, PEER: (site.tracks, "", "bench.bare")}, clock=spent_s)
    for figure, (paths, cookies, _) in asked.items():
        rows.append(Row(figure, spent[figure], CPU, PEER, spent[PEER]))
        rows.append(Row(f"{figure}: queries", queries(application, paths[1 % len(paths)], cookies), "queries"))
    return [*rows, Row(PEER, spent[PEER], CPU), *_search()]


def _search() -> list[Row]:
    """Searches of every sort that `bench.search` has, by what they cost."""
    from antiphon.accounts.models import Profile
    from antiphon.catalogue import service as catalogue
    from antiphon.catalogue.models import Track

    titles = list(Track.objects.order_by("pk").values_list("title", flat=True))
    names = list(Profile.objects.order_by("pk").values_list("name", flat=True))
    worst, taken = 0.0, []
    for sort in search.sorts(titles, names, random.Random(11)):
        filters = catalogue.Filters(**sort.filters)
        some = search.timed_ms(
            lambda words, filters=filters: catalogue.search(None, words, filters=filters), sort.words, spent_s
        )
        worst, taken = max(worst, search.percentile(some, 0.95)), taken + some
    return [
        Row("search: p50", search.percentile(taken, 0.5), CPU),
        Row("search: p95", search.percentile(taken, 0.95), CPU),
        Row("search: p95 of the dearest sort", worst, CPU),
    ]


def _beside(rows: list[Row], others: list[Row]) -> list[Row]:
    """Lay what was measured on PostgreSQL beside what was measured on SQLite."""
    return [replace(row, peer="on PostgreSQL", peer_value=other.value) for row, other in zip(rows, others, strict=True)]


def main() -> None:
    if there := postgresql.folder_asked_for():
        crowd.open_site(there)
        postgresql.hand_over(measure())
        return
    os.environ.pop("ANTIPHON_DATABASE_URL", None)
    with tempfile.TemporaryDirectory(prefix="antiphon-bench-") as folder:
        crowd.open_site(Path(folder))
        rows = measure()
    if server := os.environ.get("BENCH_PG"):
        rows = _beside(rows, postgresql.rows_of("bench.community", server))
    print_table("pages of a community: " + ", ".join(f"{size:,} {name}" for name, size in _sizes().items()), rows)
    write("community", rows)


def _micros(at: Any) -> int:
    return int(at.timestamp() * 1_000_000)


if __name__ == "__main__":
    main()
