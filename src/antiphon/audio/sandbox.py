"""The worker's side of the limited process: starts it, listens to it, stops it, and says in one word how it ended.

Imports nothing that decodes. Whatever a stranger's file does, it happens in the child; here it becomes a `Failure`.
"""

import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from antiphon.audio.core.failures import Failure
from antiphon.audio.core.limits import Limits

log = logging.getLogger(__name__)
_COMMAND = [sys.executable, "-I", "-X", "utf8", "-m"]
_DECODES = "antiphon.audio.engines.child"
# Whoever holds the key that signs never opens a stranger's file with a decoder.
_OTHERS = {"sign": "antiphon.audio.engines.signer"}
# Nothing of the worker's environment: it may hold secrets. One thread, so that a core is what a job costs.
ENVIRONMENT = {"LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
_LAST_WORDS = 4000
_LINE_LIMIT = 4 * 1024 * 1024
_TICK_S = 0.5
# A process that nobody here killed and that is dead by SIGKILL was taken by the system for its memory.
BY_SIGNAL: dict[int, str] = {
    signal.SIGXCPU: "took-too-long",
    signal.SIGKILL: "out-of-memory",
    signal.SIGXFSZ: "output-too-large",
}


def _nothing(line: dict[str, Any]) -> None:
    """Take a line and do nothing with it."""


@dataclass(frozen=True)
class Watch:
    """What the worker wants to hear: each line, a tick twice a second, and whether to stop."""

    on_line: Callable[[dict[str, Any]], None] = _nothing
    on_tick: Callable[[], None] = lambda: None
    should_stop: Callable[[], bool] = lambda: False


def run(
    verb: str,
    source: Path,
    folder: Path,
    limits: Limits,
    *,
    watch: Watch | None = None,
    extra: Mapping[str, Any] | None = None,
    on_sound: Callable[[bytes], None] | None = None,
) -> dict[str, Any]:
    """Do a verb of `engines.child` (or of `engines.signer`) on a file and return its result. Raises `Failure`.

    The child may read `source` (and the paths in `extra["also"]`) and write into `folder`, and nothing else. With
    `on_sound` it has a pipe besides, for a verb that gives sound instead of a file; what comes is handed on as it is.
    """
    watch = watch or Watch()
    request = {
        "verb": verb,
        "input": str(source),
        "output": str(folder),
        "limits": limits.as_json(),
        "parent": os.getpid(),
        **(extra or {}),
    }
    sound, sound_in = os.pipe() if on_sound is not None else (None, None)
    if sound_in is not None:
        request["sound"] = sound_in
    child = subprocess.Popen(  # noqa: S603  (our own module, by our own interpreter)
        [*_COMMAND, _OTHERS.get(verb, _DECODES)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
        cwd=folder,
        start_new_session=True,
        close_fds=True,
        pass_fds=[sound_in] if sound_in is not None else [],
    )
    try:
        if sound_in is not None:
            os.close(sound_in)
        return _Conversation(child, watch, limits, sound, on_sound).hold(request)
    finally:
        end(child)
        if sound is not None:
            os.close(sound)


def fences(folder: Path) -> dict[str, bool]:
    """Say which fences a child of this machine stands behind, by name; `antiphon doctor` prints it."""
    result = run("fences", Path(__file__), folder, Limits(), extra={"outside": "/etc/hosts"})
    return {name: bool(held) for name, held in result.items()}


def end(child: "subprocess.Popen[bytes]") -> None:
    """Leave no process of the child's group behind, whatever happened."""
    if child.poll() is None:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            log.debug("the child %s was gone already", child.pid)
    child.wait()
    for pipe in (child.stdin, child.stdout, child.stderr):
        if pipe is not None and not pipe.closed:
            pipe.close()


class _Conversation:
    """One request, the lines that come back, and the end."""

    def __init__(
        self,
        child: "subprocess.Popen[bytes]",
        watch: Watch,
        limits: Limits,
        sound: int | None = None,
        on_sound: Callable[[bytes], None] | None = None,
    ) -> None:
        self.child, self.watch, self.limits = child, watch, limits
        self.sound, self.on_sound = sound, on_sound
        self.words = b""
        self.rest = b""
        self.last: dict[str, Any] = {}

    def hold(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self.child.stdin is not None  # noqa: S101  (opened as a pipe above)
        try:
            self.child.stdin.write(json.dumps(request).encode() + b"\n")
            self.child.stdin.close()
        except BrokenPipeError:
            log.debug("the child ended before its request")
        self._listen(time.monotonic() + self.limits.wall_seconds)
        return self._outcome()

    def _listen(self, deadline: float) -> None:
        with selectors.DefaultSelector() as selector:
            for pipe in (self.child.stdout, self.child.stderr):
                assert pipe is not None  # noqa: S101
                os.set_blocking(pipe.fileno(), False)
                selector.register(pipe, selectors.EVENT_READ)
            if self.sound is not None:
                selector.register(self.sound, selectors.EVENT_READ)
            while selector.get_map():
                for key, _ in selector.select(_TICK_S):
                    data = os.read(key.fd, 65536)
                    if not data:
                        selector.unregister(key.fileobj)
                    elif key.fileobj is self.child.stdout:
                        self._hear(data)
                    elif key.fd == self.sound and self.on_sound is not None:
                        self.on_sound(data)
                    else:
                        self.words = (self.words + data)[-_LAST_WORDS:]
                self.watch.on_tick()
                if self.watch.should_stop():
                    raise Failure("interrupted")
                if time.monotonic() > deadline:
                    raise Failure("took-too-long")

    def _hear(self, data: bytes) -> None:
        *lines, self.rest = (self.rest + data).split(b"\n")
        if len(self.rest) > _LINE_LIMIT:
            raise Failure("crashed")
        for line in lines:
            try:
                self.last = json.loads(line)
            except ValueError as error:
                raise Failure("crashed") from error
            self.watch.on_line(self.last)

    def _outcome(self) -> dict[str, Any]:
        status = self.child.wait()
        if "result" in self.last:
            result: dict[str, Any] = self.last["result"]
            return result
        if "failure" in self.last:
            told = self.last["failure"]
            if told.get("detail"):
                log.warning("audio engine: %s (%s)", told["code"], told["detail"])
            raise Failure(told["code"], **told["values"])
        log.warning("the audio engine ended with %s; its last words: %s", status, self.words.decode("utf-8", "replace"))
        raise Failure(BY_SIGNAL.get(-status, "crashed"))
