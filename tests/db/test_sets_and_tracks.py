"""What creators do with tracks and sets, and what moderators do."""

from datetime import timedelta
from pathlib import Path

import pytest

from antiphon.catalogue import service as catalogue
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict, NotAllowed, NotFound
from antiphon.storage.local import LocalFiles
from tests.db.conftest import HeardIngest, Receive, facts
from tests.people import People


def test_nobody_edits_somebody_elses_track(people: People, bring: Receive) -> None:
    track_id = bring(people.ada).track_id
    verbs = [
        lambda: catalogue.edit_track(people.cleo, track_id, {"title": "Mine"}),
        lambda: catalogue.publish_tracks(people.cleo, [track_id]),
        lambda: catalogue.withdraw_tracks(people.cleo, [track_id]),
        lambda: catalogue.delete_tracks(people.cleo, [track_id]),
        lambda: catalogue.begin_upload(people.cleo, file_name="a.wav", size_bytes=1, replaces=track_id, attested=True),
    ]
    for verb in verbs:
        with pytest.raises(NotFound):
            verb()


def test_a_change_to_many_is_made_to_all_or_none(people: People, bring: Receive) -> None:
    mine, theirs = bring(people.ada).track_id, bring(people.cleo).track_id
    with pytest.raises(NotFound):
        catalogue.edit_tracks(people.ada, [mine, theirs], {"genre": "Chant"})
    assert catalogue.own_track(people.ada, mine).genre == ""
    catalogue.edit_tracks(people.ada, [mine], {"genre": "Chant"})
    assert catalogue.own_track(people.ada, mine).genre == "Chant"


def test_publishing_can_be_wished_before_it_can_be_heard(people: People, bring: Receive) -> None:
    recording = bring(people.ada, playable=False)
    catalogue.publish_tracks(people.ada, [recording.track_id])
    assert catalogue.newest(None).tracks == []
    catalogue.recording_playable(recording.pk, facts())
    assert [t.pk for t in catalogue.newest(None).tracks] == [recording.track_id]


def test_what_failed_cannot_be_published(people: People, bring: Receive) -> None:
    recording = bring(people.ada, playable=False)
    catalogue.recording_failed(recording.pk, "truncated", "The file breaks off.")
    with pytest.raises(BadInput, match="nothing to play"):
        catalogue.publish_tracks(people.ada, [recording.track_id])


def test_a_release_cannot_be_scheduled_in_the_past(people: People, bring: Receive) -> None:
    track_id = bring(people.ada).track_id
    with pytest.raises(BadInput, match="passed"):
        catalogue.publish_tracks(people.ada, [track_id], at=clock.now() - timedelta(minutes=1))


def test_publishing_again_keeps_the_first_date(people: People, bring: Receive) -> None:
    track_id = bring(people.ada).track_id
    first = catalogue.publish_tracks(people.ada, [track_id])[0].published_at
    catalogue.unpublish_tracks(people.ada, [track_id])
    with clock.advanced(timedelta(days=3)):
        assert catalogue.publish_tracks(people.ada, [track_id])[0].published_at == first


def test_deleting_a_track_lets_its_files_go(people: People, bring: Receive, heard_ingest: HeardIngest) -> None:
    recording = bring(people.ada)
    catalogue.delete_tracks(people.ada, [recording.track_id])
    assert recording.original_key in heard_ingest.forgotten
    assert f"renditions/{recording.pk}/" in heard_ingest.forgotten
    with pytest.raises(NotFound):
        catalogue.own_track(people.ada, recording.track_id)


def test_the_studio_tells_states_apart(people: People, bring: Receive) -> None:
    draft = bring(people.ada).track_id
    processing = bring(people.ada, playable=False).track_id
    broken = bring(people.ada, playable=False)
    catalogue.recording_failed(broken.pk, "empty", "There is no sound in it.")
    live, later, gone = (bring(people.ada).track_id for _ in range(3))
    catalogue.publish_tracks(people.ada, [live])
    catalogue.publish_tracks(people.ada, [later], at=clock.now() + timedelta(days=1))
    catalogue.withdraw_tracks(people.ada, [gone])
    expected = {
        "draft": draft,
        "processing": processing,
        "failed": broken.track_id,
        "published": live,
        "scheduled": later,
        "withdrawn": gone,
    }
    for state, track_id in expected.items():
        rows, _ = catalogue.studio_tracks(people.ada, state=state)
        assert [row.pk for row in rows] == [track_id], state
        assert catalogue.state_of(rows[0]) == state


