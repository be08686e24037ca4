"""A real server on a data folder of its own, for runs and benchmarks of the front door; Django is set up here too."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE_S = 60
TICKS = os.sysconf("SC_CLK_TCK")
COOKIE = "antiphon_listener=0123456789abcdef0123456789abcdef"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class DoorSite:
    folder: Path
    port: int
    process: subprocess.Popen[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu_s(self) -> float:
        """CPU time of the server so far, in user and system, all its threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory_mib(self, line: str = "VmRSS") -> float:
        """Memory of the server: resident now (`VmRSS`), or the most it ever was (`VmHWM`)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition(line + ":")[2].split()[0]) / 1024

    def uploader(self, email: str = "ada@example.org") -> str:
        """Make a person with a profile and room; return the secret of a key that may upload."""
        from antiphon.accounts import service as accounts

        user = accounts.make_account(email, "correct horse battery staple", verified=True)
        user.quota_bytes = 2**40
        user.save()
        accounts.make_profile(user, email.partition("@")[0].title())
        return accounts.make_api_key(user, "run", ["read", "upload"])[1]

    def store(self, key: str, size: int) -> str:
        """Put a file of random bytes into the store; return an address for whoever sends `COOKIE`."""
        from antiphon.storage import service as storage

        source = self.folder / "made"
        with source.open("wb") as file:
            for _ in range(0, size, 2**20):
                file.write(os.urandom(2**20))
            file.truncate(size)
        storage.files().put(key, source)
        return storage.media_url(key, binding=storage.binding_of(COOKIE.partition("=")[2]), seconds=7200)

    def begin(self, key: str, size: int, name: str = "song.wav") -> str:
        """Begin an upload; return its path."""
        said = ",".join(f"{k} {b64encode(v.encode()).decode()}" for k, v in (("filename", name), ("attested", "yes")))
        headers = {
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(size),
            "Upload-Metadata": said,
            "Authorization": f"Bearer {key}",
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("POST", "/uploads/", headers=headers)
        reply = connection.getresponse()
        words = reply.read()
        connection.close()
        if reply.status != 201:
            raise RuntimeError(f"{reply.status}: {words.decode()}")
        return str(reply.headers["Location"])

    def kill_and_start_again(self) -> None:
        """End the server as a power cut would, and start another on the same data and port."""
        self.process.kill()
        self.process.wait()
        self.process = _start(())


@contextmanager
def running(folder: Path, *words: str, **settings: str) -> Iterator[DoorSite]:
    """Start a server (further words: `--with-worker`) and stop it at the end."""
    port = free_port()
    mine = {"ANTIPHON_DATA": str(folder), "PORT": str(port), "ANTIPHON_DEMO": "no", **settings}
    os.environ.update(mine)
    os.environ["DJANGO_SETTINGS_MODULE"] = "antiphon.site.settings"
    site = DoorSite(folder, port, _start(words))
    try:
        _set_up()
        yield site
    finally:
        if site.process.poll() is None:
            site.process.send_signal(signal.SIGTERM)
        try:
            site.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            site.process.kill()
            site.process.wait()
            raise


def _set_up() -> None:
    import django

    django.setup()


def _start(words: tuple[str, ...]) -> subprocess.Popen[str]:
    """Start a server in this process's environment; return once it answers."""
    command = [sys.executable, "-m", "antiphon.site.run", *words]
    process = subprocess.Popen(command, env=dict(os.environ), stdout=subprocess.PIPE, text=True)
    out: Any = process.stdout
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE_S:
        line = out.readline()
        if "answers at" in line:
            return process
        if not line and process.poll() is not None:
            break
    process.kill()
    process.wait()
    raise RuntimeError("the server did not start")
