"""Sets in the studio: made, ordered with plain buttons, published with what is in them."""

import uuid

import pytest
from django.test import Client

from antiphon.catalogue import service as catalogue
from antiphon.web.studio.ordering import moved
from tests.db.conftest import Receive
from tests.people import People


@pytest.fixture
def tides(people: People, bring: Receive) -> catalogue.MusicSet:
    """An album of three, as a dropped folder makes it."""
    batch = uuid.uuid4()
    for name in ("1 Ebb", "2 Flood", "3 Slack"):
        bring(people.ada, f"{name}.wav", folder="Tides", batch=batch)
    return catalogue.own_sets(people.ada)[0]


def titles(people: People, music_set: catalogue.MusicSet) -> list[str]:
    return [track.title for track in catalogue.tracks_in(people.ada, music_set.pk)]


def test_a_set_begins_with_a_name(people: People, ada: Client) -> None:
    assert "No sets yet" in ada.get("/studio/sets").content.decode()
    sent = {"title": "Harbours", "kind": "ep", "profile": people.ada_quill.pk}
    assert ada.post("/studio/sets", sent).status_code == 302
    assert catalogue.own_sets(people.ada)[0].title == "Harbours"
    assert ada.post("/studio/sets", {**sent, "title": ""}).status_code == 422
    assert ada.post("/studio/sets", {**sent, "profile": people.cleo_park.pk}).status_code == 422


@pytest.mark.parametrize(
    ("press", "after"),
    [
        ("up:2", [2, 1, 3]),
        ("down:2", [1, 3, 2]),
        ("out:2", [1, 3]),
        ("up:1", [1, 2, 3]),
        ("down:3", [1, 2, 3]),
        ("up:9", [1, 2, 3]),
        ("up:" + "9" * 5000, [1, 2, 3]),
        ("sideways:2", [1, 2, 3]),
        ("", [1, 2, 3]),
    ],
)
def test_a_press_moves_one_place(press: str, after: list[int]) -> None:
    assert moved([1, 2, 3], press) == after


def test_tracks_are_moved_taken_out_and_added_by_plain_buttons(
    people: People, ada: Client, tides: catalogue.MusicSet
) -> None:
    ebb = catalogue.tracks_in(people.ada, tides.pk)[0]
    address = f"/studio/sets/{tides.pk}"
    ada.post(address, {"move": f"down:{ebb.pk}"})
    assert titles(people, tides) == ["Flood", "Ebb", "Slack"]
    ada.post(address, {"move": f"out:{ebb.pk}"})
    assert titles(people, tides) == ["Flood", "Slack"]
    ada.post(address, {"do": "add", "add": str(ebb.pk)})
    assert titles(people, tides) == ["Flood", "Slack", "Ebb"]


def test_an_order_by_dragging_loses_no_track(people: People, ada: Client, tides: catalogue.MusicSet) -> None:
    first, second, third = [track.pk for track in catalogue.tracks_in(people.ada, tides.pk)]
    sent = {"do": "order", "order": [third, first, 999999]}
    assert ada.post(f"/studio/sets/{tides.pk}", sent, headers={"X-Part": "1"}).status_code == 204
    assert [track.pk for track in catalogue.tracks_in(people.ada, tides.pk)] == [third, first, second]


def test_words_of_a_set_are_saved_and_faults_named(people: People, ada: Client, tides: catalogue.MusicSet) -> None:
    sent = {
        "do": "save",
        "title": "High Tides",
        "slug": "high-tides",
        "kind": "album",
        "description": "",
        "release_date": "",
    }
    assert ada.post(f"/studio/sets/{tides.pk}", sent).status_code == 302
    assert catalogue.own_set(people.ada, tides.pk).slug == "high-tides"
    reply = ada.post(f"/studio/sets/{tides.pk}", {**sent, "slug": "Not An Address"})
    assert reply.status_code == 422
    assert 'id="id_slug_error"' in reply.content.decode()


def test_publishing_a_set_lists_what_goes_out_and_what_stays(
    people: People, ada: Client, tides: catalogue.MusicSet, bring: Receive
) -> None:
    broken = bring(people.ada, "4 Wreck.wav", folder="Tides", batch=tides.source_batch, playable=False)
    catalogue.recording_failed(broken.pk, "empty", "The file is empty.")
    page = ada.get(f"/studio/sets/{tides.pk}/publish").content.decode()
    assert "These 3 tracks go out with it" in page
    assert page.index("stay behind") < page.index("Wreck")
    assert ada.post(f"/studio/sets/{tides.pk}/publish", {"sharing": "public", "when": "now"}).status_code == 302
    states = [track.state for track in catalogue.tracks_in(people.ada, tides.pk)]
    assert states == ["published", "published", "published", "draft"]
    assert Client().get("/ada-quill/sets/tides").status_code == 200


def test_music_that_came_without_a_word_about_rights_asks_for_it(
    people: People, ada: Client, tides: catalogue.MusicSet
) -> None:
    catalogue.Recording.objects.update(attested_by=None, attested_at=None)
    address, sent = f"/studio/sets/{tides.pk}/publish", {"sharing": "public", "when": "now"}
    assert "have the right to publish" in ada.get(address).content.decode()
    refused = ada.post(address, sent)
    assert refused.status_code == 422
    assert "Say first that you may publish this music." in refused.content.decode()
    assert ada.post(address, {**sent, "attested": "on"}).status_code == 302
    assert {track.recording.attested_by_id for track in catalogue.tracks_in(people.ada, tides.pk)} == {people.ada.pk}


def test_a_set_goes_and_its_tracks_stay(people: People, ada: Client, tides: catalogue.MusicSet) -> None:
    kept = [track.pk for track in catalogue.tracks_in(people.ada, tides.pk)]
    ada.post(f"/studio/sets/{tides.pk}/delete", {"sure": "delete"})
    assert catalogue.own_sets(people.ada) == []
    assert len(catalogue.own_tracks(people.ada, kept)) == 3


def test_sets_of_others_are_not_there(people: People, tides: catalogue.MusicSet) -> None:
    cleo = Client()
    cleo.force_login(people.cleo)
    for path in ("", "/publish", "/delete"):
        assert cleo.get(f"/studio/sets/{tides.pk}{path}").status_code == 404
        assert cleo.post(f"/studio/sets/{tides.pk}{path}", {"sure": "delete"}).status_code == 404
