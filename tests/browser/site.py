"""A whole installation for the browser tests: real server, real worker, a data folder of its own."""

import email
import email.policy
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PATIENCE_S = 90
PASSWORD = "correct horse battery staple"  # everybody's


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Site:
    data: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        mine = {"ANTIPHON_DATA": str(self.data), "PORT": str(self.port), "ANTIPHON_DEMO": "no"}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ANTIPHON_")}
        return {**kept, **mine}

    def start(self) -> None:
        """Start server and worker, and wait until a page answers."""
        command = [sys.executable, "-m", "antiphon.cli.main", "serve", "--with-worker"]
        with (self.data / "server.out").open("ab") as out:
            self.process = subprocess.Popen(command, env=self.env, stdout=out, stderr=subprocess.STDOUT)
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE_S:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(self.url, timeout=5) as reply:
                    if reply.status == 200:
                        return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        raise RuntimeError((self.data / "server.out").read_text(errors="replace")[-4000:])

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def printed(self, pattern: str) -> str:
        """Wait until the server has printed something of a pattern; return it."""
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE_S:
            if hit := re.search(pattern, (self.data / "server.out").read_text(errors="replace")):
                return hit.group()
            time.sleep(0.1)
        raise AssertionError(f"the server did not print {pattern}")

    def antiphon(self, *arguments: str) -> str:
        """Run the command line against this installation; return what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "antiphon.cli.main", *arguments],
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def mails_to(self, address: str) -> Sequence[str]:
        """The bodies of the mails that were sent to an address, the latest last."""
        found = []
        for path in sorted((self.data / "mail").glob("*.log"), key=lambda p: p.stat().st_mtime):
            for part in re.split(r"\n-{79}\n", path.read_text(encoding="utf-8")):
                mail = email.message_from_string(part.lstrip("\n"), policy=email.policy.default)
                if address in str(mail.get("To", "")):
                    body = mail.get_body(("plain",))
                    found.append(body.get_content() if body is not None else "")
        return found

    def link_in_mail(self, address: str, pattern: str, patience_s: float = PATIENCE_S) -> str:
        """Wait for a mail with a link of a pattern; return the link of the latest."""
        began = time.monotonic()
        while time.monotonic() - began < patience_s:
            for body in reversed(self.mails_to(address)):
                if hit := re.search(rf"https?://\S*{pattern}\S*", body):
                    return hit.group()
            time.sleep(0.1)
        raise AssertionError(f"no mail to {address} with {pattern}")
