"""What is kept of a sound, under which permit, and when it goes again: rows at once, and every byte of the files."""

from pathlib import Path

import pytest

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.identification.models import Comparison, Fingerprint, Match
from antiphon.identification.service import catching_up, shelving
from antiphon.jobs import service as jobs
from tests.compared import Bring
from tests.people import People
from tests.tunes import tune

pytestmark = pytest.mark.django_db


def names() -> set[str]:
    from antiphon.identification.engines.shelf import sounds_in

    return {name for name, _sound in sounds_in(shelving.shelf().view())}


def files_hold(folder: Path, needle: bytes) -> list[str]:
    return [path.name for path in folder.iterdir() if needle in path.read_bytes()]


def test_an_upload_is_heard_under_a_permit_and_kept_in_rows_and_files(people: People, bring_song: Bring) -> None:
    song = bring_song(people.ada, tune(1, 12.0))
    row = Fingerprint.objects.get(recording_id=song.pk)
    assert row.purpose == "identify"
    assert row.indexed_at is not None
    assert abs(row.duration_ms - 12_000) < 100
    assert names() == {str(song.pk)}
    assert [(asked.system, asked.allowed) for asked in consent.who_asked([song.pk])] == [("antiphon/identify", True)]
    assert Comparison.objects.get(recording_id=song.pk).state == "compared"
    assert catalogue.is_public(catalogue.track_for(None, song.track_id))


def test_withdrawn_music_is_gone_at_once_and_from_the_files_by_the_purge(
    people: People, bring_song: Bring, tmp_path: Path
) -> None:
    song, other = bring_song(people.ada, tune(1, 12.0)), bring_song(people.cleo, tune(2, 12.0))
    sound = bytes(Fingerprint.objects.get(recording_id=song.pk).sound)
    folder = tmp_path / "identification"
    assert files_hold(folder, sound)
    catalogue.withdraw_tracks(people.ada, [song.track_id])
    assert not Fingerprint.objects.filter(recording_id=song.pk).exists(), "in the transaction that withdraws"
    jobs.run_due()
    assert names() == {str(other.pk)}
    assert {recall.state for recall in consent.recalls_with([song.pk])} == {"done"}
    shelving.purge()
    assert files_hold(folder, sound) == []
    catalogue.restore_tracks(people.ada, [song.track_id])
    jobs.run_due()
    assert names() == {str(song.pk), str(other.pk)}


def test_a_deleted_account_leaves_nothing(people: People, bring_song: Bring, tmp_path: Path) -> None:
    song = bring_song(people.ada, tune(1, 12.0))
    bring_song(people.cleo, tune(1, 12.0))
    sound = bytes(Fingerprint.objects.get(recording_id=song.pk).sound)
    assert Match.objects.exists()
    Fingerprint.objects.exclude(recording_id=song.pk).delete()
    catalogue.forget_person(people.ada.pk)
    jobs.run_due()
    assert not Fingerprint.objects.exists()
    assert not Match.objects.exists()
    shelving.reconcile()
    shelving.purge()
    assert files_hold(tmp_path / "identification", sound) == []


def test_a_kill_between_row_and_index_is_caught_up(people: People, bring_song: Bring) -> None:
    song = bring_song(people.ada, tune(1, 12.0))
    with shelving.shelf().writing() as writer:
        writer.delete([str(song.pk)])
        writer.add([])
    Fingerprint.objects.update(indexed_at=None)
    catching_up.catch_up()
    assert names() == {str(song.pk)}
    assert Fingerprint.objects.get().indexed_at is not None


def test_an_index_that_lost_something_or_has_too_much_is_put_right(people: People, bring_song: Bring) -> None:
    song, other = bring_song(people.ada, tune(1, 12.0)), bring_song(people.cleo, tune(2, 12.0))
    with shelving.shelf().writing() as writer:
        writer.delete([str(song.pk)])
    assert shelving.reconcile() == (1, 0)
    Fingerprint.objects.filter(recording_id=other.pk).delete()
    assert shelving.reconcile() == (0, 1)
    assert names() == {str(song.pk)}


def test_a_song_that_is_heard_twice_is_kept_once(people: People, bring_song: Bring) -> None:
    from antiphon.identification.service import hearing

    song = bring_song(people.ada, tune(1, 12.0))
    hearing.enqueue([song.pk])
    jobs.run_due()
    assert Fingerprint.objects.count() == 1
    assert names() == {str(song.pk)}
