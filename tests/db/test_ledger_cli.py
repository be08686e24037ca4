"""`antiphon ledger` and `antiphon witness`: two sites come to witness each other by what the verbs print."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from antiphon.cli import main as cli
from antiphon.jobs import service as jobs
from antiphon.ledger import service as ledger
from tests.db.ledgers import Home, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home(tmp_path / "a").open() as home:
        yield home


def test_the_log_has_no_key_before_its_first_entry(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["ledger", "key"]) == 1
    assert "no key yet" in capsys.readouterr().err


def test_two_sites_witness_each_other_by_four_commands(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    say(1)
    jobs.run_due()
    assert cli.main(["ledger", "key"]) == 0
    of_log = capsys.readouterr().out.strip()
    with Home(tmp_path / "b", "https://b.example").open():
        assert cli.main(["witness", "trust", of_log]) == 0
        capsys.readouterr()
        assert cli.main(["witness", "key"]) == 0
        of_witness = capsys.readouterr().out.strip()
        assert cli.main(["witness", "list", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)[0]["origin"] == "a.example/log"
    assert cli.main(["ledger", "witness", "add", "https://b.example/witness", of_witness]) == 0
    assert "from now on" in capsys.readouterr().out
    assert cli.main(["ledger", "witness", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["vkey"] == of_witness
    assert cli.main(["ledger", "witness", "list"]) == 0
    assert "b.example" in capsys.readouterr().out
    assert cli.main(["ledger", "witness", "remove", "https://b.example/witness"]) == 0
    assert cli.main(["ledger", "witness", "remove", "https://b.example/witness"]) == 1


def test_how_the_log_stands_is_printed(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    say(1)
    ledger.publish()
    assert cli.main(["ledger", "status", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["origin"], said["published"], said["waiting"]) == ("a.example/log", 1, 0)
    ledger.add_witness("https://w.example", ledger.witness_key())

    def away(url: str, body: bytes) -> ledger.Answer:
        raise OSError("nobody there")

    ledger.ask_witnesses(away)
    assert cli.main(["ledger", "status"]) == 1
    assert "nobody there" in capsys.readouterr().out


def test_rotating_prints_the_new_key_and_keeps_the_old_one(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    say(1)
    ledger.publish()
    old = ledger.verifier_key()
    assert cli.main(["ledger", "rotate"]) == 0
    new = capsys.readouterr().out.strip()
    assert cli.main(["ledger", "key", "--all"]) == 0
    assert capsys.readouterr().out.split() == [new, old]


def test_catching_up_says_when_nothing_is_missing(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    say(1)
    ledger.publish()
    assert cli.main(["ledger", "catch-up"]) == 0
    assert "everything" in capsys.readouterr().out
    assert cli.main(["ledger", "catch-up", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["entries"] == 0


def test_a_key_that_is_none_is_refused_in_words(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["witness", "trust", "nonsense"]) == 1
    assert cli.main(["ledger", "witness", "add", "ftp://w.example", "nonsense"]) == 1
    assert "verifier key" in capsys.readouterr().err
