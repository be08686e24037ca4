"""What a signed 64 KiB range costs: CPU time of our process, beside nginx with and without its own signed links."""

import argparse
import hashlib
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path

from tests.soak.door_site import COOKIE, running

from bench import peer_nginx
from bench.table import Row, print_table, write

SIZE = 12 * 2**20
PIECE = 64 * 1024
LINES = 4  # of our own client
CONNECTIONS = 32  # of wrk
SCRIPT = """
math.randomseed(7)
request = function()
  local start = math.random(0, {most})
  local range = "bytes=" .. start .. "-" .. (start + {piece})
  return wrk.format("GET", "{address}", {{["Cookie"] = "{cookie}", ["Range"] = range}})
end
"""


def fetch(port: int, address: str, count: int, seed: int) -> None:
    """Fetch random ranges over one connection."""
    dice, buffer = random.Random(seed), bytearray(PIECE * 2)
    line = socket.create_connection(("127.0.0.1", port))
    for _ in range(count):
        start = dice.randrange(SIZE - PIECE)
        line.sendall(
            f"GET {address} HTTP/1.1\r\nHost: localhost\r\nCookie: {COOKIE}\r\n"
            f"Range: bytes={start}-{start + PIECE - 1}\r\n\r\n".encode()
        )
        got = line.recv_into(buffer)
        if not buffer.startswith(b"HTTP/1.1 206"):
            raise RuntimeError(bytes(buffer[:200]).decode("latin-1"))
        left = PIECE - (got - buffer.index(b"\r\n\r\n") - 4)
        while left:
            left -= line.recv_into(buffer, left)
    line.close()


def load_ourselves(port: int, address: str, count: int) -> int:
    """Fetch so many ranges over a few connections; return how many that were. Slow, so that the server often waits."""
    lines = [threading.Thread(target=fetch, args=(port, address, count // LINES, n)) for n in range(LINES)]
    for line in lines:
        line.start()
    for line in lines:
        line.join()
    return count // LINES * LINES


def load_by_wrk(program: str, port: int, address: str, seconds: int) -> int:
    """Fetch ranges over many connections for some seconds; return how many that were."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT.format(most=SIZE - PIECE, piece=PIECE - 1, address=address, cookie=COOKIE))
        script.flush()
        words = [program, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}", "-s", script.name, f"http://127.0.0.1:{port}"]
        said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        raise RuntimeError(said)
    return int(re.findall(r"(\d+) requests in", said)[0])


def cost_ms(port: int, address: str, cpu_s: Callable[[], float], count: int) -> float:
    """CPU milliseconds of the server for one range; the least of five rounds, because others use this machine."""
    fetch(port, address, 200, seed=0)
    wrk, rounds = shutil.which("wrk"), []
    for _ in range(5):
        before = cpu_s()
        made = load_by_wrk(wrk, port, address, 2) if wrk else load_ourselves(port, address, count)
        rounds.append((cpu_s() - before) * 1000 / made)
    return min(rounds)


def peers(folder: Path, count: int) -> dict[str, float]:
    """The same from nginx, plain and with its signed links."""
    program = peer_nginx.find()
    if program is None:
        print("nginx is not here: no peer")
        return {}
    files = folder / "files" / "renditions" / "1"
    for part in (folder, *files.parents, files):
        if part.is_relative_to(folder):
            part.chmod(0o755)
    with peer_nginx.running(program, folder / "nginx", files) as nginx:
        end = int(time.time()) + 3600
        digest = hashlib.md5(f"{end}/signed/aac160.mp4 {peer_nginx.SECRET}".encode()).digest()
        signature = urlsafe_b64encode(digest).rstrip(b"=").decode()
        signed = f"/signed/aac160.mp4?md5={signature}&expires={end}"
        return {
            "nginx, plain file": cost_ms(nginx.port, "/plain/aac160.mp4", nginx.cpu_s, count),
            "nginx, signed link": cost_ms(nginx.port, signed, nginx.cpu_s, count),
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, help="ranges in each round, where wrk is not here")
    count = parser.parse_args().count
    if not sys.platform.startswith("linux"):
        print("bench.media reads /proc and needs Linux.")
        return 0
    with tempfile.TemporaryDirectory(prefix="antiphon-bench-") as name, running(Path(name)) as site:
        address = site.store("renditions/1/aac160.mp4", SIZE)
        ours = cost_ms(site.port, address, site.cpu_s, count)
        found = peers(Path(name), count)
    rows = [Row("signed 64 KiB range", ours, "CPU ms, less is better", peer, cost) for peer, cost in found.items()]
    rows = rows or [Row("signed 64 KiB range", ours, "CPU ms, less is better")]
    print_table("Media through the front door", rows)
    write("media", rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
