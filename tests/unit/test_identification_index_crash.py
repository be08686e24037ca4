"""A writer stopped at any step, in the middle of a write too, leaves the index before or after, never between."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from antiphon.identification.core.journal import Batch
from antiphon.identification.core.merging import FAN
from antiphon.identification.engines.reader import Reader
from antiphon.identification.engines.views import View
from antiphon.identification.engines.writer import LOCK, Writer
from antiphon.kernel.errors import NotFound, Unavailable
from tests.disks import Left, Stopped, StoppingDisk
from tests.prints import an_entry

Kept = dict[str, bytes]
ENTRIES = {f"t{number}": an_entry(f"t{number}", number, 1.5) for number in range(FAN + 4)}
OTHER = {name: an_entry(name, 100 + number, 1.5) for number, name in enumerate(ENTRIES)}


def kept(view: View) -> Kept:
    """Which tracks are there, with the hash of their sound; each is found by its own hashes."""
    found = {}
    for track in range(view.tracks):
        try:
            one = view.kept(track)
        except KeyError:
            continue
        found[one.name] = one.sound
        source = next(e for e in (ENTRIES[one.name], OTHER[one.name]) if e.sound == one.sound)
        assert view.peaks(track).bin.tolist() == source.prints.bin.tolist()
    return found


def deeds(writer: Writer) -> Iterator[tuple[Callable[[], object], Callable[[Kept], Kept]]]:
    """What a writer does, step by step, and what each makes of what is kept."""

    def same(before: Kept) -> Kept:
        return before

    for number in range(FAN - 1):
        one = ENTRIES[f"t{number}"]
        yield lambda one=one: writer.add([one]), lambda before, one=one: {**before, one.name: one.sound}
        yield writer.flush, same
    pair = [ENTRIES["t9"], ENTRIES["t10"]]
    yield lambda: writer.add(pair), lambda before: {**before, **{one.name: one.sound for one in pair}}
    yield (
        lambda: writer.change(Batch(added=[OTHER["t1"]], deleted=["t2", "t9"])),
        lambda before: {n: s for n, s in before.items() if n not in ("t2", "t9")} | {"t1": OTHER["t1"].sound},
    )
    yield writer.flush, same
    yield writer.merge, same
    yield lambda: writer.delete(["t0"]), lambda before: {n: s for n, s in before.items() if n != "t0"}
    yield writer.purge, same


def run(folder: Path, stop_at: int, left: Left) -> tuple[int, list[Kept]]:
    """Return how many steps were taken, and what may be kept afterwards: before or after the deed that was stopped."""
    disk = StoppingDisk(folder, stop_at)
    acknowledged: Kept = {}
    now = acknowledged
    try:
        writer = Writer(folder, disk=disk)
        for act, outcome in deeds(writer):
            now = outcome(acknowledged)
            act()
            acknowledged = now
    except Stopped:
        disk.leave(left)
        return disk.steps, [acknowledged, now]
    writer.close()
    return disk.steps, [acknowledged]


def names_of(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("left", Left, ids=lambda left: left.name)
def test_a_stop_at_any_step_leaves_before_or_after(tmp_path: Path, left: Left) -> None:
    steps, _ = run(tmp_path / "whole", 0, left)
    assert steps > 100
    for stop_at in range(1, steps + 1):
        folder = tmp_path / "stopped"
        _, allowed = run(folder, stop_at, left)
        try:
            assert kept(Reader(folder).view()) in allowed, stop_at
        except NotFound:
            assert allowed[0] == {}, stop_at  # stopped before there was an index at all
        with Writer(folder) as writer:
            assert kept(writer.view()) in allowed, stop_at
            # What the stopped run left is gone, and the index can be written to.
            assert names_of(folder) <= {*writer._manifest.files(), LOCK}
            before = kept(writer.view())
            writer.add([ENTRIES["t11"]])
        assert kept(Reader(folder).view()) == {**before, "t11": ENTRIES["t11"].sound}
        shutil.rmtree(folder)


def test_a_torn_record_is_cut_off_wherever_it_tears(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    with Writer(folder) as writer:
        writer.add([ENTRIES["t0"]])
        before = kept(writer.view())
        journal = folder / writer._manifest.journal
        size = journal.stat().st_size
        writer.add([ENTRIES["t1"]])
    whole = journal.read_bytes()
    for stop in range(size, len(whole)):
        journal.write_bytes(whole[:stop])
        assert kept(Reader(folder).view()) == before
    journal.write_bytes(whole[: size + 100] + bytes(len(whole) - size - 100))  # a page that never reached the disk
    with Writer(folder) as writer:
        assert kept(writer.view()) == before
        writer.add([ENTRIES["t2"]])
        assert set(kept(writer.view())) == {"t0", "t2"}
    assert set(kept(Reader(folder).view())) == {"t0", "t2"}


class Full(StoppingDisk):
    """A disk on which there is no room at one of the steps."""

    def _step(self) -> None:
        self.steps += 1
        if self.steps == self.stop_at:
            raise OSError(28, "No space left on device")


def test_a_full_disk_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    with Writer(folder) as writer:
        writer.add([ENTRIES["t0"]])
    disk = Full(folder, 1)
    writer = Writer(folder, disk=disk)
    with pytest.raises(OSError, match="No space"):
        writer.add([ENTRIES["t1"]])
    with pytest.raises(Unavailable, match="failed"):
        writer.add([ENTRIES["t2"]])
    writer.close()
    with Writer(folder) as writer:
        assert set(kept(writer.view())) == {"t0"}
        writer.add([ENTRIES["t2"]])
        assert set(kept(writer.view())) == {"t0", "t2"}
