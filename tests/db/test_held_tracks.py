"""A track that waits to be compared, or is held: who sees it, what its creator reads, and what replaces what."""

from collections.abc import Iterable, Mapping

import pytest
from django.test import Client

from antiphon.catalogue import registry
from antiphon.catalogue import service as catalogue
from antiphon.catalogue.service.standing import Open, standing_of
from antiphon.kernel.errors import Conflict, NotFound
from tests.db.conftest import Receive
from tests.people import People

pytestmark = pytest.mark.django_db


class Said:
    """`catalogue.ports.Matcher` that says what a test wants; whatever it was not told of waits."""

    def __init__(self) -> None:
        self.of: dict[int, str] = {}

    def held_of(self, recording_ids: Iterable[int]) -> Mapping[int, str]:
        return {pk: self.of.get(pk, "matching") for pk in recording_ids}

    def say(self, recording: catalogue.Recording, held: str) -> None:
        self.of[recording.pk] = held
        catalogue.refresh_held([recording.pk])


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Said:
    said = Said()
    monkeypatch.setattr(registry, "_matcher", said)
    return said


def track_of(recording: catalogue.Recording) -> catalogue.Track:
    return catalogue.Track.objects.select_related("profile", "recording").get(pk=recording.track_id)


def test_only_its_creator_sees_it_until_it_is_free(said: Said, people: People, bring: Receive) -> None:
    song = bring(people.ada)
    catalogue.publish_tracks(people.ada, [song.track_id])
    for held, state in (("matching", "comparing"), ("held", "held")):
        said.say(song, held)
        track = track_of(song)
        assert catalogue.state_of(track) == state
        assert not catalogue.is_public(track)
        assert list(catalogue.listenable(None)) == []
        assert standing_of([track.pk])[track.pk].open_to is Open.OWNER
        assert catalogue.track_for(people.ada, track.pk) == track
        assert catalogue.track_for(people.mo, track.pk) == track
        with pytest.raises(NotFound):
            catalogue.track_for(people.cleo, track.pk)
        catalogue.Track.objects.filter(pk=track.pk).update(sharing="secret")
        with pytest.raises(NotFound):
            catalogue.track_for(None, track.pk, track.secret_token)
        catalogue.Track.objects.filter(pk=track.pk).update(sharing="public")
    said.say(song, "")
    assert list(catalogue.listenable(None)) == [track_of(song)]
    said.say(song, "held")
    assert catalogue.is_public(track_of(song)), "what others hear already is for a person to decide"


def test_a_new_sound_waits_while_the_old_one_is_heard(said: Said, people: People, bring: Receive) -> None:
    song = bring(people.ada)
    catalogue.publish_tracks(people.ada, [song.track_id])
    said.say(song, "")
    newer = bring(people.ada, replaces=song.track_id)
    assert track_of(song).recording_id == song.pk
    assert catalogue.is_public(track_of(song))
    with pytest.raises(Conflict):
        catalogue.use_recording(people.ada, song.track_id, newer.pk)
    said.say(newer, "held")
    assert track_of(song).recording_id == song.pk
    said.say(newer, "")
    assert track_of(song).recording_id == newer.pk
    assert catalogue.use_recording(people.ada, song.track_id, song.pk).held == ""


def test_the_studio_says_where_comparing_stands(said: Said, people: People, bring: Receive, ada: Client) -> None:
    song = bring(people.ada)
    catalogue.publish_tracks(people.ada, [song.track_id])
    catalogue.recording_complete(song.pk)
    assert "Being compared" in ada.get("/studio").content.decode()
    assert "compared with the music here" in ada.get(track_of(song).get_absolute_url()).content.decode()
    said.say(song, "held")
    assert "sounds like music that is here already" in ada.get(track_of(song).get_absolute_url()).content.decode()
    assert track_of(song).title in ada.get("/studio?state=held").content.decode()
    assert track_of(song).title not in ada.get("/studio?state=published").content.decode()
