"""Backups: everything but the keys goes out and comes back the same, and nothing comes back half."""

import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation import Installation, installed

FILL = """
import uuid
from pathlib import Path
from django.conf import settings
from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.jobs import service as jobs

ada = accounts.make_account("ada@example.org", "correct horse battery staple", verified=True)
accounts.make_profile(ada, "Ada Quill")
for number in range(3):
    upload = catalogue.begin_upload(ada, file_name=f"Sång {number}.wav", size_bytes=5000, attested=True)
    partial = settings.DATA / "incoming" / upload.pk.hex
    partial.write_bytes(bytes([number]) * 5000)
    catalogue.receive(upload.pk, partial, sha256="")
from antiphon.catalogue.models import Recording
Recording.objects.update(overview=bytes(range(256)), report={"ä": [1, None]})
"""
FACTS = """
import hashlib, json
from antiphon.catalogue.models import Recording, Track
from antiphon.accounts.models import User
from antiphon.storage import service as storage
from antiphon.jobs import service as jobs
print(json.dumps({
    "users": list(User.objects.values_list("email", "password")),
    "tracks": list(Track.objects.order_by("pk").values_list("pk", "title", "profile__name")),
    "recordings": [[r.pk, r.original_key, bytes(r.overview).hex(), r.report] for r in Recording.objects.order_by("pk")],
    "jobs": [[j.name, j.subject, j.args] for j in jobs.jobs()],
    "files": {key: hashlib.sha256(storage.files().open(key).read()).hexdigest() for key in storage.files().keys()},
}, default=str))
"""


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, with_tables: Installation) -> Iterator[Installation]:
    """Three tracks of Ada's. Tests read it and never change it."""
    with installed(tmp_path_factory.mktemp("full") / "data", like=with_tables) as made:
        made.python(FILL)
        made.rest()
        yield made


@pytest.fixture(scope="module")
def facts(full: Installation) -> dict[str, object]:
    return dict(json.loads(full.python(FACTS)))


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory, full: Installation) -> Path:
    path = tmp_path_factory.mktemp("backup") / "monday"
    full.antiphon("backup", str(path))
    return path


@pytest.fixture
def other(tmp_path: Path, with_tables: Installation) -> Iterator[Installation]:
    """Another installation, without people or music."""
    with installed(tmp_path / "other", like=with_tables) as made:
        yield made


@pytest.mark.parametrize("how", ["folder", "tar", "portable"])
def test_a_backup_comes_back_as_it_was(
    how: str, full: Installation, facts: dict[str, object], other: Installation, tmp_path: Path
) -> None:
    path = tmp_path / ("backup.tar" if how == "tar" else "backup")
    said = full.json("backup", str(path), *(["--portable"] if how == "portable" else []))
    assert (said["files"], said["missing"]) == (3, [])
    other.antiphon("restore", str(path))
    assert json.loads(other.python(FACTS)) == facts
    # New rows get numbers of their own after that.
    other.python(FILL.replace("ada@", "ben@").replace("Ada", "Ben"))


def test_the_keys_stay_behind_and_are_named(full: Installation, backup: Path) -> None:
    manifest = json.loads((backup / "manifest.json").read_text())
    secret = (full.data / "keys" / "secret_key").read_text()
    assert any("secret_key" in words for words in manifest["by_hand"])
    for path in backup.rglob("*"):
        assert not path.is_file() or secret.encode() not in path.read_bytes(), path


def test_a_backup_does_not_overwrite(full: Installation, backup: Path) -> None:
    assert "something at" in full.run("backup", str(backup)).err
    full.antiphon("backup", str(backup / "missing" / "deep"), status=1)


def test_a_backup_says_what_is_missing_from_the_store(full: Installation, tmp_path: Path, other: Installation) -> None:
    other.antiphon("restore", str(_copy_of(full, tmp_path)))
    lost = next(path for path in (other.data / "files").rglob("*") if path.is_file())
    lost.unlink()
    said = other.json("backup", str(tmp_path / "again"), status=1)
    assert said["missing"] == [lost.relative_to(other.data / "files").as_posix()]
    assert said["files"] == 2


def test_an_installation_in_use_by_people_is_not_replaced(full: Installation, backup: Path) -> None:
    answer = full.run("restore", str(backup), "--json")
    assert (answer.status, json.loads(answer.out)["error"]) == (1, "conflict")


def test_force_replaces_and_keeps_what_was_there(other: Installation, backup: Path, facts: dict[str, object]) -> None:
    other.python(FILL.replace("ada@", "ben@").replace("Ada", "Ben"))
    other.antiphon("restore", str(backup), "--force")
    assert json.loads(other.python(FACTS)) == facts
    [aside] = other.data.glob("before-restore-*")
    assert len([path for path in (aside / "files").rglob("*") if path.is_file()]) == 3
    assert [path.name for path in aside.glob("database.*")] != []


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory, with_tables: Installation) -> Iterator[Installation]:
    """An empty installation that every restore in these tests must leave as it is."""
    with installed(tmp_path_factory.mktemp("untouched") / "data", like=with_tables) as made:
        yield made


