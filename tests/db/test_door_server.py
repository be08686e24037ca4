"""The door under granian, as a process: lines that stall are ended, and so is the server, without losing a byte."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
PATIENCE_S = 60
# The same server, only less patient.
SERVER = """
from antiphon.site.door import arrivals, bodies, delivery
arrivals.QUIET_S = bodies.QUIET_S = delivery.STALLED_S = 0.5
from antiphon.site import run
run.main([])
"""
# Prints the secret of a key that may upload, and an address of a stored file.
PREPARE = """
import django, os
from pathlib import Path
django.setup()
from django.conf import settings
from antiphon.accounts import service as accounts
from antiphon.storage import service as storage
ada = accounts.make_account("ada@example.org", "correct horse battery staple", verified=True)
accounts.make_profile(ada, "Ada Quill")
source = settings.DATA / "tmp" / "made"
source.write_bytes(os.urandom(30_000_000))
storage.files().put("renditions/1/aac160.mp4", source)
print(accounts.make_api_key(ada, "test", ["upload"])[1])
print(storage.media_url("renditions/1/aac160.mp4", binding=storage.binding_of("ada"), seconds=600))
"""


@dataclass
class Running:
    data: Path
    port: int
    env: dict[str, str]
    process: subprocess.Popen[str]
    key: str = ""
    address: str = ""

    def line(self, head: str, body: bytes = b"") -> socket.socket:
        """Send what may be only the beginning of a request."""
        line = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)
        line.sendall(f"{head}\nHost: localhost\n".replace("\n", "\r\n").encode() + body)
        return line

    def begin(self, length: int) -> str:
        said = ",".join(f"{k} {b64encode(v).decode()}" for k, v in (("filename", b"a.wav"), ("attested", b"yes")))
        headers = {"Upload-Length": str(length), "Upload-Metadata": said}
        return self.ask("POST", "/uploads/", headers).headers["Location"] or ""

    def ask(self, method: str, path: str, headers: dict[str, str]) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        connection.request(
            method, path, headers={"Tus-Resumable": "1.0.0", "Authorization": f"Bearer {self.key}"} | headers
        )
        reply = connection.getresponse()
        reply.read()
        connection.close()
        return reply

    def sending(self, at: str, length: int, body: bytes) -> socket.socket:
        head = (
            f"PATCH {at} HTTP/1.1\nAuthorization: Bearer {self.key}\nTus-Resumable: 1.0.0\nUpload-Offset: 0\n"
            f"Content-Type: application/offset+octet-stream\nContent-Length: {length}"
        )
        return self.line(head, b"\r\n" + body)


def all_of(line: socket.socket) -> bytes:
    pieces = []
    try:
        while piece := line.recv(65536):
            pieces.append(piece)
    except ConnectionResetError:
        pass
    finally:
        line.close()
    return b"".join(pieces)


def start(data: Path, port: int) -> Running:
    env = {name: value for name, value in os.environ.items() if not name.startswith("ANTIPHON_")}
    env |= {"ANTIPHON_DATA": str(data), "PORT": str(port), "ANTIPHON_DEMO": "no"}
    command = [sys.executable, "-c", SERVER]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if "answers at" in line:
            return Running(data, port, env, process)
    raise AssertionError("".join(said))


def stop(running: Running) -> float:
    """Stop it as a service manager would; return how long that took."""
    began = time.monotonic()
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(PATIENCE_S) == 0
    assert running.process.stdout is not None
    running.process.stdout.close()
    return time.monotonic() - began


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    running = start(tmp_path_factory.mktemp("data"), port)
    prepared = subprocess.run(
        [sys.executable, "-c", PREPARE], env=running.env, capture_output=True, text=True, check=True
    )
    running.key, running.address = prepared.stdout.split()
    yield running
    if running.process.poll() is None:
        stop(running)


def test_an_upload_that_goes_quiet_is_ended_and_kept(server: Running) -> None:
    at = server.begin(2_000_000)
    reply = all_of(server.sending(at, 2_000_000, bytes(1_300_000)))
    assert reply.startswith(b"HTTP/1.1 408 ")
    assert server.ask("HEAD", at, {}).headers["Upload-Offset"] == "1300000"


def test_an_upload_whose_line_breaks_is_kept(server: Running) -> None:
    at = server.begin(2_000_000)
    server.sending(at, 2_000_000, bytes(1_200_000)).close()
    began, kept = time.monotonic(), ""
    while kept != "1200000" and time.monotonic() - began < PATIENCE_S:  # the first look may overtake the bytes
        kept = server.ask("HEAD", at, {}).headers["Upload-Offset"] or ""
    assert kept == "1200000"


def test_a_form_that_does_not_come_is_ended(server: Running) -> None:
    head = "POST /account/login/ HTTP/1.1\nContent-Type: application/x-www-form-urlencoded\nContent-Length: 1000"
    assert all_of(server.line(head, b"\r\nlogin=")).startswith(b"HTTP/1.1 408 ")


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="looks into /proc")
def test_a_download_that_nobody_takes_is_ended(server: Running) -> None:
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.settimeout(PATIENCE_S)
    line.connect(("127.0.0.1", server.port))
    line.sendall(
        f"GET {server.address} HTTP/1.1\r\nHost: localhost\r\nCookie: antiphon_listener=ada\r\n"
        "Range: bytes=1-\r\n\r\n".encode()
    )
    assert line.recv(12) == b"HTTP/1.1 206"
    began = time.monotonic()
    while holds_the_file(server) and time.monotonic() - began < PATIENCE_S:
        time.sleep(0.02)  # until it gives up; there is nothing to be woken by
    assert len(all_of(line)) < 29_000_000


def holds_the_file(server: Running) -> bool:
    """Whether the server still has the sound open, for a client that may come back."""
    for link in Path(f"/proc/{server.process.pid}/fd").iterdir():
        try:
            if link.readlink().name == "aac160.mp4":
                return True
        except FileNotFoundError:  # closed while we looked
            continue
    return False


def test_a_taken_port_stops_the_start_in_one_sentence(server: Running) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "antiphon.site.run"], env=server.env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "Set PORT to a free one." in done.stderr
    assert "Traceback" not in done.stderr


def test_a_stop_does_not_wait_for_lines_that_stall(server: Running) -> None:
    lines = [
        server.line(f"GET {server.address} HTTP/1.1\nCookie: antiphon_listener=ada\nRange: bytes=0-", b"\r\n")
        for _ in range(20)
    ]
    for line in lines:
        assert line.recv(12) == b"HTTP/1.1 206"
    assert stop(server) < 15
    for line in lines:
        line.close()
