"""The pages of the terms: read, compared, answered, and walked through by a Memento client of others."""

import random
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django import template
from django.core.cache import cache
from django.http import HttpRequest
from django.test import Client, RequestFactory
from memento_client import MementoClient

from antiphon.accounts import service as accounts
from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.ledger import service as ledger
from antiphon.mail.models import Letter
from antiphon.storage.local import LocalFiles
from antiphon.terms import service as terms
from antiphon.terms.models import Acceptance
from antiphon.terms.service import versions
from antiphon.web.templatetags import frame
from tests.db.answering import signed_in, text
from tests.people import People

pytestmark = pytest.mark.django_db
NOON = datetime(2036, 11, 28, 12, tzinfo=UTC)
DAY = timedelta(days=1)
BANNER = "banner terms-unread"
DATES = 40  # a thousand were walked once, each right; so many take a second or two


class Times:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(autouse=True)
def times(monkeypatch: pytest.MonkeyPatch, file_store: LocalFiles, people: People) -> Times:
    made = Times()
    monkeypatch.setattr(clock, "now", made)
    monkeypatch.setattr(versions, "_entries", {})
    monkeypatch.setattr(versions, "_known", {})
    accounts.User.objects.update(date_joined=NOON - DAY)
    return made


def publish(words: str, times: Times, *, days: float, summary: str = "It says more.") -> terms.Version:
    row = terms.publish(terms.Draft(words, summary, times.now + days * DAY, "Mo"))
    ledger.publish()
    return row


@pytest.fixture
def three(times: Times) -> list[terms.Version]:
    """Three versions: the first, one with machines in it, and one in which a clause has moved and one has gone."""
    first = terms.current()
    grave = first.text + "\n## Machines {#machines}\nYour music may train generative models.\n"
    second = publish(grave, times, days=61, summary="Machines <b>may</b> learn from it.")
    times.now += 100 * DAY
    parts = re.split(r"(?m)^(?=## )", grave)
    third = publish(parts[0] + parts[-1] + "".join(parts[1:-2]), times, days=31)
    return [first, second, third]


def test_the_terms_are_read_clause_by_clause_each_at_its_own_address() -> None:
    page = text(Client(), "/terms")
    assert '<section id="yours"' in page
    assert '<a href="#yours">' in page
    assert "Since 26 November 2026" in page
    assert Client().get("/terms/terms").url == "/terms"
    for document in ("ai", "privacy", "rules"):
        assert 'id="contents"' in text(Client(), f"/terms/{document}")
    for missing in ("/terms/cookies", "/terms/ai/version/0", "/terms/terms/clause/none", "/terms/timegate/cookies"):
        assert Client().get(missing).status_code == 404


def test_what_a_version_changed_is_marked_and_what_moved_is_said_to_have_moved(three: list[terms.Version]) -> None:
    _first, second, third = (terms.short(row) for row in three)
    page = text(Client(), f"/terms/terms/changes/{second}")
    assert "<ins>Your music may train generative models.</ins>" in page
    assert "&lt;b&gt;may" in page
    assert "clauses are the same" in page
    page = text(Client(), f"/terms/terms/changes/{third}")
    assert "Moved, word for word the same" in page
    assert "Gone" in page
    page = text(Client(), f"/terms/terms/changes/{third}?view=beside")
    assert "Before" in page
    assert Client().get(f"/terms/terms/versions?from={second}&to={third}").url.endswith(f"{third}?from={second}")
    assert Client().get(f"/terms/terms/changes/{third}?from=none").status_code == 404


def test_a_clause_tells_its_life(three: list[terms.Version]) -> None:
    page = text(Client(), "/terms/terms/clause/machines")
    assert "It stands since 28 November 2036" in page
    assert "It was never changed" in page
    gone = next(name for name, life in terms.lives(three).items() if life.ended)
    assert "It was taken out on 8 March 2037" in text(Client(), f"/terms/terms/clause/{gone}")


def test_a_member_answers_clause_by_clause(people: People, three: list[terms.Version], times: Times) -> None:
    jobs.run_due()
    terms.note_delivered()
    times.now += 400 * DAY
    ada = signed_in(people.ada)
    assert "What has been published since, and your answer" in text(ada, "/terms")
    page = text(ada, "/terms/terms/answer")
    assert page.count('<button type="submit" name="do"') == 2
    assert "Leave with my data" in page
    assert "Without your yes it does not bind you." in page
    shown = {"version": three[2].hash}
    old = ada.post("/terms/terms/answer", {"do": "accept", "clause": "machines", "version": three[1].hash})
    assert old.status_code == 422, "what was read is not what would be accepted"
    assert terms.bound_by(people.ada) == three[0]
    refused = ada.post("/terms/terms/answer", {**shown, "do": "accept"})
    assert refused.status_code == 422
    assert 'class="missing"' in refused.content.decode()
    ada.post("/terms/terms/answer", {**shown, "do": "keep"})
    assert terms.bound_by(people.ada) == three[0]
    ada.post("/terms/terms/answer", {**shown, "do": "accept", "clause": "machines"})
    assert terms.bound_by(people.ada) == three[2]
    assert "Nothing has been published since" in text(ada, "/terms/terms/answer")
    assert Acceptance.objects.filter(user=people.ada, how="asked").count() == 1
    assert Client().get("/terms/terms/answer").status_code == 302