DAMAGE = {
    "a flipped byte": lambda path: _edit(next((path / "files").rglob("originals/*")), b"!"),
    "a missing file": lambda path: next((path / "files").rglob("originals/*")).unlink(),
    "a damaged database": lambda path: _edit(next(path.glob("database.*")), b"x"),
    "no manifest": lambda path: (path / "manifest.json").unlink(),
    "half a manifest": lambda path: _halve(path / "manifest.json"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_backup_changes_nothing(damage: str, untouched: Installation, backup: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(backup, broken)
    DAMAGE[damage](broken)
    before = untouched.python(FACTS)
    answer = untouched.run("restore", str(broken))
    assert answer.status == 1
    assert answer.err.startswith("antiphon: "), answer.err
    assert untouched.python(FACTS) == before
    assert list((untouched.data / "tmp").glob("restore-*")) == []


def test_a_cut_off_tar_changes_nothing(full: Installation, untouched: Installation, tmp_path: Path) -> None:
    path = tmp_path / "backup.tar"
    full.antiphon("backup", str(path))
    os.truncate(path, path.stat().st_size // 2)
    assert untouched.run("restore", str(path)).status == 1
    assert json.loads(untouched.python(FACTS))["users"] == []


def test_a_tar_cannot_write_outside(untouched: Installation, tmp_path: Path) -> None:
    manifest = {
        "antiphon": "0", "made_at": "", "database": "sqlite", "migrations": [], "settings": {}, "format": 1,
        "entries": [{"name": "../evil", "bytes": 0, "sha256": ""}],
    }  # fmt: skip
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        tar.add(tmp_path / "manifest.json", "manifest.json")
    assert "outside" in untouched.run("restore", str(tmp_path / "evil.tar")).err


def test_a_backup_of_a_newer_version_is_refused(untouched: Installation, backup: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer"
    shutil.copytree(backup, newer)
    manifest = json.loads((newer / "manifest.json").read_text())
    manifest["migrations"].append("catalogue.0999_later")
    (newer / "manifest.json").write_text(json.dumps(manifest))
    assert "newer" in untouched.run("restore", str(newer)).err


def test_nothing_is_restored_under_a_running_worker(other: Installation, backup: Path) -> None:
    worker = other.start("worker")
    try:
        while not other.rows("select 1 from jobs_worker"):
            assert worker.poll() is None
        assert "running" in other.run("restore", str(backup)).err
    finally:
        worker.terminate()
        assert worker.wait(60) == 0


def test_a_restore_that_was_cut_off_is_undone(
    full: Installation, tmp_path: Path, other: Installation, facts: dict[str, object]
) -> None:
    other.antiphon("restore", str(_copy_of(full, tmp_path)))
    # As it is when the power fails after the files were moved and before the database was.
    aside = other.data / "before-restore-test"
    aside.mkdir()
    (other.data / "files").rename(aside / "files")
    (other.data / "files").mkdir()
    (other.data / "restore-under-way").write_text(aside.name)
    assert any(
        f["verdict"] == "problem" for f in other.json("doctor", status=1)["findings"] if f["subject"] == "data folder"
    )
    other.antiphon("migrate")
    assert json.loads(other.python(FACTS)) == facts


OLDER = """
from django.core.management import call_command
for app in ("api", "audio"):
    call_command("migrate", app, "zero", verbosity=0)
"""


def test_an_upgrade_from_older_tables_can_be_taken_back(
    full: Installation, other: Installation, tmp_path: Path
) -> None:
    other.antiphon("restore", str(_copy_of(full, tmp_path)))
    other.python(OLDER)
    before = other.python(FACTS)
    tables = other.rows("select app, name from django_migrations order by 1, 2")
    assert "Upgraded" in other.run("upgrade").out
    assert len(other.rows("select 1 from django_migrations")) > len(tables)
    other.python(FILL.replace("ada@", "ben@").replace("Ada", "Ben"))
    other.antiphon("upgrade", "--back")
    assert other.rows("select app, name from django_migrations order by 1, 2") == tables
    assert other.python(FACTS) == before
    assert "No upgrade" in other.run("upgrade", "--back").err


def test_an_upgrade_that_fails_is_taken_back(full: Installation, other: Installation, tmp_path: Path) -> None:
    other.antiphon("restore", str(_copy_of(full, tmp_path)))
    other.python(OLDER)
    before = other.python(FACTS)
    # A table of that name is in the way of the migration that would make it.
    other.python(
        "from django.db import connection; connection.cursor().execute('create table audio_rendition (x int)')"
    )
    answer = other.run("upgrade")
    assert (answer.status, "taken back" in answer.err) == (1, True), answer
    assert other.python(FACTS) == before


def _copy_of(full: Installation, folder: Path) -> Path:
    path = folder / "copy"
    full.antiphon("backup", str(path))
    return path


def _edit(path: Path, byte: bytes) -> None:
    raw = path.read_bytes()
    path.write_bytes(raw[:1000] + byte + raw[1001:])


def _halve(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)
