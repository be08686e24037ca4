"""The whole of a no, on two real installations that witness each other: asked, answered, enforced, proved, restored.

`python -m tests.soak.proof_story --seed 1`. Site A has Ada, Ben and their music; site B is somebody else, who cosigns
A's log as A cosigns B's. Everything goes over HTTP or through the command line, but for what has only pages of many
fields (the list of holders, a grant) and for the 72 hours that a yes in models waits, which nobody can sit out here.
"""

import argparse
import json
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from antiphon.consent.core.purposes import CONSTANT, PURPOSES
from antiphon.ledger.core import checkpoints, merkle, notes
from tests.soak.lived_site import LivedSite, Person, lived_in, wait_for
from tests.soak.strangers import flip, load, spoil, verify_here, verify_offline
from tests.sounds import encode, tones

MINUTE_S = 60.0
PURPOSE, ACTOR, DATASET = "train-analysis", "northwind", "antiphon/dataset"
OWN_CLOCK = "by this site's own clock"
NO_TIME = "No time is shown"
FLIPS, BY_COMMAND = 200, 3

# Ben holds a share in one recording; Northwind has a licence for both, from whoever of them gives it.
SHARE = """
from antiphon.accounts import service as accounts
from antiphon.consent import service as consent
ada, ben = accounts.account_at("ada@example.org"), accounts.account_at("ben@example.org")
lines = [consent.Named("Ada", "", ("recording",), 500_000), consent.Named("Ben", ben.email, ("composition",), 500_000)]
consent.name_holders(ada, {recording}, lines, title="a song")
consent.confirm(ben, {recording})
"""
LICENCE = """
from datetime import timedelta
from antiphon.accounts import service as accounts
from antiphon.consent import service as consent
from antiphon.kernel import clock
ada, now = accounts.account_at("ada@example.org"), clock.now()
for recording in {recordings}:
    consent.grant(ada, recording, "train-analysis", "northwind", starts_at=now, ends_at=now + timedelta(days=365))
"""
HOURS_GO_BY = """
from datetime import timedelta
from django.db import transaction
from django.db.models import F
from antiphon.consent.models import Act, Answer, Grant, Subject
from antiphon.consent.service import acts, folding
by = timedelta(hours={hours})
with transaction.atomic():
    acts.grow()
    Answer.objects.update(at=F("at") - by, effective_at=F("effective_at") - by)
    Act.objects.update(at=F("at") - by)
    Grant.objects.update(starts_at=F("starts_at") - by)
    folding.fold(Subject.objects.values_list("pk", flat=True))
"""
LEAVES = """
import json
from antiphon.ledger import service as ledger
print(json.dumps([ledger.entry_at(index).raw.hex() for index in range(ledger.size())]))
"""


@dataclass
class Story:
    """The two sites, the people of A, and what went wrong."""

    a: LivedSite
    b: LivedSite
    folder: Path
    dice: random.Random
    ada: Person
    ben: Person
    faults: list[str]
    tracks: list[int] = field(default_factory=list)  # Ada's own, and the one that Ben holds a share of
    recordings: list[int] = field(default_factory=list)

    def verify(self, path: Path, *words: str) -> tuple[int, str]:
        """Run `antiphon verify` where site A cannot be reached."""
        return verify_offline(path, *words, probe_port=self.a.site.port)

    def must(self, holds: object, words: str) -> None:
        """Say what was looked at; note it where it does not hold."""
        print(f"  {'ok   ' if holds else 'FAULT'} {words}", flush=True)
        if not holds:
            self.faults.append(words)


@contextmanager
def chapter(title: str) -> Iterator[None]:
    print(f"{title}", flush=True)
    began = time.monotonic()
    yield
    print(f"  {time.monotonic() - began:.1f} s", flush=True)


def let_hours_pass(site: LivedSite, hours: int) -> None:
    """Make everything that was said at the gate so far that much older, as if the wait had been sat out."""
    site.site.python(HOURS_GO_BY.format(hours=hours))


