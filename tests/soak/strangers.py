"""What somebody does who has no part in an installation: check a proof file offline, load a dataset, change a bit."""

import contextlib
import io
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from antiphon.cli.main import main

NETWORK_IS_ON = 3
# First shows that nobody can be reached. Where the kernel gives no namespace of its own, Python refuses every socket.
WITHOUT_NETWORK = """
import socket, sys
port, guarded, *words = sys.argv[1:]
def refuse(event, args):
    if event.startswith("socket."):
        raise OSError("the network is off")
if guarded == "yes":
    sys.addaudithook(refuse)
try:
    socket.create_connection(("127.0.0.1", int(port)), 2).close()
except OSError:
    pass
else:
    sys.exit(3)
from antiphon.cli.main import main
sys.exit(main(words))
"""
# Says which record sets of a dataset cannot be read, as somebody sees it who has never heard of this place.
LOADER = """
import json, sys
import mlcroissant
dataset = mlcroissant.Dataset(jsonld=sys.argv[1])
said = {"errors": sorted(dataset.metadata.ctx.issues.errors), "read": [], "refused": []}
for one in dataset.metadata.record_sets:
    try:
        said["read"].append([one.id, len(list(dataset.records(one.id)))])
    except Exception as error:
        said["refused"].append([one.id, f"{error} {error.__cause__}"])
print(json.dumps(said))
"""


def verify_offline(path: Path, *words: str, probe_port: int) -> tuple[int, str]:
    """Run `antiphon verify` where there is no network and no installation; return its exit status and what it says.

    probe_port: where somebody answers who must not be reached. Raises `RuntimeError` when they were, or when the
    command left something behind.
    """
    with tempfile.TemporaryDirectory() as nowhere:
        alone = ["unshare", "--user", "--map-root-user", "--net"]
        can = subprocess.run([*alone, "true"], capture_output=True, check=False).returncode == 0
        script = [sys.executable, "-c", WITHOUT_NETWORK, str(probe_port), "no" if can else "yes"]
        command = [*(alone if can else []), *script, "verify", str(path), *words]
        env = {"PATH": "/usr/bin:/bin", "HOME": nowhere}
        ran = subprocess.run(command, cwd=nowhere, env=env, capture_output=True, text=True, timeout=60, check=False)
        left = list(Path(nowhere).iterdir())
    if ran.returncode == NETWORK_IS_ON or left:
        raise RuntimeError(f"the network was on, or something was left behind: {left}")
    return ran.returncode, ran.stdout + ran.stderr


def verify_here(path: Path) -> tuple[int, str]:
    """The same command in this process, for many files: a start of Python for each would take minutes."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        status = main(["verify", str(path)])
    return status, said.getvalue()


def load(folder: Path) -> dict[str, list[list[object]]]:
    """Load a dataset by its Croissant metadata: `errors`, and the record sets that were `read` or `refused`."""
    command = [sys.executable, "-W", "ignore", "-c", LOADER, str(folder / "croissant.json")]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return dict(json.loads(ran.stdout.splitlines()[-1]))


def spoil(path: Path, dice: random.Random) -> None:
    """Change one byte."""
    raw = bytearray(path.read_bytes())
    raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
    path.write_bytes(raw)


def flip(path: Path, data: bytes, place: int) -> Path:
    """Write a file that is other than it was in one bit; return its path."""
    raw = bytearray(data)
    raw[place // 8] ^= 1 << place % 8
    path.write_bytes(raw)
    return path
