"""How a parcel comes to be and ends: asked for once, killed, run twice, told of, deleted without a leftover."""

import io
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail

from antiphon.accounts import service as accounts
from antiphon.accounts.core.pieces import Folder, Piece, words
from antiphon.accounts.service import parcels
from antiphon.accounts.service.parcels import packers
from antiphon.community.service import hearing, wording
from antiphon.jobs import carrying, running
from antiphon.jobs import service as jobs
from antiphon.jobs.engines.memory_engine import MemoryEngine
from antiphon.kernel import clock
from antiphon.kernel.errors import NotFound, TooMany, Unavailable
from antiphon.mail.models import Letter
from antiphon.storage import service as storage
from antiphon.storage.local import LocalFiles
from tests.db.conftest import Receive
from tests.db.parcels.conftest import pack
from tests.people import People

pytestmark = pytest.mark.django_db(transaction=True)
MB = 1024 * 1024


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying, "_engine", MemoryEngine())


class Killed(BaseException):
    """The worker is gone: nothing is caught, and nothing is tidied up."""


class Between:
    """A packer that does something while a parcel is being written."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.act = act

    def weigh(self, user_id: int) -> int:
        return 0

    def pieces(self, user: accounts.User) -> Iterator[Piece]:
        yield words((Folder("first"),), "first.txt", "The first", "first")
        self.act()
        yield words((Folder("last"),), "last.txt", "The last", "last")


@contextmanager
def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(packers, "_packers", [*packers._packers, Between(act)])
        yield


def left(data: Path) -> list[str]:
    """Every file of a parcel, ready or half-made."""
    found = [*data.glob("tmp/parcel-*"), *data.glob("files/parcels/**/*.zip")]
    return sorted(path.relative_to(data).parts[0] for path in found)


def run(row: parcels.Parcel) -> None:
    job = jobs.jobs(["queued"], subject=f"parcel:{row.pk}")[0]
    running.run(job.pk)


def test_who_asks_is_told_by_a_letter_and_in_the_app_when_it_is_ready(people: People, data: Path) -> None:
    row = pack(people.ada)
    assert row.state == "ready"
    assert row.ready_at is not None
    assert row.ends_at == row.ready_at + timedelta(days=7)
    assert row.size_bytes == storage.files().size(row.key)
    [letter] = mail.outbox
    assert letter.to == ["ada@example.org"]
    assert letter.subject == "Your copy of everything is ready"
    assert f"{settings.SITE_URL}/account/data" in letter.body
    [notice] = hearing.latest(people.ada).notices
    assert (notice.kind, notice.address) == ("parcel", "/account/data")
    assert "ready to download" in wording.sentence(notice)
    assert left(data) == ["files"]


def test_asking_twice_is_one_wish_and_one_is_made_an_hour(people: People, data: Path) -> None:
    first = parcels.ask(people.ada)
    assert parcels.ask(people.ada) == first
    jobs.run_due()
    with pytest.raises(TooMany) as caught:
        parcels.ask(people.ada)
    assert 3500 < caught.value.retry_after_s <= 3600
    parcels.ask(people.ben)
    before = parcels.shelf_of(people.ada).ready
    with clock.advanced(timedelta(hours=1)):
        second = pack(people.ada)
    assert second != first
    assert before is not None
    assert not storage.files().exists(before.key)
    assert left(data).count("files") == 2


def test_the_old_one_can_be_fetched_until_the_new_one_is_ready(people: People, data: Path) -> None:
    old = pack(people.ada)
    with clock.advanced(timedelta(hours=2)):
        parcels.ask(people.ada)
        shelf = parcels.shelf_of(people.ada)
        assert shelf.ready == old
        assert shelf.packing is not None
        jobs.run_due()
        assert parcels.shelf_of(people.ada).ready != old
    assert left(data) == ["files"]


def test_killed_in_the_middle_it_is_made_by_the_next_run_and_nothing_is_left_over(
    people: People, bring: Receive, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(people.ada, "Song.wav", content=b"song" * 1000)
    row = parcels.ask(people.ada)
    kept: list[Path] = []

    def kill() -> None:
        # What a killed process leaves is there as it was at that moment: tidying up never ran.
        half = next(data.glob("tmp/parcel-*"))
        shutil.copytree(half, data / "as-it-was")
        kept.append(half)
        raise Killed

    with meanwhile(monkeypatch, kill), pytest.raises(Killed):
        run(row)
    shutil.copytree(data / "as-it-was", kept[0])
    assert left(data) == ["tmp"]
    row.refresh_from_db()
    assert row.state == "packing"
    half_key = row.key
    jobs.Job.objects.filter(subject=f"parcel:{row.pk}").update(state="queued", lease_token="", lease_until=None)
    jobs.run_due()
    row.refresh_from_db()
    assert row.state == "ready"
    assert row.key != half_key
    assert left(data) == ["files"]
    with storage.files().open(row.key) as file:
        assert "music/ada-quill/Song/Song.wav" in zipfile.ZipFile(io.BytesIO(file.read())).namelist()


def test_killed_after_the_file_was_stored_it_is_made_again_and_the_first_file_goes(
    people: People, data: Path, file_store: LocalFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = parcels.ask(people.ada)
    real = LocalFiles.put

    def put(self: LocalFiles, key: str, source: Path) -> int:
        real(self, key, source)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(LocalFiles, "put", put)
        with pytest.raises(Killed):
            run(row)
    assert left(data) == ["files"]
    jobs.Job.objects.filter(subject=f"parcel:{row.pk}").update(state="queued", lease_token="", lease_until=None)
    jobs.run_due()
    row.refresh_from_db()
    assert row.state == "ready"
    assert [f"parcels/{key.removeprefix('parcels/')}" for key in file_store.keys("parcels/")] == [row.key]


def test_two_workers_at_once_make_one_parcel(
    people: People, data: Path, file_store: LocalFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = parcels.ask(people.ada)
    faster: list[str] = []

    def overtake() -> None:
        """The first lost its lease without noticing; another runs the whole job in between."""
        if not faster:
            faster.append("")
            parcels.pack(row.pk, Alone())
            faster[0] = parcels.Parcel.objects.get(pk=row.pk).key

    class Alone:
        def heartbeat(self) -> bool:
            return True

    with meanwhile(monkeypatch, overtake):
        run(row)
    row.refresh_from_db()
    assert (row.state, row.key) == ("ready", faster[0])
    assert file_store.keys("parcels/") == [row.key]
    assert Letter.objects.filter(key=f"parcel:{row.pk}").count() == 1
    assert not list(data.glob("tmp/parcel-*"))


def test_a_worker_that_stops_hands_the_job_back_at_once(
    people: People, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = parcels.ask(people.ada)
    stopping: list[bool] = []
    job = jobs.jobs(["queued"], subject=f"parcel:{row.pk}")[0]
    with meanwhile(monkeypatch, lambda: stopping.append(True)):
        running.run(job.pk, worker_stops=lambda: bool(stopping))
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("queued", 0)
    assert left(data) == []
    assert jobs.run_due() >= 1
    row.refresh_from_db()
    assert row.state == "ready"


def test_an_account_that_ends_while_it_is_made_leaves_nothing(
    people: People, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = parcels.ask(people.ada)
    accounts.ask_deletion(people.ada)

    def end() -> None:
        with clock.advanced(timedelta(days=15)):
            assert accounts.end_due() == 1

    with meanwhile(monkeypatch, end):
        run(row)
    assert left(data) == []
    assert not parcels.Parcel.objects.exists()
    assert not Letter.objects.filter(key__startswith="parcel:").exists()


def test_what_is_ready_goes_with_the_account(people: People, data: Path) -> None:
    pack(people.ada)
    accounts.ask_deletion(people.ada)
    with clock.advanced(timedelta(days=15)):
        accounts.end_due()
    assert left(data) == []


def test_who_is_leaving_can_ask_and_fetch_and_gets_the_letter(people: People, data: Path) -> None:
    accounts.ask_deletion(people.ada)
    row = pack(accounts.account_for(people.ada.pk))
    assert Letter.objects.get(key=f"parcel:{row.pk}").to == "ada@example.org"
    assert parcels.address_of(people.ada, "a-session").startswith(f"/media/{row.key}?")


def test_after_its_days_it_is_gone_from_the_page_at_once_and_from_the_disk_by_the_clock(
    people: People, data: Path
) -> None:
    row = pack(people.ada)
    with clock.advanced(timedelta(days=6, hours=23)):
        assert parcels.clear_away() == 0
        assert parcels.shelf_of(people.ada).ready == row
    with clock.advanced(timedelta(days=7, minutes=1)):
        assert parcels.shelf_of(people.ada).ready is None
        with pytest.raises(NotFound):
            parcels.address_of(people.ada, "a-session")
        assert parcels.clear_away() == 1
        assert parcels.clear_away() == 0
    assert left(data) == []


def test_what_nobody_counts_on_is_cleared_away_and_what_is_being_made_is_not(
    people: People, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = pack(people.ben)
    for key in ("parcels/999/strange.zip", f"parcels/{ready.pk}/older.zip"):
        source = data / "made"
        source.write_bytes(b"zip")
        storage.files().put(key, source)
    (data / "tmp" / "parcel-999-abc").mkdir()
    row = parcels.ask(people.ada)
    cleared: list[int] = []
    with meanwhile(monkeypatch, lambda: cleared.append(parcels.clear_away())):
        run(row)
    row.refresh_from_db()
    assert cleared == [3]
    assert row.state == "ready"
    assert sorted(storage.files().keys("parcels/")) == sorted([ready.key, row.key])


def test_after_a_restore_what_was_ready_is_not_there_and_is_not_offered(people: People, data: Path) -> None:
    row = pack(people.ada)
    storage.files().delete(row.key)
    assert parcels.clear_away() == 1
    assert parcels.shelf_of(people.ada).ready is None


def test_without_room_on_the_disk_nobody_is_promised_anything(
    people: People, bring: Receive, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(people.ada)
    full = shutil._ntuple_diskusage(10**12, 10**12, 100 * MB)  # type: ignore[attr-defined]
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _path: full)
        with pytest.raises(Unavailable, match="not enough room"):
            parcels.ask(people.ada)
        assert not parcels.Parcel.objects.exists()
    row = parcels.ask(people.ada)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: full)
    jobs.run_due()
    shelf = parcels.shelf_of(people.ada)
    assert shelf.failed == row
    assert shelf.failed is not None
    assert "not enough room" in shelf.failed.failure
    assert shelf.may_ask_at is None
    monkeypatch.undo()
    assert left(data) == []


def test_a_fault_is_told_in_plain_words_and_can_be_tried_again_at_once(
    people: People, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down() -> None:
        raise ValueError("secret internals")

    row = parcels.ask(people.ada)
    with meanwhile(monkeypatch, break_down):
        for hours in range(1, 5):
            with clock.advanced(timedelta(hours=hours)):
                jobs.run_due()
    shelf = parcels.shelf_of(people.ada)
    assert shelf.failed == row
    assert shelf.failed is not None
    assert "secret" not in shelf.failed.failure
    assert left(data) == []
    assert pack(people.ada).state == "ready"
    assert parcels.shelf_of(people.ada).failed is None
