"""The demo catalogue comes piece by piece, is not made twice, and leaves nothing behind."""

import json
import sys
from pathlib import Path

import pytest
from django.conf import settings

from antiphon.accounts import service as accounts
from antiphon.audio import service as audio
from antiphon.audio.service import steps
from antiphon.catalogue import registry
from antiphon.catalogue import service as catalogue
from antiphon.jobs import service as jobs
from antiphon.kernel.errors import Conflict, Unavailable
from antiphon.site import demo, real_music, songs
from tests.db.conftest import HeardIngest, Receive, facts
from tests.people import People

pytestmark = pytest.mark.django_db
LITTLE = [sys.executable, str(Path(__file__).with_name("little_songs.py"))]


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch, heard_ingest: HeardIngest, file_store: object) -> HeardIngest:
    """A programme of two pieces of one second, and an ingest that only listens."""
    monkeypatch.setattr(songs, "_COMMAND", LITTLE)
    return heard_ingest


def owner() -> accounts.User:
    return accounts.account_at(demo.EMAIL)


def titles() -> list[str]:
    return sorted(track.title for track in catalogue.studio_tracks(owner())[0])


def test_the_demo_is_a_set_of_public_tracks_by_somebody_imaginary(little: HeardIngest) -> None:
    said: list[str] = []
    assert demo.make(said.append) == 2
    assert said == ["1 of 2: “Answer” is being played …", "2 of 2: “Ask” is being played …"]
    for recording_id in little.received:
        catalogue.recording_playable(recording_id, facts())
    found = catalogue.set_at("two-voices", "a-pair", None)
    assert [track.title for track in found.tracks] == ["Ask", "Answer"]
    assert "imaginary" in accounts.profile_at("two-voices").profile.biography
    ask = found.tracks[0]
    assert (ask.license, ask.downloads, ask.key_signature, float(ask.bpm or 0)) == ("cc-by", "anyone", "Dm", 66)
    assert [track.title for track in catalogue.newest(None).tracks] == ["Ask", "Answer"]


def test_nobody_can_sign_in_as_the_demo(little: HeardIngest) -> None:
    demo.make()
    assert not owner().has_usable_password()


def test_a_second_run_makes_only_what_is_missing(little: HeardIngest) -> None:
    assert demo.make_next()
    assert titles() == ["Answer"]
    assert not demo.make_next()
    assert titles() == ["Answer", "Ask"]
    assert [track.title for track in catalogue.tracks_in(owner(), catalogue.own_sets(owner())[0].pk)] == [
        "Ask",
        "Answer",
    ]
    said: list[str] = []
    assert demo.make(said.append) == 2
    assert said == []
    assert len(little.received) == 2


def test_a_track_that_failed_is_made_again_when_a_person_asks(little: HeardIngest) -> None:
    demo.make()
    catalogue.recording_failed(little.received[0], "broken", "It broke.")
    assert not demo.make_next()
    assert len(little.received) == 2
    demo.make()
    assert len(little.received) == 3
    assert titles() == ["Answer", "Ask"]


def test_removing_the_demo_leaves_other_music_alone(little: HeardIngest, people: People) -> None:
    catalogue.make_set(people.ada, people.ada_quill.pk, title="A Pair")
    demo.make()
    assert demo.remove() == 2
    assert demo.remove() == 0
    assert not accounts.User.objects.filter(email=demo.EMAIL).exists()
    assert len(catalogue.own_sets(people.ada)) == 1
    assert any(key.startswith("originals/") for key in little.forgotten)


def test_an_artist_whose_address_is_taken_gets_another(little: HeardIngest, people: People) -> None:
    accounts.make_profile(people.ada, "Two Voices")
    demo.make()
    assert [profile.slug for profile in accounts.profiles_of(owner())] == ["two-voices-2"]


def test_two_makers_never_meet(little: HeardIngest) -> None:
    with demo._alone(), pytest.raises(Conflict):
        demo.make()


def test_a_failing_child_is_told_in_words(little: HeardIngest) -> None:
    broken = Path(settings.DATA) / "tmp" / "broken"
    broken.touch()
    try:
        with pytest.raises(Unavailable) as caught:
            demo.make()
    finally:
        broken.unlink()
    assert caught.value.subject == "the oboe is ill"
    assert not (Path(settings.DATA) / "tmp" / "demo").exists()


def test_the_first_start_queues_the_demo_once(little: HeardIngest) -> None:
    assert demo.enqueue_first_demo()
    assert demo.enqueue_first_demo()
    assert [job.name for job in jobs.jobs()] == ["site.demo"]
    jobs.run_due()
    assert titles() == ["Answer", "Ask"]
    assert not demo.enqueue_first_demo()


def test_a_site_with_music_gets_no_demo(little: HeardIngest, people: People) -> None:
    assert not demo.enqueue_first_demo()


@pytest.mark.slow
def test_a_real_piece_becomes_playable(file_store: object, monkeypatch: pytest.MonkeyPatch) -> None:
    before = registry._ingest
    registry.use_ingest(audio.IngestByJobs())
    told = json.loads(json.dumps(songs.programme().__dict__))
    only = songs.Programme(told["artists"], {"call-the-wire": told["sets"]["call-the-wire"]}, ["call-the-wire"])
    only.sets["call-the-wire"]["pieces"] = only.sets["call-the-wire"]["pieces"][:1]
    monkeypatch.setattr(songs, "programme", lambda: only)
    try:
        assert demo.make() == 1
        jobs.run_due()
    finally:
        registry._ingest = before
    found = catalogue.track_at("the-osier-trio", "call-the-wire", None)
    assert isinstance(found, catalogue.FoundTrack)
    track = found.track
    assert track.artwork_key
    assert track.recording is not None
    assert track.recording.loudness_lufs == pytest.approx(-16, abs=0.3)
    assert track.recording.true_peak_dbtp is not None
    assert track.recording.true_peak_dbtp < -1
    assert accounts.profile_at("the-osier-trio").profile.picture_key
    assert catalogue.own_sets(owner())[0].artwork_key


def test_real_music_that_is_not_ready_is_named_with_the_reason(people: People, bring: Receive) -> None:
    waits, ready, new = (bring(people.ada, f"{name}.wav") for name in ("Through", "Chatter", "Awakening"))
    for recording in (waits, ready):
        steps.prepare(recording.pk)
        steps.set_done(recording.pk, steps.CHECK, steps.LISTEN, steps.FINISH)
    assert real_music.unfinished(people.ada.email) == ["  Awakening: it has not had its turn"]
    steps.set_waiting(waits.pk, steps.FINISH, "The disk is full.")
    steps.prepare(new.pk)
    assert real_music.unfinished(people.ada.email) == [
        "  Awakening: it has not had its turn",
        "  Through: The disk is full.",
    ]
    steps.set_done(waits.pk, steps.FINISH)
    steps.set_done(new.pk, steps.CHECK, steps.LISTEN, steps.FINISH)
    assert real_music.unfinished(people.ada.email) == []
