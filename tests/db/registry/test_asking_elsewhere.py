"""A site is asked from outside by fingerprints: in batches, with a file of answers that a second run goes on from."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from antiphon.accounts import service as accounts
from antiphon.cli.main import main
from antiphon.identification import elsewhere
from antiphon.jobs import service as jobs
from antiphon.kernel.errors import BadInput, Unavailable
from tests.people import People
from tests.tuned import Tuned, clip, packed

pytestmark = pytest.mark.django_db(transaction=True)
Run = Callable[..., tuple[int, list[dict[str, Any]]]]


@pytest.fixture
def run(
    people: People,
    tuned: Tuned,
    live_server: LiveServer,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    """Ask the site with a key of Ben's; whenever the asker waits, the worker works."""
    settings.SITE_URL = live_server.url
    tuned.add(people.ada, "Slow Harbour", 1)
    _key, secret = accounts.make_api_key(people.ben, "crawler", ["read", "write"])
    (tmp_path / "key").write_text(secret + "\n")
    clips = tmp_path / "clips"
    (clips / "deep").mkdir(parents=True)
    (clips / "deep" / "known.print").write_bytes(packed(clip(1)))
    (clips / "unknown.print").write_bytes(packed(clip(9)))
    (clips / "notes.txt").write_text("not a sound")
    (clips / "broken.mp3").write_bytes(b"ID3" + bytes(500))
    monkeypatch.setattr(elsewhere, "_wait", lambda seconds: jobs.run_due())
    out = tmp_path / "answers.jsonl"

    def ask(*paths: Path) -> tuple[int, list[dict[str, Any]]]:
        words = ["registry", "ask", live_server.url, *map(str, paths or [clips])]
        status = main([*words, "--out", str(out), "--key-file", str(tmp_path / "key")])
        return status, [json.loads(line) for line in out.read_text().splitlines()]

    return ask


def answers(lines: list[dict[str, Any]]) -> dict[str, str]:
    return {line["ref"]: line["answer"]["said"] for line in lines if "ref" in line}


def test_a_folder_is_asked_about_and_a_second_run_goes_on(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    call = elsewhere.Site.call

    def cut(self: elsewhere.Site, path: str, body: Any = None) -> Any:
        if "answers" in path:
            raise Unavailable("The line was cut.")
        return call(self, path, body)

    with monkeypatch.context() as patch:
        patch.setattr(elsewhere.Site, "call", cut)
        assert run()[0] == 1
    out = tmp_path / "answers.jsonl"
    out.write_text(out.read_text() + '{"ref": "half a li')
    (tmp_path / "clips" / "later.print").write_bytes(packed(clip(1, 2.0)))
    status, lines = run()
    assert status == 0
    assert answers(lines) == {"deep/known.print": "known", "unknown.print": "unknown", "later.print": "known"}
    said = capsys.readouterr()
    assert json.loads(said.out.splitlines()[-1]) == {"asked": 3, "known": 2, "unknown": 1}
    assert "broken.mp3" in said.err


def test_another_site_and_a_bad_address_are_refused(run: Run, tmp_path: Path) -> None:
    run()
    with pytest.raises(BadInput):
        elsewhere.Notes.open(tmp_path / "answers.jsonl", "https://elsewhere.example")
    with pytest.raises(BadInput):
        elsewhere.Site("file:///etc/passwd", "x")


def test_a_key_that_is_none_is_a_refusal(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "key").write_text("antiphon_nonsense")
    assert main(["registry", "ask", "http://localhost:1", "x", "--out", "y", "--key-file", "/nowhere"]) == 2
    words = ["registry", "ask", "", str(tmp_path), "--out", str(tmp_path / "o"), "--key-file", str(tmp_path / "key")]
    assert main(words) == 1
    assert "address of a site" in capsys.readouterr().err
