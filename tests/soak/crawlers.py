"""Crawlers beside a thousand listeners, at a live site of 96 GB of sound: how much each of them gets.

A training agent that obeys robots.txt and one that does not; one that lies about its name; one that walks the catalogue
in order; and three harvesters at two hundred addresses each, behind a proxy that is trusted: with a new cookie for each
request, with one for each address, and one that says of everything that it was heard. Budgets are the default ones.
Beside them listen people at home, with telephones that change networks twice in a track, at a school whose pupils all
begin within a minute behind one address, behind one exit of a VPN, with a screen reader, and without script.

Fails when a declared agent got any sound, when a harvester that hears nothing got more than a hundredth of the bytes,
when more than one in a thousand listeners saw a challenge or one was refused, or when they met with silence. Who
pretends to listen gets what listening gets in that time: that is printed, and is no failure.
"""

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import Any

from antiphon.guard.core.ahead import Ahead
from tests.soak.door_site import DoorSite, running
from tests.soak.harvests import GPTBOT, NETWORKS, naive, obey, one, patient, pretend
from tests.soak.lines import FIREFOX, Got, ended
from tests.soak.sessions import BYTES_PER_S, HOME, KINDS, Session, Track, begins_s, kind_of

CATALOGUE_BYTES = 96_000_000_000
OBEYS, DECLARED, LIES, WALKS = "obeys robots.txt", "declared, goes on", "lies", "walks in order"
NAIVE, PATIENT, PRETENDS = "200 networks, new cookies", "200 networks, patient", "200 networks, pretend"
ONE_GETS_BYTES = 150_000_000  # one visitor: the lead, and more than what goes out in time within a run
MOST_SILENCE = 0.001  # of all that was listened to