def make_music(story: Story) -> None:
    """Ada uploads two songs and publishes them; wait until both can be played."""
    for number, suffix in enumerate(("flac", "wav")):
        codec, container = ("flac", "flac") if suffix == "flac" else ("pcm_s16le", "wav")
        path = story.folder / f"Slow Harbour {number + 1}.{suffix}"
        encode(path, tones(4.0, level=0.2 + 0.05 * number), 44_100, codec=codec, container=container)
        story.ada.upload(path)
    ada = story.ada

    def received() -> list[int]:
        rows = ada.api("GET", "/me/tracks")["collection"]
        return sorted(row["id"] for row in rows) if len(rows) == 2 else []

    story.tracks, _ = wait_for("two tracks", received)
    rows = dict(story.a.site.rows("select track_id, id from catalogue_recording"))
    story.recordings = [rows[track] for track in story.tracks]
    for track in story.tracks:
        ada.api("POST", f"/tracks/{track}/publish", {"sharing": "public"})
    states = "select count(*) from catalogue_recording where state = 'complete'"
    _, took = wait_for("both songs are prepared", lambda: story.a.site.rows(states) == [(2,)])
    print(f"  two songs uploaded by tus, published and prepared, {took:.1f} s after the last byte")
    free = "select count(*) from catalogue_track where held = ''"
    _, took = wait_for("both songs are compared", lambda: story.a.site.rows(free) == [(2,)], MINUTE_S)
    print(f"  both compared with what is here, and out, {took:.1f} s later")


def more_like_this(story: Story) -> None:
    """A yes fills "more like this", taking it back empties it, and both stand in Who asked."""
    first, second = story.tracks
    other = story.ada.api("GET", f"/tracks/{second}")["permalink_url"].removeprefix(story.a.url)

    def shown() -> bool:
        return f'href="{other}"' in story.a.get(f"/listen/{first}/similar")

    story.must(not shown(), "nothing is similar before anybody said yes")
    story.ada.says({"organize": "yes"})
    _, took = wait_for("more like this fills", shown, MINUTE_S)
    story.must(took < MINUTE_S, f"“more like this” filled {took:.1f} s after the yes")
    story.ada.says({"organize": "no"})
    story.must(not shown(), "it is empty with the next load after she took it back")
    asked = [row for row in story.ada.asked() if row["purpose"] == "organize"]
    heard = {recording for row in asked if row["allowed"] for recording in row["recordings"]}
    story.must(heard == set(story.recordings), f"{len(asked)} questions for both songs stand in Who asked")


def build_dataset(story: Story) -> None:
    """Ada said yes long ago, Ben says no: his song stays out, and a stranger's loader notices a changed byte."""
    site, out = story.a.site, story.folder / "dataset"
    first, second = story.recordings
    site.antiphon("actor", "add", ACTOR, "--contact", "ask@northwind.example")
    site.python(SHARE.format(recording=second))
    story.ada.says({PURPOSE: "yes", "recommend": "yes"})
    site.python(LICENCE.format(recordings=story.recordings))
    may = ("may", f"recording:{first}", PURPOSE, "--actor", ACTOR)
    story.must(site.run(*may).status == 1, "a yes of this moment does not count yet: 72 hours")
    let_hours_pass(story.a, 73)
    story.must(site.run(*may).status == 0, "73 hours later it does")
    story.ben.says({PURPOSE: "no"}, story.tracks[1])
    made = site.json("dataset", "build", "--purpose", PURPOSE, "--actor", ACTOR, "--out", str(out))
    files = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["files"]
    names = sorted(path.name for path in (out / "data").iterdir())
    held = [one["recording"] for one in files]
    story.must(held == [first] and len(names) == made["files"] == 1, f"the dataset holds {names}, not Ben's song")
    said = load(out)
    story.must(said["errors"] == [] and said["refused"] == [], f"mlcroissant reads {said['read']}")
    spoil(out / "data" / names[0], story.dice)
    said = load(out)
    other_hash = [name for name, why in said["refused"] if "Expected:" in str(why)]
    story.must(len(other_hash) == len(said["refused"]) == 1, f"after one changed byte it refuses {other_hash}")