def test_the_feed_json_and_plain_text_say_the_same(three: list[terms.Version]) -> None:
    tree = ElementTree.fromstring(Client().get("/terms/terms/feed.atom").content)
    space = "{http://www.w3.org/2005/Atom}"
    assert [one.findtext(f"{space}summary") for one in tree.iter(f"{space}entry")] == [
        row.summary for row in reversed(three)
    ]
    told = Client().get("/terms/terms/versions.json").json()["versions"]
    assert [one["hash"] for one in told] == [row.hash for row in three]
    assert [one["in_force"] for one in told] == [False, True, False], "the third has thirty-one days to go"
    plain = Client().get(f"/terms/terms/version/{terms.short(three[1])}.txt")
    assert plain.content.decode() == three[1].text
    assert plain["Content-Type"].startswith("text/markdown")


@pytest.fixture
def served(live_server: object, settings: Any) -> str:
    """The site's own address, before anything is entered into its log."""
    settings.SITE_URL = str(live_server)
    return str(live_server)


def test_a_memento_client_finds_the_right_version_for_any_date(served: str, three: list[terms.Version]) -> None:
    client = MementoClient()
    dice = random.Random(7)
    pages = [f"{served}/terms/terms/version/{terms.short(row)}" for row in three]
    for _ in range(DATES):
        at = three[0].published_at - 30 * DAY + timedelta(seconds=dice.randrange(400 * 86400))
        right = max((n for n, row in enumerate(three) if row.published_at <= at), default=0)
        found = client.get_memento_info(f"{served}/terms", at.replace(tzinfo=None))
        assert found["mementos"]["closest"]["uri"] == [pages[right]], at
        assert found["timegate_uri"].startswith(f"{served}/terms/timegate/terms")


def test_a_date_that_is_none_is_refused(three: list[terms.Version]) -> None:
    reply = Client().get("/terms/timegate/terms", headers={"Accept-Datetime": "yesterday"})
    assert reply.status_code == 422
    assert "is no date of HTTP" in reply.content.decode()
    assert Client().get("/terms/timegate/terms").url.endswith(terms.short(three[2]))
    timemap = Client().get("/terms/timemap/terms").content.decode()
    assert timemap.count("memento") - timemap.count("memento;") >= 3
    assert timemap.count("datetime=") == 3


def test_who_has_no_account_gets_letters_once_they_confirmed(people: People, times: Times) -> None:
    client = Client()
    assert 'id="subscribe"' in text(client, "/terms")
    assert client.post("/terms/subscribe", {"email": "Nora@Example.org"}).url == "/terms"
    client.post("/terms/subscribe", {"email": "nora@example.org"})
    client.post("/terms/subscribe", {"email": "nowhere"})
    [letter] = Letter.objects.filter(to="nora@example.org")
    page = "/terms/subscription/" + letter.body.split("/terms/subscription/")[1].split()[0]
    assert "Shall nora@example.org get letters about changes of the terms" in text(client, page)
    words = terms.current().text + "\n## Rain {#rain}\nIt rains.\n"
    publish(words, times, days=31)
    jobs.run_due()
    assert Letter.objects.filter(to="nora@example.org").count() == 1, "nobody has confirmed"
    client.post(page, {"do": "confirm"})
    publish(words + "\n## Snow {#snow}\nIt snows.\n", times, days=31)
    jobs.run_due()
    told = Letter.objects.get(to="nora@example.org", key__startswith="terms:")
    assert told.said[0].startswith("What changes in the terms of use")
    assert "No more letters" in client.post(page, {"do": "end"}).content.decode()
    assert client.get(page).status_code == 410
    assert client.get("/terms/subscription/nonsense").status_code == 410


def test_a_banner_stands_on_every_page_until_it_was_read(
    people: People, times: Times, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    ben, stranger = signed_in(people.ben), Client()
    words = terms.current().text + "\n## Rain {#rain}\nIt rains.\n"
    assert BANNER not in text(ben, "/feed")
    publish(words, times, days=31, summary="It says more <b>of rain</b>.")
    times.now += DAY
    late = accounts.make_account("late@example.org", "correct horse battery staple", verified=True)
    accounts.User.objects.filter(pk=late.pk).update(date_joined=times.now)
    for page in ("/feed", "/notices", "/terms"):
        shown = text(ben, page)
        assert shown.count(BANNER) == 1
        assert "It says more &lt;b&gt;of rain&lt;/b&gt;." in shown
    assert BANNER not in text(stranger, "/terms")
    assert BANNER not in text(signed_in(late), "/feed")
    assert BANNER not in text(ben, "/terms/terms/answer")
    assert BANNER not in text(ben, "/feed")
    with django_assert_num_queries(0):
        context = template.Context({"request": _request(ben), "user": people.ben})
        assert frame.unread_terms(context) == ""
    terms.Version.objects.create(
        hash="sha256:" + "0" * 64, text="## X {#x}\nForged.", summary="Forged.", effective_at=times.now
    )
    cache.clear()
    assert BANNER not in text(ben, "/feed"), "the log holds no such version"


def _request(client: Client) -> HttpRequest:
    request = RequestFactory().get("/feed")
    request.session = client.session
    request.session["terms_read"]  # loaded, as by the time a page is drawn
    return request
