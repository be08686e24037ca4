"""Processes that append and publish until they are killed: `python -m tests.db.ledger_process sweep | storm`.

`sweep` lets one die at its first file operation, the next at its second, and so on, a write each time half done; each
death is followed by another while it is being made good.
`storm` kills two at once at random moments. Both look at the served log all the while as a stranger would, and at the
end compare everything that was ever acknowledged or served. Prints what was seen as JSON.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402

from antiphon.kernel.errors import AntiphonError  # noqa: E402
from antiphon.ledger import journal  # noqa: E402
from antiphon.ledger import service as ledger  # noqa: E402
from antiphon.ledger.core.checkpoints import Opened  # noqa: E402
from antiphon.storage import local  # noqa: E402
from tests.db.ledgers import Outsider  # noqa: E402

HERE = Path(settings.DATA)
PATIENCE_S = 60
SERVED = HERE / "files" / "log"
ACKNOWLEDGED = HERE / "acknowledged"


def say(line: str) -> None:
    """Note what was acknowledged, in one write that no other process can come between."""
    fd = os.open(ACKNOWLEDGED, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(fd, f"{line}\n".encode())
    os.close(fd)


def die_at(number: int) -> None:
    """Die at the sync, rename, removal or write of this number; a write is half done by then."""
    left = [number]

    def counted(real: Callable[..., Any], half: Callable[..., Any] | None = None) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                if half is not None:
                    half(*args, **kwargs)
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)

        return call

    def half_written(path: Path, raw: bytes) -> None:
        path.open("wb").write(raw[: len(raw) // 2])

    for module in (journal, local):
        for name in ("sync_file", "sync_folder"):
            setattr(module, name, counted(getattr(module, name)))
    for name, half in (("replace", None), ("unlink", None), ("write_bytes", half_written)):
        setattr(Path, name, counted(getattr(Path, name), half))


def work(turns: int) -> None:
    """Append and publish, and note each entry once its transaction is committed, and once its receipt was given.

    Without a turn, publish what others have left.
    """
    chance = random.Random(os.urandom(8))
    if not turns:
        ledger.publish()
    for turn in range(turns):
        count = chance.choice((1, 2, 40, 300)) if turns > 1 else 300
        rows = ledger.append_many([ledger.Append("answer", {"turn": turn, "n": n}) for n in range(count)])
        say(json.dumps({"rows": rows}))
        ledger.publish()
        receipts = ledger.receipts_of(rows)
        say(json.dumps({"indexes": {row: receipt.index for row, receipt in receipts.items()}}))


def child(turns: int, number: int = 0) -> int:
    """Start a process that works, and dies at a file operation where one is named."""
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    status = 3
    try:
        if number:
            die_at(number)
        work(turns)
        status = 0
    except AntiphonError as error:
        sys.stderr.write(f"{error}\n")
    finally:
        os._exit(status)


class Stranger:
    """Looks at the log again and again, and keeps every checkpoint it was ever served."""

    def __init__(self) -> None:
        self.seen: dict[str, Opened] = {}
        self.looked = 0

    def _outsider(self) -> Outsider:
        return Outsider(SERVED, tuple(ledger.verifier_keys()))

    def glance(self) -> None:
        """Take what is served at this moment."""
        try:
            raw = (SERVED / "checkpoint").read_text(encoding="utf-8")
        except FileNotFoundError:
            assert not self.seen
            return
        if raw not in self.seen:
            self.seen[raw] = self._outsider().open(raw)

    def look(self) -> None:
        """With nobody at work: what the served checkpoint needs is there."""
        self.glance()
        if self.seen:
            self._outsider().glimpse()
            self.looked += 1

    def compare(self) -> dict[str, int]:
        """Publish what is left; nothing acknowledged is lost, and the log continues everything it ever served."""
        ledger.publish()
        self.glance()
        outsider = self._outsider()
        last = outsider.audit()
        for opened in self.seen.values():
            outsider.join(opened, last)
        rows: set[int] = set()
        indexes: dict[int, int] = {}
        for line in ACKNOWLEDGED.read_text().splitlines():
            said = json.loads(line)
            rows |= set(said.get("rows", ()))
            indexes |= {int(row): index for row, index in said.get("indexes", {}).items()}
        receipts = ledger.receipts_of(rows)
        assert receipts.keys() == rows
        assert all(receipts[row].index == index for row, index in indexes.items())
        for row in sorted(rows)[:: max(1, len(rows) // 200)]:
            outsider.check(receipts[row])
        assert ledger.catch_up(_nothing_to_replay) == ledger.CaughtUp(0, 0, 0, 0)
        return {"acknowledged": len(rows), "served": len(self.seen), "looked": self.looked, "size": ledger.size()}


def _nothing_to_replay(kind: str, private: object, at: object) -> None:
    raise AssertionError("the database is not older than the log")


def sweep() -> dict[str, int]:
    stranger, died, number = Stranger(), 0, 1
    while killed(child(turns=1, number=number)):
        stranger.look()
        died += 1 + killed(child(turns=0, number=1 + number * 7 % 40))
        stranger.look()
        assert not killed(child(turns=0))
        stranger.look()
        number += 1
    return {"died": died, **stranger.compare()}


def killed(pid: int) -> bool:
    """Wait for a process to end; tell whether it was killed. Any other end than a good one is a failure."""
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, status
    return os.WIFSIGNALED(status)


def storm(rounds: int) -> dict[str, int]:
    stranger, deaths = Stranger(), 0
    chance = random.Random(os.urandom(8))
    for number in range(rounds):
        pids = [child(turns=1000) for _ in range(2)]
        # Every other time only after something was served, so that a slow machine shows as much as a quick one.
        wanted = len(stranger.seen) + number % 2
        deadline = time.monotonic() + PATIENCE_S
        while len(stranger.seen) < wanted:
            assert time.monotonic() < deadline, "nothing is published any more"
            stranger.glance()
        until = time.monotonic() + chance.uniform(0, 0.4)
        while time.monotonic() < until:
            stranger.glance()
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        deaths += sum(killed(pid) for pid in pids)
        stranger.look()
    return {"died": deaths, **stranger.compare()}


if __name__ == "__main__":
    print(json.dumps(sweep() if sys.argv[1] == "sweep" else storm(int(sys.argv[2]))))
