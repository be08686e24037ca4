"""Mutated files against the real limited process: `python -m tests.soak.fuzz_audio --mutants 1000`.

For each container, seeds are damaged in seven ways (bits, noise, cuts, sizes, doubled pieces, foreign pieces, tags)
and every mutant goes through the first pass in a child of its own, with limits of its own, as a worker would do it:
one process a file, because a child that has met a bad file may not be trusted with the next. Several run at once.
A mutant may succeed or be refused in words. A child that crashed is counted and named; the run fails when one hangs,
when the parent meets anything but a `Failure`, or when the parent's memory grows.
"""

import argparse
import concurrent.futures
import os
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from antiphon.audio import sandbox
from antiphon.audio.core.failures import Failure
from antiphon.audio.core.limits import MIB, Limits
from tests import sounds

CONTAINERS = {
    "wav": ("plain.wav", "floating.wav", "surround.wav", "large.wav"),
    "aiff": ("plain.aiff", "little.aifc"),
    "flac": ("plain.flac",),
    "mp3": ("plain.mp3",),
    "mp4": ("plain.m4a", "lossless.m4a"),
    "aac": ("plain.aac",),
    "vorbis": ("plain.ogg",),
    "opus": ("plain.opus",),
}
LIMITS = Limits(max_seconds=600, memory_bytes=768 * MIB, cpu_seconds=20, output_bytes=64 * MIB)
HANG_S = 120.0
Mutation = Callable[[bytearray, random.Random, bytes], bytearray]


def _bits(data: bytearray, dice: random.Random, other: bytes) -> bytearray:
    for _ in range(dice.choice((1, 4, 30, 300))):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return data


def _noise(data: bytearray, dice: random.Random, other: bytes) -> bytearray:
    at, length = dice.randrange(len(data)), dice.choice((16, 256, 4096))
    data[at : at + length] = dice.randbytes(min(length, len(data) - at))
    return data


def _cut(data: bytearray, dice: random.Random, other: bytes) -> bytearray:
    return data[: dice.randrange(len(data))]


def _sizes(data: bytearray, dice: random.Random, other: bytes) -> bytearray:
    """Overwrite four bytes of the head, where lengths and counts are, with the numbers that break parsers."""
    for _ in range(dice.choice((1, 2, 5))):
        at = dice.randrange(min(len(data), 600))
        value = dice.choice((0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, dice.getrandbits(32)))
        data[at : at + 4] = value.to_bytes(4, dice.choice(("big", "little")))
    return data


def _double(data: bytearray, dice: random.Random, other: bytes) -> bytearray:
    start = dice.randrange(len(data))
    piece = data[start : start + dice.choice((64, 1024, 16_384))]
    at = dice.randrange(len(data))
    return data[:at] + piece * dice.choice((1, 3)) + data[at:]


def _splice(data: bytearray, dice: random.Random, other: bytes) -> bytearray:
    at = dice.randrange(len(data))
    return data[:at] + bytearray(other[dice.randrange(len(other)) :])


def _tagged(data: bytearray, dice: random.Random, other: bytes) -> bytearray:
    """Put a tag of nonsense in front."""
    body = dice.randbytes(dice.choice((20, 2000, 60_000)))
    size = dice.choice((len(body), 2 * len(body), 0x0FFFFFFF))
    packed = bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127])
    return bytearray(b"ID3\x04\x00" + bytes([dice.getrandbits(8)]) + packed + body) + data


MUTATIONS: tuple[Mutation, ...] = (_bits, _noise, _cut, _sizes, _double, _splice, _tagged)


@dataclass
class Tally:
    """What became of one container's mutants."""

    ends: Counter[str] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    slowest_s: float = 0.0

    def add(self, name: str, end: str, took_s: float) -> None:
        self.ends["read" if end == "read" else "refused"] += 1
        self.slowest_s = max(self.slowest_s, took_s)
        if end in ("crashed", "out-of-memory", "took-too-long"):
            self.crashes.append(f"{name}: {end}")
        if took_s > HANG_S:
            self.faults.append(f"{name}: hung for {took_s:.0f} s")


def mutant(seed: bytes, number: int, container: str, other: bytes) -> bytes:
    """Return the mutant of that number: the same every time, on every machine."""
    dice = random.Random(f"{container}:{number}")
    data = bytearray(seed)
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        data = dice.choice(MUTATIONS)(data, dice, other) or bytearray(b"\0")
    return bytes(data)


def ingest(data: bytes) -> tuple[str, float]:
    """Run one file as a worker would; return how it ended and after how long."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        folder = Path(name)
        path = folder / "mutant"
        path.write_bytes(data)
        (folder / "out").mkdir()
        try:
            sandbox.run("first_pass", path, folder / "out", LIMITS)
            end = "read"
        except Failure as failure:
            end = failure.code
    return end, time.monotonic() - began


def run(container: str, mutants: int, workers: int, seeds: Path) -> Tally:
    """Send so many mutants of one container through the limited process."""
    names = CONTAINERS[container]
    whole = [sounds.make(seeds, name).read_bytes() for name in names]
    strangers = [sounds.make(seeds, group[0]).read_bytes() for kind, group in CONTAINERS.items() if kind != container]

    def one(number: int) -> tuple[str, float]:
        return ingest(mutant(whole[number % len(whole)], number, container, strangers[number % len(strangers)]))

    tally = Tally()
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        waiting = {pool.submit(one, number): f"{container} {number}" for number in range(mutants)}
        for done in concurrent.futures.as_completed(waiting):
            try:
                end, took_s = done.result()
            except Exception as error:  # noqa: BLE001  (the very thing that is looked for)
                tally.faults.append(f"{waiting[done]}: {error!r}")
                continue
            tally.add(waiting[done], end, took_s)
    return tally


def memory_kib() -> int:
    """Return this process's highest resident memory so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "linux" else peak // 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--mutants", type=int, default=1000, help="how many for each container")
    parser.add_argument("--containers", nargs="*", default=list(CONTAINERS), choices=list(CONTAINERS))
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    faults: list[str] = []
    print(f"{'container':10} {'read':>6} {'refused':>8} {'crashed child':>14} {'slowest s':>10} {'parent MiB':>11}")
    with tempfile.TemporaryDirectory(prefix="fuzz-seeds-") as seeds:
        run(options.containers[0], 4, options.workers, Path(seeds))  # so that growth is measured from a warm start
        before = memory_kib()
        for container in options.containers:
            tally = run(container, options.mutants, options.workers, Path(seeds))
            faults += tally.faults
            print(
                f"{container:10} {tally.ends['read']:6} {tally.ends['refused']:8} {len(tally.crashes):14} "
                f"{tally.slowest_s:10.1f} {memory_kib() / 1024:11.0f}",
                flush=True,
            )
            for line in tally.crashes[:10]:
                print(f"    {line}")
    grown = (memory_kib() - before) / 1024
    if grown > 64:
        faults.append(f"this process grew by {grown:.0f} MiB")
    for fault in faults:
        print(f"FAULT {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
