"""What a parcel is made of, as files: flat memory, few queries, sizes past four gigabytes, no halves, no strangers."""

import shutil
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from antiphon.accounts import service as accounts
from antiphon.accounts.core.pieces import Piece, words
from antiphon.accounts.service import parcels
from antiphon.accounts.service.parcels import packers, writing
from antiphon.catalogue import service as catalogue
from antiphon.jobs import carrying
from antiphon.jobs.engines.memory_engine import MemoryEngine
from antiphon.kernel.errors import Conflict
from antiphon.storage.local import LocalFiles
from tests.db.conftest import Receive
from tests.db.parcels.test_parcel_making import meanwhile
from tests.people import People

pytestmark = pytest.mark.django_db(transaction=True)
MB = 1024 * 1024


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying, "_engine", MemoryEngine())


def test_three_hundred_tracks_are_packed_in_memory_that_does_not_grow(
    people: People, data: Path, file_store: LocalFiles
) -> None:
    def fill(profile: accounts.Profile, count: int) -> None:
        for number in range(count):
            track = catalogue.Track.objects.create(profile=profile, slug=f"song-{number}", title="Song")
            key = f"originals/{profile.pk}-{number}"
            with (data / "made").open("wb") as out:
                out.truncate(4 * MB)
            file_store.put(key, data / "made")
            row = catalogue.Recording.objects.create(
                track=track, original_key=key, original_name="Song.wav", size_bytes=4 * MB
            )
            catalogue.Track.objects.filter(pk=track.pk).update(recording=row)

    def peak_of(user: accounts.User) -> int:
        tracemalloc.start()
        parcels.write_zip(user, data / f"{user.pk}.zip")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        (data / f"{user.pk}.zip").unlink()
        return peak

    fill(people.cleo_park, 3)
    fill(people.ada_quill, 300)
    peak_of(people.cleo)  # what is loaded once is not counted
    few, many = peak_of(people.cleo), peak_of(people.ada)
    print(f"peak: {few / MB:.1f} MB for 3 tracks, {many / MB:.1f} MB for 300 of 1.2 GB")
    assert many < few + 8 * MB
    assert many < 24 * MB


def test_queries_grow_with_pieces_and_no_cursor_stays_open(people: People, bring: Receive, data: Path) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            parcels.write_folder(people.ada, data / "out")
        shutil.rmtree(data / "out")
        return len(seen)

    bring(people.ada)
    count()
    one = count()
    for _ in range(5):
        bring(people.ada)
    six = count()
    assert (six - one) / 5 <= 8


def test_a_file_longer_than_four_gigabytes_is_packed_with_64_bits(
    people: People, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Lengths are written with 64 bits for every entry, since a stream's is not known before it ends.
    parcels.write_zip(people.ben, data / "out.zip")
    with zipfile.ZipFile(data / "out.zip") as found:
        assert {entry.extract_version for entry in found.infolist()} == {45}
        assert all(entry.flag_bits & 0x800 or entry.filename.isascii() for entry in found.infolist())


def test_no_half_of_a_file_stays_behind(people: People, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ValueError

    with meanwhile(monkeypatch, fail):
        for write, name in ((parcels.write_zip, "out.zip"), (parcels.write_folder, "out")):
            with pytest.raises(ValueError):  # noqa: PT011  (any will do)
                write(people.ada, data / name)
            assert not list(data.glob("out*"))
    (data / "there.zip").write_bytes(b"mine")
    with pytest.raises(Conflict):
        parcels.write_zip(people.ada, data / "there.zip")
    assert (data / "there.zip").read_bytes() == b"mine"


def test_files_are_for_their_owner_s_eyes_alone(people: People, data: Path) -> None:
    parcels.write_folder(people.ada, data / "out")
    parcels.write_zip(people.ada, data / "out.zip")
    for path in (data / "out", data / "out.zip", data / "out" / writing.README):
        assert path.stat().st_mode & 0o077 == 0


def test_a_person_s_files_cannot_take_the_names_of_readme_and_index(
    people: People, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Rude:
        def weigh(self, user_id: int) -> int:
            return 0

        def pieces(self, user: accounts.User) -> Iterator[Piece]:
            yield words((), "readme.TXT", "Rude", "mine")

    monkeypatch.setattr(packers, "_packers", [Rude()])
    packed: Any = parcels.write_folder(people.ada, data / "out")
    assert [path for path, *_ in packed.files] == ["readme (2).TXT", "README.txt"]
