"""Do pages answer while hundreds of clients stall? 200 downloads and 50 uploads that stop, slow forms, slow headers.

Prints how long pages took before and during, and fails when the median or the 95th percentile is more than doubled.
"""

import argparse
import http.client
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.soak.door_site import COOKIE, DoorSite, running

PAGES = ("/", "/account/login/", "/no/such-page")
# A page that takes 4 ms instead of 1 ms on a busy machine is no finding.
FLOOR_MS = 4.0
MOST_TIMES, TRIES = 2.0, 3
FIGURES: dict[str, Callable[[list[float]], float]] = {
    "median": statistics.median,
    "95th percentile": lambda took: sorted(took)[len(took) * 95 // 100],
}
SENT_BYTES = 700_000


def page_ms(site: DoorSite, rounds: int) -> list[float]:
    """How long each page took, one after the other over fresh connections."""
    took = []
    for _ in range(rounds):
        for path in PAGES:
            began = time.perf_counter()
            connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
            connection.request("GET", path)
            reply = connection.getresponse()
            reply.read()
            connection.close()
            if reply.status >= 500:
                raise RuntimeError(f"{path}: {reply.status}")
            took.append((time.perf_counter() - began) * 1000)
    return took


def stall(site: DoorSite, head: str, body: bytes = b"", *, read: bool = False) -> socket.socket:
    """Send a request, or the beginning of one, and then nothing more."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect(("127.0.0.1", site.port))
    line.sendall(head.replace("\n", "\r\n").encode() + body)
    if read and not line.recv(16).startswith(b"HTTP/1.1 20"):
        raise RuntimeError("the download was refused")
    return line


def stall_everywhere(site: DoorSite, downloads: int, uploads: int, forms: int) -> list[socket.socket]:
    size = 32 * 2**20
    address = site.store("renditions/1/aac160.mp4", size)
    key = site.uploader()
    lines = []
    for number in range(downloads):
        # Half as players begin (the whole file), half as they seek (the rest of it).
        wish = "bytes=0-" if number % 2 else "bytes=70000-"
        head = f"GET {address} HTTP/1.1\nHost: localhost\nCookie: {COOKIE}\nRange: {wish}\n\n"
        lines.append(stall(site, head, read=True))
    for number in range(uploads):
        at = site.begin(key, size, f"{number}.wav")
        head = (
            f"PATCH {at} HTTP/1.1\nHost: localhost\nAuthorization: Bearer {key}\nTus-Resumable: 1.0.0\n"
            f"Upload-Offset: 0\nContent-Type: application/offset+octet-stream\nContent-Length: {size}\n\n"
        )
        lines.append(stall(site, head, bytes(SENT_BYTES)))
    form = "POST /account/login/ HTTP/1.1\nHost: localhost\nContent-Type: application/x-www-form-urlencoded\n"
    for _ in range(forms):
        lines.append(stall(site, form + "Content-Length: 1000\n\n", b"login="))
        lines.append(stall(site, "GET / HTTP/1.1\nHost: localhost\nX-Slow: "))
    return lines


def stop_and_count(site: DoorSite) -> tuple[float, int]:
    """Stop the server while all this stalls; return how long it took, and how many uploads kept what was sent."""
    began = time.monotonic()
    site.process.terminate()
    site.process.wait(60)
    kept = [path.stat().st_size == SENT_BYTES for path in (site.folder / "incoming").iterdir()]
    return time.monotonic() - began, sum(kept)


def slower(before: list[float], during: list[float]) -> float:
    """How many times as long pages take: the worse of the two figures."""
    return max(figure(during) / max(figure(before), FLOOR_MS) for figure in FIGURES.values())


def calmest(site: DoorSite, rounds: int, before: list[float]) -> list[float]:
    """Measure while all of it stalls; up to three times, because whatever else the machine does is not the stalls."""
    found = [page_ms(site, rounds)]
    while slower(before, found[-1]) > MOST_TIMES and len(found) < TRIES:
        found.append(page_ms(site, rounds))
    return min(found, key=lambda took: slower(before, took))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--downloads", type=int, default=200)
    parser.add_argument("--uploads", type=int, default=50)
    parser.add_argument("--forms", type=int, default=50, help="slow forms, and as many slow headers")
    parser.add_argument("--rounds", type=int, default=40)
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="antiphon-stalls-") as folder, running(Path(folder)) as site:
        page_ms(site, 5)
        memory = site.memory_mib()
        before = page_ms(site, wish.rounds)
        lines = stall_everywhere(site, wish.downloads, wish.uploads, wish.forms)
        during = calmest(site, wish.rounds, before)
        print(f"{wish.downloads} downloads, {wish.uploads} uploads, {wish.forms} forms and headers stall")
        for name, figure in FIGURES.items():
            usual, now = figure(before), figure(during)
            print(f"page, {name}: {usual:.1f} ms before, {now:.1f} ms during: {now / usual:.2f} times")
        worst = slower(before, during)
        print(f"memory of the server: {memory:.0f} MiB before, {site.memory_mib():.0f} MiB during")
        ended_s, kept = stop_and_count(site)
        print(f"stopped in {ended_s:.1f} s; {kept} of {wish.uploads} uploads kept every byte that was sent")
        for line in lines:
            line.close()
    return 0 if worst <= MOST_TIMES and kept == wish.uploads else 1


if __name__ == "__main__":
    sys.exit(main())
