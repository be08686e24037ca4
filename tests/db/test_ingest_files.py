"""Pictures, download copies and forgetting, as jobs do them."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from mutagen.flac import FLAC

from antiphon.audio import service as audio
from antiphon.audio.models import DownloadCopy
from antiphon.audio.service.downloads import file_name
from antiphon.catalogue import registry
from antiphon.catalogue import service as catalogue
from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict, TooLarge
from antiphon.storage import service as storage
from antiphon.storage.local import LocalFiles
from tests import sounds
from tests.people import People

pytestmark = pytest.mark.django_db
Bring = Callable[[str], catalogue.Recording]


@pytest.fixture(autouse=True)
def site(tmp_path: Path) -> Iterator[None]:
    store, ingest = storage._store, registry._ingest
    storage.use(LocalFiles(tmp_path / "files"))
    registry.use_ingest(audio.IngestByJobs())
    yield
    storage._store, registry._ingest = store, ingest


@pytest.fixture
def bring(people: People, tmp_path: Path) -> Bring:
    """Upload a sound as Ada and let every job run."""

    def send(name: str) -> catalogue.Recording:
        made = sounds.make(tmp_path, name)
        partial = tmp_path / "partial"
        partial.write_bytes(made.read_bytes())
        begun = catalogue.begin_upload(people.ada, file_name=name, size_bytes=made.stat().st_size, attested=True)
        recording = catalogue.receive(begun.pk, partial)
        jobs.run_due()
        return catalogue.recording_by_id(recording.pk)

    return send


def run_all() -> None:
    """Run what is due, also what waits for edits to settle."""
    with clock.advanced(timedelta(minutes=1)):
        jobs.run_due()


def test_a_download_is_ready_only_after_its_copy_was_made(bring: Bring, people: People) -> None:
    recording = bring("plain.flac")
    with pytest.raises(Conflict):
        audio.download_url(recording.track, "b")
    catalogue.edit_track(people.ada, recording.track_id, {"downloads": "anyone", "title": "Slow Harbour"})
    run_all()
    track = catalogue.recording_by_id(recording.pk).track
    copy = DownloadCopy.objects.get()
    assert copy.key.startswith(f"downloads/{recording.pk}/")
    assert copy.file_name == "Ada Quill - Slow Harbour.flac"
    assert copy.key in audio.download_url(track, "b")
    path = storage.files().local_path(copy.key)
    assert path is not None
    assert FLAC(path)["title"] == ["Slow Harbour"]
    assert storage.files().size(copy.key) == copy.size_bytes


def test_new_words_make_a_new_copy_and_the_same_words_make_none(bring: Bring, people: People) -> None:
    recording = bring("plain.flac")
    catalogue.edit_track(people.ada, recording.track_id, {"downloads": "anyone", "title": "First"})
    run_all()
    first = DownloadCopy.objects.get()
    jobs.enqueue("audio.download_copy", recording_id=recording.pk)
    run_all()
    assert DownloadCopy.objects.get().created_at == first.created_at
    catalogue.edit_track(people.ada, recording.track_id, {"title": "Second"})
    run_all()
    second = DownloadCopy.objects.get()
    assert second.key != first.key
    assert storage.files().keys("downloads/") == [second.key]
    catalogue.edit_track(people.ada, recording.track_id, {"downloads": "nobody"})
    run_all()
    assert not DownloadCopy.objects.exists()
    assert storage.files().keys("downloads/") == []


def album_in(copy: DownloadCopy) -> list[str]:
    path = storage.files().local_path(copy.key)
    assert path is not None
    return list(FLAC(path).get("album") or [])


def test_a_file_names_a_public_album_of_its_creator_and_no_other(bring: Bring, people: People) -> None:
    recording = bring("plain.flac")
    catalogue.edit_track(people.ada, recording.track_id, {"downloads": "anyone"})
    catalogue.publish_tracks(people.ada, [recording.track_id], sharing="public")
    for owner, profile in ((people.cleo, people.cleo_park), (people.ada, people.ada_quill)):
        album = catalogue.make_set(owner, profile.pk, title=f"Album of {profile.name}", kind="album")
        catalogue.put_tracks(owner, album.pk, [recording.track_id])
    catalogue.publish_set(people.cleo, catalogue.own_sets(people.cleo)[0].pk)
    run_all()
    assert album_in(DownloadCopy.objects.get()) == []
    catalogue.publish_set(people.ada, album.pk)
    run_all()
    assert album_in(DownloadCopy.objects.get()) == ["Album of Ada Quill"]
    catalogue.unpublish_set(people.ada, album.pk)
    run_all()
    assert album_in(DownloadCopy.objects.get()) == []
    catalogue.share_set(people.ada, album.pk, "public")
    run_all()
    assert album_in(DownloadCopy.objects.get()) == ["Album of Ada Quill"]
    case_id = catalogue.report(people.ben, "set", album.pk, "hate").case_id or 0
    catalogue.rule(people.mo, case_id, "hide", "The title.")
    run_all()
    assert album_in(DownloadCopy.objects.get()) == []


def test_a_file_names_the_album_it_will_come_out_with(bring: Bring, people: People) -> None:
    recording = bring("plain.flac")
    catalogue.edit_track(people.ada, recording.track_id, {"downloads": "anyone"})
    album = catalogue.make_set(people.ada, people.ada_quill.pk, title="Ports", kind="album")
    catalogue.put_tracks(people.ada, album.pk, [recording.track_id])
    catalogue.publish_set(people.ada, album.pk, at=clock.now() + timedelta(days=9))
    run_all()
    assert album_in(DownloadCopy.objects.get()) == ["Ports"]


def test_embedded_artwork_becomes_the_track_s_picture_once(people: People, tmp_path: Path) -> None:
    from mutagen.flac import Picture

    path = sounds.make(tmp_path, "plain.flac")
    flac, picture = FLAC(path), Picture()
    picture.type, picture.mime, picture.data = 3, "image/jpeg", sounds.jpeg_bytes()
    flac.add_picture(picture)
    flac["title"], flac["artist"] = "Of the File", ["Somebody", "Else"]
    flac.save()
    partial = tmp_path / "partial"
    partial.write_bytes(path.read_bytes())
    begun = catalogue.begin_upload(people.ada, file_name="x.flac", size_bytes=path.stat().st_size, attested=True)
    recording = catalogue.receive(begun.pk, partial)
    jobs.run_due()
    track = catalogue.recording_by_id(recording.pk).track
    assert (track.title, track.artists) == ("Of the File", "Somebody, Else")
    assert storage.files().keys(track.artwork_key + "/") == [
        f"{track.artwork_key}/{side}.webp" for side in (1000, 160, 500)
    ]
    jobs.enqueue("audio.first_pass", recording_id=recording.pk)
    catalogue.Recording.objects.filter(pk=recording.pk).update(state="received")
    jobs.run_due()
    assert catalogue.recording_by_id(recording.pk).track.artwork_key == track.artwork_key


def test_a_picture_that_was_sent_replaces_the_one_before(bring: Bring, tmp_path: Path) -> None:
    recording = bring("plain.wav")
    path = tmp_path / "cover.jpg"
    path.write_bytes(sounds.jpeg_bytes())
    keys = []
    for _ in range(2):
        audio.accept_picture(path, kind="track", subject_id=recording.track_id)
        jobs.run_due()
        keys.append(catalogue.recording_by_id(recording.pk).track.artwork_key)
    assert path.exists(), "the caller's file stays the caller's"
    assert keys[0] != keys[1]
    assert storage.files().keys("pictures/") == [f"{keys[1]}/{side}.webp" for side in (1000, 160, 500)]
    assert storage.files().keys("incoming/") == []


def test_what_is_no_picture_is_refused_at_once_or_dropped_later(bring: Bring, tmp_path: Path) -> None:
    recording = bring("plain.wav")
    path = tmp_path / "cover.jpg"
    path.write_bytes(b"no picture at all")
    with pytest.raises(BadInput):
        audio.accept_picture(path, kind="track", subject_id=recording.track_id)
    path.write_bytes(sounds.jpeg_bytes()[:300])
    audio.accept_picture(path, kind="track", subject_id=recording.track_id)
    jobs.run_due()
    assert jobs.Job.objects.get(name="audio.picture").state == "dead"
    assert storage.files().keys("incoming/") == []
    path.write_bytes(bytes(21 * 1024 * 1024))
    with pytest.raises(TooLarge):
        audio.accept_picture(path, kind="track", subject_id=recording.track_id)


def test_deleting_a_track_deletes_all_its_files(bring: Bring, people: People) -> None:
    recording = bring("plain.flac")
    catalogue.edit_track(people.ada, recording.track_id, {"downloads": "anyone"})
    run_all()
    assert len(stored()) == 5
    catalogue.delete_tracks(people.ada, [recording.track_id])
    run_all()
    assert stored() == []


def stored() -> list[str]:
    """The files of music: the log keeps its own, for ever."""
    return [key for key in storage.files().keys("") if not key.startswith("log/")]


def test_a_file_name_is_one_that_every_system_can_save() -> None:
    name = file_name(["AC/DC", "x"], 'a:b*c?"<>|\n' + "é" * 300, "flac")
    assert name.startswith("AC DC, x - a b c é")
    assert len(name) <= 150
    assert file_name(["..."], "///", "mp3") == "-.mp3"
