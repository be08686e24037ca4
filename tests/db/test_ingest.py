"""The ingest as a worker does it: real jobs, the real limited process, small real sounds."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from antiphon.accounts.service import User
from antiphon.audio import sandbox
from antiphon.audio import service as audio
from antiphon.audio.core.failures import Failure
from antiphon.audio.core.waveform import read_dat
from antiphon.audio.models import IngestStep, Rendition
from antiphon.audio.service import passes
from antiphon.catalogue import registry
from antiphon.catalogue import service as catalogue
from antiphon.jobs import service as jobs
from antiphon.storage import service as storage
from antiphon.storage.local import LocalFiles
from tests import sounds
from tests.people import People

pytestmark = pytest.mark.django_db
Upload = Callable[..., catalogue.Recording]


@pytest.fixture(autouse=True)
def site(tmp_path: Path) -> Iterator[None]:
    """A file store of the test's own, and the ingest that a site has."""
    store, ingest = storage._store, registry._ingest
    storage.use(LocalFiles(tmp_path / "files"))
    registry.use_ingest(audio.IngestByJobs())
    yield
    storage._store, registry._ingest = store, ingest


@pytest.fixture
def upload(people: People, tmp_path: Path) -> Upload:
    """Upload one of `tests.sounds` by name, as Ada."""

    def send(name: str, *, person: User | None = None, path: Path | None = None) -> catalogue.Recording:
        made = path or sounds.make(tmp_path, name)
        partial = tmp_path / "partial"
        partial.write_bytes(made.read_bytes())
        begun = catalogue.begin_upload(
            person or people.ada, file_name=name, size_bytes=max(1, made.stat().st_size), attested=True
        )
        recording = catalogue.receive(begun.pk, partial)
        # The log has tests of its own, and these count the steps of an ingest.
        jobs.Job.objects.filter(name="ledger.publish").update(state="cancelled")
        return recording

    return send


def fresh(recording: catalogue.Recording) -> catalogue.Recording:
    return catalogue.recording_by_id(recording.pk)


def states(recording: catalogue.Recording) -> list[str]:
    return [step.state for step in audio.steps_of([recording.pk])[recording.pk]]


def test_an_upload_becomes_playable_and_then_complete(upload: Upload) -> None:
    recording = upload("plain.flac")
    assert states(recording) == ["waiting", "waiting", "waiting"]
    assert jobs.run_due(limit=1) == 1
    heard = fresh(recording)
    assert heard.state == "playable"
    assert states(recording) == ["done", "done", "waiting"]
    assert heard.duration_ms == 2000
    assert heard.loudness_lufs == pytest.approx(-15.85, abs=0.2)
    assert len(bytes(heard.overview)) == 3600
    assert heard.report["source"]["bits"] == 16
    jobs.run_due()
    assert fresh(recording).state == "complete"
    assert states(recording) == ["done", "done", "done"]
    kinds = [stream.kind for stream in audio.streams(fresh(recording), binding="b")]
    assert kinds == ["aac160", "opus96"]
    with storage.files().open(heard.waveform_key) as file:
        wave = read_dat(file.read())
    assert wave.length == -(-88200 // 256)


def test_every_kept_file_is_there_with_its_size_and_hash(upload: Upload) -> None:
    upload("plain.mp3")
    jobs.run_due()
    kept = list(audio.kept_files())
    assert len(kept) == 2
    for file in kept:
        assert storage.files().size(file.key) == file.size_bytes


def test_running_both_passes_twice_changes_nothing(upload: Upload) -> None:
    recording = upload("plain.wav")
    jobs.run_due()
    before = {row.kind: row.sha256 for row in Rendition.objects.all()}
    keys = stored()
    for job in list(jobs.Job.objects.all()):
        jobs.Job.objects.filter(pk=job.pk).update(state="queued")
        jobs.run_due()
    catalogue.Recording.objects.filter(pk=recording.pk).update(state="received")
    jobs.enqueue("audio.first_pass", recording_id=recording.pk)
    jobs.run_due()
    assert {row.kind: row.sha256 for row in Rendition.objects.all()} == before
    assert stored() == keys
    assert fresh(recording).state == "complete"
    assert IngestStep.objects.filter(recording=recording).count() == 3


@pytest.mark.parametrize("name", ["words.mp3", "cut.flac", "list.mp3", "silent-header.wav"])
def test_a_bad_file_fails_with_its_reason_and_the_next_upload_is_fine(upload: Upload, name: str) -> None:
    recording = upload(name)
    jobs.run_due()
    refused = fresh(recording)
    assert (refused.state, refused.failure_code) == ("failed", sounds.BROKEN[name][0])
    assert refused.failure.endswith(".")
    failed = [step for step in audio.steps_of([recording.pk])[recording.pk] if step.state == "failed"]
    assert [step.reason for step in failed] == [refused.failure]
    assert not jobs.Job.objects.filter(state="dead").exists(), "a bad file is no fault of the site"
    assert not list((settings.DATA / "tmp").glob("audio-*"))
    good = upload("plain.wav")
    jobs.run_due()
    assert fresh(good).state == "complete"


def test_a_full_disk_is_tried_again_and_says_so(upload: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = upload("plain.wav")

    def full(*args: object, **kwargs: object) -> dict[str, object]:
        raise Failure("disk-full")

    monkeypatch.setattr(sandbox, "run", full)
    jobs.run_due()
    job = jobs.Job.objects.get(name="audio.first_pass")
    assert job.state == "queued"
    assert fresh(recording).state == "received"
    assert "disk is full" in audio.steps_of([recording.pk])[recording.pk][0].reason
    monkeypatch.undo()
    registry.use_ingest(audio.IngestByJobs())


def test_a_retry_starts_from_the_step_that_failed(upload: Upload) -> None:
    recording = upload("plain.wav")
    jobs.run_due(limit=1)
    passes.died(recording.pk, "its worker died", step="finish")
    jobs.Job.objects.filter(name="audio.second_pass").update(state="dead")
    assert states(recording) == ["done", "done", "failed"]
    audio.retry(recording.pk)
    assert fresh(recording).failure == ""
    jobs.run_due()
    assert fresh(recording).state == "complete"
    assert jobs.Job.objects.filter(name="audio.first_pass").count() == 1


def test_a_track_deleted_while_it_is_prepared_leaves_no_files(upload: Upload, people: People) -> None:
    recording = upload("plain.wav")
    catalogue.delete_tracks(people.ada, [recording.track_id])
    jobs.run_due()
    assert stored() == []


def stored() -> list[str]:
    """The files of music: the log keeps its own, for ever."""
    return [key for key in storage.files().keys("") if not key.startswith("log/")]


def test_a_stopping_worker_leaves_the_step_waiting(upload: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = upload("plain.wav")
    monkeypatch.setattr(jobs.JobContext, "stopping", property(lambda ctx: True))
    jobs.run_due(limit=1)
    assert states(recording)[0] == "waiting"
    assert jobs.Job.objects.get(name="audio.first_pass").attempts == 0
