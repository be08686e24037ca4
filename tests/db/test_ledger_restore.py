"""A restored database is older than the log: it learns what it forgot, or nothing is signed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from antiphon.jobs import service as jobs
from antiphon.kernel.errors import Unavailable
from antiphon.ledger import journal, sequencing
from antiphon.ledger import service as ledger
from antiphon.ledger.models import Entry, Log
from tests.db.ledgers import Home, outsider, picture_of, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home(tmp_path / "a").open() as home:
        yield home


@dataclass
class Heard:
    """A `Replay` that remembers."""

    changes: list[tuple[str, int, datetime]] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)

    def __call__(self, kind: str, private: Mapping[str, Any], at: datetime) -> None:
        self.changes.append((kind, private["number"], at))
        self.rows.append(ledger.row_being_replayed())

    @property
    def numbers(self) -> list[int]:
        return [number for _, number, _ in self.changes]


class Backup:
    """The ledger's tables as they were."""

    def __init__(self) -> None:
        self.rows = list(Entry.objects.all())
        self.logs = list(Log.objects.all())

    def bring_back(self) -> None:
        Entry.objects.all().delete()
        Log.objects.all().delete()
        Entry.objects.bulk_create(self.rows)
        Log.objects.bulk_create(self.logs)


def test_a_restored_database_learns_what_it_forgot(home: Home) -> None:
    for number in range(3):
        say(number)
    ledger.publish()
    backup = Backup()
    later = [say(number) for number in range(3, 7)]
    times = [row.created_at for row in Entry.objects.filter(pk__in=later).order_by("pk")]
    ledger.publish()
    before, files = outsider(home).audit(), picture_of(home.served)
    backup.bring_back()

    say(100)
    with pytest.raises(Unavailable, match="older than the log"):
        ledger.publish()
    assert picture_of(home.served) == files

    heard = Heard()
    found = ledger.catch_up(heard)
    assert (found.entries, found.replayed, found.unreadable) == (4, 4, 0)
    assert heard.changes == [("answer", number, at) for number, at in zip(range(3, 7), times, strict=True)]
    ledger.publish()
    after = outsider(home).audit()
    assert after.checkpoint.size == 8
    outsider(home).join(before, after)
    for row, number in zip(heard.rows, range(3, 7), strict=True):
        receipt = ledger.receipt_of(row)
        assert receipt is not None
        assert (receipt.index, receipt.private["number"]) == (number, number)
        outsider(home).check(receipt)
    with pytest.raises(Unavailable):
        ledger.row_being_replayed()


def test_catching_up_twice_changes_nothing(home: Home) -> None:
    say(0)
    ledger.publish()
    backup = Backup()
    say(1)
    ledger.publish()
    backup.bring_back()
    ledger.catch_up(Heard())
    heard = Heard()
    assert ledger.catch_up(heard) == ledger.CaughtUp(0, 0, 0, 0)
    assert heard.changes == []


def test_an_entry_that_waited_in_the_restored_outbox_is_not_written_twice(home: Home) -> None:
    say(0)
    ledger.publish()
    waiting = say(1)
    backup = Backup()
    say(2)
    ledger.publish()
    backup.bring_back()
    heard = Heard()
    assert ledger.catch_up(heard).replayed == 1
    assert heard.numbers == [2]  # the change of entry 1 is in the database already
    assert Entry.objects.count() == 3
    assert Entry.objects.get(pk=waiting).index == 1
    assert ledger.publish() == 0
    outsider(home).audit()


def test_a_failing_replay_leaves_everything_as_it_was(home: Home) -> None:
    say(0)
    ledger.publish()
    backup = Backup()
    for number in range(1, 4):
        say(number)
    ledger.publish()
    backup.bring_back()

    def breaks_at_two(kind: str, private: Mapping[str, Any], at: datetime) -> None:
        if private["number"] == 2:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ledger.catch_up(breaks_at_two)
    assert (Entry.objects.count(), sequencing.assigned()) == (1, 1)
    assert ledger.catch_up(Heard()).replayed == 3


def test_what_was_erased_stays_erased(home: Home) -> None:
    rows = [say(number) for number in range(2)]
    ledger.publish()
    backup = Backup()
    rows.append(say(2))
    ledger.publish()
    ledger.erase(rows[0])
    ledger.erase(rows[2])
    jobs.run_due()
    backup.bring_back()
    heard = Heard()
    found = ledger.catch_up(heard)
    assert (found.entries, found.replayed, found.unreadable, found.erased) == (1, 0, 1, 1)
    assert [entry.private is None for entry in Entry.objects.order_by("index")] == [True, False, True]
    ledger.publish()
    outsider(home).audit()


def test_older_files_beside_an_older_database_are_written_again(home: Home) -> None:
    ledger.append_many([ledger.Append("answer", {"number": n}) for n in range(300)])
    ledger.publish()
    backup, files = Backup(), {path: (home.served / path).read_bytes() for path in picture_of(home.served)}
    ledger.append_many([ledger.Append("answer", {"number": n}) for n in range(300, 900)])
    ledger.publish()
    before = outsider(home).audit()
    backup.bring_back()
    for path in picture_of(home.served):
        (home.served / path).unlink()
    for path, raw in files.items():
        (home.served / path).write_bytes(raw)
    ledger.catch_up(Heard())
    ledger.publish()
    after = outsider(home).audit()
    assert after.checkpoint == before.checkpoint
    assert after.note == before.note


