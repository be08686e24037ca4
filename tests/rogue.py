"""An engine that wants everything: run in the process in which software listens, it reaches for all it can think of.

`reach()` says how many bytes each way gave it, by name; nought where it was refused. Its paths come from a module
`rogue_paths` that a test writes beside a copy of this file: PATHS, RECORDINGS (not permitted ones), WORKER (a pid).
It needs nothing of the project, so the same file shows what it would get without fences.
"""

import ctypes
import os
import socket
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import rogue_paths

_libc = ctypes.CDLL(None, use_errno=True)
# x86-64 and aarch64 numbers of calls that Python has no name for.
_CALLS = {
    "x86_64": {"ptrace": 101, "process_vm_readv": 310, "pidfd_open": 434, "pidfd_getfd": 438, "openat2": 437,
               "io_uring_setup": 425, "shmget": 29, "keyctl": 250, "open_by_handle_at": 304, "userfaultfd": 323},
    "aarch64": {"ptrace": 117, "process_vm_readv": 270, "pidfd_open": 434, "pidfd_getfd": 438, "openat2": 437,
                "io_uring_setup": 425, "shmget": 194, "keyctl": 219, "open_by_handle_at": 265, "userfaultfd": 282},
}[os.uname().machine]  # fmt: skip


def reach() -> dict[str, int]:
    """Try every way to every path; return the bytes each gave, or a 1 where a way opened that gives none itself."""
    ways: dict[str, Callable[[], int]] = {}
    for path in rogue_paths.PATHS:
        ways[f"open {path}"] = lambda path=path: _read(path)
        ways[f"open through proc {path}"] = lambda path=path: _read(f"/proc/self/root{path}")
        ways[f"openat2 {path}"] = lambda path=path: _openat2(path)
        ways[f"link {path}"] = lambda path=path: _by_link(path)
        ways[f"move {path}"] = lambda path=path: _changed(lambda: Path(path).rename(path + ".moved").rename(path))
        ways[f"chmod {path}"] = lambda path=path: _changed(lambda: Path(path).chmod(0o600))
        ways[f"write {path}"] = lambda path=path: _changed(lambda: os.close(os.open(path, os.O_WRONLY)))
    worker = rogue_paths.WORKER
    for name in ("mem", "environ", "maps", "cmdline", "fd", "task"):
        ways[f"proc {name}"] = lambda name=name: _read(f"/proc/{worker}/{name}")
    for number in range(64):
        ways[f"a file left open, {number}"] = lambda number=number: _left_open(number)
    ways["list folders"] = lambda: sum(len(_listed(path)) for path in rogue_paths.PATHS)
    ways["environment"] = lambda: len([name for name in os.environ if "ANTIPHON" in name or "SECRET" in name])
    ways["ptrace"] = lambda: _call("ptrace", 16, worker, 0, 0)
    ways["memory of the worker"] = lambda: _memory_of(worker)
    ways["its files by pidfd"] = lambda: _call("pidfd_open", worker, 0)
    ways["io_uring"] = lambda: _call("io_uring_setup", 4, ctypes.create_string_buffer(120))
    ways["shared memory"] = lambda: _call("shmget", 0, 4096, 0o1600)
    ways["keyring"] = lambda: _call("keyctl", 0, -3, 1)
    ways["signal"] = lambda: _changed(lambda: os.kill(worker, 0))
    ways["another process"] = _fork
    ways["another program"] = lambda: _changed(lambda: os.posix_spawn("/bin/true", ["true"], {}))
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
        ways[f"network {family}"] = lambda family=family: _changed(lambda: socket.socket(family).close())
    return {name: _tried(way) for name, way in ways.items()}


def _tried(way: Callable[[], int]) -> int:
    try:
        return way()
    except (OSError, ValueError):
        return 0


def _read(path: str) -> int:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        return len(file.read(65536) or b"")


def _openat2(path: str) -> int:
    how = struct.pack("=QQQ", os.O_RDONLY, 0, 0)
    number = _libc.syscall(_CALLS["openat2"], -100, path.encode(), how, len(how))
    if number < 0:
        return 0
    got = len(os.read(number, 65536))
    os.close(number)
    return got


def _by_link(path: str) -> int:
    link = f"/tmp/rogue-{os.getpid()}"
    os.link(path, link)
    try:
        return _read(link)
    finally:
        os.unlink(link)  # noqa: PTH108


def _changed(act: Callable[[], Any]) -> int:
    act()
    return 1


def _listed(path: str) -> list[str]:
    return os.listdir(Path(path).parent)  # noqa: PTH208


def _left_open(number: int) -> int:
    """Whatever is open but the three that every process has, and the broker's socket, which is tried last."""
    if number < 3:
        return 0
    if os.fstat(number).st_mode & 0o170000 == 0o140000:
        return 0
    return len(os.pread(number, 65536, 0)) or 1


def _call(name: str, *arguments: Any) -> int:
    return 1 if _libc.syscall(_CALLS[name], *arguments) >= 0 else 0


def _memory_of(worker: int) -> int:
    """Read from where this process has something itself: both run the same Python."""
    mine = ctypes.create_string_buffer(64)
    place = ctypes.cast(_libc.malloc, ctypes.c_void_p).value or 0
    local = struct.pack("=QQ", ctypes.addressof(mine), 64)
    remote = struct.pack("=QQ", place, 64)
    got = _libc.syscall(_CALLS["process_vm_readv"], worker, local, 1, remote, 1, 0)
    return max(0, got)


def _fork() -> int:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return 1


def _sound_of_others(sound: Any) -> int:
    """Ask the broker for what is not permitted, in every order; return how many bytes of sound came."""
    line, got = sound._line, 0
    for recording in rogue_paths.RECORDINGS:
        wish = str(recording).encode()
        line.write(b"W" + struct.pack(">I", len(wish)) + wish)
        kind, body = line.read()
        while kind in (b"S", b"B"):
            got += len(body) if kind == b"B" else 0
            kind, body = line.read()
    return got


AT_IMPORT: dict[str, int] = reach() if __name__ != "__main__" else {}
_rehearsed: dict[str, int] = {}


def hear(sound: Any) -> dict[str, Any]:
    """Hear what is permitted, then reach for the rest."""
    if not hasattr(sound, "_line"):
        _rehearsed.update(reach())
        return {}
    own = sum(block.nbytes for block in sound.blocks())
    sealed = reach()
    return {
        "own": own,
        "others": _sound_of_others(sound),
        "import": _open_ways(AT_IMPORT),
        "rehearsal": _open_ways(_rehearsed),
        "sealed": _open_ways(sealed),
        "tried": len(sealed),
        "names": sum(_tried(lambda path=path: os.stat(path).st_size) for path in rogue_paths.PATHS),  # noqa: PTH116
    }


def _open_ways(found: dict[str, int]) -> dict[str, int]:
    return {name: got for name, got in found.items() if got}


if __name__ == "__main__":
    import json

    print(json.dumps(reach()))
