"""What starting costs: seconds until the first page, and memory of server and worker once they are quiet.

Run: `python -m bench.start`. Memory is the proportional set size of every process of the installation, so that
shared pages count once.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from bench.table import Row, print_table, write

PATIENCE_S = 60
QUIET_S = 8


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def start(folder: Path, port: int) -> tuple[subprocess.Popen[bytes], float]:
    """Start server and worker; return the process and the seconds until `/` answered."""
    env = {**os.environ, "ANTIPHON_DATA": str(folder), "PORT": str(port), "ANTIPHON_DEMO": "no"}
    began = time.monotonic()
    command = [sys.executable, "-m", "antiphon.cli.main", "serve", "--with-worker"]
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while time.monotonic() - began < PATIENCE_S:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as reply:
                if reply.status == 200:
                    return process, time.monotonic() - began
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.02)
    process.kill()
    raise SystemExit("the server did not answer")


def family(pid: int) -> list[int]:
    """A process and all below it (Linux)."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, left = [], [pid]
    while left:
        one = left.pop()
        found.append(one)
        left += children.get(one, [])
    return found


def pss_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="antiphon-bench-") as name:
        folder, port = Path(name), free_port()
        first, first_s = start(folder, port)
        first.send_signal(signal.SIGTERM)
        first.wait(30)
        second, second_s = start(folder, port)
        time.sleep(QUIET_S)
        rows = [
            Row("start with an empty data folder", first_s, "s to the first page"),
            Row("start again", second_s, "s to the first page"),
        ]
        if Path("/proc/self/smaps_rollup").exists():
            each = [pss_mib(pid) for pid in family(second.pid)]
            rows.append(Row("server and worker after the start", sum(each), f"MiB PSS in {len(each)} processes"))
        second.send_signal(signal.SIGTERM)
        second.wait(30)
        print_table("start", rows)
        write("start", rows)


if __name__ == "__main__":
    main()
