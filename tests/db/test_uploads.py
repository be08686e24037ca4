"""Files on their way in, up to the row that stands for them."""

import uuid
from datetime import timedelta
from pathlib import Path

import pytest

from antiphon.catalogue import service as catalogue
from antiphon.catalogue.core.facts import CheckedFacts, Tags
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict, Gone, NotFound, OverQuota, TooLarge
from antiphon.storage.local import LocalFiles
from tests.db.conftest import HeardIngest, Receive
from tests.people import People


def begin(people: People, **changes: object) -> catalogue.Upload:
    wish = {"file_name": "a.wav", "size_bytes": 10, "attested": True} | changes
    return catalogue.begin_upload(people.ada, **wish)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"size_bytes": 0}, BadInput, "empty"),
        ({"size_bytes": 3 * 1024**3}, TooLarge, "2 GB at most"),
        ({"file_name": "song.zip"}, BadInput, "not a kind of file"),
        ({"file_name": "list.m3u8"}, BadInput, "not a kind of file"),
        ({"file_name": "\x00"}, BadInput, "no name"),
        ({"attested": False}, BadInput, "may publish"),
        ({"profile_id": 999999}, NotFound, "profiles"),
        ({"replaces": 999999}, NotFound, "track"),
    ],
)
def test_what_cannot_come_is_refused_in_words(
    people: People, changes: dict[str, object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        begin(people, **changes)
    assert catalogue.open_uploads(people.ada) == []


def test_open_uploads_count_against_the_quota(people: People) -> None:
    people.ada.quota_bytes = 100
    people.ada.save()
    begin(people, size_bytes=60)
    with pytest.raises(OverQuota, match="room for 40 bytes more"):
        begin(people, size_bytes=41)
    begin(people, size_bytes=40)


def test_a_received_file_becomes_a_track_and_a_recording(
    people: People, bring: Receive, heard_ingest: HeardIngest, file_store: LocalFiles
) -> None:
    recording = bring(people.ada, "02 - Été.wav", playable=False, content=b"RIFF-bytes")
    assert recording.track.title == "Été"
    assert recording.track.slug == "ete"
    assert recording.track.recording_id == recording.pk
    assert recording.attested_by == people.ada
    assert heard_ingest.received == [recording.pk]
    with file_store.open(recording.original_key) as file:
        assert file.read() == b"RIFF-bytes"


def test_receiving_twice_gives_the_same_recording(
    people: People, heard_ingest: HeardIngest, file_store: LocalFiles, tmp_path: Path
) -> None:
    upload = begin(people, size_bytes=4)
    partial = tmp_path / "partial"
    partial.write_bytes(b"abcd")
    first = catalogue.receive(upload.pk, partial)
    partial.write_bytes(b"abcd")  # as if the server had died before it could remove it
    assert catalogue.receive(upload.pk, partial).pk == first.pk
    assert not partial.exists()
    assert heard_ingest.received == [first.pk]


def test_a_crash_after_filing_and_before_the_rows_loses_nothing(
    people: People, heard_ingest: HeardIngest, file_store: LocalFiles, tmp_path: Path
) -> None:
    upload = begin(people, size_bytes=4)
    partial = tmp_path / "partial"
    partial.write_bytes(b"abcd")

    class Crash(HeardIngest):
        def recording_received(self, recording_id: int) -> None:
            raise RuntimeError("power failure")

    catalogue.use_ingest(Crash())
    with pytest.raises(RuntimeError):
        catalogue.receive(upload.pk, partial)
    assert partial.exists()
    assert catalogue.upload_for(people.ada, upload.pk).state == "open"
    catalogue.use_ingest(heard_ingest)
    assert catalogue.receive(upload.pk, partial).size_bytes == 4
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []


def test_missing_bytes_are_not_received(
    people: People, heard_ingest: HeardIngest, file_store: LocalFiles, tmp_path: Path
) -> None:
    upload = begin(people, size_bytes=10)
    partial = tmp_path / "partial"
    partial.write_bytes(b"abc")
    with pytest.raises(Conflict, match="7 bytes"):
        catalogue.receive(upload.pk, partial)


def test_a_cancelled_upload_gives_back_its_room_and_stays_gone(people: People) -> None:
    upload = begin(people, size_bytes=60)
    catalogue.cancel_upload(people.ada, upload.pk)
    assert catalogue.used_bytes(people.ada) == 0
    with pytest.raises(Gone):
        catalogue.upload_for(people.ada, upload.pk)


def test_somebody_elses_upload_is_not_there(people: People) -> None:
    upload = begin(people)
    with pytest.raises(NotFound):
        catalogue.upload_for(people.cleo, upload.pk)
    with pytest.raises(NotFound):
        catalogue.cancel_upload(people.cleo, upload.pk)


def test_unfinished_uploads_expire(people: People) -> None:
    upload = begin(people)
    assert catalogue.expire_uploads(clock.now()) == []
    assert catalogue.expire_uploads(clock.now() + timedelta(days=8)) == [upload.pk]
    assert catalogue.used_bytes(people.ada) == 0


def test_two_files_of_the_same_name_get_two_addresses(people: People, bring: Receive) -> None:
    one, two = bring(people.ada, "Song.wav"), bring(people.ada, "Song.wav")
    assert [one.track.slug, two.track.slug] == ["song", "song-2"]


def test_the_same_bytes_again_are_pointed_out(people: People, bring: Receive) -> None:
    first = bring(people.ada, content=b"same", tags=Tags())
    again = bring(people.ada, content=b"same", tags=Tags())
    assert again.duplicate_of_id == first.pk
    assert bring(people.cleo, content=b"same", tags=Tags()).duplicate_of_id is None


def test_a_folder_becomes_a_set_in_the_order_of_its_tags(people: People, bring: Receive) -> None:
    batch = uuid.uuid4()
    tags = [Tags(title="Third", track_number=3, album="Ports"), Tags(title="First", track_number=1, album="Ports")]
    for number, tag in enumerate(tags):
        bring(people.ada, f"{number}.wav", folder="my album", batch=batch, tags=tag)
    bring(people.ada, "z.wav", folder="my album", batch=batch, tags=Tags(title="Second", track_number=2))
    (music_set,) = catalogue.own_sets(people.ada)
    assert music_set.title == "Ports"
    assert music_set.slug == "ports"
    assert music_set.kind == "ep"
    assert [track.title for track in catalogue.tracks_in(people.ada, music_set.pk)] == ["First", "Second", "Third"]


def test_tags_fill_only_what_nobody_wrote(people: People, bring: Receive) -> None:
    recording = bring(people.ada, "song.wav", playable=False)
    catalogue.edit_track(people.ada, recording.track_id, {"title": "My own title", "genre": "Chant"})
    tags = Tags(title="Tagged", genre="Other", artists=("Ada Quill", "Ben Okoro"), isrc="DEAB12600042")
    catalogue.recording_checked(recording.pk, CheckedFacts("wav", "pcm", "0" * 64, tags))
    track = catalogue.own_track(people.ada, recording.track_id)
    assert (track.title, track.genre, track.artists, track.isrc) == (
        "My own title",
        "Chant",
        "Ada Quill, Ben Okoro",
        "DEAB12600042",
    )


def test_a_replacement_is_heard_only_when_it_can_be_played(people: People, bring: Receive) -> None:
    first = bring(people.ada)
    second = bring(people.ada, "better.wav", replaces=first.track_id, playable=False)
    assert catalogue.own_track(people.ada, first.track_id).recording_id == first.pk
    catalogue.recording_failed(second.pk, "broken", "It breaks off.")
    assert catalogue.own_track(people.ada, first.track_id).recording_id == first.pk
    third = bring(people.ada, "best.wav", replaces=first.track_id)
    track = catalogue.own_track(people.ada, first.track_id)
    assert track.recording_id == third.pk
    assert track.slug == first.track.slug
    assert catalogue.use_recording(people.ada, track.pk, first.pk).recording_id == first.pk
