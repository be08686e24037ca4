"""The upload page and the endpoints it asks: what a reloaded page is told, what changes, and at what price."""

import re
import uuid
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from antiphon import web
from antiphon.audio import service as audio
from antiphon.catalogue import service as catalogue
from antiphon.web.studio.words import sentences
from tests.db.conftest import Receive
from tests.people import People


def begun(people: People, name: str = "half.wav", **wish: object) -> catalogue.Upload:
    return catalogue.begin_upload(people.ada, file_name=name, size_bytes=1000, attested=True, **wish)  # type: ignore[arg-type]


def upload_of(recording: catalogue.Recording) -> str:
    return str(catalogue.Upload.objects.get(recording=recording).pk)


def test_the_limits_are_said_before_anything_is_sent(ada: Client) -> None:
    page = ada.get("/upload").content.decode()
    assert "2.0\xa0GB" in page
    assert "4 hours" in page
    assert catalogue.FORMATS_IN_WORDS in page
    assert "You have used" in page
    assert "<noscript>" in page
    assert 'data-max-bytes="2147483648"' in page


def test_somebody_without_a_profile_is_led_to_making_one(people: People) -> None:
    client = Client()
    client.force_login(people.ben)
    page = client.get("/upload").content.decode()
    assert "/account/profiles" in page
    assert "studio-upload" not in page


def test_strangers_are_sent_to_sign_in_and_scripts_get_401(client: Client, db: None) -> None:
    assert client.get("/upload").status_code == 302
    assert client.get("/studio/uploads.json").status_code == 401
    assert client.get("/studio/states.json?ids=1").status_code == 401


def test_a_reloaded_page_is_told_what_is_unfinished_and_what_came_in(
    people: People, ada: Client, bring: Receive
) -> None:
    half = begun(people, folder="Album", batch=uuid.uuid4())
    done = bring(people.ada)
    listed = ada.get("/studio/uploads.json").json()["uploads"]
    assert [one["state"] for one in listed] == ["open", "received"]
    assert listed[0]["id"] == str(half.pk)
    assert listed[0]["folder"] == "Album"
    assert listed[1]["id"] == upload_of(done)


def test_nobody_hears_of_the_uploads_of_others(people: People, ada: Client, bring: Receive) -> None:
    theirs = bring(people.cleo)
    assert ada.get("/studio/uploads.json").json() == {"uploads": []}
    answer = ada.get(f"/studio/states.json?ids={upload_of(theirs)},{theirs.track_id}").json()
    assert answer["items"] == {}


def test_states_say_in_words_how_far_a_file_is(people: People, ada: Client, bring: Receive) -> None:
    recording = bring(people.ada, playable=False)
    state = ada.get(f"/studio/states.json?ids={upload_of(recording)}").json()["items"][upload_of(recording)]
    assert state["state"] in ("waiting", "check")
    assert not state["playable"]
    assert not state["settled"]
    assert state["edit"] == f"/studio/tracks/{recording.track_id}"


def test_a_failure_says_why_and_offers_another_try(people: People, ada: Client, bring: Receive) -> None:
    recording = bring(people.ada, playable=False)
    catalogue.recording_failed(recording.pk, "empty", "The file is empty. Please export it again.")
    upload = upload_of(recording)
    state = ada.get(f"/studio/states.json?ids={upload}").json()["items"][upload]
    assert state["state"] == "failed"
    assert "empty" in state["reason"]
    assert state["retry"].endswith("/retry")
    assert state["settled"]


def test_a_dropped_folder_is_told_as_a_set(people: People, ada: Client, bring: Receive) -> None:
    batch = uuid.uuid4()
    first = bring(people.ada, "1 A.wav", folder="Tides", batch=batch)
    second = bring(people.ada, "2 B.wav", folder="Tides", batch=batch)
    ids = [upload_of(first), upload_of(second)]
    items = ada.get(f"/studio/states.json?ids={','.join(ids)}").json()["items"]
    assert {items[one]["set"]["title"] for one in ids} == {"Tides"}
    assert items[ids[0]]["set"]["publish"].endswith("/publish")


def test_asking_for_states_costs_three_queries_however_many_files(
    people: People, ada: Client, bring: Receive, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ids = [upload_of(bring(people.ada, f"{n}.wav", playable=False)) for n in range(12)]
    ada.get("/studio/states.json")  # the session's first request also notes when it was seen
    session_and_person = 2
    with django_assert_max_num_queries(3 + session_and_person):
        ada.get(f"/studio/states.json?ids={','.join(ids)}")


def test_an_answer_that_has_not_changed_is_not_sent_again(people: People, ada: Client, bring: Receive) -> None:
    recording = bring(people.ada, playable=False)
    address = f"/studio/states.json?ids={upload_of(recording)}"
    tag = ada.get(address)["ETag"]
    again = ada.get(address, headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.content == b""
    catalogue.recording_failed(recording.pk, "x", "Broken.")
    assert ada.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_it_is_said_when_nobody_works_on_waiting_files(people: People, ada: Client, bring: Receive) -> None:
    assert ada.get("/studio/states.json?ids=").json()["workers"] is True  # nothing waits, so nothing is missing
    recording = bring(people.ada, playable=False)
    assert ada.get(f"/studio/states.json?ids={upload_of(recording)}").json()["workers"] is False


def test_wild_ids_are_passed_over(ada: Client) -> None:
    odd = "nonsense,-1,99999999999999999999999,%00," + "1" * 30
    assert ada.get("/studio/states.json", {"ids": odd}).json()["items"] == {}


def test_the_row_form_is_filled_from_the_track_and_saves(people: People, ada: Client, bring: Receive) -> None:
    track = bring(people.ada, "Slow Harbour.wav").track
    address, part = f"/studio/tracks/{track.pk}/short", {"X-Part": "1"}
    assert 'value="Slow Harbour"' in ada.get(address, headers=part).content.decode()
    prefix = f"t{track.pk}-"
    words = {
        "title": "Fast Harbour",
        "artists": "",
        "genre": "",
        "tag_list": "",
        "license": "cc-by",
        "downloads": "anyone",
    }
    sent = {prefix + name: value for name, value in words.items()}
    saved = ada.post(address, {**sent, "do": "publish"}, headers=part)
    assert "Saved and published" in saved.content.decode()
    track.refresh_from_db()
    assert (track.title, track.license, track.state) == ("Fast Harbour", "cc-by", "published")
    refused = ada.post(address, {**sent, prefix + "title": ""}, headers=part)
    assert refused.status_code == 422
    assert "autofocus" in refused.content.decode()


def test_a_retry_is_asked_of_the_newest_recording(
    people: People, ada: Client, bring: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(audio, "retry", asked.append)
    track = bring(people.ada).track
    newer = bring(people.ada, "again.wav", replaces=track.pk, playable=False)
    assert ada.post(f"/studio/tracks/{track.pk}/retry", headers={"X-Part": "1"}).status_code == 204
    assert asked == [newer.pk]


def test_every_sentence_that_scripts_ask_for_is_written() -> None:
    """Keys are compared with the sources, so that nobody reads a key where a sentence should be."""
    sources = Path(web.__file__).parent / "assets" / "js" / "studio"
    text = "\n".join(path.read_text() for path in sources.glob("*.js"))
    known = sentences()
    asked = set(re.findall(r'"([a-z]+\.[a-z_]+)"', text)) | set(re.findall(r'\bsay\(\s*"(\w+)"', text))
    asked |= {f"{key}.{form}" for key in re.findall(r'\bsayCount\("(\w+)"', text) for form in ("one", "other")}
    assert len(asked) > 30
    assert asked - set(known) == set()
