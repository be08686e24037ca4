"""One catalogue in several indexes, asked in processes of their own, answers as one index does."""

from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pytest

from antiphon.identification.core.prints import F32, U32, Kind, Prints
from antiphon.identification.core.sharding import Shards, shard_of
from antiphon.identification.core.tables import Found
from antiphon.identification.engines.reader import Reader
from antiphon.identification.engines.segments import Segment
from antiphon.identification.engines.writer import Writer
from tests.prints import KINDS, an_entry, expected, hashes_of, said

ENTRIES = [an_entry(f"track-{number}", number, 6.0) for number in range(24)]
HASHES = hashes_of(ENTRIES)


def look_up(folder: Path, kind: Kind, wanted: U32) -> Found:
    return Reader(folder).view().postings(kind).look_up(wanted)


def count(folder: Path, kind: Kind, wanted: U32) -> F32:
    return Reader(folder).view().postings(kind).count(wanted)


@dataclass
class InAProcess:
    """A shard that somebody else's process reads."""

    folder: Path
    worker: ProcessPoolExecutor

    @property
    def tracks(self) -> int:
        return Reader(self.folder).view().tracks

    def look_up(self, kind: Kind, wanted: U32) -> "Future[Found]":
        return self.worker.submit(look_up, self.folder, kind, wanted)

    def count(self, kind: Kind, wanted: U32) -> "Future[F32]":
        return self.worker.submit(count, self.folder, kind, wanted)

    def peaks(self, track: int) -> Prints:
        return Reader(self.folder).view().peaks(track)


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    made = [tmp_path / f"shard-{number}" for number in range(2)]
    for number, folder in enumerate(made):
        with Writer(folder) as writer:
            own = [one for one in ENTRIES if shard_of(one.name, 2) == number]
            assert len(own) > 5
            writer.add(own[:4])
            writer.flush()
            writer.add(own[4:])
    return made


@pytest.fixture
def workers() -> Iterator[list[ProcessPoolExecutor]]:
    pools = [ProcessPoolExecutor(1, mp_context=get_context("spawn")) for _ in range(2)]
    yield pools
    for pool in pools:
        pool.shutdown()


def test_two_processes_answer_as_one_index(folders: list[Path], workers: list[ProcessPoolExecutor]) -> None:
    shards = Shards([InAProcess(folder, worker) for folder, worker in zip(folders, workers, strict=True)])
    names = {}
    for track in range(shards.tracks):
        shard, local = shards.place(track)
        names[track] = Reader(folders[shard]).view().kept(local).name
    assert said(shards, names, HASHES) == expected(ENTRIES, HASHES)
    for kind in KINDS:
        wanted = HASHES[kind][[5, 3, 5, 0]]
        assert shards.postings(kind).count(wanted)[0] == shards.postings(kind).count(wanted)[2]
    with pytest.raises(KeyError):
        shards.peaks(shards.tracks)


def test_where_a_track_belongs_depends_on_its_name_alone() -> None:
    assert [shard_of(f"track-{number}", 4) for number in range(8)] == [shard_of(f"track-{n}", 4) for n in range(8)]
    assert {shard_of(str(number), 4) for number in range(100)} == {0, 1, 2, 3}
    assert shard_of("track-1", 4) == 2


def test_a_segment_is_read_from_wherever_its_bytes_are(folders: list[Path]) -> None:
    path = next(folders[0].glob("*.seg"))
    segment = Segment(memoryview(path.read_bytes()), path.name)
    segment.verify()
    assert segment.part.names.find(segment.part.names.name(2)) == 2
