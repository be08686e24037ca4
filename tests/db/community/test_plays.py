"""Plays as a browser reports them: what is kept, what is refused, whatever comes twice, late or out of order."""

import json
import random
import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from antiphon.catalogue import service as catalogue
from antiphon.community.core.hearing import Why
from antiphon.community.models import BrowserKey, Play, PlayDay, TrackTally
from antiphon.community.service import history, plays, retention, stats
from antiphon.kernel import clock
from tests.db.conftest import Receive
from tests.people import People

START = datetime(2036, 11, 4, 18, 0, tzinfo=UTC)


class Listener:
    """A browser that plays and reports."""

    def __init__(self, user: Any = None) -> None:
        self.client = Client()
        if user is not None:
            self.client.force_login(user)
        self.client.get("/about")  # the first page brings the cookie

    def ticket(self, track: catalogue.Track, secret: str = "") -> str:
        reply = self.client.get(f"/listen/{track.pk}.json", {"secret": secret} if secret else {})
        assert reply.status_code == 200, reply.content
        return str(reply.json()["ticket"])

    def send(self, *said: Any) -> Any:
        body = json.dumps({"plays": list(said)})
        reply = self.client.post("/player/plays", body, content_type="application/json")
        assert reply.status_code == 200, reply.content
        return reply.json()


def play(ticket: str, heard_ms: Any, **more: Any) -> dict[str, Any]:
    return {"play": str(uuid.uuid4()), "ticket": ticket, "heard_ms": heard_ms, "source": "page"} | more


@pytest.fixture
def track(people: People, bring: Receive) -> catalogue.Track:
    recording = bring(people.ada)
    return catalogue.publish_tracks(people.ada, [recording.track_id])[0]


def after(seconds: float) -> Any:
    return clock.frozen(clock.now() + timedelta(seconds=seconds))


def total(track: catalogue.Track) -> tuple[int, int, int]:
    rows = PlayDay.objects.filter(track=track)
    return tuple(sum(getattr(row, name) for row in rows) for name in ("plays", "heard_ms", "finishes"))  # type: ignore[return-value]


def counted(track: catalogue.Track) -> int:
    row = TrackTally.objects.filter(track=track).first()
    return row.plays if row else 0


def why(answer: Any) -> list[str]:
    return [one.get("refused", "") for one in answer["plays"]]


def test_thirty_seconds_count_once_however_often_they_are_said(track: catalogue.Track) -> None:
    ben = Listener()
    one = play(ben.ticket(track), 29_000)
    with after(40):
        assert ben.send(one) == {"plays": [{"play": one["play"], "kept_ms": 29_000}], "refused": 0, "unchanged": 0}
        assert counted(track) == 0
        for _ in range(3):
            answer = ben.send(one | {"heard_ms": 31_000})
        assert answer["unchanged"] == 1
        assert ben.send(one)["plays"][0]["kept_ms"] == 31_000
    with after(210):
        ben.send(one | {"heard_ms": 199_000})
    assert counted(track) == 1
    assert total(track) == (1, 199_000, 1)


def test_any_order_of_batches_gives_the_same_sums(track: catalogue.Track) -> None:
    dice = random.Random(4)
    sums = []
    for _ in range(4):
        Play.objects.all().delete()
        PlayDay.objects.all().delete()
        ben = Listener()
        said = []
        for _number in range(5):
            one = play(ben.ticket(track), 0)
            said += [one | {"heard_ms": heard} for heard in (10_000, 35_000, 35_000, 181_000)]
        dice.shuffle(said)
        with after(200):
            for place in range(0, len(said), 3):
                assert ben.send(*said[place : place + 3])["refused"] == 0
        sums.append(total(track))
    assert sums == [(5, 905_000, 5)] * 4


def test_what_nobody_can_have_heard_is_refused_and_counted(track: catalogue.Track) -> None:
    ben = Listener()
    ticket = ben.ticket(track)
    with after(60):
        answer = ben.send(
            play(ticket, -5), play(ticket, float("nan")), play(ticket, 90_000), play(ticket, 10_000), "nonsense",
            play("7.7.7", 1000), play(ticket, 1000, source="nowhere"),
        )  # fmt: skip
    assert why(answer) == [
        "negative", "not-a-number", "future", "", "not-a-play", "no-ticket", "not-a-play",
    ]  # fmt: skip
    assert answer["refused"] == 6
    assert all(one["why"] for one in answer["plays"] if "refused" in one)
    with after(1000):
        assert why(ben.send(play(ticket, 250_000))) == ["longer-than-track"]
    assert total(track)[1] == 10_000


def test_one_ticket_is_one_thing_at_a_time(track: catalogue.Track) -> None:
    ben = Listener()
    ticket = ben.ticket(track)
    with after(60):
        answer = ben.send(*(play(ticket, 40_000) for _ in range(3)))
    assert sorted(why(answer)) == ["", "future", "future"]
    assert counted(track) == 1


