"""What players on other sites' pages report: bound to one page without a cookie, and bounded as all plays are."""

import json
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from antiphon.catalogue import service as catalogue
from antiphon.community.models import Play, PlayDay, TrackTally
from antiphon.community.service import plays
from antiphon.kernel import clock
from tests.db.outside.conftest import Publish, read
from tests.people import People

PLAYER = "/embed/ada-quill/slow-harbour"


class Embed:
    """The player as one page elsewhere has loaded it."""

    def __init__(self, client: Client, path: str = PLAYER) -> None:
        page = read(client, path)
        self.client = client
        self.page = re.findall(r'data-page="([0-9a-f]{32})"', page)[0]
        self.sound = re.findall(r'data-info="([^"]+)"', page)[0].replace("&amp;", "&")

    def ticket(self) -> str:
        return str(self.client.get(self.sound).json()["ticket"])

    def send(self, *said: Any, page: Any = None, **headers: str) -> Any:
        body = json.dumps({"page": self.page if page is None else page, "plays": list(said)})
        return self.client.post("/embed/plays", body, content_type="application/json", headers=headers)


def play(ticket: str, heard_ms: int, **more: Any) -> dict[str, Any]:
    return {"play": str(uuid.uuid4()), "ticket": ticket, "heard_ms": heard_ms, "source": "home", "source_id": 7} | more


def after(seconds: float) -> Any:
    return clock.frozen(clock.now() + timedelta(seconds=seconds))


def why(reply: Any) -> list[str]:
    return [one.get("refused", "") for one in reply.json()["plays"]]


def test_a_play_counts_once_as_an_embeds_and_is_nobodys(people: People, publish: Publish) -> None:
    track, ben = publish(), Client()
    ben.force_login(people.ben)  # which no embed may know
    embed = Embed(ben)
    one = play(embed.ticket(), 31_000)
    with after(40):
        reply = embed.send(one)
        assert reply.json() == {"plays": [{"play": one["play"], "kept_ms": 31_000}], "refused": 0, "unchanged": 0}
        assert embed.send(one, **{"Sec-Fetch-Site": "same-origin"}).json()["unchanged"] == 1
    assert "Set-Cookie" not in reply.headers
    assert not reply.cookies
    row = Play.objects.get()
    assert (row.source, row.source_id, row.user_id, row.heard_ms) == ("embed", 0, None, 31_000)
    assert TrackTally.objects.get(track=track).plays == 1
    [day] = PlayDay.objects.all()
    assert (day.source, day.plays, day.heard_ms) == ("embed", 1, 31_000)


def test_each_page_is_for_itself(stranger: Client, publish: Publish) -> None:
    publish()
    first, second = Embed(stranger), Embed(stranger)
    assert first.page != second.page
    one = play(first.ticket(), 10_000)
    with after(40):
        assert why(second.send(one)) == ["no-ticket"]
        assert why(first.send(one)) == [""]
        assert why(second.send(play(second.ticket(), 1000))) == [""]
    assert len({row.browser for row in Play.objects.all()}) == 2


def test_it_is_bounded_as_other_plays_are(stranger: Client, publish: Publish, people: People) -> None:
    track = publish()
    embed = Embed(stranger)
    ticket = embed.ticket()
    with after(20):
        assert why(embed.send(play(ticket, 30_000))) == ["future"]
    with after(900):
        assert why(embed.send(play(ticket, 203_000))) == ["longer-than-track"]
    with after(plays.TICKET_LIVES.total_seconds() + 1):
        assert why(embed.send(play(ticket, 1000))) == ["ticket-ended"]
    catalogue.withdraw_tracks(people.ada, [track.pk])
    with after(20):
        assert why(embed.send(play(ticket, 1000))) == ["withdrawn"]


def test_a_ticket_of_our_own_pages_is_none_here_and_the_other_way_round(stranger: Client, publish: Publish) -> None:
    track = publish()
    embed = Embed(stranger)
    stranger.get("/about")
    ours = str(stranger.get(f"/listen/{track.pk}.json").json()["ticket"])
    body = json.dumps({"plays": [play(embed.ticket(), 1000)]})
    with after(20):
        assert why(embed.send(play(ours, 1000))) == ["no-ticket"]
        assert why(stranger.post("/player/plays", body, content_type="application/json")) == ["no-ticket"]
    assert not Play.objects.exists()


def test_a_secret_link_is_heard_where_it_is_embedded(stranger: Client, publish: Publish) -> None:
    track = publish(sharing="secret")
    embed = Embed(stranger, f"{PLAYER}/{track.secret_token}")
    one = play(embed.ticket(), 5000)
    with after(20):
        assert why(embed.send(one)) == [""]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_sites_page_cannot_report_by_itself(stranger: Client, publish: Publish, site: str) -> None:
    publish()
    embed = Embed(stranger)
    one = play(embed.ticket(), 5000)
    with after(20):
        assert embed.send(one, **{"Sec-Fetch-Site": site}).status_code == 403
    assert not Play.objects.exists()


@pytest.mark.parametrize("page", ["", "0" * 31, "G" * 32, 7, ["a"]])
def test_a_batch_names_its_page(stranger: Client, publish: Publish, page: Any) -> None:
    publish()
    embed = Embed(stranger)
    assert embed.send(play("", 1), page=page).status_code == 422
    assert stranger.get("/embed/plays").status_code == 405