def test_a_set_keeps_its_order_and_takes_in_only_what_may_be_heard(people: People, bring: Receive) -> None:
    mine, hers = bring(people.ada).track_id, bring(people.cleo).track_id
    music_set = catalogue.make_set(people.ada, people.ada_quill.pk, title="Evening")
    with pytest.raises(NotFound):
        catalogue.put_tracks(people.ada, music_set.pk, [mine, hers])
    catalogue.publish_tracks(people.cleo, [hers])
    catalogue.put_tracks(people.ada, music_set.pk, [hers, mine])
    assert [t.pk for t in catalogue.tracks_in(people.ada, music_set.pk)] == [hers, mine]
    catalogue.withdraw_tracks(people.cleo, [hers])
    assert [t.pk for t in catalogue.tracks_in(people.ada, music_set.pk)] == [mine]


def test_publishing_a_set_publishes_its_tracks(people: People, bring: Receive) -> None:
    good, broken = bring(people.ada).track_id, bring(people.ada, playable=False)
    catalogue.recording_failed(broken.pk, "text", "This is text.")
    music_set = catalogue.make_set(people.ada, people.ada_quill.pk, title="Ports", kind="ep")
    with pytest.raises(BadInput, match="empty"):
        catalogue.publish_set(people.ada, music_set.pk)
    catalogue.put_tracks(people.ada, music_set.pk, [good, broken.track_id])
    catalogue.publish_set(people.ada, music_set.pk)
    found = catalogue.set_at("ada-quill", "ports", None)
    assert isinstance(found, catalogue.FoundSet)
    assert [t.pk for t in found.tracks] == [good]


def test_a_secret_set_opens_its_secret_tracks(people: People, bring: Receive) -> None:
    track_id = bring(people.ada).track_id
    music_set = catalogue.make_set(people.ada, people.ada_quill.pk, title="Demos")
    catalogue.put_tracks(people.ada, music_set.pk, [track_id])
    music_set = catalogue.publish_set(people.ada, music_set.pk, sharing="secret")
    with pytest.raises(NotFound):
        catalogue.set_at("ada-quill", "demos", None)
    found = catalogue.set_at("ada-quill", "demos", None, music_set.secret_token)
    assert [t.pk for t in found.tracks] == [track_id]
    assert catalogue.track_for(None, track_id, music_set.secret_token).pk == track_id


def test_a_report_is_decided_once_by_a_moderator_with_a_reason(people: People, bring: Receive) -> None:
    track_id = bring(people.ada).track_id
    catalogue.publish_tracks(people.ada, [track_id])
    report = catalogue.report(people.cleo, "track", track_id, "not-theirs", "I wrote this.")
    assert catalogue.report(people.cleo, "track", track_id, "not-theirs").pk == report.pk
    with pytest.raises(NotAllowed):
        catalogue.decide_report(people.cleo, report.pk, uphold=True, decision="Mine.")
    with pytest.raises(BadInput):
        catalogue.decide_report(people.mo, report.pk, uphold=True, decision="  ")
    catalogue.decide_report(people.mo, report.pk, uphold=True, decision="Cleo showed the session.")
    assert catalogue.newest(None).tracks == []
    with pytest.raises(Conflict):
        catalogue.decide_report(people.mo, report.pk, uphold=False, decision="No.")


