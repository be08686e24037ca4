"""`python -m antiphon.site.run [--with-worker]`: what `antiphon serve` becomes.

Makes the installation ready (tables, static files), serves, says the address once it really answers, and keeps a
worker running beside the server when asked. SIGINT or SIGTERM stops both; a second one does not wait.
"""

import argparse
import asyncio
import contextlib
import gc
import http.client
import logging
import os
import signal
import sys
import time
from collections.abc import Sequence

RESTART_AFTER_S = (1.0, 30.0)  # a worker that dies at once is tried again ever more slowly
STEADY_S = 60.0
WORKER_ENDING_S = 30.0


def tell(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def make_ready() -> bool:
    """Bring tables and static files to this version; tell whether this is the first start.

    Raises `AntiphonError` when the database is newer than this program or the upgrade failed (and was taken back).
    """
    from django.db import connections

    from antiphon.ledger import service as ledger
    from antiphon.site import statics
    from antiphon.site.installation import migrations, upgrade

    fresh = False
    if migrations.pending():
        fresh = not migrations.applied()
        if fresh:
            migrations.migrate(tell)
        else:
            tell("This version has newer tables.")
            tell(f"The state before is kept in {upgrade.forward(tell)}; `antiphon upgrade --back` returns to it.")
    else:
        migrations.migrate(tell)  # refuses a database that a newer version has used
    # A database that was restored has to hear every later no before anybody is served.
    ledger.catch_up()
    statics.collect_when_changed()
    connections.close_all()
    return fresh


def want_demo() -> None:
    """Queue the demo catalogue of a new site: the worker makes it, piece by piece, and a killed start loses nothing."""
    from django.db import connections

    from antiphon.site import demo

    if demo.enqueue_first_demo():
        tell("A few pieces of music to begin with are being made; they appear one after the other.")
    connections.close_all()


class Children:
    """The processes beside the server: the worker."""

    def __init__(self) -> None:
        self.stopping = asyncio.Event()
        self.running: set[asyncio.subprocess.Process] = set()

    async def start(self, *words: str) -> asyncio.subprocess.Process:
        """Start `antiphon …`, in a session of its own: Ctrl-C in a terminal reaches only the server, which tells us."""
        command = (sys.executable, "-m", "antiphon.cli.main", *words)
        child = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.DEVNULL, start_new_session=True)
        self.running.add(child)
        return child

    async def keep_worker(self) -> None:
        """Start a worker again whenever it ends, until told to stop."""
        pause = RESTART_AFTER_S[0]
        while not self.stopping.is_set():
            started = time.monotonic()
            worker = await self.start("worker", "--with-parent", str(os.getpid()))
            status = await worker.wait()
            self.running.discard(worker)
            if self.stopping.is_set():
                return
            pause = RESTART_AFTER_S[0] if time.monotonic() - started > STEADY_S else min(pause * 2, RESTART_AFTER_S[1])
            tell(f"The worker ended (status {status}); starting it again in {pause:.0f} s.")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), pause)

    async def stop(self) -> None:
        """End them: politely, and after a while for certain."""
        self.stopping.set()
        for child in self.running:
            with contextlib.suppress(ProcessLookupError):
                child.terminate()
        if not self.running:
            return
        ended = asyncio.gather(*(child.wait() for child in self.running))
        try:
            await asyncio.wait_for(ended, WORKER_ENDING_S)
        except TimeoutError:
            self.kill()

    def kill(self) -> None:
        for child in self.running:
            with contextlib.suppress(ProcessLookupError):
                child.kill()


def _first_page(host: str, port: int) -> int:
    """Ask for the first page as a browser would, which also loads what the first visitor would wait for.

    Return the reply's status; 0 while nobody answers.
    """
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    connection = http.client.HTTPConnection(here, port, timeout=20)
    try:
        connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


async def _announce(host: str, port: int, url: str, answering: asyncio.Event) -> None:
    while not (status := await asyncio.to_thread(_first_page, host, port)):
        await asyncio.sleep(0.1)
    gc.collect()
    gc.freeze()  # what is loaded by now stays: the collector need not look at it again
    tell(f"Antiphon answers at {url}")
    answering.set()
    if status >= 500:
        tell("But its first page fails; the log in the data folder says why.")
    token = await asyncio.to_thread(_first_run_token)
    if token:
        tell(f"Nobody runs this site yet. Become its operator: {url}/operate/begin?token={token}")


def _first_run_token() -> str:
    from django.db import connections

    from antiphon.accounts import service as accounts

    try:
        return accounts.first_run_token()
    finally:
        connections.close_all()


async def _work(children: Children, answering: asyncio.Event) -> None:
    """Keep a worker, from when the first page was answered: on a small machine both would be slow to start together."""
    await answering.wait()
    await children.keep_worker()


def _note_failure(task: asyncio.Task[None]) -> None:
    """Nobody awaits what runs beside the server, so a failure there is noted here."""
    if not task.cancelled() and (error := task.exception()) is not None:
        logging.getLogger(__name__).error("%s failed", task.get_coro(), exc_info=error)


async def _run(*, with_worker: bool) -> None:
    from django.conf import settings

    from antiphon.site.asgi import application
    from antiphon.site.door.serve import serve

    config = settings.ANTIPHON
    stop, children = asyncio.Event(), Children()

    def leave() -> None:
        if stop.is_set():  # asked twice: whoever waits for us has waited long enough
            children.kill()
            os._exit(1)
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, leave)
    answering = asyncio.Event()
    beside = [asyncio.create_task(_announce(config.host, config.port, settings.SITE_URL, answering))]
    if with_worker:
        beside.append(asyncio.create_task(_work(children, answering)))
    for task in beside:
        task.add_done_callback(_note_failure)
    try:
        await serve(application, config.host, config.port, stop)
    finally:
        beside[0].cancel()
        await children.stop()
        for task in beside:
            task.cancel()


def main(argv: Sequence[str] | None = None) -> None:
    """Start; return when it was told to stop. Raises SystemExit with one sentence when it cannot start."""
    parser = argparse.ArgumentParser(prog="antiphon serve")
    parser.add_argument("--with-worker", action="store_true", help="start a worker beside the server")
    args = parser.parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "antiphon.site.settings")

    import django

    from antiphon.kernel.errors import AntiphonError
    from antiphon.site.config import config
    from antiphon.site.door.listening import refuse_taken

    refuse_taken(config.host, config.port)
    django.setup()
    try:
        if make_ready():
            want_demo()
    except AntiphonError as error:
        raise SystemExit(f"{error.message} {error.hint}".strip()) from error
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.run_until_complete(_run(with_worker=args.with_worker))
    logging.shutdown()
    sys.stdout.flush()
    # Clients that stopped reading are still being sent to, by tasks and threads that nobody needs to wait for.
    os._exit(0)


if __name__ == "__main__":
    main()
