"""How fast a large file comes in over loopback, synced to disk, and what memory that takes; nginx's PUT beside it."""

import argparse
import os
import socket
import sys
import tempfile
import time
from pathlib import Path

from tests.soak.door_site import running

from bench import peer_nginx
from bench.table import Row, print_table, write

PIECE = os.urandom(2**20)


def send(port: int, head: str, size: int) -> float:
    """Send one request with a body of `size` bytes; return the seconds until the reply."""
    line = socket.create_connection(("127.0.0.1", port))
    began = time.perf_counter()
    line.sendall((head + f"Content-Length: {size}\n\n").replace("\n", "\r\n").encode())
    for _ in range(size // len(PIECE)):
        line.sendall(PIECE)
    reply = line.recv(1000)
    took = time.perf_counter() - began
    line.close()
    if not reply.startswith((b"HTTP/1.1 204", b"HTTP/1.1 201")):
        raise RuntimeError(reply.decode("latin-1"))
    return took


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size-mb", type=int, default=1024)
    size = parser.parse_args().size_mb * 2**20
    if not sys.platform.startswith("linux"):
        print("bench.upload reads /proc and needs Linux.")
        return 0
    peer_mb_s = None
    with tempfile.TemporaryDirectory(prefix="antiphon-bench-", dir="/var/tmp") as name, running(Path(name)) as site:
        key = site.uploader()
        small, before = site.begin(key, 4 * 2**20, "small.wav"), 0.0
        head = (
            "PATCH {at} HTTP/1.1\nHost: localhost\nAuthorization: Bearer {key}\nTus-Resumable: 1.0.0\n"
            "Upload-Offset: 0\nContent-Type: application/offset+octet-stream\n"
        )
        send(site.port, head.format(at=small, key=key), 4 * 2**20)
        before, cpu = site.memory_mib(), site.cpu_s()
        took = send(site.port, head.format(at=site.begin(key, size), key=key), size)
        cpu, grown = site.cpu_s() - cpu, site.memory_mib("VmHWM") - before
        if program := peer_nginx.find():
            Path(name).chmod(0o755)
            with peer_nginx.running(program, Path(name) / "nginx", Path(name)) as nginx:
                peer_mb_s = size / 1e6 / send(nginx.port, "PUT /put/song HTTP/1.1\nHost: localhost\n", size)
    mb = size / 1e6
    peer = "nginx PUT, not synced" if peer_mb_s else ""
    rows = [
        Row(f"upload of {mb:.0f} MB", mb / took, "MB/s, more is better", peer, peer_mb_s),
        Row("CPU of the server for it", cpu / mb * 1000, "s for a GB, less is better"),
        Row("memory it adds at most", grown, "MiB, less is better"),
    ]
    print_table("Uploads through the front door", rows)
    write("upload", rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
