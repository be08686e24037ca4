"""What the index of fingerprints costs as it grows: size, look-ups, memory, at 1,000 to 100,000 tracks, and beyond.

`python -m bench.identification_scale [--tracks 1000 10000 100000]`. Music of Debian's packages is indexed as it is.
Around it lie as many tracks of three minutes as are asked for, whose postings are drawn from the real ones (the same
pair as often, the same triple or one beside it, anywhere), and which nothing sounds like: the index is as full as one
of music, and no match more is in it. Questions are clips of five seconds, of music that is in it and of music that is
not. Each size is asked in a process of its own. Figures are processor time of one core; what 100 million tracks would
take is computed.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from numba import njit

from antiphon.identification.core import journal, parts, peaks
from antiphon.identification.core.blocks import U64
from antiphon.identification.core.manifest import FILE, Listed, Manifest
from antiphon.identification.core.matches import identify
from antiphon.identification.core.parts import Entry
from antiphon.identification.core.prints import I64, U32, Kind, Prints
from antiphon.identification.core.search import SMALL, Search
from antiphon.identification.core.sweep import PLAIN
from antiphon.identification.engines import segments
from antiphon.identification.engines.disk import Disk
from antiphon.identification.engines.reader import Reader
from bench.identification.conditions import resampled
from bench.identification.music import HALVES, RATE_HZ, tracks
from bench.table import OUT, Row, print_table, write

F64 = npt.NDArray[np.float64]
HZ = 11_025
MADE_S = 180
MADE_FRAMES = MADE_S * HZ // 256
A_SEGMENT = 12_500  # made tracks
PIECE = 4_000_000  # postings drawn at a time
COPIES = 48  # of each triple, spread
CLIPS, CLIP_S = 24, 5
NEVER = 100_000_000
A_SHARD = 1_000_000


@dataclass(frozen=True)
class Cost:
    """What one size of the index costs. Times in ms of one core, of a five-second question."""

    tracks: int
    kb_a_minute: float
    open_ms: float
    first_ms: float
    sweep_ms: float
    wide_ms: float
    look_up_us: float
    votes: float
    beside_mb: float
    right: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tracks", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--base", type=int, default=60, help="tracks of real music")
    parser.add_argument("--ask", nargs=2, metavar=("DIR", "CLIPS"))
    args = parser.parse_args()
    if args.ask:
        print(json.dumps(asdict(ask(Path(args.ask[0]), Path(args.ask[1])))))
        return
    with tempfile.TemporaryDirectory(prefix="antiphon-scale-") as place:
        base, rows = listen(args.base)
        clips = Path(place) / "clips.npz"
        np.savez(clips, *_clips(args.base))
        costs = [_cost(Path(place), base, size, clips) for size in sorted(args.tracks)]
    for cost in costs:
        rows += _rows(cost)
    rows += beyond(costs)
    print_table("the index of fingerprints as it grows", rows)
    write("identification_scale", rows)
    plot(OUT / "identification_scale.svg", costs)


def listen(most: int) -> tuple[list[Entry], list[Row]]:
    """Index real music, and say how fast that is and what it takes."""
    entries, seconds, spent = [], 0.0, 0.0
    peaks.listen(np.zeros(5 * HZ, np.float32))  # compiled before the clock runs
    for track in tracks(HALVES["report"].indexed)[:most]:
        sound = resampled(track.sound().astype(np.float32) / 32768, RATE_HZ, HZ).astype(np.float32)
        began = time.process_time()
        entries.append(parts.entry(track.name, bytes(32), peaks.stored(peaks.listen(sound))))
        spent += time.process_time() - began
        seconds += len(sound) / HZ
    with tempfile.TemporaryDirectory() as folder:
        segments.write_entries(Disk(Path(folder)), "1.seg", entries[:1], ("pairs", "triples"))
        began = time.process_time()
        segments.write_entries(Disk(Path(folder)), "2.seg", entries, ("pairs", "triples"))
        spent += time.process_time() - began
        both = (Path(folder) / "2.seg").stat().st_size
    return entries, [
        Row("indexing", seconds / spent, "x real time, one core"),
        Row("index_with_both_tables", both / 1000 / (seconds / 60), "kB a minute"),
    ]


def _clips(most: int) -> list[npt.NDArray[np.float32]]:
    """Five seconds each: of music that is indexed, then of music that never is."""
    dice = np.random.default_rng(1)
    known, unknown = tracks(HALVES["report"].indexed)[:most], tracks(HALVES["report"].unknown)
    chosen = [known[i] for i in dice.integers(len(known), size=CLIPS)]
    chosen += [unknown[i] for i in dice.integers(len(unknown), size=CLIPS)]
    clips = []
    for track in chosen:
        sound = track.sound()
        at = int(dice.integers(0, len(sound) - CLIP_S * RATE_HZ))
        cut = sound[at : at + CLIP_S * RATE_HZ].astype(np.float32) / 32768
        clips.append(resampled(cut, RATE_HZ, HZ).astype(np.float32))
    return clips


def _cost(place: Path, base: list[Entry], size: int, clips: Path) -> Cost:
    kinds: tuple[Kind, ...] = ("pairs",) if size <= SMALL else ("triples",)
    room = 40_000 * MADE_S / 60 * size
    if shutil.disk_usage(place).free < 2 * room:
        raise SystemExit(f"{size} tracks need {2 * room / 1e9:.0f} GB of room in {place}.")
    folder = place / f"index-{size}"
    inflate(folder, base, size, kinds)
    words = [sys.executable, "-m", "bench.identification_scale", "--ask", str(folder), str(clips)]
    cost = Cost(**json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout))
    shutil.rmtree(folder)
    print(cost, flush=True)
    return cost


def inflate(folder: Path, base: list[Entry], size: int, kinds: tuple[Kind, ...]) -> None:
    """Write an index of so many tracks: the real ones, and made ones in segments beside them."""
    disk = Disk(folder)
    disk.make()
    segments.write_entries(disk, "00000001.seg", base, kinds)
    files, left = ["00000001.seg"], size - len(base)
    packed = [_as_long(one.prints) for one in base]
    dice = np.random.default_rng(size)
    spread = {kind: _spread(base, kind) for kind in kinds}
    seconds = sum(one.prints.duration_ms for one in base) / 1000
    while left > 0:
        count = min(left, A_SEGMENT)
        left -= count
        names = parts.named((f"made-{left}-{n}", bytes(32), MADE_FRAMES, MADE_S * 1000) for n in range(count))
        files.append(f"{len(files) + 1:08}.seg")
        tables = {kind: _drawn(spread[kind], seconds, count, dice) for kind in kinds}
        segments.write(disk, files[-1], names, tables, (packed[n % len(packed)] for n in range(count)))
    last = f"{len(files) + 1:08}.log"
    (folder / last).write_bytes(journal.START)
    listing = Manifest(kinds, last, tuple(Listed(file) for file in files), len(files) + 2)
    (folder / FILE).write_bytes(listing.to_bytes())


def _as_long(prints: Prints) -> bytes:
    """The prints of three minutes, of a piece that is repeated or cut."""
    length = int(prints.frame[-1]) + 20
    turns = range(-(-MADE_FRAMES // length))
    frame = np.concatenate([prints.frame + turn * length for turn in turns])
    kept = frame < MADE_FRAMES - 10
    frame = frame[kept].astype(np.uint32)
    place, strength = (np.tile(column, len(turns))[kept] for column in (prints.bin, prints.strength))
    return parts.entry("made", bytes(32), peaks.stored(Prints(frame, place, strength, MADE_S * 1000))).packed


def _drawn(spread: tuple[U32, F64], seconds: float, count: int, dice: np.random.Generator) -> Iterator[U64]:
    """Postings of made tracks: hashes as often as in real ones or beside them, anywhere. Ascending, in pieces."""
    hashed, often = spread
    share = often * (count * MADE_S / seconds)
    span = np.uint64(parts.span_of(np.full(count, MADE_FRAMES, np.uint32)))
    steps = np.searchsorted(np.cumsum(share), np.arange(PIECE, share.sum(), PIECE))
    for some, shares in zip(np.split(hashed, steps), np.split(share, steps), strict=True):
        yield _keys(some, dice.poisson(shares).astype(np.int64), span, count, int(dice.integers(1 << 31)))


def _spread(base: list[Entry], kind: Kind) -> tuple[U32, F64]:
    """How often each hash occurs: as in the real tracks for pairs, each of which has been seen many times over.

    There are a thousand times as many triples. An hour of music holds few of those of a large catalogue, and would put
    all occurrences into cells that the question hits and leave their neighbours empty: each is spread over as many
    copies, moved by a step or two.
    """
    hashed = np.concatenate([parts.HASHES[kind](one.prints)[0] for one in base])
    if kind == "pairs":
        unique, often = np.unique(hashed, return_counts=True)
        return unique, often.astype(np.float64)
    unique, often = np.unique(_moved(np.repeat(hashed, COPIES)), return_counts=True)
    return unique, often / COPIES


@njit(cache=True)
def _moved(hashed: U32) -> U32:
    np.random.seed(1)
    for i in range(len(hashed)):
        moved = 0
        for shift, steps in ((24, 1), (18, 2), (12, 2), (6, 2), (0, 2)):
            part = ((hashed[i] >> shift) & 63) + np.random.randint(-steps, steps + 1)
            moved |= min(max(part, 0), 63) << shift
        hashed[i] = moved
    return hashed


@njit(cache=True)
def _keys(hashed: U32, often: I64, span: np.uint64, count: int, seed: int) -> U64:
    np.random.seed(seed)
    keys = np.empty(often.sum(), np.uint64)
    slots = (MADE_FRAMES + 1023) // 1024 * 1024
    at = 0
    for i in range(len(hashed)):
        start = np.uint64(hashed[i]) * span
        for k in range(often[i]):
            position = np.random.randint(0, count) * slots + np.random.randint(0, MADE_FRAMES)
            keys[at + k] = start + np.uint64(position)
        keys[at : at + often[i]].sort()
        at += often[i]
    return keys


def ask(folder: Path, clips: Path) -> Cost:
    """Ask an index every question, in this process, and say what it took."""
    with np.load(clips) as kept:
        sounds = [kept[name] for name in kept.files]
    asked = [peaks.listen(sound) for sound in sounds]
    began = time.process_time()
    reader = Reader(folder)
    view = reader.view()
    opened = time.process_time() - began
    # What the pages that nobody has read yet take to be compared is paid once, and is not counted.
    for clip in asked:
        identify(clip, view)
    before = _anonymous_mb()
    first, sweep, wide, right = [], [], [], 0
    for sound in sounds[:CLIPS]:
        began = time.process_time()
        found = identify(peaks.listen(sound), view)
        first.append(time.process_time() - began)
        right += bool(found) and not view.kept(found[0].track).name.startswith("made")
    for clip, sound in zip(asked[CLIPS:], sounds[CLIPS:], strict=True):
        began = time.process_time()
        peaks.listen(sound)
        heard = time.process_time() - began
        for times, is_wide in ((sweep, False), (wide, True)):
            began = time.process_time()
            identify(clip, view, wide=is_wide)
            times.append(time.process_time() - began + heard)
    look_up_us, votes = _look_ups(view, asked)
    size = sum(segment.size_bytes for segment in reader.segments)
    minutes = sum(int(segment.part.names.duration_ms.sum()) for segment in reader.segments) / 60_000
    return Cost(
        tracks=view.tracks, kb_a_minute=size / 1000 / minutes, open_ms=1000 * opened,
        first_ms=1000 * float(np.median(first)), sweep_ms=1000 * float(np.median(sweep)),
        wide_ms=1000 * float(np.median(wide)), look_up_us=look_up_us, votes=votes,
        beside_mb=max(before, _anonymous_mb()), right=right / CLIPS,
    )  # fmt: skip


def _look_ups(view: object, asked: list[Prints]) -> tuple[float, float]:
    """Microseconds a hash, and occurrences a question, of the first pass without its limit."""
    from antiphon.identification.core import sweep

    search = Search.of(view)
    cells, spent, hashes, votes = view.postings(search.kind), 0.0, 0, 0
    for clip in asked[-CLIPS:]:
        wanted, _ = sweep.asked(clip, PLAIN, search.kind, 0.2)
        began = time.process_time()
        offsets, _, _ = cells.look_up(wanted)
        spent += time.process_time() - began
        hashes, votes = hashes + len(wanted), votes + int(offsets[-1])
    return 1e6 * spent / hashes, votes / CLIPS


def _anonymous_mb() -> float:
    """Memory that is no file's: what the process takes beside the map."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("RssAnon:")[2].split()[0]) / 1000


