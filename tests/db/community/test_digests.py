"""Digests: in each person's morning, once, of what they have not seen, with a way out of each kind."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from antiphon.accounts import service as accounts
from antiphon.community.models import Notice
from antiphon.community.service import digests, hearing, notices
from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.mail.models import Letter
from tests.db.community.conftest import MakeTrack
from tests.people import People

Kind = Notice.Kind
MONDAY = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
At = Callable[[datetime], None]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """Set the clock."""

    def put(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    return put


def comment(people: People, words: str = "Lovely.", about: int = 1) -> None:
    notices.tell(
        people.ada.pk, Kind.COMMENT, by=people.cleo_park, address="/ada-quill/song-1", about_id=about, words=words
    )


def letters() -> list[Letter]:
    return list(Letter.objects.filter(key__startswith="digest:").order_by("pk"))


def test_it_comes_in_the_morning_of_the_persons_own_zone(people: People, at: At) -> None:
    accounts.set_preferences(people.ada, time_zone="Pacific/Auckland", language="", theme="")  # thirteen hours ahead
    at(MONDAY + timedelta(hours=12))
    comment(people)
    at(MONDAY + timedelta(hours=17, minutes=45))  # 6:45 on Tuesday in Auckland
    assert digests.send_due() == 0
    at(MONDAY + timedelta(hours=18, minutes=15))
    assert digests.send_due() == 1
    assert letters()[0].to == "ada@example.org"


def test_nobody_gets_two_however_often_the_job_runs(people: People, at: At) -> None:
    at(MONDAY + timedelta(hours=5))
    comment(people)
    at(MONDAY + timedelta(hours=8))
    assert digests.send_due() == 1
    assert [digests.send(people.ada.pk), digests.send_due()] == [False, 0]
    comment(people, "Again.", about=2)  # after this morning: it waits for the next
    at(MONDAY + timedelta(hours=23))
    assert digests.send_due() == 0
    at(MONDAY + timedelta(days=1, hours=7))
    assert digests.send_due() == 1
    first, second = letters()
    assert "Lovely." in first.body
    assert "Again." in second.body
    assert "Lovely." not in second.body


def test_what_was_seen_in_the_meantime_is_not_mailed(people: People, at: At) -> None:
    at(MONDAY + timedelta(hours=5))
    comment(people)
    comment(people, "Another.", about=2)
    hearing.see(people.ada, [Notice.objects.get(about_id=1).pk])
    at(MONDAY + timedelta(hours=8))
    digests.send_due()
    assert "Lovely." not in letters()[0].body
    hearing.see(people.ada)
    at(MONDAY + timedelta(days=1, hours=8))
    assert digests.send_due() == 0


def test_weekly_kinds_come_on_mondays_with_the_daily_ones(people: People, at: At) -> None:
    hearing.choose(people.ada, Kind.LIKE, mail="weekly")
    at(MONDAY + timedelta(days=1, hours=5))
    notices.tell(people.ada.pk, Kind.LIKE, by=people.cleo_park, address="/ada-quill/song-1")
    for day in range(1, 7):
        at(MONDAY + timedelta(days=day, hours=8))
        assert digests.send_due() == 0
    comment(people)
    at(MONDAY + timedelta(days=7, hours=8))
    assert digests.send_due() == 1
    [letter] = letters()
    assert "Somebody likes my music" in letter.body
    assert "Somebody writes about my music" in letter.body


@pytest.mark.parametrize("why", ["never", "blocked", "unverified", "leaving", "suspended"])
def test_who_does_not_want_or_cannot_get_it_gets_none(people: People, at: At, why: str) -> None:
    at(MONDAY + timedelta(hours=5))
    comment(people)
    if why == "never":
        hearing.choose(people.ada, Kind.COMMENT, mail="never")
    elif why == "blocked":
        accounts.block(people.ada, people.cleo)
    elif why == "unverified":
        EmailAddress.objects.filter(user=people.ada).update(verified=False)
    elif why == "leaving":
        accounts.ask_deletion(people.ada)
    else:
        accounts.suspend(people.mo, people.ada, "spam")
    at(MONDAY + timedelta(hours=8))
    assert digests.send_due() == 0


def test_a_track_that_is_gone_again_is_not_in_it(people: People, at: At, make_track: MakeTrack) -> None:
    hearing.choose(people.ben, Kind.RELEASE, mail="daily")
    at(MONDAY + timedelta(hours=5))
    track = make_track(people.ada_quill)
    notices.tell(people.ben.pk, Kind.RELEASE, by=people.ada_quill, track_id=track.pk, address="/")
    track.sharing = "private"
    track.save()
    at(MONDAY + timedelta(hours=8))
    assert digests.send_due() == 0


def test_the_letter_has_both_forms_and_one_press_ends_its_kinds(people: People, at: At, client: Client) -> None:
    at(MONDAY + timedelta(hours=5))
    comment(people, "<b>Look</b> here")
    at(MONDAY + timedelta(hours=8))
    digests.send_due()
    jobs.run_due()
    [sent] = mail.outbox
    [(html, kind)] = sent.alternatives  # type: ignore[attr-defined]
    assert kind == "text/html"
    assert "&lt;b&gt;Look&lt;/b&gt; here" in html
    assert "<b>Look</b> here" in sent.body
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.fullmatch(r"<https?://[^/]+(/notices/unsubscribe/\S+)>", sent.extra_headers["List-Unsubscribe"])
    assert found is not None
    strict = Client(enforce_csrf_checks=True)
    assert "No more mail?" in strict.get(found[1]).content.decode()
    assert hearing.switches_of(people.ada)[3].mail == "daily"  # looking changes nothing
    reply = strict.post(found[1], "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert reply.status_code == 200
    now = {one.kind: one for one in hearing.switches_of(people.ada)}
    assert (now[Kind.COMMENT].mail, now[Kind.COMMENT].in_app) == ("never", True)
    assert now[Kind.REPLY].mail == "daily"
    assert strict.post(found[1] + "x").status_code == 404
    assert Letter.objects.get(key__startswith="digest:").html == ""  # what was said goes once it was sent
