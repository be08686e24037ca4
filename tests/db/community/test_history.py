"""What somebody heard, as they see it, take it along and delete it; and what a creator sees, which is sums."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.community.models import Play
from antiphon.community.service import history
from antiphon.kernel import clock
from tests.db.community.packed import packed
from tests.db.community.test_plays import Listener, after, play
from tests.db.conftest import Receive
from tests.people import People


@pytest.fixture
def ben(people: People) -> Listener:
    return Listener(people.ben)


@pytest.fixture
def tracks(people: People, bring: Receive) -> list[catalogue.Track]:
    made = [bring(people.ada, f"Étude {number}.wav").track_id for number in range(3)]
    return catalogue.publish_tracks(people.ada, made)


def hear(listener: Listener, *tracks: catalogue.Track, seconds: int = 45) -> None:
    for track in tracks:
        ticket = listener.ticket(track)
        with after(seconds + 10):
            assert listener.send(play(ticket, seconds * 1000, source="set"))["refused"] == 0


def test_the_list_is_ones_own_and_the_latest_stands_first(ben: Listener, tracks: list[catalogue.Track]) -> None:
    assert "Nothing yet" in ben.client.get("/settings/history").content.decode()
    hear(ben, *tracks)
    page = ben.client.get("/settings/history").content.decode()
    assert page.index("Étude 2") < page.index("Étude 0")
    assert "0:45 heard" in page
    cleo = Client()
    assert cleo.get("/settings/history").status_code == 302


def test_it_is_paged_in_a_fixed_number_of_queries(ben: Listener, people: People, tracks: list[catalogue.Track]) -> None:
    for _ in range(20):
        hear(ben, *tracks, seconds=1)
    with CaptureQueriesContext(connection) as seen:
        page = ben.client.get("/settings/history").content.decode()
    assert len(seen) <= 12
    assert page.count("<li>\n        <div>") == 50
    address = page.split('href="?before=')[1].split('"')[0]
    second = ben.client.get(f"/settings/history?before={address}").content.decode()
    assert second.count("<li>\n        <div>") == 10


def test_it_goes_along_as_json_and_csv_and_with_all_ones_data(
    ben: Listener, people: People, tracks: list[catalogue.Track]
) -> None:
    hear(ben, *tracks)
    lines = ben.client.get("/settings/history.json").json()["heard"]
    assert [line["track"] for line in lines] == ["Étude 2", "Étude 1", "Étude 0"]
    rows = list(csv.DictReader(StringIO(ben.client.get("/settings/history.csv").content.decode())))
    assert [row["heard_seconds"] for row in rows] == ["45"] * 3
    assert [line["track"] for line in packed(people.ben)["heard.json"]] == ["Étude 2", "Étude 1", "Étude 0"]


def test_one_line_or_all_of_it_can_be_deleted_and_the_plays_still_count(
    ben: Listener, people: People, tracks: list[catalogue.Track]
) -> None:
    hear(ben, *tracks)
    line = Play.objects.filter(user=people.ben).latest("pk")
    assert Listener(people.cleo).client.post(f"/settings/history/{line.pk}/delete").status_code == 404
    ben.client.post(f"/settings/history/{line.pk}/delete")
    assert [one.track and one.track.title for one in history.everything(people.ben)] == ["Étude 1", "Étude 0"]
    ben.client.post("/settings/history/delete")
    assert list(history.everything(people.ben)) == []
    assert Play.objects.filter(user=None, browser=None, counted=True).count() == 3


def test_nothing_is_kept_of_who_does_not_want_it(ben: Listener, people: People, tracks: list[catalogue.Track]) -> None:
    ben.client.post("/settings/history/keep", {"keep": "no"})
    hear(ben, tracks[0])
    ben.client.post("/settings/history/keep", {"keep": "yes"})
    hear(ben, tracks[1])
    assert [one.track and one.track.title for one in history.everything(people.ben)] == ["Étude 1"]
    assert Play.objects.filter(counted=True).count() == 2


def test_a_track_that_was_closed_is_not_named_any_more(
    ben: Listener, people: People, tracks: list[catalogue.Track]
) -> None:
    hear(ben, tracks[0])
    catalogue.unpublish_tracks(people.ada, [tracks[0].pk])
    page = ben.client.get("/settings/history").content.decode()
    assert "Étude 0" not in page
    assert "not open to you any more" in page


def test_who_leaves_takes_their_name_off_what_they_heard(
    ben: Listener, people: People, tracks: list[catalogue.Track]
) -> None:
    hear(ben, *tracks)
    accounts.ask_deletion(people.ben)
    with clock.frozen(clock.now() + timedelta(days=15)):
        assert accounts.end_due() == 1
    assert Play.objects.filter(user=None, browser=None).count() == 3


def test_a_creator_sees_days_sources_and_tracks_beside_each_other(
    ben: Listener, people: People, tracks: list[catalogue.Track]
) -> None:
    ada = Client()
    ada.force_login(people.ada)
    assert "Nothing was heard in this time" in ada.get("/studio/stats").content.decode()
    hear(ben, *tracks)
    with CaptureQueriesContext(connection) as seen:
        page = ada.get("/studio/stats?days=90").content.decode()
    assert len(seen) <= 14
    assert page.count('<svg class="chart') == 2
    assert page.count('class="figures') == 3
    assert "Étude 1" in page
    rows = list(csv.DictReader(StringIO(ada.get("/studio/stats?as=csv").content.decode())))
    assert [(row["name"], row["plays"]) for row in rows if row["kind"] == "source"] == [("set", "3")]
    assert "Étude 1" in ada.get(f"/studio/stats/{tracks[1].pk}").content.decode()
    assert ben.client.get(f"/studio/stats/{tracks[1].pk}").status_code == 404
    assert "ben@" not in page


def test_pages_show_how_often_a_track_was_played(ben: Listener, tracks: list[catalogue.Track]) -> None:
    hear(ben, tracks[0])
    for path in ("/ada-quill", tracks[0].get_absolute_url(), "/"):
        assert "1 play" in Client().get(path).content.decode(), path
