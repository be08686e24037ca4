"""The limits that a child process puts on itself, and proof of which of them hold.

Four fences, each of which may be missing on some system: resource limits, Landlock (no files but the named ones,
no TCP), seccomp (no sockets, no new programs), and death with the parent. A process that listens needs nothing
but its one open socket, so `seal` turns seccomp around for it: what is not named is refused. None of them ever
stops the start: what could not be put up is reported, and `antiphon doctor` prints it.
Sources: landlock(7), seccomp(2), prctl(2); system call numbers from the kernel's tables for x86-64 and aarch64.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
import sysconfig
from pathlib import Path

from antiphon.audio.core.limits import Limits

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_READ_FILE, _READ_DIR, _EXECUTE = 1 << 2, 1 << 3, 1 << 0
_FILE_RIGHTS_BY_ABI = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many bits of access each version knows
_FILE_ONLY = (1 << 0) | (1 << 1) | (1 << 2) | (1 << 14) | (1 << 15)
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# Sockets in every form (io_uring makes sockets too), new programs, and reaching for other processes.
_DENIED = {
    "x86_64": (41, 42, 43, 44, 46, 49, 50, 53, 59, 62, 101, 165, 288, 310, 311, 322, 425, 426, 427, 434, 438),
    "aarch64": (40, 117, 129, 198, 199, 200, 201, 202, 203, 206, 211, 221, 242, 270, 271, 281, 425, 426, 427, 434, 438),
}

# Second processes and threads, signals, shared memory, kernel keyrings, other processes' limits, and what Landlock
# leaves open: owners, modes, times and attributes of files, and being told of changes to them.
_DENIED_ALONE = {
    "x86_64": (
        29, 30, 31, 56, 57, 58, 64, 65, 66, 68, 69, 70, 71, 76, 90, 91, 92, 93, 94, 129, 132, 141, 188, 189, 190, 197,
        198, 199, 200, 220, 234, 235, 240, 248, 249, 250, 254, 260, 261, 268, 272, 280, 294, 297, 298, 302, 304, 308,
        312, 321, 323, 424, 435, 440, 452,
    ),
    "aarch64": (
        5, 6, 7, 14, 15, 16, 26, 27, 45, 52, 53, 54, 55, 88, 97, 130, 131, 138, 140, 180, 186, 187, 188, 189, 190, 191,
        192, 193, 194, 195, 196, 217, 218, 219, 220, 240, 241, 261, 265, 268, 272, 280, 282, 424, 435, 440, 452,
    ),
}  # fmt: skip
# All that a process needs that computes on what comes through files that are open already: reading, writing, memory,
# its own locks, the time, and its end. Not opening, not even looking at a name.
_ENOUGH = {
    "x86_64": (
        0, 1, 3, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 19, 20, 24, 25, 28, 35, 39, 60, 96, 98, 100, 131, 186, 202, 204,
        219, 228, 229, 230, 231, 271, 309, 318, 324, 334,
    ),
    "aarch64": (
        57, 62, 63, 64, 65, 66, 73, 80, 93, 94, 98, 101, 113, 114, 115, 123, 124, 128, 132, 134, 135, 139, 153, 165,
        168, 169, 172, 178, 214, 215, 216, 222, 226, 233, 278, 283, 293,
    ),
}  # fmt: skip


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def die_with_parent(parent_pid: int) -> bool:
    """Ask the kernel to kill this process when its parent dies; leave at once where that has happened already."""
    if sys.platform != "linux":
        return False
    held = bool(_libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) == 0)
    if os.getppid() != parent_pid:
        os._exit(1)
    return held


def limit_resources(limits: Limits) -> dict[str, bool]:
    """Limit memory, CPU time, size of files, open files and core dumps; say which limits were taken."""
    wanted = {
        "memory": (resource.RLIMIT_AS, limits.memory_bytes, limits.memory_bytes),
        "cpu": (resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 5),
        "file-size": (resource.RLIMIT_FSIZE, limits.output_bytes, limits.output_bytes),
        "open-files": (resource.RLIMIT_NOFILE, 64, 64),
        "core-dumps": (resource.RLIMIT_CORE, 0, 0),
    }
    held = {}
    for name, (what, soft, hard) in wanted.items():
        try:
            ceiling = resource.getrlimit(what)[1]
            if ceiling != resource.RLIM_INFINITY:
                soft, hard = min(soft, ceiling), min(hard, ceiling)
            resource.setrlimit(what, (soft, hard))
            held[name] = True
        except (ValueError, OSError):  # macOS refuses RLIMIT_AS
            held[name] = False
    return held


def close_doors(readable: list[Path], writable: list[Path], *, alone: bool = False) -> dict[str, bool]:
    """Shut out files other than these and the Python installation, the network, and new programs.

    `alone`: new processes and threads as well, and everything through which another process can be reached.
    """
    if sys.platform != "linux" or platform.machine() not in _AUDIT_ARCH:
        return {"files": False, "network": False}
    libc = _libc()
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return {"files": False, "network": False}
    denied = _DENIED[platform.machine()] + (_DENIED_ALONE[platform.machine()] if alone else ())
    return {"files": _landlock(libc, readable, writable), "network": _seccomp(libc, denied)}


def seal() -> bool:
    """Refuse every system call but those of `_ENOUGH`, after `close_doors`; say whether the kernel did.

    Import before it what will be needed: afterwards nothing can be opened, not even a library.
    """
    if sys.platform != "linux" or platform.machine() not in _AUDIT_ARCH:
        return False
    return _seccomp(_libc(), _ENOUGH[platform.machine()], named_are_allowed=True)


def _libraries() -> list[Path]:
    """Where Python's modules and shared libraries are; not the whole prefix, which may hold the site's data too."""
    known = sysconfig.get_paths()
    places = [*sys.path, *(known[name] for name in ("stdlib", "platstdlib", "purelib", "platlib"))]
    places += [f"{prefix}/{name}" for prefix in (sys.prefix, sys.base_prefix) for name in ("lib", "lib64")]
    places += ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/share/zoneinfo", "/dev/urandom"]
    return [Path(place) for place in dict.fromkeys(places) if place]


def _landlock(libc: ctypes.CDLL, readable: list[Path], writable: list[Path]) -> bool:
    abi = libc.syscall(_LANDLOCK_CREATE, None, 0, 1)
    if abi < 1:
        return False
    every = (1 << _FILE_RIGHTS_BY_ABI.get(abi, 16)) - 1
    # struct landlock_ruleset_attr: files; TCP bind and connect since ABI 4; sockets and signals since ABI 6.
    attributes = struct.pack("=QQQ", every, 3 if abi >= 4 else 0, 3 if abi >= 6 else 0)
    attributes = attributes[: 24 if abi >= 6 else 16 if abi >= 4 else 8]
    rules = libc.syscall(_LANDLOCK_CREATE, attributes, len(attributes), 0)
    if rules < 0:
        return False
    try:
        for path in [*_libraries(), *readable]:
            _allow(libc, rules, path, _READ_FILE | _READ_DIR | _EXECUTE)
        for path in writable:
            _allow(libc, rules, path, every & ~_EXECUTE)
        return bool(libc.syscall(_LANDLOCK_RESTRICT, rules, 0) == 0)
    finally:
        os.close(rules)


def _allow(libc: ctypes.CDLL, rules: int, path: Path, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # an entry of sys.path that does not exist
    try:
        if not path.is_dir():
            rights &= _FILE_ONLY
        libc.syscall(_LANDLOCK_ADD, rules, 1, struct.pack("=Qi", rights, place), 0)
    finally:
        os.close(place)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def _seccomp(libc: ctypes.CDLL, named: tuple[int, ...], *, named_are_allowed: bool = False) -> bool:
    """Refuse the named calls with EPERM, or all the others; a call of another architecture ends the process."""
    calls = sorted(set(named))

    def step(code: int, yes: int, no: int, value: int) -> bytes:
        return struct.pack("=HBBI", code, yes, no, value)

    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06
    allow, refuse, kill = 0x7FFF0000, 0x00050000 | 1, 0x80000000
    machine = _AUDIT_ARCH[platform.machine()]
    program = [step(load, 0, 0, 4), step(equal, 1, 0, machine), step(answer, 0, 0, kill)]
    # Numbers from 2^30 are calls of x32, which has numbers of its own for everything: refused either way.
    program += [step(load, 0, 0, 0), step(at_least, 0, 1, 0x40000000), step(answer, 0, 0, refuse)]
    for index, call in enumerate(calls):
        program.append(step(equal, len(calls) - index, 0, call))
    others, those = (refuse, allow) if named_are_allowed else (allow, refuse)
    program += [step(answer, 0, 0, others), step(answer, 0, 0, those)]
    code = b"".join(program)
    return bool(libc.prctl(_PR_SET_SECCOMP, 2, ctypes.byref(_Program(len(program), code)), 0, 0) == 0)
