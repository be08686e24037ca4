"""The worker's side of software that listens: starts its process, pipes it sound, takes what it found.

Imports nothing that decodes. The process is not trusted: it gets the sound of a recording only when `may_hear` says
so at that moment, never a file; what it says is bounded in length and number, and nonsense ends it. The words of
the conversation are `core.talk`; what the process may do besides talking is `engines.confine.seal`.
"""

import logging
import os
import select
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from antiphon.audio import sandbox
from antiphon.audio.core import talk
from antiphon.audio.core.failures import Failure
from antiphon.audio.core.limits import Limits

log = logging.getLogger(__name__)
_COMMAND = [sys.executable, "-I", "-X", "utf8", "-m", "antiphon.audio.engines.ai_process"]
_TICK_S = 0.5
_PATIENCE_S = 300.0  # without a recording asked for, finished or given up
_STRIKES = 16  # wishes and results that nobody granted; an honest engine has none
_LAST_WORDS = 4000

Pour = Callable[[bytes], None]


@dataclass(frozen=True)
class Ears:
    """What the broker is told by those who hold the permit and the files."""

    may_hear: Callable[[int], bool]  # asked again before each recording
    decode: Callable[[int, Pour], None]  # pours mono float32 at the engine's rate; raises `Failure`
    on_result: Callable[[int, dict[str, Any]], None]
    should_stop: Callable[[], bool] = lambda: False


@dataclass
class Heard:
    """How a listening went: which recordings were heard, which not, and how often the process reached too far."""

    done: list[int] = field(default_factory=list)
    failed: dict[int, str] = field(default_factory=dict)  # why: a failure's code, or the engine's words
    refused: list[int] = field(default_factory=list)  # no permit, or no longer
    strikes: int = 0


def listen(
    engine: str, recordings: Collection[int], limits: Limits, ears: Ears, *, rate_hz: int = talk.RATE_HZ
) -> Heard:
    """Let the module `engine` hear these recordings, one after the other, in a process of its own.

    Raises `Failure`: "interrupted" when told to stop, "crashed" and the like when the process broke off. What
    `ears` raises ends the process and comes through.
    """
    if len(recordings) > talk.AT_ONCE:
        raise ValueError(f"at most {talk.AT_ONCE} recordings at once")
    hello = {"verb": "hear", "engine": engine, "recordings": sorted(recordings), "rate_hz": rate_hz}
    return _started(hello, limits, ears, frozenset(recordings))


def fences(outside: Path) -> dict[str, bool]:
    """Say which fences stand around a process that listens, by name: it tried to climb them, with a file `outside`."""
    found: dict[str, bool] = {}

    def keep(recording: int, result: dict[str, Any]) -> None:
        found.update({str(name): held is True for name, held in result.items()})

    ears = Ears(may_hear=lambda recording: False, decode=lambda recording, pour: None, on_result=keep)
    _started({"verb": "fences", "outside": str(outside)}, Limits(), ears, frozenset(), expected={0})
    return found


