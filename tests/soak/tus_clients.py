"""Do clients that others wrote get a large file through a line that breaks five times, once by the server's death?

tuspy (Python) and tus-js-client (JavaScript) upload the same random file; the stored bytes must have its hash.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.soak.cutting_relay import CuttingRelay
from tests.soak.door_site import DoorSite, running

CUTS = 5
KILL_AT = 3  # at this cut the server is killed, too
HERE = Path(__file__).resolve().parent
ASSETS = HERE.parents[1] / "src" / "antiphon" / "web" / "assets"


def make_file(path: Path, size: int) -> str:
    """Write a file of random bytes; return its SHA-256."""
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for _ in range(size // 2**20):
            piece = os.urandom(2**20)
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def by_tuspy(endpoint: str, key: str, path: Path) -> None:
    from tusclient.client import TusClient

    client = TusClient(endpoint, headers={"Authorization": f"Bearer {key}"})
    said = {"filename": path.name, "attested": "yes"}
    client.uploader(str(path), chunk_size=64 * 2**20, metadata=said, retries=40, retry_delay=1).upload()


def by_tus_js_client(endpoint: str, key: str, path: Path) -> None:
    node = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    if node is None or not (ASSETS / "node_modules" / "tus-js-client").is_dir():
        raise RuntimeError("node or tus-js-client is not here; `make assets` brings both")
    script = str(HERE / "tus_js_client.mjs")
    subprocess.run([node, script, str(ASSETS), endpoint, key, str(path)], check=True, timeout=1800)


def interrupted(site: DoorSite, key: str, path: Path, send: Callable[[str, str, Path], None]) -> int:
    """Send a file over a line that breaks; return how often it did."""
    size = path.stat().st_size
    cuts = [size * number // (CUTS + 1) for number in range(1, CUTS + 1)]

    def on_cut(made: int) -> None:
        if made == KILL_AT:
            site.kill_and_start_again()

    relay = CuttingRelay(site.port, cuts, on_cut)
    try:
        send(f"http://127.0.0.1:{relay.port}/uploads/", key, path)
    finally:
        relay.close()
    return relay.made


def stored_hashes(folder: Path) -> list[str]:
    hashes = []
    for path in (folder / "files" / "originals").iterdir():
        with path.open("rb") as file:
            hashes.append(hashlib.file_digest(file, "sha256").hexdigest())
    return hashes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size-mb", type=int, default=1024)
    size = parser.parse_args().size_mb * 2**20
    failed = 0
    with tempfile.TemporaryDirectory(prefix="antiphon-tus-", dir="/var/tmp") as name:
        folder, path = Path(name) / "data", Path(name) / "Slow Harbour.wav"
        folder.mkdir()
        digest = make_file(path, size)
        with running(folder) as site:
            key = site.uploader()
            for client, send in (("tuspy", by_tuspy), ("tus-js-client", by_tus_js_client)):
                before, began = site.memory_mib("VmHWM"), time.monotonic()
                made = interrupted(site, key, path, send)
                took = time.monotonic() - began
                hashes = stored_hashes(folder)
                good = made == CUTS and hashes == [digest] and not list((folder / "incoming").iterdir())
                failed += not good
                verdict = "the hash is right" if good else "WRONG"
                memory = f"memory of the server {before:.0f} MiB before, {site.memory_mib('VmHWM'):.0f} MiB at most"
                print(
                    f"{client}: {size / 1e6:.0f} MB in {took:.1f} s, {made} interruptions: {verdict}; {memory}",
                    flush=True,
                )
                for stored in (folder / "files" / "originals").iterdir():
                    stored.unlink()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
