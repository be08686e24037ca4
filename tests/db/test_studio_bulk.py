"""Many tracks at once: shown before it is done, and done to all or to none."""

import pytest
from django.test import Client

from antiphon.catalogue import service as catalogue
from tests.db.conftest import Receive
from tests.people import People

Sent = dict[str, object]


@pytest.fixture
def three(people: People, bring: Receive) -> list[catalogue.Track]:
    return [bring(people.ada, f"{name}.wav").track for name in ("One", "Two", "Three")]


def ids(tracks: list[catalogue.Track]) -> Sent:
    return {"ids": [track.pk for track in tracks]}


def test_nothing_chosen_leads_back_with_a_word(ada: Client) -> None:
    assert "Choose at least one track" in ada.get("/studio/bulk", follow=True).content.decode()


def test_the_plan_is_shown_and_nothing_is_done_before(ada: Client, three: list[catalogue.Track]) -> None:
    catalogue.edit_track(three[0].profile.owner, three[0].pk, {"license": "cc0"})
    page = ada.post("/studio/bulk", {**ids(three), "license": "cc0", "step": "look"}).content.decode()
    assert "2 tracks change. Nothing has been done yet." in page
    assert "1 stays as it is." in page
    three[1].refresh_from_db()
    assert three[1].license == "all-rights-reserved"


def test_what_was_looked_at_is_what_is_done(people: People, ada: Client, three: list[catalogue.Track]) -> None:
    catalogue.edit_track(people.ada, three[0].pk, {"tag_list": "slow, sea"})
    into = catalogue.make_set(people.ada, people.ada_quill.pk, title="Tides")
    asked = {
        **ids(three),
        "license": "cc-by",
        "genre": "Chant",
        "tags_add": "harbour, Sea",
        "tags_remove": "SLOW",
        "downloads": "members",
        "into_set": into.pk,
        "act": "publish",
        "sharing": "secret",
        "when": "now",
    }
    ada.post("/studio/bulk", {**asked, "step": "do"})
    rows = catalogue.own_tracks(people.ada, [track.pk for track in three])
    assert {(row.license, row.genre, row.downloads, row.sharing, row.state) for row in rows} == {
        ("cc-by", "Chant", "members", "secret", "published")
    }
    assert [row.tag_list for row in rows] == ["sea, harbour", "harbour, Sea", "harbour, Sea"]
    assert [track.pk for track in catalogue.tracks_in(people.ada, into.pk)] == [track.pk for track in three]


def test_one_that_cannot_be_published_keeps_all_from_it(
    people: People, ada: Client, three: list[catalogue.Track], bring: Receive
) -> None:
    broken = bring(people.ada, "broken.wav", playable=False)
    catalogue.recording_failed(broken.pk, "empty", "The file is empty.")
    asked = {"ids": [*(track.pk for track in three), broken.track_id], "act": "publish", "genre": "Chant", "step": "do"}
    reply = ada.post("/studio/bulk", asked)
    assert reply.status_code == 422
    assert "nothing to play" in reply.content.decode()
    three[0].refresh_from_db()
    assert (three[0].state, three[0].genre) == ("draft", "")


def test_withdrawing_many_can_be_undone(ada: Client, three: list[catalogue.Track]) -> None:
    page = ada.post("/studio/bulk", {**ids(three), "act": "withdraw", "step": "do"}, follow=True).content.decode()
    assert "3 tracks are withdrawn" in page
    ada.post("/studio/restore", ids(three))
    three[0].refresh_from_db()
    assert three[0].state == "draft"


def test_deleting_many_needs_the_word(ada: Client, three: list[catalogue.Track]) -> None:
    asked = {**ids(three), "act": "delete", "step": "do"}
    assert ada.post("/studio/bulk", asked).status_code == 422
    assert ada.post("/studio/bulk", {**asked, "sure": "delete"}).status_code == 302
    assert not catalogue.Track.objects.filter(pk__in=[track.pk for track in three]).exists()


def test_leaving_everything_alone_is_said(ada: Client, three: list[catalogue.Track]) -> None:
    reply = ada.post("/studio/bulk", {**ids(three), "step": "look"})
    assert "at least one thing to change" in reply.content.decode()


def test_tracks_of_others_are_not_there(people: People, ada: Client, bring: Receive) -> None:
    theirs = bring(people.cleo).track
    assert ada.get(f"/studio/bulk?ids={theirs.pk}").status_code == 404
