"""Kill -9 the worker at random while everybody is told of new terms: nobody gets no letter, and hardly anybody two.

`python -m tests.soak.notices --people 10000 --kills 5 --seed 1`. A mail server on loopback counts every letter that it
took, by address and Message-ID. At the end everybody has at least one; there is at most one repeat a kill, under the
same Message-ID; and each person is bound from the day that their own letter was taken and their days of notice.
"""

import argparse
import asyncio
import json
import random
import signal
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path

from tests.installation import Installation, installed

PATIENCE_S = 1800.0
PEOPLE = """
from antiphon.accounts import service as accounts
made = [accounts.User(email=f"n{{n}}@example.org") for n in range({people})]
accounts.User.objects.bulk_create(made, batch_size=1000)
"""
PUBLISH = """
from datetime import timedelta
from antiphon.kernel import clock
from antiphon.terms import service as terms
words = terms.current().text + "\\n## Rain {#rain}\\nIt rains.\\n"
print(terms.publish(terms.Draft(words, "It rains.", clock.now() + timedelta(days=31), "Mo")).pk)
"""
STANDING = """
import json
from django.db.models import F
from datetime import timedelta
from antiphon.accounts import service as accounts
from antiphon.ledger import service as ledger
from antiphon.terms import service as terms
ledger.publish()
terms.note_delivered()
rows = list(terms.Notice.objects.select_related("user", "version"))
wrong = 0
for one in rows[:: max(1, len(rows) // 500)]:
    days = timedelta(days=30)
    stand = terms.standing(one.user)
    due = max(one.version.effective_at, one.delivered_at + days) if one.delivered_at else None
    wrong += stand.binds_from != {one.version_id: due}
print(json.dumps({"notices": len(rows), "delivered": sum(bool(one.delivered_at) for one in rows), "wrong": wrong}))
"""


class Postbox:
    """A mail server that takes everything and remembers to whom which Message-ID went."""

    def __init__(self) -> None:
        self.taken: dict[str, list[str]] = defaultdict(list)
        self.port = 0
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        threading.Thread(target=self._run, args=[ready], daemon=True).start()
        ready.wait(30)

    @property
    def count(self) -> int:
        return sum(map(len, self.taken.values()))

    def _run(self, ready: threading.Event) -> None:
        async def serve() -> None:
            server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
            ready.set()
            await server.serve_forever()

        self._loop.run_until_complete(serve())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak as much SMTP (RFC 5321) as a client needs that has a letter to hand over."""
        try:
            writer.write(b"220 postbox\r\n")
            to: list[str] = []
            while line := await reader.readline():
                verb = line[:4].upper()
                if verb == b"RCPT":
                    to.append(line.split(b"<")[1].split(b">")[0].decode())
                if verb == b"DATA":
                    writer.write(b"354 go on\r\n")
                    text = await reader.readuntil(b"\r\n.\r\n")
                    name = next(row for row in text.decode().splitlines() if row.lower().startswith("message-id:"))
                    for one in to:
                        self.taken[one].append(name)
                    to = []
                writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
                if verb == b"QUIT":
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the worker was killed
        finally:
            writer.close()


def tell(site: Installation, postbox: Postbox, people: int, kills: int, dice: random.Random) -> int:
    """Run a worker until everybody is told, killing it so many times; return how many kills there were."""
    moments = sorted(dice.uniform(0, 0.9) for _ in range(kills))
    began, killed = time.monotonic(), 0
    worker = site.start("worker")
    try:
        while time.monotonic() - began < PATIENCE_S:
            done = postbox.count / people
            if killed < kills and done >= moments[killed]:
                worker.send_signal(signal.SIGKILL)
                worker.wait()
                killed += 1
                worker = site.start("worker")
            waiting = site.rows("SELECT count(*) FROM mail_letter WHERE state = 'waiting'")[0][0]
            told = site.rows("SELECT count(*) FROM terms_version WHERE told_at IS NOT NULL")[0][0]
            if told and not waiting and len(postbox.taken) >= people:
                break
            time.sleep(0.1)
    finally:
        worker.terminate()
        worker.wait(60)
    return killed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    postbox = Postbox()
    with tempfile.TemporaryDirectory() as folder, installed(Path(folder) / "data") as site:
        site.settings = {"ANTIPHON_EMAIL_URL": f"smtp://127.0.0.1:{postbox.port}"}
        site.python(PEOPLE.format(people=args.people))
        site.python(PUBLISH)
        site.rest()
        began = time.monotonic()
        killed = tell(site, postbox, args.people, args.kills, random.Random(args.seed))
        passed = time.monotonic() - began
        stand = json.loads(site.python(STANDING))
    repeats = {to: names for to, names in postbox.taken.items() if len(names) > 1}
    others = [to for to, names in repeats.items() if len(set(names)) > 1]
    missing = args.people - len(postbox.taken)
    extra = postbox.count - len(postbox.taken)
    print(f"{args.people:,} people, {killed} kills, {passed:.0f} s: {postbox.count:,} letters were taken.")
    print(f"{missing} people got none; {extra} repeats, {len(others)} of them under another Message-ID; {stand}")
    wrong = missing or others or extra > killed or stand["wrong"] or stand["delivered"] != args.people
    held = "Held: nobody without a letter, and a repeat only where one was cut off."
    print("Wrong." if wrong or killed < args.kills else held)
    return 1 if wrong or killed < args.kills else 0


if __name__ == "__main__":
    sys.exit(main())
