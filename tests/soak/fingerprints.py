"""Kill -9 whoever indexes and merges, at random: the index opens each time, and answers as before or after.

`python -m tests.soak.fingerprints --kills 200 --seed 1`. A writer adds, replaces, deletes, flushes, merges and purges,
merging beside the rest, and says what it is about to do and what was done. After each kill the index must hold what
was done, or that and the one deed that was being done, whole; every page must be good, nothing may be left over, and a
reader that looked on meanwhile must never have seen anything between.
"""

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from antiphon.identification.core import parts
from antiphon.identification.core.journal import Batch
from antiphon.identification.core.parts import Entry
from antiphon.identification.engines.reader import Reader
from antiphon.identification.engines.views import View
from antiphon.identification.engines.writer import LOCK, Writer
from tests.prints import an_entry, expected, hashes_of, said

NAMES = 60
SEEDS = 3
State = dict[str, int]  # name -> seed
_MADE: dict[tuple[str, int], Entry] = {}


def entry_of(name: str, seed: int) -> Entry:
    if (name, seed) not in _MADE:
        _MADE[name, seed] = an_entry(name, seed * 1000 + int(name.removeprefix("t")), 6.0)
    return _MADE[name, seed]


def write(folder: Path, seed: int) -> None:
    """Change the index until somebody ends this process. A line before each deed, `done` after it."""
    dice = random.Random(seed)
    parts.built([entry_of("t0", 0)], ("pairs", "triples"))  # loads what is compiled, so that the kills hit the writing
    with Writer(folder, full_bytes=6_000) as writer:
        merging = threading.Thread(target=_merge, args=(writer,), daemon=True)
        merging.start()
        print("[]", flush=True)
        while True:
            added = [[f"t{dice.randrange(NAMES)}", dice.randrange(SEEDS)] for _ in range(dice.randrange(4))]
            deleted = [f"t{dice.randrange(NAMES)}" for _ in range(dice.choice((0, 0, 1, 5)))]
            print(json.dumps([added, deleted]), flush=True)
            writer.change(Batch([entry_of(name, number) for name, number in added], deleted))
            print("done", flush=True)
            if dice.random() < 0.1:
                writer.purge()


def _merge(writer: Writer) -> None:
    pause = threading.Event()
    while not pause.wait(0.001):
        writer.merge()


def after(state: State, deed: list[list[list[object]]]) -> State:
    """What a deed makes of what is kept: first it deletes, then it adds."""
    if not deed:
        return state
    added, deleted = deed
    left = {name: seed for name, seed in state.items() if name not in deleted}
    return left | {str(name): int(str(seed)) for name, seed in added}


def kept(view: View) -> State:
    found: State = {}
    for track in range(view.tracks):
        try:
            one = view.kept(track)
        except KeyError:
            continue
        found[one.name] = next(seed for seed in range(SEEDS) if entry_of(one.name, seed).sound == one.sound)
    return found


def kill_one(folder: Path, state: State, seed: int, dice: random.Random) -> tuple[State, int]:
    """Let a writer work for a moment, kill it, and return what the index holds then and how many deeds were done."""
    words = [sys.executable, "-m", "tests.soak.fingerprints", "--write", str(folder), "--seed", str(seed)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        lines: list[str] = []
        listening = threading.Thread(target=lambda: lines.extend(writer.stdout or []))
        if writer.stdout.readline() != "[]\n":
            raise SystemExit("The writer could not open the index.")
        listening.start()
        end = time.monotonic() + dice.uniform(0, 0.7)
        seen: list[State] = []
        reader = Reader(folder)
        while time.monotonic() < end:
            seen.append(kept(reader.view()))
        writer.send_signal(signal.SIGKILL)
        if writer.wait() != -signal.SIGKILL:
            raise SystemExit("The writer had ended by itself.")
        listening.join()
    states, done = [state], 0
    for line in lines:
        if line == "done\n":
            done += 1
        elif line.endswith("\n"):
            states.append(after(states[-1], json.loads(line)))
    if any(one not in states for one in seen):
        raise SystemExit("A reader saw something between two states.")
    allowed = states[done : done + 2]
    return check(folder, allowed), done


def check(folder: Path, allowed: list[State]) -> State:
    """Open the index, look at all of it, and return what it holds."""
    found = kept(Reader(folder).view())
    if found not in allowed:
        raise SystemExit(f"The index is neither as before nor as after: {sorted(found)}")
    entries = [entry_of(name, seed) for name, seed in found.items()]
    hashes = hashes_of(entries)
    with Writer(folder) as writer:
        writer.verify()
        view = writer.view()
        names = {view.find(name): name for name in found}
        if kept(view) != found or said(view, names, hashes) != expected(entries, hashes):
            raise SystemExit("The index does not answer as it should.")
        # Between two numbers nothing may lie about: a killed merge leaves files that the next start removes.
        left = {path.name for path in folder.iterdir()} - {LOCK} - writer._manifest.files()
        if left:
            raise SystemExit(f"Left over: {sorted(left)}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    if args.write:
        write(args.write, args.seed)
    dice = random.Random(args.seed)
    with tempfile.TemporaryDirectory(prefix="antiphon-fingerprints-") as place:
        folder = Path(place) / "index"
        state: State = {}
        deeds = 0
        for number in range(args.kills):
            state, done = kill_one(folder, state, args.seed * 10_000 + number, dice)
            deeds += done
        purged(folder, state)
    print(
        f"{args.kills} kills, {deeds} deeds acknowledged, {len(state)} tracks at the end: nothing lost, nothing between"
    )
    return 0


def purged(folder: Path, state: State) -> None:
    """Make sure that no file holds the prints of a track that is not there any more."""
    with Writer(folder) as writer:
        writer.delete(list(state)[::2])
        writer.purge()
    gone = [one for (name, seed), one in _MADE.items() if state.get(name) != seed or name in list(state)[::2]]
    files = b"".join(path.read_bytes() for path in folder.iterdir())
    still = [one.name for one in gone if one.packed[20:] in files or one.sound in files]
    if still or not gone:
        raise SystemExit(f"Still in the files, of {len(gone)}: {still}")


if __name__ == "__main__":
    sys.exit(main())
