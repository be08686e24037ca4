"""Kill -9 server, worker and import at random while files come in; afterwards nothing may be lost or doubled.

`python -m tests.soak.kills --kills 100 --files 200 --seed 1`. Every other file is uploaded, by a client that speaks tus
over a socket and goes on where the server says that it is; the others are brought in by `antiphon import`, which is
run again whenever it ended. The kills hit at any moment, start-up included. At the end every upload must be exactly
one recording, of the same bytes, complete, with renditions that decode; and nothing may be stuck or left over.
"""

import argparse
import hashlib
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import av

from tests.installation import Installation, installed
from tests.soak.door_site import free_port
from tests.sounds import encode, tones

UPLOADERS = 3
PIECES = 4
QUIET_S = 600.0
FORMATS = {
    "wav": ("pcm_s16le", "wav", 44_100),
    "flac": ("flac", "flac", 44_100),
    "mp3": ("libmp3lame", "mp3", 44_100),
    "m4a": ("aac", "mp4", 44_100),
    "opus": ("libopus", "ogg", 48_000),
}


def make_files(folder: Path, count: int, dice: random.Random) -> list[Path]:
    """Write short songs, each unlike every other."""
    folder.mkdir()
    made = []
    for number in range(count):
        suffix = list(FORMATS)[number % len(FORMATS)]
        codec, container, rate_hz = FORMATS[suffix]
        samples = tones(dice.uniform(0.5, 3.0), rate_hz, level=0.1 + 0.2 * dice.random())
        path = folder / f"Song {number:03}.{suffix}"
        encode(path, samples, rate_hz, codec=codec, container=container, metadata={"title": f"Song {number:03}"})
        made.append(path)
    return made


@dataclass
class Process:
    """One of those that are killed and started again."""

    site: Installation
    words: tuple[str, ...]
    ends: bool = False  # by itself, when it has done all it can
    killed: int = 0
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.running = self.site.start(*self.words)

    def kill(self) -> None:
        assert self.running is not None
        self.running.send_signal(signal.SIGKILL)
        status = self.running.wait()
        if status != -signal.SIGKILL and not (self.ends and status == 0):
            raise RuntimeError(f"{self.words} had ended by itself, with status {status}")
        self.killed += status == -signal.SIGKILL
        self.start()

    def end(self) -> int:
        assert self.running is not None
        self.running.terminate()
        return self.running.wait(60)


@dataclass
class Run:
    """What the threads share: the gate that lets more files through with every kill, and what went wrong."""

    site: Installation
    key: str
    files: list[Path]  # to be uploaded
    albums: Path  # what is imported; it fills with the kills
    imported: list[Path]
    allowed: int = 0
    gate: threading.Condition = field(default_factory=threading.Condition)
    next: int = 0
    finished: int = 0
    begun: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def allow(self, share: float) -> None:
        """Let this share of the files come in."""
        for path in self.imported[: round(len(self.imported) * share)]:
            album = self.albums / f"Album {path.stem[-3:-1]}"
            album.mkdir(exist_ok=True)
            if not (album / path.name).exists():
                os.link(path, album / path.name)
        with self.gate:
            self.allowed = round(len(self.files) * share)
            self.gate.notify_all()

    def take(self) -> Path | None:
        """The next file to upload, once the kills have come so far; None when there is none left."""
        with self.gate:
            while self.next < len(self.files) and self.next >= self.allowed:
                self.gate.wait()
            if self.next >= len(self.files):
                return None
            self.next += 1
            return self.files[self.next - 1]


