"""The index of fingerprints is a dictionary, whatever was added, deleted, merged and opened again, in any order."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from antiphon.identification.core.journal import Batch
from antiphon.identification.core.merging import FAN, Size, due
from antiphon.identification.core.parts import Entry
from antiphon.identification.engines.reader import Reader
from antiphon.identification.engines.views import View
from antiphon.identification.engines.writer import Writer
from antiphon.kernel.errors import BadInput, Conflict, NotFound, Unavailable
from tests.prints import Said, an_entry, expected, hashes_of, said

NAMES = [f"track-{number}" for number in range(9)]
SEEDS = 4
ALL = {(name, seed): an_entry(name, seed, 2.0) for name in NAMES for seed in range(SEEDS)}
HASHES = hashes_of(ALL.values())


def all_said(view: View) -> Said:
    names = {}
    for number in range(view.tracks):
        try:
            names[number] = view.kept(number).name
        except KeyError:
            continue
    assert len(names) == view.living
    assert all(view.find(name) == number for number, name in names.items())
    return said(view, names, HASHES)


class IndexMachine(RuleBasedStateMachine):
    """Whatever happens to an index also happens to a dictionary."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="antiphon-index-"))
        self.writer = Writer(self.folder / "index", full_bytes=1500)
        self.reader = Reader(self.folder / "index")
        self.model: dict[str, Entry] = {}

    def teardown(self) -> None:
        self.writer.close()
        shutil.rmtree(self.folder)

    @rule(what=st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, SEEDS - 1)), max_size=4))
    def add(self, what: list[tuple[str, int]]) -> None:
        self.writer.add([ALL[one] for one in what])
        self.model |= {name: ALL[name, seed] for name, seed in what}

    @rule(names=st.lists(st.sampled_from([*NAMES, "nobody"]), max_size=3))
    def delete(self, names: list[str]) -> None:
        self.writer.delete(names)
        for name in names:
            self.model.pop(name, None)

    @rule(gone=st.sampled_from(NAMES), name=st.sampled_from(NAMES), seed=st.integers(0, SEEDS - 1))
    def replace(self, gone: str, name: str, seed: int) -> None:
        self.writer.change(Batch(added=[ALL[name, seed]], deleted=[gone]))
        self.model.pop(gone, None)
        self.model[name] = ALL[name, seed]

    @rule()
    def flush(self) -> None:
        self.writer.flush()

    @rule()
    def merge(self) -> None:
        self.writer.merge()

    @rule()
    def purge(self) -> None:
        self.writer.purge()

    @rule()
    def open_again(self) -> None:
        self.writer.close()
        self.writer = Writer(self.folder / "index", full_bytes=1500)

    @rule()
    def read_anew(self) -> None:
        self.reader = Reader(self.folder / "index")

    @invariant()
    def all_answers_are_the_dictionarys(self) -> None:
        right = expected(self.model.values(), HASHES)
        assert all_said(self.writer.view()) == right
        assert all_said(self.reader.view()) == right
        assert self.reader.view() is self.reader.view()
        assert all(self.writer.has(name) == (name in self.model) for name in NAMES)


IndexMachine.TestCase.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestIndex = IndexMachine.TestCase


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def test_a_view_stays_as_it_was(folder: Path) -> None:
    with Writer(folder) as writer:
        writer.add([ALL["track-0", 0], ALL["track-1", 1]])
        writer.flush()
        writer.add([ALL["track-2", 2]])
        before, right = writer.view(), all_said(writer.view())
        writer.delete(["track-0", "track-2"])
        writer.purge()
        assert all_said(before) == right
        assert sorted(all_said(writer.view())) == ["track-1"]


def test_many_segments_become_few(folder: Path) -> None:
    with Writer(folder) as writer:
        for number in range(FAN):
            writer.add([ALL[NAMES[number], 0]])
            writer.flush()
        assert len(writer.view().pieces) == FAN
        assert writer.merge()
        assert not writer.merge()
        assert len(writer.view().pieces) == 1
        assert all_said(writer.view()) == expected([ALL[name, 0] for name in NAMES[:FAN]], HASHES)


def test_what_is_deleted_while_a_merge_is_at_work_stays_deleted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from antiphon.identification.engines import segments

    with Writer(folder) as writer:
        for number in range(FAN):
            writer.add([ALL[NAMES[number], 0]])
            writer.flush()
        write = segments.write_merge

        def meanwhile(*words: Any) -> None:
            write(*words)
            writer.delete(["track-3"])
            writer.add([ALL["track-4", 1]])
            writer.flush()

        monkeypatch.setattr(segments, "write_merge", meanwhile)
        assert writer.merge()
        left = [ALL[name, 0] for name in NAMES[:FAN] if name not in ("track-3", "track-4")]
        right = expected([*left, ALL["track-4", 1]], HASHES)
        assert all_said(writer.view()) == right
    with Writer(folder) as writer:
        assert all_said(writer.view()) == right


def test_only_one_writes(folder: Path) -> None:
    with Writer(folder), pytest.raises(Conflict, match="Another process"):
        Writer(folder)
    Writer(folder).close()


def test_nothing_is_done_after_closing(folder: Path) -> None:
    writer = Writer(folder)
    writer.close()
    with pytest.raises(Unavailable):
        writer.add([ALL["track-0", 0]])


def test_a_folder_without_an_index_says_so(folder: Path) -> None:
    with pytest.raises(NotFound, match="no index"):
        Reader(folder)


@pytest.mark.parametrize("name", ["", "a\tb", "a\nb", "x" * 201, "\x00"])
def test_names_that_no_line_can_hold_are_refused(folder: Path, name: str) -> None:
    with pytest.raises(BadInput, match="name"):
        an_entry(name, 1)
    with Writer(folder) as writer, pytest.raises(BadInput, match="name"):
        writer.delete([name])


def test_an_empty_index_knows_nothing(folder: Path) -> None:
    with Writer(folder) as writer:
        view = writer.view()
        offsets, track, frame = view.postings("pairs").look_up(np.array([3, 1, 3], np.uint32))
        assert (view.tracks, offsets.tolist(), len(track), len(frame)) == (0, [0, 0, 0, 0], 0, 0)
        with pytest.raises(KeyError):
            view.peaks(0)


def test_a_track_of_silence_is_kept(folder: Path) -> None:
    silence = an_entry("silence", 1, 0.0)
    with Writer(folder) as writer:
        writer.add([silence, ALL["track-0", 0]])
        writer.flush()
        assert all_said(writer.view()) == expected([silence, ALL["track-0", 0]], HASHES)


def test_merging_waits_until_enough_of_a_size_have_gathered() -> None:
    assert due([Size(10, 0)] * (FAN - 1)) == []
    assert due([Size(100, 0), *[Size(10, 0)] * FAN]) == list(range(1, FAN + 1))
    assert due([Size(100, 20)]) == []
    assert due([Size(100, 0), Size(100, 26)]) == [1]
