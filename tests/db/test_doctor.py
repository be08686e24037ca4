"""The doctor: finds what is wrong, says what to do, and goes on when one look fails."""

import json
import os
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from antiphon.catalogue import service as catalogue
from antiphon.cli import doctor
from antiphon.cli.ports import Finding, Verdict
from antiphon.guard import service as guard
from antiphon.jobs import registry
from antiphon.jobs import service as jobs
from antiphon.jobs.models import Job, Worker
from antiphon.kernel import clock
from antiphon.site.door.proxies import Proxies
from antiphon.site.installation import (
    checks,
    keeping,
    look_data,
    look_program,
    look_store,
    look_web,
    look_work,
    migrations,
)
from antiphon.storage.local import LocalFiles
from tests.db.conftest import Receive
from tests.installation import Installation, installed
from tests.people import People


def worst(findings: Iterator[Finding]) -> Verdict:
    order = [Verdict.GOOD, Verdict.NOTE, Verdict.PROBLEM]
    return max((finding.verdict for finding in findings), key=order.index)


def words(findings: Iterator[Finding]) -> str:
    return " ".join(f"{finding.words} {finding.advice}" for finding in findings)


@pytest.mark.django_db
class TestFiles:
    @pytest.fixture(autouse=True)
    def only_originals(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(
            keeping.catalogue,
            "kept_files",
            lambda: [kept for kept in _kept() if kept.key.startswith("originals/")],
        )
        monkeypatch.setattr(look_store, "kept_files", keeping.kept_files)

    def test_all_there(self, bring: Receive, people: People) -> None:
        bring(people.ada)
        assert worst(look_store.files(deep=True)) is Verdict.GOOD

    def test_one_missing(self, bring: Receive, people: People, file_store: LocalFiles) -> None:
        recording = bring(people.ada)
        file_store.delete(recording.original_key)
        found = list(look_store.files(deep=False))
        assert found[0].verdict is Verdict.PROBLEM
        assert f"recording:{recording.pk}" in found[0].words

    def test_one_of_another_size(self, bring: Receive, people: People, file_store: LocalFiles) -> None:
        recording = bring(people.ada)
        file_store.path(recording.original_key).write_bytes(b"short")
        assert "not what was stored" in words(look_store.files(deep=False))

    def test_one_changed_byte_is_found_by_a_deep_look(
        self, bring: Receive, people: People, file_store: LocalFiles
    ) -> None:
        recording = bring(people.ada, content=b"a" * 64)
        catalogue.Recording.objects.update(sha256="0" * 64)
        assert worst(look_store.files(deep=False)) is Verdict.GOOD
        assert f"recording:{recording.pk}" in words(look_store.files(deep=True))

    def test_what_belongs_to_nothing_is_a_note(
        self, bring: Receive, people: People, file_store: LocalFiles, tmp_path: Path
    ) -> None:
        bring(people.ada)
        (tmp_path / "scrap").write_bytes(b"scrap")
        file_store.put("renditions/999/aac160.mp4", tmp_path / "scrap")
        found = list(look_store.files(deep=False))
        assert [finding.subject for finding in found if finding.verdict is Verdict.NOTE] == ["orphans"]


_kept = keeping.catalogue.kept_files


@pytest.mark.django_db
class TestWork:
    def test_no_worker_is_a_problem(self) -> None:
        assert worst(look_work.workers()) is Verdict.PROBLEM
        now = clock.now()
        Worker.objects.create(name="here:1:x", started_at=now, seen_at=now)
        assert worst(look_work.workers()) is Verdict.GOOD

    def test_stuck_and_dead_jobs_are_told(self) -> None:
        assert worst(look_work.stuck_and_dead()) is Verdict.GOOD
        now = clock.now()
        common: dict[str, Any] = {"name": "test.job", "created_at": now, "finished_at": now}
        Job.objects.create(**common, state="dead", run_after=now, failure="no disk")
        assert worst(look_work.stuck_and_dead()) is Verdict.NOTE
        Job.objects.create(**common, state="queued", run_after=now - timedelta(hours=1))
        assert "test.job (1)" in words(look_work.stuck_and_dead())
        assert worst(look_work.stuck_and_dead()) is Verdict.PROBLEM

    def test_a_recording_that_nothing_prepares_is_a_problem(
        self, bring: Receive, people: People, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        recording = bring(people.ada, playable=False)
        assert worst(look_work.recordings()) is Verdict.GOOD
        with clock.advanced(timedelta(hours=2)):
            assert worst(look_work.recordings()) is Verdict.PROBLEM
            monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))
            jobs.job("test.prepare")(lambda: None)
            jobs.enqueue("test.prepare", subject=f"recording:{recording.pk}")
            assert worst(look_work.recordings()) is Verdict.GOOD

    def test_the_queue_answers(self) -> None:
        assert worst(look_work.queue()) is Verdict.GOOD


