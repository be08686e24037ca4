"""The command line itself: every verb is documented, answers are for people or for programs, refusals are one line."""

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db.utils import OperationalError

from antiphon.cli import main as cli
from antiphon.cli import ports, printing
from antiphon.kernel.errors import AntiphonError, Conflict
from antiphon.site.installation import listing

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class FakeSite:
    """`ports.Site` that does what it is told to."""

    data: Path = Path("nowhere")
    worker_threads: int = 1
    error: Exception | None = None
    findings: list[ports.Finding] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def _answer(self, *asked: Any) -> ports.Carried:
        self.asked.append(asked)
        if self.error is not None:
            raise self.error
        return ports.Carried(Path("monday"), "sqlite", 3, 12_345_678, self.missing, ["keys/secret_key"])

    def check(self, *, deep: bool) -> Iterator[ports.Finding]:
        self.asked.append(("check", deep))
        yield from self.findings

    def backup(self, target: Path, tell: ports.Tell, *, portable: bool) -> ports.Carried:
        return self._answer("backup", target, portable)

    def restore(self, source: Path, tell: ports.Tell, *, force: bool) -> ports.Carried:
        return self._answer("restore", source, force)

    def upgrade(self, tell: ports.Tell) -> Path:
        return self._answer("upgrade").path

    def upgrade_back(self, tell: ports.Tell) -> Path:
        return self._answer("back").path

    def migrate(self, tell: ports.Tell) -> int:
        self._answer("migrate")
        return 0

    def make_demo(self, tell: ports.Tell) -> int:
        self._answer("demo")
        return 12

    def settings(self) -> list[ports.SettingLine]:
        return [ports.SettingLine("PORT", "8000", "8000", is_default=True, meaning="port to listen on")]

    def before_work(self) -> int:
        return 0


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> FakeSite:
    fake = FakeSite()
    monkeypatch.setattr(ports, "_site", fake)
    return fake


