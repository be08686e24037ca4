"""Similar sound behind the real gate: it fills with a yes, empties with a no, and both are found under Who asked."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from antiphon.audio import registry as audio_registry
from antiphon.audio import service as audio
from antiphon.catalogue import registry as catalogue_registry
from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.discovery import service as discovery
from antiphon.discovery.models import Descriptor
from antiphon.identification import service as identification
from antiphon.jobs import service as jobs
from antiphon.storage.local import LocalFiles
from tests import sounds
from tests.people import People

pytestmark = pytest.mark.django_db
Upload = Callable[[str], catalogue.Recording]


@pytest.fixture
def upload(people: People, tmp_path: Path, file_store: LocalFiles, monkeypatch: pytest.MonkeyPatch) -> Upload:
    """Upload, prepare and publish one of `tests.sounds`, as Ada."""
    monkeypatch.setattr(catalogue_registry, "_ingest", audio.IngestByJobs())
    consent.sync_declared()

    def send(name: str) -> catalogue.Recording:
        partial = tmp_path / "partial"
        shutil.copy(sounds.make(tmp_path, name), partial)
        size = partial.stat().st_size
        begun = catalogue.begin_upload(people.ada, file_name=name, size_bytes=size, attested=True)
        recording = catalogue.receive(begun.pk, partial)
        catalogue.publish_tracks(people.ada, [recording.track_id])
        jobs.run_due()
        return catalogue.recording_by_id(recording.pk)

    return send


def test_it_fills_with_a_yes_and_empties_with_a_no(upload: Upload, people: People) -> None:
    one, two = upload("plain.flac"), upload("plain.mp3")
    assert Descriptor.objects.count() == 0, "nobody has answered: nothing is heard"
    assert consent.who_asked([one.pk, two.pk]) == []
    consent.answer(people.ada, {"organize": "yes"})
    jobs.run_due()
    assert Descriptor.objects.count() == 2
    track = catalogue.track_for(None, one.track_id)
    assert [found.pk for found in discovery.similar_to(track, None)] == [two.track_id]
    consent.answer(people.ada, {"organize": "no"})
    assert discovery.similar_to(track, None) == []
    assert Descriptor.objects.count() == 0
    jobs.run_due()
    assert {recall.state for recall in consent.recalls_with([one.pk])} == {"done"}
    assert [(asked.system, asked.allowed) for asked in consent.who_asked([one.pk])] == [("antiphon/similar", True)]


def test_the_track_s_page_shows_what_sounds_like_it_only_after_a_yes(
    upload: Upload, people: People, client: Client
) -> None:
    one, two = upload("plain.flac"), upload("plain.mp3")
    address = catalogue.track_for(None, one.track_id).get_absolute_url()
    part = f"/listen/{one.track_id}/similar"
    assert part not in client.get(address).content.decode()
    consent.answer(people.ada, {"organize": "yes"})
    jobs.run_due()
    assert part in client.get(address).content.decode()
    other = catalogue.track_for(None, two.track_id)
    for headers in ({"HX-Request": "true"}, {}):
        assert other.get_absolute_url() in client.get(part, headers=headers).content.decode()
    assert "<html" not in client.get(part, headers={"HX-Request": "true"}).content.decode()
    consent.answer(people.ada, {"organize": "no"})
    assert other.get_absolute_url() not in client.get(part).content.decode()
    assert part not in client.get(address).content.decode()


def test_a_secret_link_opens_what_sounds_like_its_track_too(upload: Upload, people: People, client: Client) -> None:
    consent.answer(people.ada, {"organize": "yes"})
    one, two = upload("plain.flac"), upload("plain.mp3")
    catalogue.publish_tracks(people.ada, [one.track_id], sharing="secret")
    jobs.run_due()
    track = catalogue.own_track(people.ada, one.track_id)
    part = f"/listen/{track.pk}/similar?secret={track.secret_token}"
    assert part in client.get(f"{track.get_absolute_url()}/{track.secret_token}").content.decode()
    other = catalogue.track_for(None, two.track_id)
    assert other.get_absolute_url() in client.get(part, headers={"HX-Request": "true"}).content.decode()
    assert client.get(part.partition("?")[0], headers={"HX-Request": "true"}).status_code == 404


def test_withdrawing_a_track_empties_it_and_bringing_it_back_fills_it(upload: Upload, people: People) -> None:
    consent.answer(people.ada, {"organize": "yes"})
    one, two = upload("plain.flac"), upload("plain.mp3")
    track = catalogue.track_for(None, one.track_id)
    assert len(discovery.similar_to(track, None)) == 1
    catalogue.withdraw_tracks(people.ada, [two.track_id])
    assert discovery.similar_to(track, None) == []
    catalogue.restore_tracks(people.ada, [two.track_id])
    jobs.run_due()
    assert len(discovery.similar_to(track, None)) == 1


def test_every_engine_and_every_subscriber_is_a_registered_system() -> None:
    declared = {system.purpose: system for system in consent.declared().values()}
    assert audio_registry._engines, "something listens here"
    assert set(audio_registry._engines) == {discovery.ENGINE, identification.ENGINE}
    for subscriber in audio_registry._subscribers.values():
        assert subscriber.purpose in declared


def test_an_engine_without_a_permit_of_the_gate_hears_nothing(upload: Upload, people: People) -> None:
    recording = upload("plain.flac")
    consent.answer(people.ada, {"organize": "yes"})
    given = consent.ask([recording.pk], "organize", "antiphon/similar")
    forged = consent.Permit(**{**vars(given), "uid": "0" * 32})
    heard: list[int] = []
    with pytest.raises(consent.Refused):
        audio.listen(forged, discovery.ENGINE, ctx=Going(), on_result=lambda pk, found: heard.append(pk))  # type: ignore[arg-type]
    wider = consent.Permit(**{**vars(given), "allowed": given.allowed | type(given.allowed)([recording.pk + 1])})
    assert list(consent.recheck(wider).allowed) == [recording.pk]
    for other in ("recommend", "train-analysis"):
        with pytest.raises(consent.Refused):
            consent.recheck(consent.Permit(**{**vars(given), "purpose": other}))
    assert heard == []


class Going:
    """A job that goes on."""

    stopping = False

    def heartbeat(self) -> bool:
        return True
