"""The limited process: `python -m antiphon.audio.engines.child`, one request on standard input, lines on output.

Request, one JSON object: `verb`, `input`, `output` (a folder), `limits`, `parent`, and what the verb needs. Replies,
one JSON object a line: `{"progress": 12}`, `{"checked": …}`, and last `{"result": …}` or `{"failure": {code, values}}`.
A process that ends without its last line crashed; `sandbox` says so. The fences go up before the file is opened.
"""

import errno
import json
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import av.error
import av.logging
import numpy as np

from antiphon.audio.core.failures import Failure
from antiphon.audio.core.limits import Limits
from antiphon.audio.engines import confine, copies, passes, pictures, plain

Request = dict[str, Any]


def main() -> int:
    """Read the request, put up the fences, do the verb, say how it ended."""
    lines = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not look like a reply

    def say(line: dict[str, Any]) -> None:
        lines.write(json.dumps(line) + "\n")

    request = json.loads(sys.stdin.readline())
    limits = Limits(**request["limits"])
    path, folder = Path(request["input"]), Path(request["output"])
    held = {"dies-with-worker": confine.die_with_parent(request["parent"])}
    held |= confine.limit_resources(limits)
    held |= confine.close_doors([path, *map(Path, request.get("also", []))], [folder])
    av.logging.set_level(av.logging.PANIC)
    np.seterr(all="ignore")
    try:
        say({"result": VERBS[request["verb"]](request, path, folder, limits, say, held)})
    except Failure as failure:
        say({"failure": {"code": failure.code, "values": failure.values}})
    except MemoryError:
        say({"failure": {"code": "out-of-memory", "values": {}}})
    except (OSError, av.error.FFmpegError) as error:
        say({"failure": {"code": _cause(error), "values": {}, "detail": repr(error)[:500]}})
    return 0


def _cause(error: BaseException) -> str:
    number = getattr(error, "errno", None)
    known = {
        errno.ENOSPC: "disk-full",
        errno.EDQUOT: "disk-full",
        errno.EFBIG: "output-too-large",
        errno.ENOMEM: "out-of-memory",
        errno.ENOENT: "missing",
    }
    return known.get(number or 0, "crashed")


def _first(request: Request, path: Path, folder: Path, limits: Limits, say: passes.Say, held: Any) -> Any:
    return passes.first_pass(path, folder, limits, say, encode=request.get("encode", True))


def _second(request: Request, path: Path, folder: Path, limits: Limits, say: passes.Say, held: Any) -> Any:
    return passes.second_pass(path, folder, limits, say)


def _decode(request: Request, path: Path, folder: Path, limits: Limits, say: passes.Say, held: Any) -> Any:
    return passes.decode_only(path, limits)


def _sound(request: Request, path: Path, folder: Path, limits: Limits, say: passes.Say, held: Any) -> Any:
    return plain.give(path, request["sound"], limits)


def _picture(request: Request, path: Path, folder: Path, limits: Limits, say: passes.Say, held: Any) -> Any:
    if path.stat().st_size > pictures.MAX_BYTES:
        raise Failure("bad-picture")
    return {"pictures": pictures.make_sizes(path.read_bytes(), folder)}


def _copy(request: Request, path: Path, folder: Path, limits: Limits, say: passes.Say, held: Any) -> Any:
    return copies.make_copy(path, folder, limits, request["words"], request.get("artwork"))


def _fences(request: Request, path: Path, folder: Path, limits: Limits, say: passes.Say, held: Any) -> Any:
    """Say which fences stand, by trying to climb them: a file outside, and a connection to nobody."""
    outside = Path(request["outside"])
    return {**held, "files": _refused(outside.read_bytes), "network": _refused(_knock)}


def _knock() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as door:
        door.connect_ex(("127.0.0.1", 9))


def _refused(act: Callable[[], Any]) -> bool:
    try:
        act()
    except PermissionError:
        return True
    except OSError:
        return False
    return False


VERBS: dict[str, Callable[..., Any]] = {
    "first_pass": _first,
    "second_pass": _second,
    "decode": _decode,
    "sound": _sound,
    "picture": _picture,
    "download_copy": _copy,
    "fences": _fences,
}

if __name__ == "__main__":
    sys.exit(main())