def bundle(story: Story, who: Person, name: str) -> Path:
    """Download, from the page of Who asked, the proof that a dataset does not hold the second song."""
    (line,) = [row for row in who.asked() if row["system"] == DATASET and story.recordings[1] in row["recordings"]]
    address = line["proof_url"].replace("{recording_id}", str(story.recordings[1]))
    path = story.folder / name
    path.write_bytes(who.download(address))
    return path


def absence(story: Story) -> None:
    """The bundle holds with the network off, and with no single bit of it other than it is."""
    story.ada.sign_in()
    story.ben.sign_in()
    path = bundle(story, story.ada, "ada.json")
    status, said = story.verify(path)
    story.must(status == 0 and f"Recording {story.recordings[1]} is not in the manifest" in said, "Ada's bundle holds")
    print("".join(f"      | {line}\n" for line in said.splitlines()), end="")
    story.must(OWN_CLOCK in said and NO_TIME in said, "it claims no time: nobody else has cosigned")
    status, said = story.verify(bundle(story, story.ben, "ben.json"))
    story.must(status == 0 and f"no to {PURPOSE}" in said, "Ben's bundle holds, with his no in it")
    data, flipped = path.read_bytes(), story.folder / "flipped.json"
    bits = story.dice.sample(range(len(data) * 8), FLIPS)
    survived = [place for place in bits if not is_refused(*verify_here(flip(flipped, data, place)))]
    story.must(not survived, f"each of {FLIPS} flipped bits of its {len(data)} bytes exits 1 {survived or ''}")
    survived = [place for place in bits[:BY_COMMAND] if not is_refused(*story.verify(flip(flipped, data, place)))]
    story.must(not survived, f"{BY_COMMAND} of them by the command in a process without network {survived or ''}")


def is_refused(status: int, said: str) -> bool:
    """Whether a file was looked at and refused, and the command did not just fall over."""
    return status == 1 and said.startswith("DOES NOT HOLD.")


def witness_each_other(story: Story) -> None:
    """Four commands, and the same file claims a time, for whoever trusts the witness."""
    keys = {
        home: (home.site.antiphon("ledger", "key"), home.site.antiphon("witness", "key")) for home in (story.a, story.b)
    }
    for home, other in ((story.a, story.b), (story.b, story.a)):
        log_key, witness_key = (words.strip() for words in keys[other])
        home.site.antiphon("witness", "trust", log_key)
        home.site.antiphon("ledger", "witness", "add", f"{other.url}/witness", witness_key)
    for name, home in (("A", story.a), ("B", story.b)):
        _, took = wait_for(f"{name} is cosigned", lambda home=home: cosigned(home))
        print(f"  {name}: all {home.ledger()['witnessed']} entries cosigned, {took:.1f} s later")
    path, witness = bundle(story, story.ada, "ada-cosigned.json"), keys[story.b][1].strip()
    status, said = story.verify(path)
    story.must(status == 0 and NO_TIME in said, "without a witness that the reader trusts, it still claims no time")
    status, said = story.verify(path, "--witness", witness, "--key", keys[story.a][0].strip())
    times = [line.strip() for line in said.splitlines() if "says the witness" in line]
    story.must(status == 0 and times and NO_TIME not in said, f"with --witness: {'; '.join(times)}")
    stranger = keys[story.a][1].strip()  # a witness, but none that has signed this
    story.must(NO_TIME in story.verify(path, "--witness", stranger)[1], "another witness's key shows no time")


def cosigned(home: LivedSite) -> bool:
    """Whether the whole log is published and cosigned, and every witness answers as it should."""
    state = home.ledger()
    failing = [one["failure"] for one in state["witnesses"] if one["failure"]]
    return state["published"] == state["witnessed"] > 0 and not state["waiting"] and not failing