def _rows(cost: Cost) -> list[Row]:
    def row(name: str, value: float, unit: str) -> Row:
        return Row(f"{name}_{cost.tracks}", value, unit)

    return [
        row("index", cost.kb_a_minute, "kB a minute"),
        row("open", cost.open_ms, "ms CPU"),
        row("question_first_pass", cost.first_ms, "ms CPU, median"),
        row("question_with_sweep", cost.sweep_ms, "ms CPU, median"),
        row("question_with_wide_sweep", cost.wide_ms, "ms CPU, median"),
        row("look_up", cost.look_up_us, "µs CPU a hash"),
        row("occurrences_first_pass", cost.votes, "a question, without a limit"),
        row("memory_beside_the_map", cost.beside_mb, "MB"),
        row("right", 100 * cost.right, "% of clean clips"),
    ]


def beyond(costs: list[Cost]) -> list[Row]:
    """What 100 million tracks would cost, from the largest that was measured: one shard a million tracks.

    Occurrences grow with the tracks of a shard; the time of a look-up as the line through the last two sizes does; what
    does not grow is paid once a shard. A question goes to all shards at once.
    """
    last = costs[-1]
    before = costs[-2] if len(costs) > 1 and costs[-2].tracks > SMALL else last
    grows = max(last.sweep_ms - before.sweep_ms, 0.0) / max(last.tracks - before.tracks, 1)
    a_shard = last.sweep_ms + grows * (A_SHARD - last.tracks)
    shards = NEVER // A_SHARD
    size_tb = last.kb_a_minute * MADE_S / 60 * NEVER / 1e9
    return [
        Row("estimate_1e8_size", size_tb, "TB"),
        Row("estimate_1e8_shards", shards, f"of {A_SHARD:,} tracks"),
        Row("estimate_1e8_question_a_shard", a_shard, "ms CPU"),
        Row("estimate_1e8_question_in_all", a_shard * shards / 1000, "s CPU"),
    ]


