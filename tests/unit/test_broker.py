"""Software that listens: what its process may not do, and a broker that believes nothing it says."""

import random
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.audio import broker, sandbox
from antiphon.audio.broker import Ears, Heard
from antiphon.audio.core import talk
from antiphon.audio.core.failures import Failure
from antiphon.audio.core.limits import Limits
from tests import sounds

Listen = Callable[..., Heard]
_RUN = "import sys; sys.path.insert(0, {folder!r}); from antiphon.audio.engines.ai_process import main; "
_RUN += "sys.exit(main(sys.argv[1:]))"
linux = pytest.mark.skipif(sys.platform != "linux", reason="the fences are Linux's")


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Listen:
    """Let an engine given as text listen to recordings, whose sound is their number, a thousand samples long."""
    folder = tmp_path / "engines"
    folder.mkdir()

    def listen(program: str, recordings: list[int], **changes: Any) -> Heard:
        (folder / "invented.py").write_text(program, encoding="utf-8")
        command = [sys.executable, "-I", "-X", "utf8", "-c", _RUN.format(folder=str(folder))]
        monkeypatch.setattr(broker, "_COMMAND", command)
        return broker.listen("invented", recordings, Limits(), ears(**changes))

    return listen


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Listen:
    """Talk to a process that is only a program, with the socket's number as `fd`; nothing fences it."""

    def listen(program: str, recordings: list[int], **changes: Any) -> Heard:
        head = "import os, sys, time, struct; fd = int(sys.argv[1]); os.read(fd, 65536)\n"
        head += "def say(kind, body=b''): os.write(fd, kind + struct.pack('>I', len(body)) + body)\n"
        monkeypatch.setattr(broker, "_COMMAND", [sys.executable, "-c", head + program])
        return broker.listen("invented", recordings, Limits(), ears(**changes))

    return listen


def ears(**changes: Any) -> Ears:
    def decode(recording: int, pour: broker.Pour) -> None:
        pour(struct.pack("<f", recording) * 1000)

    usual: dict[str, Any] = {
        "may_hear": lambda recording: True,
        "decode": decode,
        "on_result": lambda recording, found: None,
    }
    return Ears(**{**usual, **changes})


ADDS_UP = """
import numpy as np
def hear(sound):
    blocks = list(sound.blocks())
    return {"samples": sum(map(len, blocks)), "mean": float(np.concatenate(blocks).mean())}
"""


def test_each_recording_is_heard_whole_and_its_result_comes_back(engine: Listen) -> None:
    found: dict[int, Any] = {}
    heard = engine(ADDS_UP, [3, 5, 8], on_result=found.__setitem__)
    assert heard.done == [3, 5, 8]
    assert found == {number: {"samples": 1000, "mean": number} for number in (3, 5, 8)}
    assert (heard.failed, heard.refused, heard.strikes) == ({}, [], 0)


def test_the_gate_is_asked_before_each_recording(engine: Listen) -> None:
    asked: list[int] = []

    def may_hear(recording: int) -> bool:
        asked.append(recording)
        return recording != 5

    heard = engine(ADDS_UP, [3, 5, 8], may_hear=may_hear)
    assert asked == [3, 5, 8]
    assert (heard.done, heard.refused, heard.strikes) == ([3, 8], [5], 0)


def test_an_error_of_the_gate_ends_the_listening_and_comes_through(engine: Listen) -> None:
    class TakenBack(Exception):
        pass

    done: list[int] = []

    def may_hear(recording: int) -> bool:
        if recording == 5:
            raise TakenBack
        return True

    with pytest.raises(TakenBack):
        engine(ADDS_UP, [3, 5, 8], may_hear=may_hear, on_result=lambda recording, found: done.append(recording))
    assert done == [3]


def test_a_sound_that_breaks_off_has_no_result_and_the_next_one_has(engine: Listen) -> None:
    def decode(recording: int, pour: broker.Pour) -> None:
        pour(bytes(4000))
        if recording == 3:
            raise Failure("damaged", bad=1, packets=2)

    heard = engine(ADDS_UP, [3, 5], decode=decode)
    assert (heard.done, heard.failed) == ([5], {3: "damaged"})


def test_an_engine_that_fails_for_one_recording_goes_on_with_the_next(engine: Listen) -> None:
    program = """
def hear(sound):
    first = next(iter(sound.blocks()))
    return {"inverse": 1 / 0 if first[0] == 3 else 0.5}
"""
    heard = engine(program, [3, 5])
    assert heard.done == [5]
    assert "ZeroDivisionError" in heard.failed[3]