def test_a_restored_log_is_never_served_smaller_than_it_was_once_it_has_caught_up(home: Home) -> None:
    say(0)
    ledger.publish()
    backup, files = Backup(), {path: (home.served / path).read_bytes() for path in picture_of(home.served)}
    for number in range(1, 4):
        say(number)
    ledger.publish()
    before = outsider(home).audit()
    backup.bring_back()
    for path, raw in files.items():
        (home.served / path).write_bytes(raw)
    assert outsider(home).checkpoint().checkpoint.size == 1
    ledger.catch_up(Heard())
    # A browser that comes by now and had seen four entries would raise its alarm for good over one.
    assert outsider(home).audit().note == before.note
    assert ledger.size() == 4


def test_files_that_were_put_back_beside_a_present_database_are_served_whole_again(home: Home) -> None:
    say(0)
    ledger.publish()
    older = (home.served / "checkpoint").read_bytes()
    say(1)
    ledger.publish()
    before = outsider(home).audit()
    (home.served / "checkpoint").write_bytes(older)
    assert ledger.catch_up(Heard()) == ledger.CaughtUp(0, 0, 0, 0)
    assert outsider(home).audit().note == before.note


def test_without_a_journal_the_public_log_keeps_its_shape(home: Home) -> None:
    say(0)
    ledger.publish()
    backup = Backup()
    for number in range(1, 4):
        say(number)
    ledger.publish()
    before = outsider(home).audit()
    backup.bring_back()
    for path in (home.data / "ledger" / "journal").iterdir():
        path.unlink()
    found = ledger.catch_up(Heard())
    assert (found.entries, found.replayed, found.unreadable) == (3, 0, 3)
    say(5)
    ledger.publish()
    outsider(home).join(before, outsider(home).audit())


def test_what_cannot_be_found_is_not_made_up(home: Home) -> None:
    say(0)
    ledger.publish()
    backup = Backup()
    say(1)
    ledger.publish()
    backup.bring_back()
    for folder in (home.data / "ledger" / "journal", home.served / "tile"):
        for path in folder.rglob("*"):
            if path.is_file():
                path.unlink()
    with pytest.raises(Unavailable, match="cannot be found"):
        ledger.catch_up(Heard())
    say(2)
    with pytest.raises(Unavailable):
        ledger.publish()


def test_a_journal_of_something_else_is_not_believed(home: Home) -> None:
    say(0)
    ledger.publish()
    backup = Backup()
    say(1)
    ledger.publish()
    path = home.data / "ledger" / "journal" / "000000.jsonl"
    first, second = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + first.replace(b'"index":0', b'"index":1'))
    backup.bring_back()
    with pytest.raises(Unavailable, match="do not lead"):
        ledger.catch_up(Heard())
    path.write_bytes(first + second)
    assert ledger.catch_up(Heard()).replayed == 1


def test_what_a_crash_kept_from_being_signed_is_brought_back_too(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    say(0)
    ledger.publish()
    backup = Backup()
    say(1)

    def crash(tree: object) -> None:
        raise OSError("the power is gone")

    with monkeypatch.context() as patch:
        patch.setattr("antiphon.ledger.sequencing.sign", crash)
        with pytest.raises(OSError, match="power"):
            ledger.publish()
    backup.bring_back()
    say(2)
    with pytest.raises(Unavailable, match="older"):
        ledger.publish()
    heard = Heard()
    ledger.catch_up(heard)
    assert heard.numbers == [1]
    ledger.publish()
    assert outsider(home).audit().checkpoint.size == 3


def test_nobody_to_carry_out_what_was_forgotten_is_said(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antiphon.ledger.service.catching_up._replay", None)
    say(0)
    ledger.publish()
    assert ledger.catch_up() == ledger.CaughtUp(0, 0, 0, 0)
    Backup.bring_back(_Empty())
    with pytest.raises(Unavailable, match="nobody"):
        ledger.catch_up()
    heard = Heard()
    ledger.use_replay(heard)
    assert ledger.catch_up().replayed == 1


class _Empty(Backup):
    def __init__(self) -> None:
        self.rows, self.logs = [], []


# The journal


def test_a_journal_line_that_a_crash_cut_off_is_written_again(home: Home) -> None:
    for number in range(3):
        say(number)
    ledger.publish()
    path = home.data / "ledger" / "journal" / "000000.jsonl"
    whole = path.read_bytes()
    for cut in (1, 40, len(whole.splitlines(keepends=True)[2])):
        path.write_bytes(whole[:-cut])
        ledger.publish()
        assert path.read_bytes() == whole


def test_the_journal_goes_on_in_a_new_file(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antiphon.ledger.journal.LINES", 4)
    rows = ledger.append_many([ledger.Append("answer", {"number": n}) for n in range(10)])
    ledger.publish()
    say(10)
    ledger.publish()
    assert sorted(path.name for path in (home.data / "ledger" / "journal").iterdir()) == [
        "000000.jsonl",
        "000001.jsonl",
        "000002.jsonl",
    ]
    assert [line.index for line in journal.lines(3, 11)] == list(range(3, 11))
    ledger.erase(rows[6])
    ledger.forget_erased()
    assert [line.private is None for line in journal.lines(0, 11)] == [number == 6 for number in range(11)]


def test_an_erasure_that_a_crash_cut_off_counts_as_done_and_is_finished(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = say(0)
    ledger.publish()
    ledger.erase(row)
    calls = []

    def cut_off(fd: int) -> None:
        calls.append(fd)
        raise OSError("the power is gone")

    with monkeypatch.context() as patch:
        patch.setattr("antiphon.ledger.journal.sync_file", cut_off)
        with pytest.raises(OSError, match="power"):
            journal.forget(0)
    assert calls
    assert [line.private for line in journal.lines(0, 1)] == [None]
    assert ledger.forget_erased() == 1
    raw = (home.data / "ledger" / "journal" / "000000.jsonl").read_bytes()
    assert b"eyJ" not in raw.partition(b'"private":"')[2]