def restore(story: Story) -> None:
    """An older backup comes back, and the no that it does not know is in force before anybody is served."""
    a, backup, track = story.a, story.folder / "backup", story.tracks[0]
    may = ("may", f"recording:{story.recordings[0]}", "recommend")
    story.must(a.site.run(*may).status == 0, "when the backup is made, Ada says yes to recommend")
    a.site.antiphon("backup", str(backup))
    story.ada.says({purpose.slug: "no" for purpose in PURPOSES if purpose.slug not in CONSTANT})
    told = "select count(*) from transparency_recallnotice"
    wait_for("Northwind is told", lambda: a.site.rows(told) == [(1,)])
    wait_for("her no is cosigned", lambda: cosigned(a))
    before, key = a.get("/log/checkpoint"), a.site.antiphon("ledger", "key").strip()
    a.stop()
    done = a.site.run("restore", str(backup), "--force")
    story.must(done.status == 0, "restored: " + " ".join(line for line in done.err.splitlines() if "log knew" in line))
    a.site.rest()
    a.server.start()
    first = a.first_reply(f"/api/v1/tracks/{track}/permissions")["ai_permissions"]
    yeses = sorted(one["purpose"] for one in first if one["allowed"])
    story.must(yeses == sorted(CONSTANT), f"the first thing the server says to anybody: yes to {yeses} alone")
    served = a.get("/log/checkpoint")
    story.must(
        opened(served, key) == opened(before, key),
        f"and the log that it serves has {size_of(served, key)} entries, as many as before",
    )
    a.worker.start()
    a.wait_until_up()
    story.must(a.site.run(*may).status == 1, "the command line says no, too")
    wait_for("Northwind is told again, by the restored site", lambda: a.site.rows(told) == [(1,)])
    story.ada.says({"search-index": "yes"})
    wait_for("the log goes on", lambda: cosigned(a) and a.ledger()["published"] > size_of(before, key))
    after = a.get("/log/checkpoint")
    leaves = [merkle.leaf_hash(bytes.fromhex(entry)) for entry in json.loads(a.site.python(LEAVES))]
    one_log = [merkle.root_of(leaves[: told.size]) == told.root for told in (opened(before, key), opened(after, key))]
    story.must(
        all(one_log), f"one log: {size_of(before, key)} entries before, {size_of(after, key)} after, cosigned by B"
    )
    (seen,) = story.b.site.json("witness", "list")
    story.must(seen["size"] >= size_of(after, key), f"B has cosigned {seen['size']} entries of {seen['origin']}")


def opened(raw: str, key: str) -> checkpoints.Checkpoint:
    return checkpoints.open_checkpoint(raw, [notes.verifier_key(key)]).checkpoint


def size_of(raw: str, key: str) -> int:
    return opened(raw, key).size


def tell(a: LivedSite, b: LivedSite, folder: Path, dice: random.Random, faults: list[str]) -> None:
    """Tell it all; what does not hold is a fault."""
    with chapter("Two installations"):
        story = Story(a, b, folder, dice, a.person("ada", profile="Ada Quill"), a.person("ben"), faults)
        for home in (a, b):
            home.site.rest()
            home.start()
        for home in (a, b):
            home.wait_until_up()
    with chapter("1. Ada's music, and “more like this”"):
        make_music(story)
        more_like_this(story)
    with chapter("2. A dataset without Ben's song"):
        build_dataset(story)
    with chapter("3. The proof that it is not in there"):
        absence(story)
    with chapter("4. Two sites that witness each other"):
        witness_each_other(story)
    with chapter("5. An older backup comes back"):
        restore(story)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    dice, began = random.Random(parser.parse_args().seed), time.monotonic()
    faults: list[str] = []
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))  # so that servers and workers are ended too
    with tempfile.TemporaryDirectory(prefix="antiphon-story-") as name:
        folder = Path(name)
        with lived_in(folder / "a") as a, lived_in(folder / "b") as b:
            try:
                tell(a, b, folder, dice, faults)
            except TimeoutError as error:
                faults.append(str(error))  # what comes after it has nothing to stand on
    print(f"{time.monotonic() - began:.0f} s")
    for fault in faults:
        print(f"  FAULT {fault}")
    print("The whole story holds." if not faults else f"{len(faults)} faults.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
