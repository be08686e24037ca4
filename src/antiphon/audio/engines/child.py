"""The limited process that decodes: `python -m antiphon.audio.engines.child`. How it is talked to: `errand`.

The fences go up before the file is opened.
"""

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
from antiphon.audio.core.talk import RATE_HZ
from antiphon.audio.engines import copies, errand, passes, pictures, plain
from antiphon.audio.engines.errand import Request


def main() -> int:
    """Silence the libraries, and do the errand."""
    av.logging.set_level(av.logging.PANIC)
    np.seterr(all="ignore")
    return errand.run(VERBS, (OSError, av.error.FFmpegError))


def _first(request: Request, path: Path, folder: Path, limits: Limits, say: passes.Say, held: Any) -> Any:
    return passes.first_pass(path, folder, limits, say, encode=request.get("encode", True), tags=request.get("tags"))


def _second(request: Request, path: Path, folder: Path, limits: Limits, say: passes.Say, held: Any) -> Any:
    return passes.second_pass(path, folder, limits, say, tags=request.get("tags"))


def _decode(request: Request, path: Path, folder: Path, limits: Limits, say: passes.Say, held: Any) -> Any:
    return passes.decode_only(path, limits)


def _sound(request: Request, path: Path, folder: Path, limits: Limits, say: passes.Say, held: Any) -> Any:
    return plain.give(path, request["sound"], limits, request.get("rate_hz", RATE_HZ))


def _picture(request: Request, path: Path, folder: Path, limits: Limits, say: passes.Say, held: Any) -> Any:
    if path.stat().st_size > pictures.MAX_BYTES:
        raise Failure("bad-picture")
    make = pictures.make_banner if request.get("banner") else pictures.make_sizes
    return {"pictures": make(path.read_bytes(), folder)}


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


VERBS: dict[str, errand.Verb] = {
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