def plot(path: Path, costs: list[Cost]) -> None:
    """Draw times and memory over tracks, both scales logarithmic, as an SVG."""
    lines = {
        "first pass, ms": [(c.tracks, c.first_ms) for c in costs],
        "with the sweep, ms": [(c.tracks, c.sweep_ms) for c in costs],
        "with the wide sweep, ms": [(c.tracks, c.wide_ms) for c in costs],
        "memory beside the map, MB": [(c.tracks, c.beside_mb) for c in costs],
        "index, kB a minute": [(c.tracks, c.kb_a_minute) for c in costs],
    }
    width, height, edge = 760, 480, 60
    most = max(value for points in lines.values() for _, value in points)
    top = float(np.ceil(np.log10(max(most, 10))))

    def x(tracks: float) -> float:
        return edge + (width - 2 * edge) * (np.log10(max(tracks, 1)) - 3) / 2

    def y(value: float) -> float:
        return height - edge - (height - 2 * edge) * np.log10(max(value, 1)) / top

    colours = ("#b3261e", "#1f4e79", "#3c7a3f", "#8a6d1b", "#6b4c9a")
    drawn = [f'<rect width="{width}" height="{height}" fill="#fffdf8"/>']
    drawn += [
        f'<line x1="{edge}" x2="{width - edge}" y1="{y(10**n):.1f}" y2="{y(10**n):.1f}" stroke="#ddd"/>'
        f'<text x="{edge - 6}" y="{y(10**n) + 4:.1f}" text-anchor="end">{10**n:,}</text>'
        for n in range(int(top) + 1)
    ]
    drawn += [
        f'<text x="{x(c.tracks):.1f}" y="{height - edge + 20}" text-anchor="middle">{c.tracks:,}</text>' for c in costs
    ]
    for place, (name, points) in enumerate(lines.items()):
        line = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in points)
        drawn.append(
            f'<polyline points="{line}" fill="none" stroke="{colours[place]}" stroke-width="2"/>'
            f'<text x="{edge + 12}" y="{20 + 16 * place}" fill="{colours[place]}">{name}</text>'
        )
    drawn.append(f'<text x="{width / 2}" y="{height - 12}" text-anchor="middle">tracks</text>')
    body = "\n".join(drawn)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-size="13">\n{body}\n</svg>\n',
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
