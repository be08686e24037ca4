"""Starting the server: static files gathered when they changed, a worker kept alive beside it."""

import asyncio
import gzip
import os
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from antiphon.site import run, statics


def test_static_files_are_gathered_only_when_a_source_changed(tmp_path: Path) -> None:
    source, root = tmp_path / "source", tmp_path / "root"
    source.mkdir()
    (source / "look.css").write_text("body { color: black }\n" * 100)
    changes = {"STATIC_ROOT": root, "STATICFILES_DIRS": [source]}
    with override_settings(**changes):
        assert statics.collect_when_changed()
        assert not statics.collect_when_changed()
        (source / "look.css").write_text("body { color: white }\n" * 100)
        assert statics.collect_when_changed()
        assert not statics.collect_when_changed()
    packed = [path for path in root.glob("look.*.css.gz") if b"white" in gzip.decompress(path.read_bytes())]
    assert len(packed) == 1
    assert (root / "look.css.gz").exists()


def test_what_does_not_shrink_has_no_compressed_copy(tmp_path: Path) -> None:
    path = tmp_path / "noise.js"
    path.write_bytes(os.urandom(1000))
    statics._pack(path)
    assert not list(tmp_path.glob("*.gz"))


class Counted(run.Children):
    """Starts a program that ends at once, in place of a worker."""

    def __init__(self, program: str) -> None:
        super().__init__()
        self.program = program
        self.starts = 0

    async def start(self, *words: str) -> asyncio.subprocess.Process:
        self.starts += 1
        assert words[:2] == ("worker", "--with-parent")
        child = await asyncio.create_subprocess_exec(sys.executable, "-c", self.program)
        self.running.add(child)
        return child


def test_a_worker_that_dies_is_started_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "RESTART_AFTER_S", (0.01, 0.02))

    async def watch() -> int:
        children = Counted("raise SystemExit(3)")
        keeping = asyncio.create_task(children.keep_worker())
        while children.starts < 3 and not keeping.done():
            await asyncio.sleep(0.01)
        await children.stop()
        await keeping
        return children.starts

    assert asyncio.run(watch()) >= 3
    assert "The worker ended (status 3); starting it again" in capsys.readouterr().out


def test_a_stop_ends_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    async def watch() -> int | None:
        children = Counted("import signal; signal.pause()")
        keeping = asyncio.create_task(children.keep_worker())
        while not children.running and not keeping.done():
            await asyncio.sleep(0.01)
        worker = next(iter(children.running))
        await children.stop()
        await keeping
        return worker.returncode

    assert asyncio.run(watch()) == -15


def test_a_worker_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "WORKER_ENDING_S", 0.1)
    deaf = "import signal, sys; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"

    async def watch() -> int | None:
        children = Counted(deaf)
        child = await asyncio.create_subprocess_exec(sys.executable, "-c", deaf, stdout=asyncio.subprocess.PIPE)
        assert child.stdout is not None
        await child.stdout.readline()
        children.running.add(child)
        await children.stop()
        return await child.wait()

    assert asyncio.run(watch()) == -9


def test_the_collected_files_lie_in_the_data_folder() -> None:
    assert settings.STATIC_ROOT.is_relative_to(settings.DATA)
