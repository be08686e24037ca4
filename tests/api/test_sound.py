"""Streams, waveform, recordings and artwork by JSON."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from antiphon.audio.models import IngestStep, Rendition
from antiphon.catalogue import service as catalogue
from antiphon.storage.core.signing import binding_of, check_address
from antiphon.storage.service import signing_keys
from tests.api.conftest import Api
from tests.db.conftest import Receive
from tests.people import People

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
def heard(song: catalogue.Track) -> catalogue.Track:
    """A song with a copy to listen to."""
    Rendition.objects.create(
        recording_id=song.recording_id,
        kind="aac160",
        key=f"renditions/{song.recording_id}/aac160.mp4",
        mime="audio/mp4",
        size_bytes=1,
        sha256="0" * 64,
    )
    return song


def opens(url: str, secret: str) -> bool:
    path, _mark, query = url.removeprefix("http://localhost:8000").partition("?")
    return check_address(signing_keys(), path, query, binding_of(secret), 0)


def test_streams_are_signed_for_the_key_that_asked(ben: Api, heard: catalogue.Track) -> None:
    shown = ben.get(f"tracks/{heard.pk}/streams").json()
    (stream,) = shown["streams"]
    assert stream["kind"] == "aac160"
    assert opens(stream["url"], ben.secret)
    assert not opens(stream["url"], "somebody else")


def test_streams_are_signed_for_the_cookie_of_a_listener(heard: catalogue.Track) -> None:
    client = Client()
    assert client.get(f"/api/v1/tracks/{heard.pk}/streams").status_code == 401
    client.cookies["antiphon_listener"] = "a" * 32
    shown = client.get(f"/api/v1/tracks/{heard.pk}/streams").json()
    assert opens(shown["streams"][0]["url"], "a" * 32)


def test_a_download_follows_the_rule_of_the_track(ada: Api, ben: Api, heard: catalogue.Track) -> None:
    assert ben.get(f"tracks/{heard.pk}").json()["downloadable"] is False
    assert ben.get(f"tracks/{heard.pk}/download").status_code == 403
    ada.patch(f"tracks/{heard.pk}", {"downloads": "members"})
    assert ben.get(f"tracks/{heard.pk}").json()["downloadable"] is True
    assert ben.get(f"tracks/{heard.pk}/download").status_code == 409  # its copy is still being made


def test_the_waveform_is_public_and_its_file_signed(nobody: Api, ben: Api, heard: catalogue.Track) -> None:
    shown = nobody.get(f"tracks/{heard.pk}/waveform").json()
    assert (shown["width"], len(shown["samples"]), shown["data_url"]) == (1800, 1800, None)
    assert opens(ben.get(f"tracks/{heard.pk}/waveform").json()["data_url"], ben.secret)


def test_the_technical_report_is_for_the_creator(ada: Api, ben: Api, heard: catalogue.Track) -> None:
    assert ada.get(f"tracks/{heard.pk}/technical-report").json()["recording_id"] == heard.recording_id
    assert ben.get(f"tracks/{heard.pk}/technical-report").status_code == 404


def test_recordings_are_listed_and_one_is_used_again(
    ada: Api, people: People, heard: catalogue.Track, bring: Receive
) -> None:
    first = heard.recording_id
    second = bring(people.ada, "Remaster.wav", replaces=heard.pk)
    rows = ada.get(f"tracks/{heard.pk}/recordings").json()["collection"]
    assert [(row["id"], row["current"]) for row in rows] == [(second.pk, True), (first, False)]
    assert ada.post(f"tracks/{heard.pk}/recordings/{first}/use").json()["recording_id"] == first
    assert ada.post(f"tracks/{heard.pk}/recordings/9999/use").status_code == 404


def test_an_ingest_is_watched_and_tried_again(
    ada: Api, ben: Api, people: People, bring: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []
    monkeypatch.setattr("antiphon.audio.service.retry", tried.append)
    recording = bring(people.ada, playable=False)
    IngestStep.objects.create(recording=recording, name="check", state="failed", reason="It is empty.")
    shown = ada.get(f"recordings/{recording.pk}/ingest").json()
    assert shown["steps"] == [{"name": "check", "state": "failed", "percent": 0, "reason": "It is empty."}]
    assert ada.post(f"recordings/{recording.pk}/retry").status_code == 409  # it has not failed
    catalogue.recording_failed(recording.pk, "empty", "It is empty.")
    assert ada.get(f"recordings/{recording.pk}/ingest").json()["failure"] == "It is empty."
    assert ada.post(f"recordings/{recording.pk}/retry").status_code == 202
    assert tried == [recording.pk]
    assert ben.get(f"recordings/{recording.pk}/ingest").status_code == 404


def send(api: Api, where: str, content: bytes) -> Any:
    picture = SimpleUploadedFile("cover.png", content)
    return api.client.post(f"/api/v1/{where}", {"picture": picture}, headers={"Authorization": f"Bearer {api.secret}"})


def test_a_picture_is_taken_in(ada: Api, ben: Api, heard: catalogue.Track) -> None:
    assert send(ada, f"tracks/{heard.pk}/artwork", PNG).status_code == 202
    assert send(ada, "profiles/ada-quill/picture", PNG).status_code == 202
    assert send(ada, f"tracks/{heard.pk}/artwork", b"not a picture").status_code == 415
    assert send(ben, f"tracks/{heard.pk}/artwork", PNG).status_code == 404
    assert ada.post(f"tracks/{heard.pk}/artwork", {}).status_code == 415
    catalogue.set_artwork(heard.pk, "pictures/abc")
    assert ada.get(f"tracks/{heard.pk}").json()["artwork_url"].endswith("/media/pictures/abc/500.webp")
    assert ada.delete(f"tracks/{heard.pk}/artwork").status_code == 204
    assert ada.get(f"tracks/{heard.pk}").json()["artwork_url"] is None


def test_a_picture_sent_twice_with_one_key_is_taken_once(ada: Api, heard: catalogue.Track) -> None:
    headers = {"Authorization": f"Bearer {ada.secret}", "Idempotency-Key": "once"}
    replies = [
        ada.client.post(
            f"/api/v1/tracks/{heard.pk}/artwork", {"picture": SimpleUploadedFile("a.png", PNG)}, headers=headers
        )
        for _ in range(2)
    ]
    assert [reply.status_code for reply in replies] == [202, 202]
    assert replies[1]["Idempotency-Replayed"] == "true"