def _started(
    hello: dict[str, Any], limits: Limits, ears: Ears, wishes: frozenset[int], *, expected: Collection[int] = ()
) -> Heard:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        child = subprocess.Popen(  # noqa: S603  (our own module, by our own interpreter)
            [*_COMMAND, str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=sandbox.ENVIRONMENT,
            cwd="/",
            start_new_session=True,
            close_fds=True,
            pass_fds=[theirs.fileno()],
        )
        try:
            theirs.close()
            ours.setblocking(False)
            talking = _Conversation(child, ours, ears, wishes, set(expected))
            talking.send(talk.pack_json(talk.HELLO, {**hello, "limits": limits.as_json(), "parent": os.getpid()}))
            return talking.hold()
        finally:
            sandbox.end(child)


class _Conversation:
    """One process from hello to its end. Every wait has a tick, so that a stop is never late, and an end."""

    def __init__(
        self,
        child: "subprocess.Popen[bytes]",
        line: socket.socket,
        ears: Ears,
        wishes: frozenset[int],
        expected: set[int],
    ) -> None:
        self.child, self.line, self.ears = child, line, ears
        self.wishes, self.expected = wishes, expected  # what may be wished for once; whose result is awaited
        self.asked: set[int] = set()
        self.heard = Heard()
        self.words = b""
        self._frames = talk.Frames(talk.FROM_LISTENER)
        self._waiting: deque[tuple[bytes, bytes]] = deque()
        self._be_patient()

    def hold(self) -> Heard:
        """Answer until the process says that it is done. Raises `Failure`."""
        try:
            while (frame := self._receive())[0] != talk.QUIT:
                self._answer(*frame)
        except talk.Nonsense as error:
            log.warning("the process that listens talked nonsense and was ended: %s", error)
            raise Failure("crashed") from error
        return self.heard

    def _answer(self, kind: bytes, body: bytes) -> None:
        said = talk.unpack_json(body)
        if kind == talk.WISH:
            self._grant(_number(said))
        elif not isinstance(said, dict):
            raise talk.Nonsense("a result that is no object")
        elif (recording := _number(said.get("recording"))) not in self.expected:
            self._strike(f"a result for recording {recording}, which was not given out")
        else:
            self.expected.discard(recording)
            self._be_patient()
            self._take(kind, recording, said)

    def _take(self, kind: bytes, recording: int, said: dict[str, Any]) -> None:
        if kind == talk.FAILED:
            self.heard.failed[recording] = str(said.get("words"))[:200]
        elif isinstance(found := said.get("result"), dict):
            self.ears.on_result(recording, found)
            self.heard.done.append(recording)
        else:
            raise talk.Nonsense("a result that is no object")

    def _grant(self, recording: int) -> None:
        """Pour the recording's sound, if it may be heard now. Whatever else was wished for is refused and counted."""
        if recording not in self.wishes or recording in self.asked:
            self._strike(f"a wish for recording {recording}, which is not its to hear")
            self.send(talk.pack_json(talk.REFUSED, "no permit"))
            return
        self.asked.add(recording)
        self._be_patient()
        if not self.ears.may_hear(recording):
            self.heard.refused.append(recording)
            self.send(talk.pack_json(talk.REFUSED, "no permit"))
            return
        self.send(talk.pack_json(talk.SOUND, recording))
        try:
            self._pour(recording)
        except Failure as failure:
            if failure.code == "interrupted" or self.child.poll() is not None:
                raise
            self.heard.failed[recording] = failure.code
            self.send(talk.pack_json(talk.REFUSED, "it cannot be decoded"))
        else:
            self.send(talk.pack(talk.END))
            self.expected.add(recording)
        self._be_patient()

    def _pour(self, recording: int) -> None:
        """Cut what is decoded into frames of whole samples."""
        rest = bytearray()

        def pour(data: bytes) -> None:
            rest.extend(data)
            whole = len(rest) // 4 * 4
            for start in range(0, whole, talk.BLOCK_BYTES):
                self.send(talk.pack(talk.BLOCK, bytes(rest[start : min(whole, start + talk.BLOCK_BYTES)])))
                self._be_patient()
            del rest[:whole]

        self.ears.decode(recording, pour)

    def _strike(self, words: str) -> None:
        """Count what an honest process never does; too much of it, and it is ended."""
        self.heard.strikes += 1
        log.warning("refused the process that listens: %s", words)
        if self.heard.strikes >= _STRIKES:
            raise talk.Nonsense(f"refused {self.heard.strikes} times")

    def _be_patient(self) -> None:
        self.deadline = time.monotonic() + _PATIENCE_S

    def send(self, frame: bytes) -> None:
        """Send a frame whole. Raises `Failure` when the process reads no longer, or is gone."""
        left = memoryview(frame)
        while left:
            ready = _ready({self.line.fileno(): select.POLLOUT})
            self._look_up()
            if ready:
                try:
                    left = left[self.line.send(left) :]
                except BlockingIOError:
                    continue
                except OSError as error:
                    raise self._end() from error

    def _receive(self) -> tuple[bytes, bytes]:
        assert self.child.stderr is not None  # noqa: S101  (opened as a pipe above)
        grumbling = self.child.stderr.fileno()
        listening = {self.line.fileno(): select.POLLIN, grumbling: select.POLLIN}
        while not self._waiting:
            ready = _ready(listening)
            self._look_up()
            if grumbling in ready:
                data = os.read(grumbling, 65536)
                self.words = (self.words + data)[-_LAST_WORDS:]
                if not data:
                    del listening[grumbling]
            if self.line.fileno() in ready:
                self._waiting.extend(self._frames.feed(self._read()))
        return self._waiting.popleft()

    def _read(self) -> bytes:
        try:
            data = self.line.recv(65536)
        except OSError:
            data = b""
        if not data:
            raise self._end()
        return data

    def _look_up(self) -> None:
        if self.ears.should_stop():
            raise Failure("interrupted")
        if time.monotonic() > self.deadline:
            raise Failure("took-too-long")

    def _end(self) -> Failure:
        """Say in one word how a process ended that broke off."""
        try:
            status = self.child.wait(_TICK_S)
        except subprocess.TimeoutExpired:
            status = 0
        log.warning("the process that listens ended with %s; its last words: %s", status, self._last_words())
        return Failure(sandbox.BY_SIGNAL.get(-status, "crashed"))

    def _last_words(self) -> str:
        assert self.child.stderr is not None  # noqa: S101
        if self.child.poll() is not None:
            os.set_blocking(self.child.stderr.fileno(), False)
            self.words += self.child.stderr.read() or b""
        return self.words[-_LAST_WORDS:].decode("utf-8", "replace")


def _ready(wanted: dict[int, int]) -> set[int]:
    """Wait for any of these files for a tick at most. Not `select`: a busy worker has files beyond its 1,024."""
    poll = select.poll()
    for number, event in wanted.items():
        poll.register(number, event)
    return {number for number, _ in poll.poll(_TICK_S * 1000)}


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**63:
        raise talk.Nonsense("not a recording's number")
    return value