def test_ten_tabs_are_heard_and_a_hundred_are_not(track: catalogue.Track) -> None:
    ben = Listener()
    tickets = [ben.ticket(track) for _ in range(45)]
    with after(60):
        assert ben.send(*(play(ticket, 58_000) for ticket in tickets[:10]))["refused"] == 0
        answer = ben.send(*(play(ticket, 58_000) for ticket in tickets[10:]))
    assert set(why(answer)) == {"too-much-at-once"}
    assert counted(track) == 10


def test_another_browsers_ticket_and_an_ended_one_are_refused(track: catalogue.Track) -> None:
    ben, cleo = Listener(), Listener()
    ticket = ben.ticket(track)
    with after(60):
        assert why(cleo.send(play(ticket, 1000))) == ["no-ticket"]
        assert why(ben.send(play(ticket[:-1] + ("A" if ticket[-1] != "A" else "B"), 1000))) == ["no-ticket"]
    with after(plays.TICKET_LIVES.total_seconds() + 1):
        assert why(ben.send(play(ticket, 1000))) == ["ticket-ended"]
    assert not Play.objects.exists()


def test_a_play_stays_with_its_track(people: People, track: catalogue.Track, bring: Receive) -> None:
    other = catalogue.publish_tracks(people.ada, [bring(people.ada, "Other.wav").track_id])[0]
    ben = Listener()
    one = play(ben.ticket(track), 5000)
    with after(60):
        ben.send(one)
        assert why(ben.send(one | {"ticket": ben.ticket(other), "heard_ms": 1})) == ["other-track"]


def test_what_is_not_open_any_more_is_not_counted(people: People, track: catalogue.Track) -> None:
    ben, ada = Listener(people.ben), Listener(people.ada)
    of_ben, of_ada = ben.ticket(track), ada.ticket(track)
    catalogue.unpublish_tracks(people.ada, [track.pk])
    with after(60):
        assert why(ben.send(play(of_ben, 31_000))) == ["not-for-you"]
        assert why(ada.send(play(of_ada, 31_000))) == [""]
    catalogue.withdraw_tracks(people.ada, [track.pk])
    with after(60):
        assert why(ben.send(play(of_ben, 31_000))) == ["withdrawn"]
    catalogue.delete_tracks(people.ada, [track.pk])
    with after(60):
        assert why(ben.send(play(of_ben, 31_000))) == ["gone"]
    assert not Play.objects.exists()


def test_a_private_track_gives_no_ticket_and_a_secret_link_does(people: People, bring: Receive) -> None:
    recording = bring(people.ada)
    row = catalogue.publish_tracks(people.ada, [recording.track_id], sharing="private")[0]
    ben = Listener()
    assert ben.client.get(f"/listen/{row.pk}.json").status_code == 404
    row = catalogue.publish_tracks(people.ada, [row.pk], sharing="secret")[0]
    ticket = ben.ticket(row, row.secret_token)
    with after(60):
        assert why(ben.send(play(ticket, 31_000))) == [""]
    assert counted(row) == 1


@pytest.mark.parametrize("off", [timedelta(0), timedelta(days=1), timedelta(days=-1)])
def test_a_clock_that_is_wrong_by_a_day_changes_no_day(track: catalogue.Track, off: timedelta) -> None:
    ben = Listener()
    with clock.frozen(datetime(2036, 11, 4, 23, 59, 30, tzinfo=UTC)):
        ticket = ben.ticket(track)
    with clock.frozen(datetime(2036, 11, 5, 0, 0, 40, tzinfo=UTC)):
        theirs = (clock.now() + off).timestamp() * 1000
        ben.send(play(ticket, 45_000, at_ms=theirs, began=theirs - 60_000))
    row = Play.objects.get()
    assert row.began_at == datetime(2036, 11, 4, 23, 59, 40, tzinfo=UTC)
    assert PlayDay.objects.get().day.isoformat() == "2036-11-04"


def test_a_batch_costs_a_fixed_number_of_statements(track: catalogue.Track, people: People, bring: Receive) -> None:
    tracks = [track] + [
        catalogue.publish_tracks(people.ada, [bring(people.ada, f"{n}.wav").track_id])[0] for n in range(9)
    ]
    ben = Listener(people.ben)
    tickets = [ben.ticket(one) for one in tracks]
    with after(60):
        ben.send(play(tickets[0], 1))  # makes the month's secret
        for some in (1, 10):
            with CaptureQueriesContext(connection) as seen:
                plays.record(_binding(ben), [play(ticket, 31_000) for ticket in tickets[:some]])
            ours = [one["sql"] for one in seen if "SAVEPOINT" not in one["sql"]]
            assert len(ours) <= 9, ours


def _binding(listener: Listener) -> str:
    from django.conf import settings

    from antiphon.storage.service import binding_of

    return binding_of(listener.client.cookies[settings.LISTENER_COOKIE_NAME].value)


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 422), (b"[]", 422), (b'{"plays": 3}', 422), (b'{"plays": []}', 200), (b"[" * 100_000, 413)],
)  # fmt: skip
def test_a_body_that_is_no_batch_is_refused(db: None, body: bytes, status: int) -> None:
    ben = Listener()
    reply = ben.client.post(
        "/player/plays", body, content_type="application/json", headers={"accept": "application/json"}
    )
    assert reply.status_code == status
    if status >= 400:
        assert reply.json()["detail"]


