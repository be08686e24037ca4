"""The ledger from the outbox to the receipt: published in order, proved, erased, rotated; read by an outsider."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, NotFound, Unavailable
from antiphon.ledger import journal, sequencing
from antiphon.ledger import service as ledger
from antiphon.ledger.core import checkpoints, notes
from antiphon.ledger.models import Entry
from tests.db.ledgers import Home, outsider, picture_of, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home(tmp_path / "a").open() as home:
        yield home


def test_nothing_is_served_before_the_first_entry(home: Home) -> None:
    assert ledger.publish() == 0
    assert (ledger.checkpoint(), ledger.size(), ledger.verifier_keys()) == ("", 0, [])
    assert not home.served.exists()
    with pytest.raises(Unavailable):
        ledger.verifier_key()


def test_an_entry_gets_its_receipt_when_a_checkpoint_covers_it(home: Home) -> None:
    row = say(1)
    assert ledger.receipt_of(row) is None
    assert ledger.entries() == []
    assert ledger.publish() == 1
    receipt = ledger.receipt_of(row)
    assert receipt is not None
    assert (receipt.index, receipt.kind, receipt.private["number"]) == (0, "answer", 1)
    opened = outsider(home).check(receipt)
    assert (opened.checkpoint.origin, opened.checkpoint.size) == ("a.example/log", 1)
    assert opened.proved_by_s is None
    assert ledger.verifier_key().startswith("a.example/log+")
    assert ledger.receipt_of(row + 1) is None


def test_the_log_tells_only_what_is_public(home: Home) -> None:
    ledger.append("job", {"who": "Ada Quill", "tracks": [1, 2]}, {"allowed": 2, "manifest_root": "00"}, subject="job:7")
    ledger.publish()
    (seen,) = ledger.entries(subject="job:7")
    assert seen.public == {
        "type": "antiphon/job/v1",
        "commit": seen.public["commit"],
        "allowed": 2,
        "manifest_root": "00",
    }
    for path in home.served.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            assert b"Ada" not in raw
            assert b"job:7" not in raw


def test_an_entry_comes_and_goes_with_the_change_that_caused_it(home: Home) -> None:
    with pytest.raises(ZeroDivisionError):
        say_and_break()
    assert ledger.publish() == 0
    with pytest.raises(BadInput):
        ledger.append("answer", {"x": float("nan")})
    assert Entry.objects.count() == 0


@transaction.atomic
def say_and_break() -> None:
    say(1)
    raise ZeroDivisionError


def test_appending_asks_for_one_publishing(home: Home) -> None:
    for number in range(5):
        say(number)
    assert [job.name for job in jobs.jobs(["queued"]) if job.name.startswith("ledger")] == ["ledger.publish"]
    jobs.run_due()
    assert ledger.size() == 5


def test_the_log_grows_and_every_checkpoint_continues_the_one_before(home: Home) -> None:
    served: list[checkpoints.Opened] = []
    rows: list[int] = []
    for count in (1, 1, 253, 1, 1, 300, 43, 600):
        rows += ledger.append_many([ledger.Append("answer", {"n": n}) for n in range(count)])
        assert ledger.publish() == count
        opened = outsider(home).audit()
        for old in served:
            outsider(home).join(old, opened)
        served.append(opened)
    assert ledger.size() == 1200
    receipts = ledger.receipts_of(rows)
    assert [receipts[row].index for row in rows] == list(range(1200))
    for row in rows[::97]:
        outsider(home).check(receipts[row])


def test_partial_tiles_go_when_the_full_one_is_there(home: Home) -> None:
    for number in range(3):
        say(number)
        ledger.publish()
    assert (home.served / "tile/0/000.p/3").is_file()
    ledger.append_many([ledger.Append("answer", {"n": n}) for n in range(300)])
    ledger.publish()
    partial = sorted(path.relative_to(home.served).as_posix() for path in home.served.rglob("*.p/*"))
    assert partial == ["tile/0/001.p/47", "tile/1/000.p/1", "tile/entries/001.p/47"]
    outsider(home).audit()


def test_a_long_outbox_is_published_in_parts(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antiphon.ledger.sequencing.MOST_AT_ONCE", 512)
    ledger.append_many([ledger.Append("answer", {"n": n}) for n in range(1300)])
    assert ledger.publish() == 1300
    assert outsider(home).audit().checkpoint.size == 1300


def test_publishing_again_changes_no_byte(home: Home) -> None:
    ledger.append_many([ledger.Append("answer", {"n": n}) for n in range(300)])
    ledger.publish()
    before = picture_of(home.data)
    assert ledger.publish() == 0
    assert picture_of(home.data) == before


def test_entries_are_listed_in_the_order_of_the_log(home: Home) -> None:
    for number in range(6):
        say(number % 2)
    ledger.publish()
    assert [seen.index for seen in ledger.entries(limit=3)] == [0, 1, 2]
    assert [seen.index for seen in ledger.entries(after=3)] == [4, 5]
    assert [seen.index for seen in ledger.entries(subject="recording:1")] == [1, 3, 5]
    assert ledger.entry_at(4).subject == "recording:0"
    for index in (-1, 6):
        with pytest.raises(NotFound):
            ledger.entry_at(index)
    with pytest.raises(NotFound):
        ledger.prove(6)
    assert str(ledger.prove(5)).startswith("c2sp.org/tlog-proof@v1\nindex 5\n")


def test_erasing_leaves_the_log_valid_and_the_words_nowhere(home: Home) -> None:
    rows = [say(number, secret=f"words-of-{number}-only") for number in range(3)]
    ledger.publish()
    before = picture_of(home.served)
    (home.data / "words").write_bytes(b"")
    assert ledger.receipts_of(rows)[rows[1]].private["secret"] == "words-of-1-only"
    ledger.erase(rows[1])
    ledger.erase(rows[1])
    jobs.run_due()
    receipt = ledger.receipt_of(rows[1])
    assert receipt is not None
    assert receipt.is_erased
    assert (receipt.salt, receipt.private) == (b"", {})
    outsider(home).check(receipt)
    outsider(home).audit()
    assert picture_of(home.served) == before
    row = Entry.objects.get(pk=rows[1])
    assert (row.salt, row.private, row.forgotten) == (None, None, True)
    kept = list(journal.lines(0, 3))
    assert [line.private is None for line in kept] == [False, True, False]
    assert json.loads(kept[2].private or b"")["secret"] == "words-of-2-only"
    assert journal.erased() == [1]
    assert ledger.entry_at(1).is_erased
    with pytest.raises(NotFound):
        ledger.erase(rows[2] + 100)


def test_what_is_erased_before_it_is_published_never_enters_the_journal(home: Home) -> None:
    row = say(1)
    ledger.erase(row)
    ledger.publish()
    assert [line.private for line in journal.lines(0, 1)] == [None]
    receipt = ledger.receipt_of(row)
    assert receipt is not None
    assert receipt.is_erased


def test_after_a_rotation_both_keys_sign_until_the_old_one_ends(home: Home) -> None:
    old_row = say(1)
    ledger.publish()
    old = ledger.verifier_key()
    old_receipt = ledger.receipt_of(old_row)
    new = ledger.rotate()
    assert new != old
    assert ledger.verifier_key() == new
    assert ledger.verifier_keys() == [new, old]
    for vkey in (old, new):
        checkpoints.open_checkpoint(ledger.checkpoint(), [notes.verifier_key(vkey)])
    said = json.loads((home.served / "keys.json").read_text())
    assert [key["vkey"] for key in said["keys"]] == [new, old]
    with clock.advanced(timedelta(days=31)):
        say(2)
        ledger.publish()
        checkpoints.open_checkpoint(ledger.checkpoint(), [notes.verifier_key(new)])
        with pytest.raises(BadInput):
            checkpoints.open_checkpoint(ledger.checkpoint(), [notes.verifier_key(old)])
    assert old_receipt is not None
    outsider(home).check(old_receipt)


def test_secrets_are_for_their_owner_only(home: Home) -> None:
    say(1)
    ledger.publish()
    private = [path for folder in ("keys", "ledger") for path in (home.data / folder).rglob("*") if path.is_file()]
    assert private
    assert {path.stat().st_mode & 0o077 for path in private} == {0}


def test_a_new_address_gives_the_log_a_new_name_and_the_same_tree(home: Home) -> None:
    say(1)
    ledger.publish()
    old = outsider(home).audit()
    with Home(home.data, "https://music.example/site").open() as moved:
        say(2)
        ledger.publish()
        new = outsider(moved).audit()
        assert new.checkpoint.origin == "music.example/site/log"
        outsider(moved).join(old, new)


def test_an_address_that_no_log_can_have_is_refused_in_words(home: Home) -> None:
    say(1)
    with Home(home.data, "https://a.example/c++").open(), pytest.raises(Unavailable, match="called"):
        ledger.publish()


# Never two histories


def test_a_database_that_holds_other_entries_is_not_signed(home: Home) -> None:
    rows = [say(number) for number in range(3)]
    ledger.publish()
    before = picture_of(home.served)
    other = Entry.objects.get(pk=rows[2])
    Entry.objects.filter(pk=rows[1]).update(entry=other.entry)
    say(4)
    with pytest.raises(Unavailable, match="other entries"):
        ledger.publish()
    assert picture_of(home.served) == before


def test_a_database_that_lost_entries_is_not_signed(home: Home) -> None:
    rows = [say(number) for number in range(3)]
    ledger.publish()
    Entry.objects.filter(pk=rows[1]).delete()
    say(4)
    with pytest.raises(Unavailable, match="missing"):
        ledger.publish()


def test_lost_files_are_written_again_byte_for_byte(home: Home) -> None:
    ledger.append_many([ledger.Append("answer", {"n": n}) for n in range(700)])
    ledger.publish()
    before = picture_of(home.served)
    for path in (home.served / "tile").rglob("*"):
        if path.is_file():
            path.unlink()
    ledger.publish()
    assert picture_of(home.served) == before
    (home.served / "checkpoint").unlink()
    ledger.publish()
    assert picture_of(home.served) == before


def test_a_key_whose_past_is_unknown_does_not_sign(home: Home) -> None:
    say(1)
    ledger.publish()
    (home.data / "keys" / "ledger" / "signed.json").unlink()
    (home.served / "checkpoint").unlink()
    say(2)
    with pytest.raises(Unavailable, match="not known"):
        ledger.publish()


def test_what_is_served_counts_as_signed_also_when_the_memory_of_it_is_older(home: Home) -> None:
    say(1)
    ledger.publish()
    memory = home.data / "keys" / "ledger" / "signed.json"
    old = memory.read_bytes()
    say(2)
    ledger.publish()
    memory.write_bytes(old)
    Entry.objects.filter(index=1).delete()
    say(3)
    with pytest.raises(Unavailable):
        ledger.publish()


def test_broken_keys_are_not_replaced(home: Home) -> None:
    say(1)
    ledger.publish()
    path = home.data / "keys" / "ledger" / "log.json"
    for broken in (b"", b"{}", b'{"keys": []}', path.read_bytes()[:-9]):
        path.write_bytes(broken)
        say(2)
        with pytest.raises(Unavailable, match="cannot be read"):
            ledger.publish()
        assert path.read_bytes() == broken


def test_every_file_of_the_log_is_named_for_backups(home: Home) -> None:
    assert list(ledger.kept_files()) == []
    ledger.append_many([ledger.Append("answer", {"n": n}) for n in range(300)])
    ledger.publish()
    named = {kept.key: kept.size_bytes for kept in ledger.kept_files()}
    there = {f"log/{path}" for path in picture_of(home.served)}
    assert there == named.keys() - {"log/"}
    for key, size_bytes in named.items():
        if size_bytes is not None:
            assert (home.data / "files" / key).stat().st_size == size_bytes
    # What an orphan hunt must not find: a partial tile of before.
    assert "log/" in named


def test_how_the_log_stands_is_said(home: Home) -> None:
    say(1)
    ledger.publish()
    say(2)
    state = ledger.state()
    assert (state.origin, state.published, state.waiting, state.witnessed) == ("a.example/log", 1, 1, 0)
    assert state.root in ledger.checkpoint()
    assert state.vkeys == (ledger.verifier_key(),)


def test_an_entry_with_a_place_and_no_signature_is_still_waiting(home: Home) -> None:
    say(1)
    ledger.publish()
    say(2)
    with sequencing.alone():
        sequencing.assign(10)  # and then the power is gone
    state = ledger.state()
    assert (state.published, state.waiting) == (1, 1)
    ledger.publish()
    assert ledger.state().waiting == 0
