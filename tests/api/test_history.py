"""What you heard, by JSON; and how often a track was played."""

import pytest

from antiphon.catalogue import service as catalogue
from tests.api.conftest import Api
from tests.db.community.test_plays import Listener, after, play
from tests.people import People

pytestmark = pytest.mark.django_db


def hear(people: People, song: catalogue.Track, times: int = 1) -> None:
    listener = Listener(people.ben)
    for _ in range(times):
        ticket = listener.ticket(song)
        with after(60):
            assert listener.send(play(ticket, 31_000))["refused"] == 0


def test_history_is_read_page_by_page_and_deleted(ben: Api, ada: Api, people: People, song: catalogue.Track) -> None:
    hear(people, song, times=3)
    first = ben.get("me/history?limit=2").json()
    assert [(one["heard_ms"], one["track"]["playback_count"]) for one in first["collection"]] == [(31_000, 3)] * 2
    second = ben.get(first["next_href"].partition("/api/v1/")[2]).json()
    assert len(second["collection"]) == 1
    assert ada.get("me/history").json()["collection"] == []
    row = second["collection"][0]["id"]
    assert ada.delete(f"me/history/{row}").status_code == 404
    assert ben.delete(f"me/history/{row}").status_code == 204
    assert len(ben.get("me/history").json()["collection"]) == 2
    assert ben.delete("me/history").status_code == 204
    assert ben.get("me/history").json()["collection"] == []


def test_keeping_none_is_said_once(ben: Api, nobody: Api, people: People, song: catalogue.Track) -> None:
    assert ben.put("me/history/keep", {"keep": False}).json() == {"keep": False}
    assert ben.get("me/history/keep").json() == {"keep": False}
    hear(people, song)
    assert ben.get("me/history").json()["collection"] == []
    assert nobody.get("tracks").json()["collection"][0]["playback_count"] == 1
    assert nobody.get("me/history").status_code == 401
