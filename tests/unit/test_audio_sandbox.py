"""The limited process: what it may not do, how its end becomes words, and what the server never loads."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from antiphon.audio import sandbox
from antiphon.audio.core.failures import Failure
from antiphon.audio.core.limits import MIB, Limits
from tests import sounds


def test_the_fences_of_this_machine_are_known(tmp_path: Path) -> None:
    held = sandbox.fences(tmp_path)
    assert set(held) == {
        "dies-with-worker", "memory", "cpu", "file-size", "open-files", "core-dumps", "files", "network",
    }  # fmt: skip
    if sys.platform == "linux":
        assert all(held[name] for name in ("memory", "cpu", "file-size", "open-files", "core-dumps"))


def test_a_whole_pass_runs_behind_the_fences(sound_folder: Path, tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = []
    watch = sandbox.Watch(on_line=lines.append)
    result = sandbox.run("first_pass", sounds.make(sound_folder, "plain.mp3"), tmp_path, Limits(), watch=watch)
    assert result["duration_ms"] == 2000
    assert [next(iter(line)) for line in lines if "progress" not in line] == ["checked", "result"]
    assert {path.name for path in tmp_path.iterdir()} == {"aac160.mp4", "waveform.dat"}


def test_a_refused_file_comes_back_as_a_failure(sound_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(Failure) as refused:
        sandbox.run("first_pass", sounds.make(sound_folder, "cut.flac"), tmp_path, Limits())
    assert refused.value.code == "cut-off"
    assert "0:02" in refused.value.in_english()


@pytest.mark.parametrize(
    ("limits", "codes"),
    [
        (Limits(output_bytes=4096), {"output-too-large"}),
        (Limits(memory_bytes=220 * MIB), {"out-of-memory", "crashed"}),  # some allocations cannot be refused politely
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="macOS does not limit these")
def test_a_limit_ends_the_child_and_not_the_worker(
    limits: Limits, codes: set[str], sound_folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(Failure) as refused:
        sandbox.run("first_pass", sounds.make(sound_folder, "extreme.wav"), tmp_path, limits)
    assert refused.value.code in codes


def test_a_stop_ends_the_whole_process_group(sound_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(Failure) as stopped:
        sandbox.run(
            "first_pass",
            sounds.make(sound_folder, "plain.wav"),
            tmp_path,
            Limits(),
            watch=sandbox.Watch(should_stop=lambda: True),
        )
    assert stopped.value.code == "interrupted"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGKILL, "out-of-memory"),
        (signal.SIGXCPU, "took-too-long"),
        (signal.SIGSEGV, "crashed"),
        (signal.SIGABRT, "crashed"),
    ],
)
def test_a_child_that_dies_is_named_by_its_signal(
    number: int, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dying = [sys.executable, "-c", f"import os, sys; sys.stdin.readline(); os.kill(os.getpid(), {int(number)})"]
    monkeypatch.setattr(sandbox, "_COMMAND", dying)
    with pytest.raises(Failure) as refused:
        sandbox.run("first_pass", tmp_path / "x", tmp_path, Limits())
    assert refused.value.code == code
    assert refused.value.of_the_moment


@pytest.mark.parametrize(
    "program",
    [
        "import sys; print('no json')",
        "import sys; sys.exit(3)",
        "pass",
    ],
)
def test_a_child_that_talks_nonsense_crashed(program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_COMMAND", [sys.executable, "-c", program])
    with pytest.raises(Failure) as refused:
        sandbox.run("first_pass", tmp_path / "x", tmp_path, Limits())
    assert refused.value.code == "crashed"


def test_a_child_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_COMMAND", [sys.executable, "-c", "import signal; signal.pause()"])
    monkeypatch.setattr(Limits, "wall_seconds", property(lambda limits: 0.2))
    with pytest.raises(Failure) as refused:
        sandbox.run("first_pass", tmp_path / "x", tmp_path, Limits())
    assert refused.value.code == "took-too-long"


@pytest.mark.parametrize("errno_name", ["ENOSPC", "EDQUOT"])
def test_a_full_disk_is_named(errno_name: str) -> None:
    """In a process of its own: the engines are not loaded here."""
    program = (
        "import errno; from antiphon.audio.engines.errand import _cause;"
        f"assert _cause(OSError(errno.{errno_name}, 'x')) == 'disk-full'"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_the_server_and_the_worker_load_nothing_that_decodes() -> None:
    program = (
        "import django; django.setup(); import sys;"
        "import antiphon.audio.jobs, antiphon.audio.service, antiphon.audio.models, antiphon.audio.core.report;"
        "heavy = {'av', 'numpy', 'scipy', 'PIL', 'mutagen', 'puremagic'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60, env=os.environ.copy())