def test_more_than_fifty_in_a_batch_and_too_many_batches_are_refused(db: None, monkeypatch: Any) -> None:
    ben = Listener()
    body = json.dumps({"plays": [{}] * 51})
    assert ben.client.post("/player/plays", body, content_type="application/json").status_code == 413
    monkeypatch.setattr("antiphon.web.listen.views_plays.PER_MINUTE", 2)
    with clock.frozen(clock.now()):
        found = [ben.client.post("/player/plays", b'{"plays": []}', content_type="application/json") for _ in range(4)]
    assert [reply.status_code for reply in found].count(429) >= 1
    assert int(found[-1]["Retry-After"]) > 0


def test_a_country_comes_only_from_the_header_that_is_named(track: catalogue.Track, settings: Any) -> None:
    ben = Listener()
    for name, said, wanted in (
        ("", "DE", ""),
        ("X-Country", "de", "DE"),
        ("X-Country", "<b>", ""),
        ("X-Country", "XX", ""),
    ):
        settings.ANTIPHON.country_header = name
        with after(60):
            body = json.dumps({"plays": [play(ben.ticket(track), 1000)]})
            ben.client.post("/player/plays", body, content_type="application/json", headers={"x-country": said})
        assert Play.objects.latest("pk").country == wanted
    settings.ANTIPHON.country_header = ""


def test_a_visitor_is_a_pseudonym_and_a_person_stands_only_beside_what_they_keep(
    people: People, track: catalogue.Track
) -> None:
    visitor, ben = Listener(), Listener(people.ben)
    with after(0):
        tickets = [visitor.ticket(track), ben.ticket(track), ben.ticket(track)]
    with after(60):
        visitor.send(play(tickets[0], 31_000))
        ben.send(play(tickets[1], 31_000))
        history.keep(people.ben, on=False)
        ben.send(play(tickets[2], 31_000))
    assert list(Play.objects.order_by("pk").values_list("user", flat=True)) == [None, people.ben.pk, None]
    assert counted(track) == 3
    row = Play.objects.order_by("pk")[0]
    assert row.browser is not None
    assert _binding(visitor) not in (row.browser.hex, row.key.hex)


def test_time_takes_names_then_rows_and_leaves_the_sums(people: People, track: catalogue.Track) -> None:
    ben = Listener(people.ben)
    with clock.frozen(START):
        tickets = [ben.ticket(track)]
    with clock.frozen(START + timedelta(seconds=60)):
        ben.send(play(tickets[0], 31_000))
        assert retention.forget_old() == (0, 0)
    with clock.frozen(START + timedelta(days=32)):
        assert retention.forget_old() == (1, 0)
        assert Play.objects.get().browser is None
        assert not BrowserKey.objects.filter(month=START.date().replace(day=1)).exists()
    with clock.frozen(START + timedelta(days=367)):
        assert retention.forget_old() == (0, 1)
    assert not Play.objects.exists()
    assert total(track) == (1, 31_000, 0)
    assert counted(track) == 1


def test_stats_say_what_was_heard_and_from_where(people: People, track: catalogue.Track) -> None:
    with clock.frozen(START):
        for source, seconds in (("page", 31), ("page", 190), ("set", 10), ("embed", 31)):
            ben = Listener()
            ticket = ben.ticket(track)
            with after(200):
                ben.send(play(ticket, seconds * 1000, source=source))
        found = stats.of_person(people.ada, 7)
    assert (found.total.plays, found.total.heard_ms, found.total.finishes) == (3, 262_000, 1)
    assert [(line.name, line.plays) for line in found.sources] == [("page", 2), ("embed", 1), ("set", 0)]
    assert len(found.days) == 7
    assert [(line.plays, row.pk) for line, row in found.tracks] == [(3, track.pk)]
    with clock.frozen(START):
        assert stats.of_track(track, 0).total == found.total
        assert stats.of_person(people.cleo, 28).total.plays == 0


Deed = Callable[[], object]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="a database in memory has one writer and no waiting")
def test_a_double_send_at_the_same_moment_counts_once(people: People, bring: Receive) -> None:
    row = catalogue.publish_tracks(people.ada, [bring(people.ada).track_id])[0]
    ben = Listener()
    said = [play(ben.ticket(row), 31_000) for _ in range(8)]
    wrong: list[str] = []
    start = threading.Barrier(4)
    bound = _binding(ben)
    at = clock.now() + timedelta(seconds=60)

    def send() -> None:
        try:
            with clock.frozen(at):
                start.wait(timeout=30)
                for one in said:
                    answers = plays.record(bound, [one])
                    assert [answer.why for answer in answers] == [None]
        except Exception as error:  # noqa: BLE001  (told by the test)
            wrong.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert total(row) == (8, 248_000, 0)
    assert counted(row) == 8


def test_every_refusal_has_its_words() -> None:
    from antiphon.web.listen.views_plays import sentences

    assert set(sentences()) == set(Why)