@pytest.mark.parametrize(
    "result", ["float('nan')", "{'large': 'x' * (17 << 20)}", "{'set': {1}}", "{'nan': float('nan')}"]
)
def test_a_result_that_cannot_be_said_is_a_failure_of_that_recording(engine: Listen, result: str) -> None:
    found: list[Any] = []
    program = f"def hear(sound):\n    return {result} if hasattr(sound, '_line') else {{}}"
    heard = engine(program, [3], on_result=lambda recording, what: found.append(what))
    assert (list(heard.failed), found) == ([3], [])


def test_a_result_that_is_no_object_ends_the_process(engine: Listen) -> None:
    with pytest.raises(Failure) as ended:
        engine("def hear(sound):\n    return [1]", [3])
    assert ended.value.code == "crashed"


def test_pieces_of_any_size_become_whole_samples(engine: Listen) -> None:
    data = struct.pack("<f", 0.5) * 40_000

    def decode(recording: int, pour: broker.Pour) -> None:
        sizes, at = random.Random(7), 0
        while at < len(data):
            size = sizes.randint(1, 9000)
            pour(data[at : at + size])
            at += size

    found: dict[int, Any] = {}
    engine(ADDS_UP, [1], decode=decode, on_result=found.__setitem__)
    assert found[1] == {"samples": 40_000, "mean": 0.5}


def test_an_engine_that_wants_too_much_memory_ends(engine: Listen) -> None:
    with pytest.raises(Failure) as died:
        engine("def hear(sound):\n    return {'size': len(bytearray(2**40))}", [1])
    assert died.value.code in ("crashed", "out-of-memory")


def test_a_stop_ends_it_at_once(engine: Listen) -> None:
    with pytest.raises(Failure) as stopped:
        engine("def hear(sound):\n    while True: pass", [1], should_stop=lambda: True)
    assert stopped.value.code == "interrupted"


@pytest.mark.parametrize(
    "program",
    [
        "say(b'W', b'99')\n" * 20 + "time.sleep(600)",  # not permitted, again and again
        "say(b'D', b'{\"recording\": 3, \"result\": {}}')\n" * 20 + "time.sleep(600)",  # never heard
        "say(b'Z', b'x'); time.sleep(600)",  # an unknown wish
        "say(b'H', b'{}'); time.sleep(600)",  # speaking like the broker
        "os.write(fd, b'D' + b'\\xff' * 4); time.sleep(600)",  # four gigabytes to come
        "say(b'W', b'-1'); time.sleep(600)",
        "say(b'W', b'true'); time.sleep(600)",
        "say(b'W', b'1e3'); time.sleep(600)",
        "say(b'W', b'\"3\"'); time.sleep(600)",
        "say(b'D', b'[' * 60_000); time.sleep(600)",
        "say(b'D', b'{\"recording\": 3, \"result\": NaN}'); time.sleep(600)",
        "say(b'W', b'3'); say(b'W', b'3'); sys.exit(1)",
        "os.close(fd)",
        "sys.exit(0)",
        "os.kill(os.getpid(), 9)",
    ],
)
def test_nonsense_ends_the_process_and_not_the_worker(process: Listen, program: str) -> None:
    began = time.monotonic()
    with pytest.raises(Failure) as ended:
        process(program, [3, 5])
    assert ended.value.code in ("crashed", "out-of-memory")
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("seed", range(12))
def test_random_bytes_neither_hang_nor_crash_the_broker(process: Listen, seed: int) -> None:
    """Half of them noise, half of them frames of every kind with a noisy body."""
    program = f"""
import random
dice = random.Random({seed})
for _ in range(400):
    body = dice.randbytes(dice.choice([0, 1, 5, 31, 200, 3000]))
    if dice.random() < 0.5 and {seed} % 2: os.write(fd, body)
    else: say(dice.choice([b"W", b"D", b"F", b"Z"]), dice.choice([body, b"3", b"7", b"null", b"{{}}", b"[]"]))
"""
    with pytest.raises(Failure) as ended:
        process(program, [3, 5])
    assert ended.value.code == "crashed"


def test_a_wish_outside_the_permit_is_refused_and_counted(process: Listen) -> None:
    asked: list[int] = []

    def may_hear(recording: int) -> bool:
        asked.append(recording)
        return True

    program = """
for wish in (b"99", b"3", b"3", b"9223372036854775807"):
    say(b"W", wish)
    got = b""
    while not got.endswith((b"E" + bytes(4), b'"no permit"')): got += os.read(fd, 65536)
    if wish == b"99" and b"B" in got: sys.exit(3)
say(b"D", b'{"recording": 3, "result": {}}')
say(b"Q")
"""
    heard = process(program, [3, 5], may_hear=may_hear)
    assert asked == [3], "only what is permitted, and once"
    assert (heard.done, heard.strikes) == ([3], 3)


