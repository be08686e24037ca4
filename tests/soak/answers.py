"""Kill -9 whoever answers and whoever publishes, at random: no acknowledged answer is lost, and the log never forks.

`python -m tests.soak.answers --runs 300 --seed 1`. A writer answers and says each act once its transaction has
committed; beside it a publisher gives entries their place. Each run kills one of the two and starts another. Every
checkpoint that was served is kept. At the end each acknowledged act is in the log with a receipt that holds, the
masks are what the answers fold to, and each checkpoint is a state of the one log.
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

from antiphon.ledger.core import checkpoints, merkle, notes
from tests.installation import Installation, installed

WRITER = """
import django; django.setup()
import sys
import time
from antiphon.accounts import service as accounts
from antiphon.consent import service as consent
user = accounts.account_at("ada@example.org")
number = int(sys.argv[1])
while True:
    act = consent.answer(user, {"organize": ("yes", "no", "ask")[number % 3], "recommend": "yes"})
    number += 1
    print(act.uid, flush=True)
    time.sleep(0.02)  # people pause; two writers that never do would starve each other on SQLite
"""
PUBLISHER = """
import django; django.setup()
import time
from antiphon.ledger import service as ledger
while True:
    ledger.publish()
    time.sleep(0.1)
"""
PREPARE = """
from antiphon.catalogue.models import Recording, Track
from antiphon.consent import service as consent
from antiphon.terms import service as terms
from tests.people import make_people
people = make_people()
for number in range(3):
    track = Track.objects.create(profile=people.ada_quill, slug=f"song-{number}", title="Song")
    song = Recording.objects.create(track=track, original_key=f"k{number}", original_name="song", size_bytes=1)
    consent.keep_subject(song.pk, track_id=track.pk, owner=people.ada, by_label=False, terms=terms.current().hash,
                         withdrawn=False)
"""
AFTERWARDS = """
import json
from antiphon.consent import service as consent
from antiphon.consent.models import Act, Subject
from antiphon.consent.service import folding
from antiphon.ledger import service as ledger
ledger.catch_up()
ledger.publish()
acts = dict(Act.objects.values_list("uid", "entry"))
receipts = ledger.receipts_of([entry for entry in acts.values()])
columns = ("any_no", "any_ask", "all_yes", "known")
before = list(Subject.objects.order_by("pk").values_list(*columns))
folding.fold(Subject.objects.values_list("pk", flat=True))
print(json.dumps({
    "acts": sorted(acts),
    "without": [uid for uid, entry in acts.items() if entry not in receipts],
    "doubled": len(receipts) - len({receipt.index for receipt in receipts.values()}),
    "folded": before == list(Subject.objects.order_by("pk").values_list(*columns)),
    "entries": [ledger.entry_at(index).raw.hex() for index in range(ledger.size())],
    "checkpoint": ledger.checkpoint(),
    "key": ledger.verifier_key(),
}))
"""


PATIENCE_S = 60.0


class Served:
    """Every checkpoint that anybody could have seen."""

    def __init__(self, site: Installation) -> None:
        self.path = site.data / "files" / "log" / "checkpoint"
        self.seen: set[str] = set()
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)
        self.thread.start()

    def _look(self) -> None:
        while not self.stop.wait(0.005):
            try:
                self.seen.add(self.path.read_text(encoding="utf-8"))
            except FileNotFoundError:
                continue

    def end(self) -> set[str]:
        self.stop.set()
        self.thread.join()
        return self.seen


def start(site: Installation, script: str, *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", script, *words]
    with (site.data / "out.txt").open("ab") as out:
        return subprocess.Popen(command, env=site.env, stdout=subprocess.PIPE, stderr=out, text=True)


class Writer:
    """Whoever answers: says each act once it has committed. Killed, another goes on."""

    def __init__(self, site: Installation) -> None:
        self.site, self.said, self.started = site, list[str](), 0

    def start(self) -> None:
        self.process = start(self.site, WRITER, str(self.started))
        self.started += 1
        self.listener = threading.Thread(target=self._listen, args=(self.process,), daemon=True)
        self.listener.start()

    def _listen(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        for line in process.stdout:
            if line.endswith("\n"):  # one that was cut off was never acknowledged whole
                self.said.append(line.strip())

    def kill(self) -> bool:
        self.process.send_signal(signal.SIGKILL)
        self.listener.join()
        return self.process.wait() == -signal.SIGKILL


class Publisher:
    """Whoever gives entries their place in the log."""

    def __init__(self, site: Installation) -> None:
        self.site = site

    def start(self) -> None:
        self.process = start(self.site, PUBLISHER)

    def kill(self) -> bool:
        self.process.send_signal(signal.SIGKILL)
        return self.process.wait() == -signal.SIGKILL


def kill_at_random(writer: Writer, publisher: Publisher, served: Served, runs: int, dice: random.Random) -> bool:
    """Kill one or the other, most often while both work; return whether none ended by itself."""
    for number in range(runs):
        answers, checkpoints_seen, deadline = len(writer.said), len(served.seen), time.monotonic() + PATIENCE_S
        while dice.random() < 0.999 and (len(writer.said) == answers or len(served.seen) == checkpoints_seen):
            time.sleep(0.01)
            if time.monotonic() > deadline:
                return False
        time.sleep(dice.uniform(0.0, 0.15))
        victim = dice.choice((writer, publisher))
        if not victim.kill():
            return False
        victim.start()
        if (number + 1) % 25 == 0:
            print(f"  {number + 1} kills, {len(writer.said)} answers, {len(served.seen)} checkpoints", flush=True)
    return True


def faults_of(site: Installation, said: list[str], seen: set[str]) -> list[str]:
    found = json.loads(site.python(AFTERWARDS))
    faults = [f"acknowledged and lost: {uid}" for uid in set(said) - set(found["acts"])]
    faults += [f"an act without a receipt: {uid}" for uid in found["without"]]
    faults += [f"{found['doubled']} receipts share a place"] if found["doubled"] else []
    faults += [] if found["folded"] else ["the masks are not what the answers fold to"]
    leaves = [merkle.leaf_hash(bytes.fromhex(entry)) for entry in found["entries"]]
    for text in seen | {found["checkpoint"]}:
        told = checkpoints.open_checkpoint(text, [notes.verifier_key(found["key"])]).checkpoint
        if told.size > len(leaves) or merkle.root_of(leaves[: told.size]) != told.root:
            faults.append(f"a checkpoint of size {told.size} is not a state of the log")
    return faults


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    dice, began = random.Random(args.seed), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="antiphon-answers-") as folder, installed(Path(folder) / "data") as site:
        site.python(PREPARE)
        site.rest()
        served, writer, publisher = Served(site), Writer(site), Publisher(site)
        writer.start()
        publisher.start()
        fine = kill_at_random(writer, publisher, served, args.runs, dice)
        fine &= writer.kill() and publisher.kill()
        seen = served.end()
        faults = faults_of(site, writer.said, seen)
        if not fine:
            faults.append("a process ended by itself, or did nothing:\n" + (site.data / "out.txt").read_text()[-2000:])
    print(
        f"{args.runs} kills; {len(writer.said)} answers acknowledged, {len(seen)} checkpoints seen; "
        f"{time.monotonic() - began:.0f} s"
    )
    for fault in faults:
        print(f"  FAULT {fault}")
    print("No answer lost, one log." if not faults else f"{len(faults)} faults.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