@pytest.mark.django_db
class TestData:
    def test_a_good_folder_database_and_clock(self) -> None:
        assert worst(look_data.folder()) is Verdict.GOOD
        assert worst(look_data.the_clock()) is Verdict.GOOD

    def test_keys_that_others_can_read(self, settings: Any, tmp_path: Path) -> None:
        settings.DATA = tmp_path
        (tmp_path / "keys").mkdir()
        key = tmp_path / "keys" / "secret_key"
        key.write_text("secret")
        key.chmod(0o644)
        assert "secret_key" in words(look_data.keys())
        key.chmod(0o600)
        assert worst(look_data.keys()) is Verdict.GOOD

    def test_a_folder_that_is_not_there(self, settings: Any, tmp_path: Path) -> None:
        settings.DATA = tmp_path / "nowhere"
        assert "cannot be written" in words(look_data.folder())

    def test_a_full_disk(self, monkeypatch: pytest.MonkeyPatch) -> None:
        usage = look_data.shutil.disk_usage("/")._replace(free=10_000_000)
        monkeypatch.setattr(look_data.shutil, "disk_usage", lambda path: usage)
        assert worst(look_data.free_space()) is Verdict.PROBLEM

    def test_a_clock_that_runs_behind_what_was_written(self) -> None:
        later = clock.now() + timedelta(days=1)
        Job.objects.create(name="test.job", run_after=later, created_at=later)
        assert "behind" in words(look_data.the_clock())

    def test_a_database_of_a_newer_version(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(migrations, "applied", lambda: ["catalogue.0999_later"])
        assert "newer version" in words(look_data.database())

    def test_tables_that_are_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(migrations, "pending", lambda: ["catalogue.0002_more"])
        assert "1 migrations are missing" in words(look_data.database())


class TestWeb:
    @pytest.mark.parametrize(
        ("url", "verdict"),
        [
            ("http://localhost:8000", Verdict.NOTE),
            ("http://127.0.0.1", Verdict.NOTE),
            ("http://music.example", Verdict.PROBLEM),
            ("https://music.example", Verdict.NOTE),
        ],
    )
    def test_addresses(self, settings: Any, url: str, verdict: Verdict) -> None:
        settings.SITE_URL = url
        settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
        assert worst(look_web.address()) is verdict

    def test_debug_on_a_public_site(self, settings: Any) -> None:
        settings.SITE_URL, settings.DEBUG = "https://music.example", True
        assert "ANTIPHON_DEBUG" in words(look_web.address())

    def test_mail_that_reaches_nobody(self, settings: Any) -> None:
        settings.SITE_URL = "https://music.example"
        assert worst(look_web.mail()) is Verdict.PROBLEM
        settings.SITE_URL = "http://localhost:8000"
        assert worst(look_web.mail()) is Verdict.NOTE

    def test_the_guard_and_a_proxy_that_it_does_not_trust(
        self, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.DATA = tmp_path
        assert worst(look_web.guarding()) is Verdict.GOOD
        monkeypatch.setattr(settings.ANTIPHON, "guard", "off")
        assert "Nobody is refused" in words(look_web.guarding())
        proxies = Proxies([])
        for address, said in (("203.0.113.9", "1.2.3.4"), ("10.0.0.7", "")):
            headers = [(b"x-forwarded-for", said.encode())] if said else []
            proxies.seen_through({"method": "GET", "client": (address, 1), "headers": headers})
        assert not proxies.stranger
        said = [(b"x-forwarded-for", b"1.2.3.4")]
        proxies.seen_through({"method": "GET", "client": ("10.0.0.7", 1), "headers": said})
        guard.note_proxy(proxies.stranger)
        assert "10.0.0.7 speaks for others" in words(look_web.guarding())
        monkeypatch.setattr(settings.ANTIPHON, "trusted_proxies", ["10.0.0.0/8"])
        assert "10.0.0.7" not in words(look_web.guarding())

    def test_a_mail_server_that_does_not_answer(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
            settings.EMAIL_HOST, settings.EMAIL_PORT = unused.getsockname()
        monkeypatch.setattr(settings.ANTIPHON, "email_url", "smtp://127.0.0.1")
        assert "did not take us in" in words(look_web.mail())


class TestProgram:
    def test_versions(self) -> None:
        assert worst(look_program.versions()) is not Verdict.PROBLEM

    def test_a_library_that_is_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(look_program, "NEEDED", ("django", "no-such-library"))
        assert "no-such-library" in words(look_program.versions())

    def test_a_bundle_that_was_not_built(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(look_program.finders, "find", lambda name: None)
        assert worst(look_program.bundle()) is Verdict.PROBLEM

    def test_fences_that_do_not_hold(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(look_program.audio, "sandbox_report", lambda: {"landlock": False, "memory": True})
        assert "landlock" in words(look_program.sandbox())
        monkeypatch.setattr(look_program.audio, "sandbox_report", lambda: {"landlock": True})
        assert worst(look_program.sandbox()) is Verdict.GOOD


def test_a_check_that_breaks_is_a_finding_and_not_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> Iterator[Finding]:
        raise RuntimeError("out of luck")
        yield

    assert doctor.report(checks.guarded("luck", broken), as_json=False) == 1
    assert "out of luck" in capsys.readouterr().out


def test_every_problem_comes_with_advice(capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.report(iter([Finding("x", Verdict.NOTE, "well", "do this")]), as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["healthy"] is True


def test_an_installation_without_tables_and_then_with(tmp_path: Path, with_tables: Installation) -> None:
    with installed(tmp_path / "data", like=with_tables) as site:
        said = site.json("doctor", "--deep", status=1)
        problems = [finding["subject"] for finding in said["findings"] if finding["verdict"] == "problem"]
        assert problems == ["workers"] or problems == ["bundle", "workers"]
        assert all(finding["advice"] for finding in said["findings"] if finding["verdict"] == "problem")
        if not os.environ.get("ANTIPHON_DATABASE_URL"):
            site.rest()
            (site.data / "antiphon.sqlite3").unlink()
            subjects = [finding["subject"] for finding in site.json("doctor", status=1)["findings"]]
            assert subjects[-2:] == ["database", "the rest"] or subjects[-1] == "the rest"
