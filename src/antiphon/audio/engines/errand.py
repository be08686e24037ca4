"""How a limited process does one errand: reads a request, puts up the fences, does the verb, says how it ended.

Request, one JSON object on standard input: `verb`, `input`, `output` (a folder), `limits`, `parent`, `also` (more files
to read), and what the verb needs. Replies, one JSON object a line: whatever the verb has to say, and last
`{"result": …}` or `{"failure": {code, values}}`. A process that ends without its last line crashed; `sandbox` says so.
"""

import errno
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from antiphon.audio.core.failures import Failure
from antiphon.audio.core.limits import Limits
from antiphon.audio.engines import confine

Request = dict[str, Any]
Say = Callable[[dict[str, Any]], None]
Verb = Callable[[Request, Path, Path, Limits, Say, Any], Any]


def run(verbs: Mapping[str, Verb], broken: tuple[type[BaseException], ...] = (OSError,)) -> int:
    """Do the one errand. `broken`: what a library raises when files or the system fail it."""
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
    try:
        say({"result": verbs[request["verb"]](request, path, folder, limits, say, held)})
    except Failure as failure:
        say({"failure": {"code": failure.code, "values": failure.values}})
    except MemoryError:
        say({"failure": {"code": "out-of-memory", "values": {}}})
    except broken as error:
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