class Client:
    """A tus client that never gives up."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def work(self) -> None:
        while (path := self.run.take()) is not None:
            try:
                self.upload(path)
            except (RuntimeError, ValueError, KeyError) as error:
                self.run.faults.append(f"{path.name}: {error}")
            with self.run.gate:
                self.run.finished += 1

    def upload(self, path: Path) -> None:
        said = {"filename": path.name, "folder": f"Album {path.stem[-3:-1]}", "attested": "yes"}
        words = ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in said.items())
        size = path.stat().st_size
        reply = self.ask("POST", "/uploads/", {"Upload-Length": str(size), "Upload-Metadata": words})
        address = reply["location"]
        self.run.begun.add(address.rstrip("/").rpartition("/")[2].replace("-", ""))
        data = path.read_bytes()
        offset = 0
        while offset < size:
            piece = data[offset : offset + size // PIECES + 1]
            headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
            # After a piece whose reply was lost, only the server knows how far it is.
            reply = self.try_once("PATCH", address, headers, piece) or self.ask("HEAD", address, {})
            offset = int(reply["upload-offset"])

    def ask(self, method: str, address: str, headers: dict[str, str]) -> dict[str, str]:
        """Ask until somebody answers."""
        while (reply := self.try_once(method, address, headers)) is None:
            threading.Event().wait(0.2)
        return reply

    def try_once(self, method: str, address: str, headers: dict[str, str], body: bytes = b"") -> dict[str, str] | None:
        """One request; None when the line breaks or the server asks to come again. Raises for any other refusal."""
        connection = http.client.HTTPConnection("127.0.0.1", self.run.site.port, timeout=30)
        sent = {"Tus-Resumable": "1.0.0", "Authorization": f"Bearer {self.run.key}", **headers}
        try:
            connection.request(method, address, body=body or None, headers=sent)
            reply = connection.getresponse()
            words = reply.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        if reply.status in (409, 423, 503):
            return None
        if reply.status >= 300:
            raise RuntimeError(f"{method} {address}: {reply.status} {words.decode(errors='replace')}")
        return {name.lower(): value for name, value in reply.getheaders()}


def answers(site: Installation) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def alive(site: Installation, pid: int) -> bool:
    return bool(site.rows(f"select 1 from jobs_worker where stopped_at is null and name like '%:{pid}:%'"))


def kill_at_random(run: Run, victims: list[Process], kills: int, dice: random.Random) -> None:
    """Kill one or the other, most often when it is up and working, sometimes while it still starts."""
    server, worker, _importer = victims
    number = 0
    while number < kills:
        run.allow((number + 1) / kills)
        victim = dice.choice(victims)
        if dice.random() < 0.75:
            wait_until_up(run.site, server, worker)
        threading.Event().wait(dice.uniform(0.0, 2.5))
        victim.kill()
        if sum(process.killed for process in victims) == number:
            continue  # an import that had ended is run again, which is no kill
        number += 1
        if number % 10 == 0:
            counts = Counter(state for (state,) in run.site.rows("select state from catalogue_recording"))
            print(f"  {number} kills, {run.finished} files sent, recordings {dict(counts)}", flush=True)
    run.allow(1.0)


def import_the_rest(importer: Process) -> None:
    """Let the import that runs end, and one more see that nothing is left. Raises when it finds a loss."""
    assert importer.running is not None
    importer.running.wait(QUIET_S)
    importer.start()
    if importer.running.wait(QUIET_S):
        raise RuntimeError("the last import says that something was left out")


def wait_until_up(site: Installation, server: Process, worker: Process) -> None:
    deadline = time.monotonic() + QUIET_S
    while time.monotonic() < deadline:
        assert worker.running is not None
        if alive(site, worker.running.pid) and answers(site):
            return
        threading.Event().wait(0.1)
    words = [(site.data / name).read_text()[-2000:] for name in ("out.txt", "logs/antiphon.log")]
    raise RuntimeError("server or worker does not start:\n" + "\n".join(words))


def unreceived(run: Run) -> list[str]:
    """Return the uploads that a client has finished and the site has not received.

    An upload whose address never reached its client, because the server died while it answered, is nobody's: the
    client began another, and the empty one expires.
    """
    rows = run.site.rows("select id from catalogue_upload where state = 'open'")
    return [str(pk) for (pk,) in rows if str(pk).replace("-", "") in run.begun]


def wait_until_quiet(run: Run) -> None:
    """Wait until every job has ended; what takes longer than ten minutes is stuck, and a fault."""
    deadline = time.monotonic() + QUIET_S
    live = "select name, state, attempts, crashes, failure from jobs_job where state in ('queued', 'running')"
    while run.site.rows(live) or unreceived(run):
        if time.monotonic() > deadline:
            run.faults += [f"upload {pk} was finished and never received" for pk in unreceived(run)]
            return
        threading.Event().wait(0.5)


def faults_of(run: Run) -> list[str]:
    """Everything that is not as if nobody had killed anything."""
    site, faults = run.site, list(run.faults)
    sent = Counter(hashlib.sha256(path.read_bytes()).hexdigest() for path in run.files + run.imported)
    rows = site.rows("select id, state, sha256, original_key, failure from catalogue_recording")
    kept = Counter(sha256 for _, _, sha256, _, _ in rows)
    faults += [f"lost: {sha256}" for sha256 in sent - kept] + [f"doubled: {sha256}" for sha256 in kept - sent]
    faults += [f"recording {pk} is {state}: {why}" for pk, state, _, _, why in rows if state != "complete"]
    uploads = site.rows("select recording_id from catalogue_upload where state = 'received'")
    if sorted(pk for (pk,) in uploads) != sorted(row[0] for row in rows):
        faults.append(f"{len(uploads)} uploads were received and made {len(rows)} recordings")
    for pk, _, sha256, key, _ in rows:
        if hashlib.sha256((site.data / "files" / key).read_bytes()).hexdigest() != sha256:
            faults.append(f"the original of recording {pk} has changed")
    faults += bad_renditions(site, [row[0] for row in rows])
    ended = "name, state, failure from jobs_job where state in ('queued', 'running', 'dead')"
    faults += [f"job {name} is {state}: {why}" for name, state, why in site.rows(f"select {ended}")]
    return faults + left_over(site)


def bad_renditions(site: Installation, recordings: list[int]) -> list[str]:
    faults = []
    rows = site.rows(
        "select r.recording_id, r.kind, r.key, c.duration_ms from audio_rendition r "
        "join catalogue_recording c on c.id = r.recording_id"
    )
    count = Counter((pk, kind) for pk, kind, _, _ in rows)
    for pk in recordings:
        faults += [f"recording {pk} has no {kind}" for kind in ("aac160", "opus96") if count[pk, kind] != 1]
    for pk, kind, key, duration_ms in rows:
        with av.open(str(site.data / "files" / key)) as container:
            samples = sum(frame.samples for frame in container.decode(audio=0))
            seconds = samples / container.streams.audio[0].rate
        if abs(seconds - duration_ms / 1000) > 0.15:
            faults.append(f"{kind} of recording {pk} lasts {seconds:.2f} s instead of {duration_ms / 1000:.2f} s")
    return faults


def left_over(site: Installation) -> list[str]:
    """Partial files and working folders that nobody owns, and what the doctor complains about.

    A server that dies between commit and clean-up leaves a second name of the original, which goes an hour later.
    """
    received = {str(pk).replace("-", "") for (pk,) in site.rows("select id from catalogue_upload")}
    scraps = [path for path in (site.data / "incoming").iterdir() if path.name not in received]
    scraps += [path for path in (site.data / "tmp").iterdir() if path.name not in ("workers", "ledger")]
    scraps += list((site.data / "tmp" / "ledger").glob("*"))
    faults = [f"left over: {path.relative_to(site.data)}" for path in scraps]
    said = json.loads(site.run("doctor", "--deep", "--json").out)
    faults += [f"doctor: {f['subject']}: {f['words']}" for f in said["findings"] if f["verdict"] == "problem"]
    return faults + [f"doctor: {f['words']}" for f in said["findings"] if f["subject"] == "orphans"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    dice = random.Random(args.seed)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))  # so that server and worker are ended too
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="antiphon-kills-") as folder, installed(Path(folder) / "data") as site:
        site.port = free_port()
        os.environ.pop("ANTIPHON_DATA", None)
        site.antiphon("account", "create", "ada@example.org", "--profile", "Ada Quill")
        key = site.antiphon("key", "create", "ada@example.org").strip()
        site.rest()
        files, albums = make_files(Path(folder) / "songs", args.files, dice), Path(folder) / "albums"
        albums.mkdir()
        run = Run(site, key, files[::2], albums, files[1::2])
        server, worker = Process(site, ("serve",)), Process(site, ("worker",))
        importer = Process(site, ("import", str(albums), "--creator", "ada-quill", "--json"), ends=True)
        for process in (server, worker, importer):
            process.start()
        clients = [threading.Thread(target=Client(run).work, daemon=True) for _ in range(UPLOADERS)]
        try:
            wait_until_up(site, server, worker)
            for client in clients:
                client.start()
            kill_at_random(run, [server, worker, importer], args.kills, dice)
            for client in clients:
                client.join(QUIET_S)
            import_the_rest(importer)
            wait_until_quiet(run)
            faults = faults_of(run)
        finally:
            run.next = len(run.files)
            run.allow(1.0)
            for process in (server, worker, importer):
                process.end()
        crashes = site.rows("select coalesce(sum(crashes), 0), coalesce(max(crashes), 0) from jobs_job")[0]
    print(
        f"{server.killed} kills of the server, {worker.killed} of the worker, {importer.killed} of the import, "
        f"{crashes[0]} runs of jobs lost by them (at most {crashes[1]} of one); {run.finished} files uploaded, "
        f"{len(run.imported)} imported; {time.monotonic() - began:.0f} s"
    )
    for fault in faults:
        print(f"  FAULT {fault}")
    print("Nothing lost, nothing doubled, all playable." if not faults else f"{len(faults)} faults.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