def test_a_process_that_reads_nothing_is_given_up(process: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "_PATIENCE_S", 1.0)

    def decode(recording: int, pour: broker.Pour) -> None:
        for _ in range(100):
            pour(bytes(1 << 20))

    with pytest.raises(Failure) as ended:
        process("say(b'W', b'3'); time.sleep(600)", [3], decode=decode)
    assert ended.value.code == "took-too-long"


def test_a_process_that_says_nothing_is_given_up(process: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "_PATIENCE_S", 1.0)
    with pytest.raises(Failure) as ended:
        process("while True: sys.stderr.write('x' * 4096)", [3])
    assert ended.value.code == "took-too-long"


@given(st.binary(max_size=300), st.integers(1, 50))
def test_frames_take_any_bytes_in_any_pieces(data: bytes, step: int) -> None:
    frames, got = talk.Frames(talk.FROM_LISTENER), []
    try:
        for start in range(0, len(data), step):
            got += list(frames.feed(data[start : start + step]))
    except talk.Nonsense:
        return
    for kind, body in got:
        assert len(body) <= talk.FROM_LISTENER[kind]
    assert data.startswith(b"".join(talk.pack(kind, body) for kind, body in got))


def test_what_is_too_long_is_never_sent() -> None:
    with pytest.raises(talk.Nonsense):
        talk.pack(talk.DONE, bytes(talk.FROM_LISTENER[talk.DONE] + 1))


@pytest.mark.parametrize("name", ["plain.flac", "plain.mp3", "telephone.wav", "studio.wav", "surround.wav", "mono.wav"])
def test_every_sound_is_poured_as_mono_at_one_rate(name: str, tmp_path: Path) -> None:
    poured = bytearray()
    told = sandbox.run("sound", sounds.make(tmp_path, name), tmp_path, Limits(), on_sound=poured.extend)
    assert told["samples"] * 4 == len(poured)
    assert abs(told["samples"] - 2 * talk.RATE_HZ) < 1500
    loudest = max(abs(value) for (value,) in struct.iter_unpack("<f", poured))
    assert 0.1 < loudest < 1.0


@linux
def test_the_fences_of_this_machine_are_known() -> None:
    held = broker.fences(Path("/etc/hosts"))
    assert {"files", "file-names", "network", "other-processes", "new-processes", "sealed", "memory"} <= set(held)
    assert held["memory"]
    assert held["cpu"]


def test_a_fence_that_a_kernel_lacks_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same process with every fence of the kernel taken away: it climbs out, and says so."""
    program = "import sys; from antiphon.audio.engines import ai_process, confine; "
    program += "confine.close_doors = lambda *places, **how: {'files': True, 'network': True}; "
    program += "confine.seal = lambda: False; sys.exit(ai_process.main(sys.argv[1:]))"
    monkeypatch.setattr(broker, "_COMMAND", [sys.executable, "-I", "-c", program])
    held = broker.fences(Path("/etc/hosts"))
    climbed = ("files", "file-names", "network", "other-processes", "new-processes", "sealed")
    assert {name: held[name] for name in climbed} == dict.fromkeys(climbed, False)


@linux
def test_the_process_dies_with_its_worker(tmp_path: Path) -> None:
    """A worker that kills itself once its engine listens; the engine would listen for ever."""
    (tmp_path / "endless.py").write_text("def hear(sound):\n    while hasattr(sound, '_line'): pass\n    return {}")
    (tmp_path / "worker.py").write_text(f"""
import os, sys
from pathlib import Path
from antiphon.audio import broker
from antiphon.audio.core.limits import Limits
broker._COMMAND = [sys.executable, "-I", "-X", "utf8", "-c", {_RUN.format(folder=str(tmp_path))!r}]
def decode(recording, pour):
    print(Path(f"/proc/{{os.getpid()}}/task/{{os.getpid()}}/children").read_text(), flush=True)
    os.kill(os.getpid(), 9)
broker.listen("endless", [1], Limits(), broker.Ears(lambda r: True, decode, lambda r, found: None))
""")
    ran = subprocess.run([sys.executable, tmp_path / "worker.py"], capture_output=True, text=True, check=False)
    listener = Path("/proc") / ran.stdout.strip()
    for _ in range(200):
        if not listener.exists() or "State:\tZ" in (listener / "status").read_text():
            return
        time.sleep(0.05)
    pytest.fail("the process outlived its worker")