def test_an_import_goes_on_where_it_ended_and_says_what_it_skipped(
    people: People, heard_ingest: HeardIngest, file_store: LocalFiles, tmp_path: Path
) -> None:
    album = tmp_path / "Album"
    album.mkdir()
    (album / "1.wav").write_bytes(b"one")
    (album / "2.flac").write_bytes(b"two")
    (album / "cover.jpg").write_bytes(b"jpg")
    (album / "empty.mp3").write_bytes(b"")
    (album / ".hidden.wav").write_bytes(b"x")

    def run() -> tuple[list[str], dict[str, str]]:
        events = list(catalogue.import_folder(people.ada_quill, [album], attested=True))
        skipped = {e.path.name: e.reason for e in events if isinstance(e, catalogue.Skipped)}
        return [e.path.name for e in events if isinstance(e, catalogue.Imported)], skipped

    imported, skipped = run()
    assert imported == ["1.wav", "2.flac"]
    assert set(skipped) == {"empty.mp3"}  # the cover belongs to the set
    (album / "3.wav").write_bytes(b"three")
    imported, skipped = run()
    assert imported == ["3.wav"]
    assert skipped["1.wav"] == "It is here already."
    (music_set,) = catalogue.own_sets(people.ada)
    assert music_set.title == "Album"
    assert len(catalogue.tracks_in(people.ada, music_set.pk)) == 3


def test_an_import_goes_on_with_the_upload_of_a_run_that_was_killed(
    people: People, heard_ingest: HeardIngest, file_store: LocalFiles, tmp_path: Path
) -> None:
    album = tmp_path / "Album"
    album.mkdir()
    (album / "1.wav").write_bytes(b"one")
    killed = catalogue.import_folder(people.ada_quill, [album], attested=True)
    assert isinstance(next(killed), catalogue.Progress)  # the copy is whole, nothing is received
    (left,) = catalogue.open_uploads(people.ada)
    stopped = list(catalogue.import_folder(people.ada_quill, [album], attested=True))
    assert [type(event) for event in stopped] == [catalogue.Progress, catalogue.Imported]
    assert catalogue.upload_for(people.ada, left.pk).state == "received"
    assert catalogue.used_bytes(people.ada) == 3


def test_an_import_knows_a_file_whose_hash_is_not_written_yet(
    people: People, heard_ingest: HeardIngest, file_store: LocalFiles, tmp_path: Path
) -> None:
    (song := tmp_path / "1.wav").write_bytes(b"one")
    (event,) = (e for e in catalogue.import_folder(people.ada_quill, [song], attested=True) if hasattr(e, "track_id"))
    catalogue.Recording.objects.filter(pk=event.recording_id).update(sha256="")
    (again,) = catalogue.import_folder(people.ada_quill, [song], attested=True)
    assert isinstance(again, catalogue.Skipped)
    assert again.code == "here"


def test_a_set_that_moved_leads_from_its_former_address_and_keeps_it(people: People, bring: Receive) -> None:
    first = catalogue.make_set(people.ada, people.ada_quill.pk, title="Ports")
    second = catalogue.make_set(people.ada, people.ada_quill.pk, title="Quays")
    catalogue.put_tracks(people.ada, first.pk, [bring(people.ada).track_id])
    catalogue.publish_set(people.ada, first.pk)
    catalogue.edit_set(people.ada, first.pk, {"slug": "harbours"})
    assert catalogue.set_at("ada-quill", "ports", None) == catalogue.Moved("/ada-quill/sets/harbours")
    with pytest.raises(BadInput, match="has or had"):
        catalogue.edit_set(people.ada, second.pk, {"slug": "ports"})
    assert catalogue.make_set(people.ada, people.ada_quill.pk, title="Ports").slug == "ports-2"
    catalogue.edit_set(people.ada, first.pk, {"slug": "ports"})
    assert catalogue.set_at("ada-quill", "harbours", None) == catalogue.Moved("/ada-quill/sets/ports")
    catalogue.unpublish_set(people.ada, first.pk)
    with pytest.raises(NotFound):
        catalogue.set_at("ada-quill", "harbours", None)


def test_a_renamed_album_makes_the_copies_of_its_tracks_anew(
    people: People, bring: Receive, heard_ingest: HeardIngest
) -> None:
    kept, streamed = bring(people.ada).track_id, bring(people.ada).track_id
    catalogue.edit_track(people.ada, kept, {"downloads": "anyone"})
    album = catalogue.make_set(people.ada, people.ada_quill.pk, title="Ports", kind="album")
    heard_ingest.described.clear()
    catalogue.put_tracks(people.ada, album.pk, [kept, streamed])
    catalogue.edit_set(people.ada, album.pk, {"title": "Harbours"})
    catalogue.edit_set(people.ada, album.pk, {"description": "Two of them."})
    catalogue.delete_set(people.ada, album.pk)
    assert heard_ingest.described == [kept, kept, kept]