def commands(parser: argparse.ArgumentParser, words: str = "") -> Iterator[str]:
    """Every verb of a parser, with the verbs below it."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        yield words.strip()
    for action in below:
        for name, child in action.choices.items():
            yield from commands(child, f"{words} {name}")


def page() -> str:
    return (ROOT / "docs/operate/cli.md").read_text(encoding="utf-8")


def test_every_verb_is_documented_with_its_options() -> None:
    parser = cli.parser_for([])
    lines = {
        command: next((x for x in page().splitlines() if f"`antiphon {command}" in x), "")
        for command in commands(parser)
    }
    assert [command for command, line in lines.items() if not line] == []
    documented = re.findall(r"^\| `antiphon ([a-z]+(?: [a-z][a-z-]*){0,2})", page(), re.M)
    assert sorted(documented) == sorted(lines)


@pytest.mark.parametrize("verb", cli.VERBS)
def test_every_option_of_a_verb_is_documented(verb: str) -> None:
    parser = cli.parser_for([])
    below = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))

    def options(parser: argparse.ArgumentParser) -> Iterator[str]:
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for child in action.choices.values():
                    yield from options(child)
            else:
                yield from (option for option in action.option_strings if option not in ("-h", "--help"))

    lines = "\n".join(line for line in page().splitlines() if f"| `antiphon {verb}" in line)
    assert [option for option in options(below.choices[verb]) if option not in lines] == []


def test_bad_use_is_2() -> None:
    for words in ([], ["dance"], ["backup"], ["jobs", "revive"], ["account", "role", "ada@example.org", "queen"]):
        with pytest.raises(SystemExit) as caught:
            cli.main(words)
        assert caught.value.code == 2


def test_a_refusal_is_one_line_and_a_hint(site: FakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site.error = Conflict("The site is running.", hint="Stop it first.")
    assert cli.main(["restore", "monday"]) == 1
    assert capsys.readouterr().err == "antiphon: The site is running.\n  Stop it first.\n"


def test_a_program_reads_a_refusal_as_json(site: FakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site.error = Conflict("The site is running.", hint="Stop it first.", subject="port 8000")
    assert cli.main(["restore", "monday", "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said == {
        "error": "conflict",
        "message": "The site is running.",
        "subject": "port 8000",
        "hint": "Stop it first.",
    }


@pytest.mark.parametrize(
    "error", [OperationalError("no such table: jobs_job"), AntiphonError("No."), KeyboardInterrupt()]
)
def test_no_failure_shows_a_traceback(
    site: FakeSite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: BaseException
) -> None:
    def fail(*words: Any) -> None:
        raise error

    monkeypatch.setattr(site, "_answer", fail)
    assert cli.main(["demo"]) == 1
    assert 1 <= len(capsys.readouterr().err.splitlines()) <= 2


def test_options_arrive(site: FakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["backup", "tuesday", "--portable"]) == 0
    assert cli.main(["restore", "tuesday", "--force"]) == 0
    assert cli.main(["upgrade", "--back"]) == 0
    assert cli.main(["doctor", "--deep"]) == 0
    assert site.asked == [
        ("backup", Path("tuesday"), True),
        ("restore", Path("tuesday"), True),
        ("back",),
        ("check", True),
    ]
    assert "12.3 MB" in capsys.readouterr().out


def test_a_backup_with_missing_files_is_a_finding(site: FakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site.missing = ["originals/abc"]
    assert cli.main(["backup", "tuesday"]) == 1
    out = capsys.readouterr().out
    assert "originals/abc" in out
    assert "keys/secret_key" in out


def test_a_finding_is_1_only_when_it_is_a_problem(site: FakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    site.findings = [ports.Finding("a", ports.Verdict.GOOD, "fine"), ports.Finding("b", ports.Verdict.NOTE, "so-so")]
    assert cli.main(["doctor"]) == 0
    site.findings.append(ports.Finding("c", ports.Verdict.PROBLEM, "bad", "do this"))
    assert cli.main(["doctor"]) == 1
    assert "do this" in capsys.readouterr().out
    assert cli.main(["doctor", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["healthy"] is False


def test_settings_for_people_and_programs(site: FakeSite, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["settings"]) == 0
    assert "port to listen on" in capsys.readouterr().out
    assert cli.main(["settings", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["name"] == "PORT"


def test_light_verbs_need_neither_settings_nor_database() -> None:
    script = (
        "import sys; from antiphon.cli.main import main; main(['version', '--json']); "
        "sys.exit('antiphon.site' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "antiphon" in json.loads(done.stdout)


def test_serve_becomes_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    became: list[list[str]] = []
    monkeypatch.setattr("os.execv", lambda program, words: became.append(words))
    cli.main(["serve", "--with-worker"])
    assert became == [[sys.executable, "-m", "antiphon.site.run", "--with-worker"]]


def test_a_worker_loads_nothing_that_decodes() -> None:
    script = (
        "import sys, django; django.setup(); from antiphon.cli import working; "
        "print([name for name in ('av', 'numpy', 'scipy', 'PIL', 'mutagen', 'puremagic') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 B"), (999, "999 B"), (12_345_678, "12.3 MB"), (2e9, "2.0 GB"), (5e12, "5.0 TB")]
)
def test_bytes_in_words(count: float, words: str) -> None:
    assert printing.bytes_in_words(count) == words


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("ANTIPHON_SECRET_KEY", "abc", "••••••"),
        ("ANTIPHON_EMAIL_URL", "smtp://ada:secret@mail.example:587", "smtp://ada:••••••@mail.example:587"),
        ("ANTIPHON_DATABASE_URL", "postgresql://ada@localhost/music", "postgresql://ada@localhost/music"),
        ("ANTIPHON_SITE_NAME", "My: site", "My: site"),
        ("ANTIPHON_SECRET_KEY", "", ""),
    ],
)
def test_secrets_are_masked(name: str, value: str, shown: str) -> None:
    assert listing.masked(name, value) == shown