def build(site: DoorSite, tracks: int) -> list[Track]:
    """Make a catalogue whose files take no room on disk."""
    from bench import crowd

    from antiphon.audio.models import Rendition
    from antiphon.catalogue.models import Recording
    from antiphon.catalogue.models import Track as Row

    made, size = crowd.build(tracks, tracks // 25, full_waveforms=0), CATALOGUE_BYTES // tracks
    Rendition.objects.update(size_bytes=size)
    Recording.objects.update(duration_ms=size * 1000 // BYTES_PER_S)
    recordings = dict(Row.objects.values_list("pk", "recording_id"))
    for number in recordings.values():
        folder = site.folder / "files" / "renditions" / str(number)
        folder.mkdir(parents=True)
        with (folder / "aac160.mp4").open("wb") as file:
            file.truncate(size)
    return [Track(pk, page, recordings[pk]) for pk, page in zip(made.track_ids, made.track_addresses, strict=True)]


async def run(site: DoorSite, tracks: list[Track], seconds: float, sessions: int, listens_s: float) -> dict[str, Got]:
    names = (OBEYS, DECLARED, LIES, WALKS, NAIVE, PATIENT, PRETENDS, HOME, *dict.fromkeys(KINDS))
    got, port = {name: Got(name) for name in names}, site.port
    dice = random.Random(3)
    shuffled = [dice.sample(tracks, len(tracks)) for _ in range(4)]

    def in_turn(part: int) -> Any:
        numbers = count()
        return lambda: shuffled[part][next(numbers) % len(tracks)]

    turns = [in_turn(part) for part in range(3)]
    crawlers = [
        obey(port, got[OBEYS], tracks),
        one(port, got[DECLARED], "20.1.0.9", tracks, GPTBOT),
        one(port, got[LIES], "20.2.0.9", shuffled[3], FIREFOX),
        one(port, got[WALKS], "20.3.0.9", tracks, FIREFOX, every_s=0.2),
        *(naive(port, got[NAIVE], n, turns[0]) for n in range(NETWORKS)),
        *(patient(port, got[PATIENT], n, turns[1]) for n in range(NETWORKS)),
        *(pretend(port, got[PRETENDS], n, turns[2]) for n in range(NETWORKS)),
    ]
    tasks = [asyncio.create_task(crawler) for crawler in crawlers]

    async def listen(number: int) -> None:
        luck = random.Random(number)
        await asyncio.sleep(begins_s(number, seconds, listens_s, luck))
        await Session(port, got[kind_of(number)], number, luck.choice(tracks), listens_s).live()

    until = time.monotonic() + seconds
    await asyncio.gather(*(listen(number) for number in range(sessions)))
    await asyncio.sleep(max(0.0, until - time.monotonic()))
    for task in tasks:
        if task.done() and task.exception() is not None:
            raise RuntimeError("a crawler broke") from task.exception()
    await ended(*tasks)
    return got


def show_crawlers(got: dict[str, Got]) -> None:
    print(f"{'who':27} {'asked':>7} {'tracks':>7} {'>1 MB':>6} {'MB':>8} {'of all sound':>12}  answers")
    for name in (OBEYS, DECLARED, LIES, WALKS, NAIVE, PATIENT, PRETENDS):
        one_got = got[name]
        asked = sum(one_got.statuses.values())
        share = one_got.size / CATALOGUE_BYTES
        print(
            f"{name:27} {asked:7,} {len(one_got.tracks):7,} {one_got.whole:6,} {one_got.size / 1e6:8.1f} {share:12.3%}"
            f"  {dict(sorted(one_got.statuses.items()))}"
        )


def show_bounds(got: dict[str, Got], seconds: float) -> bool:
    """Say what all who hear nothing may get at most, and got; tell whether that holds."""
    from antiphon.guard.service.taking import lead

    accounts = Ahead(lead(), visitors=8, networks=8)
    accounts.catalogue_kb = CATALOGUE_BYTES / 1024
    most = accounts.most_unheard_kb(2 * NETWORKS + 2, seconds) * 1024
    took = sum(got[name].size for name in (NAIVE, PATIENT, LIES, WALKS))
    heard = NETWORKS * seconds * BYTES_PER_S
    print(f"All who hear nothing: {took / 1e6:,.0f} MB, by the formula at most {most / 1e6:,.0f} MB.")
    times = got[PRETENDS].size / heard
    print(f"Who pretends got {times:.2f} times the {heard / 1e6:,.0f} MB that {NETWORKS} people hear.")
    return took <= most


def show_listeners(got: dict[str, Got]) -> None:
    print(f"{'listeners':15} {'sessions':>8} {'challenged':>10} {'refused':>8} {'silence, s':>10} {'longest':>8}"
          f" {'begins after, s':>15} {'at most':>8} {'answers, ms':>12} {'p95':>6}")  # fmt: skip
    for kind in (HOME, *dict.fromkeys(KINDS)):
        one_got = got[kind]
        took, waited = sorted(one_got.took_ms) or [0.0], one_got.waited_s or [0.0]
        print(
            f"{kind:15} {one_got.sessions:8,} {len(one_got.challenged):10} {len(one_got.refused):8}"
            f" {sum(one_got.silent_s):10.1f} {max(one_got.silent_s, default=0.0):8.1f} {statistics.mean(waited):15.1f}"
            f" {max(waited):8.1f} {statistics.median(took):12.1f} {took[len(took) * 95 // 100]:6.0f}"
        )
        for words, times in one_got.wrong.most_common(3):
            print(f"  {times} times {words}")


def wrongs(got: dict[str, Got], seconds: float, listens_s: float) -> list[str]:
    """What does not hold."""
    people = [got[kind] for kind in (HOME, *dict.fromkeys(KINDS))]
    sessions = sum(one_got.sessions for one_got in people)
    challenged = sum(len(one_got.challenged) for one_got in people)
    silent_s = sum(sum(one_got.silent_s) for one_got in people)
    print(f"{sessions:,} sessions: {challenged} saw a challenge, {sum(len(p.refused) for p in people)} were refused;"
          f" {silent_s:.1f} s of silence in {sessions * listens_s:,.0f} s of listening")  # fmt: skip
    most = ONE_GETS_BYTES
    checks = (
        ("a declared agent got sound", got[DECLARED].size or got[OBEYS].size),
        ("a harvester got more than a hundredth", max(got[NAIVE].size, got[PATIENT].size) > CATALOGUE_BYTES / 100),
        ("networks got more than the formula says", not show_bounds(got, seconds)),
        ("somebody alone got more than one visitor may", max(got[LIES].size, got[WALKS].size) > most),
        ("listeners saw challenges", challenged > sessions / 1000),
        ("a listener was refused", any(one_got.refused for one_got in people)),
        ("listeners met with silence", silent_s > sessions * listens_s * MOST_SILENCE),
        ("a report was not taken", any(one_got.wrong for one_got in people)),
        ("an answer was an error of ours", any(s >= 500 for one_got in got.values() for s in one_got.statuses)),
    )
    return [words for words, is_wrong in checks if is_wrong]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=420)
    parser.add_argument("--listeners", type=int, default=1000)
    parser.add_argument("--listens", type=float, default=60, help="seconds of one session")
    parser.add_argument("--tracks", type=int, default=20_000, help="of the same bytes in all")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), ANTIPHON_TRUSTED_PROXIES="127.0.0.1") as site:
        tracks = build(site, args.tracks)
        site.kill_and_start_again()  # it weighs the catalogue as it starts
        got = asyncio.run(run(site, tracks, args.seconds, args.listeners, args.listens))
        print(f"{args.tracks:,} tracks, {CATALOGUE_BYTES / 1e9:.0f} GB, {args.seconds:.0f} s")
        show_crawlers(got)
        show_listeners(got)
        wrong = wrongs(got, args.seconds, args.listens)
        print(f"Server: {site.memory_mib('VmHWM'):.0f} MiB at most, {site.cpu_s():.1f} s of CPU.")
        from django.db import connections

        connections.close_all()
    print("Wrong: " + "; ".join(wrong) if wrong else "Held.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
