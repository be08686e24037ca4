"""The process in which software listens: `python -m antiphon.audio.engines.ai_process FD`, one open socket, no files.

Two rings of fences. The first goes up before anything is loaded that is not Python's own or this project's: no file
but Python's libraries, no network, no second process. Behind it the engine is imported and rehearsed on nobody's
sound, so that whatever a library loads late is loaded. Then `confine.seal`: from there on nothing can be opened, not
even a library, and not one byte of music was there before. What remains is the socket FD to the broker: the process
names a recording, is given its sound or a refusal, and sends back what the engine found (`core.talk`). The other end
trusts nothing of this: see `antiphon.audio.broker`.
"""

import importlib
import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from antiphon.audio.core import talk
from antiphon.audio.core.limits import Limits
from antiphon.audio.engines import confine

if TYPE_CHECKING:
    from antiphon.audio.engines.hearing import Engine, Line


def main(arguments: list[str]) -> int:
    """Take the broker's hello, shut the doors, listen to each recording, say that it is done."""
    number = int(arguments[0])
    hello = _hello(number)
    held = {"dies-with-worker": confine.die_with_parent(hello["parent"])}
    held |= confine.limit_resources(Limits(**hello["limits"]))
    held |= confine.close_doors([], [], alone=True)
    from antiphon.audio.engines.hearing import Line, Rehearsal

    line = Line(number)
    if hello["verb"] == "fences":
        outside, worker = Path(hello["outside"]), int(hello["parent"])
        first = _climb(outside, worker)
        held["sealed"] = confine.seal()
        second = _climb(outside, worker)
        found = {**held, **{name: first[name] and second[name] for name in first}}
        found["file-names"] = _refused(outside.stat)  # behind the first ring Python still has to find its modules
        line.write(talk.pack_json(talk.DONE, {"recording": 0, "result": found}))
    else:
        engine: Engine = importlib.import_module(hello["engine"])
        engine.hear(Rehearsal(hello["rate_hz"]))
        confine.seal()
        for recording in hello["recordings"]:
            _listen(line, recording, hello["rate_hz"], engine)
    line.write(talk.pack(talk.QUIT))
    return 0


def _hello(number: int) -> dict[str, Any]:
    frames = talk.Frames(talk.FROM_BROKER)
    while True:
        data = os.read(number, talk.BLOCK_BYTES)
        for kind, body in frames.feed(data):
            hello = talk.unpack_json(body)
            if kind == talk.HELLO and isinstance(hello, dict):
                return hello
        if not data:
            sys.exit(2)


def _listen(line: "Line", recording: int, rate_hz: int, engine: "Engine") -> None:
    from antiphon.audio.engines.hearing import BrokenOff, Sound

    line.write(talk.pack_json(talk.WISH, recording))
    kind, _ = line.read()
    if kind != talk.SOUND:
        return
    sound = Sound(line, rate_hz)
    try:
        found = engine.hear(sound)
        sound.drain()
        frame = talk.pack_json(talk.DONE, {"recording": recording, "result": found})
    except BrokenOff:
        return  # the broker knows
    except (ArithmeticError, ImportError, LookupError, TypeError, ValueError, talk.Nonsense) as error:
        with suppress(BrokenOff):
            sound.drain()
        frame = talk.pack_json(talk.FAILED, {"recording": recording, "words": repr(error)[:200]})
    line.write(frame)


def _climb(outside: Path, worker: int) -> dict[str, bool]:
    """Say which fences stand, by trying to climb each of them."""
    return {
        "files": _refused(outside.read_bytes),
        "network": _refused(_knock),
        "other-processes": _refused(lambda: os.kill(worker, 0)),
        "new-processes": _refused(_double),
    }


def _knock() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as door:
        door.connect_ex(("127.0.0.1", 9))


def _double() -> None:
    if os.fork() == 0:
        os._exit(0)


def _refused(act: Callable[[], Any]) -> bool:
    try:
        act()
    except PermissionError:
        return True
    except OSError:
        return False
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
