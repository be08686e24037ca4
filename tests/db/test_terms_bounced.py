"""A notice that came back never was one: whom it binds, what the public reads of it; and two who tell at once."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core import signing
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from antiphon.accounts import service as accounts
from antiphon.community.models import Notice as AppNotice
from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.ledger import service as ledger
from antiphon.mail import service as mail
from antiphon.mail.models import Letter
from antiphon.terms import service as terms
from antiphon.terms.models import Notice, Subscriber, SubscriberNotice, Version
from antiphon.terms.service import versions
from tests import bounced
from tests.db.mail.conftest import DAY, Move, travel
from tests.installation import ROOT, Installation, installed
from tests.people import People

pytestmark = pytest.mark.django_db
__all__ = ["travel"]


@pytest.fixture(autouse=True)
def here_before(monkeypatch: pytest.MonkeyPatch, travel: Move, people: People) -> None:
    # What the log says is remembered for good; here each test has a log of its own.
    monkeypatch.setattr(versions, "_entries", {})
    monkeypatch.setattr(versions, "_known", {})
    accounts.User.objects.update(date_joined=clock.now() - DAY)


def publish(words: str, *, days: float) -> Version:
    row = terms.publish(terms.Draft(words, "It is said in other words.", clock.now() + days * DAY, "Mo"))
    ledger.publish()
    jobs.run_due()
    terms.note_delivered()
    return row


def material() -> str:
    return terms.current().text + "\n## Rain {#rain}\nIt rains here.\n"


def editorial() -> str:
    return terms.current().text.replace("You answer for what you say.", "You stand by what you say.")


def come_back(row: Version, user: accounts.User) -> None:
    letter = Letter.objects.get(key=f"terms:{row.pk}:{user.pk}")
    assert mail.take(bounced.report(letter.name)).is_new


def test_a_letter_that_came_back_days_later_told_nobody(people: People, travel: Move) -> None:
    first = terms.current()
    row = publish(material(), days=31)
    assert terms.reach(row) == terms.Reach(5, 5, 0, 0)
    travel(4 * DAY)
    come_back(row, people.ada)
    notice = Notice.objects.get(user=people.ada, version=row)
    assert (notice.delivered_at, notice.bounced_at) == (row.published_at, clock.now()), (
        "both stand: that is its history"
    )
    assert terms.reach(row) == terms.Reach(5, 4, 0, 0)
    travel(40 * DAY)
    assert terms.bound_by(people.ben) == row
    assert terms.bound_by(people.ada) == first
    assert terms.standing(people.ada).binds_from == {row.pk: None}
    terms.see(people.ada, row)
    assert terms.standing(people.ada).binds_from == {row.pk: clock.now() + 30 * DAY}, (
        "the clock starts when they see it"
    )
    cache.clear()  # it is kept for a minute
    assert terms.reach(row) == terms.Reach(5, 5, 0, 0)
    travel(30 * DAY)
    assert terms.bound_by(people.ada) == row


def test_a_letter_that_came_back_before_it_was_written_down_as_taken_counts_as_little(people: People) -> None:
    row = terms.publish(terms.Draft(material(), "It rains.", clock.now() + 31 * DAY, "Mo"))
    jobs.run_due()
    come_back(row, people.ada)
    terms.note_delivered()
    notice = Notice.objects.get(user=people.ada, version=row)
    assert (notice.bounced_at, notice.delivered_at is None) == (clock.now(), False)
    assert terms.reach(row) == terms.Reach(5, 4, 0, 0)


def test_a_letter_binds_nobody_while_it_may_still_come_back(people: People, travel: Move) -> None:
    first = terms.current()
    row = publish(editorial(), days=0)
    terms.see(people.ben, row)
    travel(DAY)
    assert terms.bound_by(people.ben) == row, "who has seen it need not wait"
    assert terms.bound_by(people.ada) == first, "though its class asks for no days of notice"
    travel(4 * DAY)
    assert terms.bound_by(people.ada) == row


def test_what_came_back_after_it_bound_binds_no_more_and_an_upload_keeps_its_terms(
    people: People, travel: Move
) -> None:
    first = terms.current()
    row = publish(editorial(), days=0)
    travel(6 * DAY)
    assert terms.accept(people.ada, terms.UPLOAD) == row
    come_back(row, people.ada)
    assert terms.bound_by(people.ada) == first
    assert terms.accept(people.ada, terms.UPLOAD) == first, "what comes in from now on"
    said = [(one.how, one.version) for one in terms.accepted(people.ada)]
    assert said.count((terms.UPLOAD, row)) == 1, "and what came in meanwhile stays under what it came in under"
    terms.answer(people.ada, row.hash, accepts=False, clauses=[])  # an upload is no yes that would stand against it
    terms.answer(people.ada, row.hash, accepts=True, clauses=[])
    assert terms.bound_by(people.ada) == row, "a yes of their own needs no letter"


def subscriber(email: str) -> Subscriber:
    return Subscriber.objects.create(email=email, confirmed_at=clock.now())


def test_subscribers_are_counted_apart_and_forgotten_without_a_gap(people: People) -> None:
    nora, omar = subscriber("nora@example.org"), subscriber("omar@example.org")
    Subscriber.objects.create(email="unconfirmed@example.org")
    row = publish(material(), days=31)
    assert terms.reach(row) == terms.Reach(5, 5, 2, 2)
    letter = Letter.objects.get(key=f"terms:{row.pk}:s{nora.pk}")
    mail.take(bounced.report(letter.name))
    assert terms.reach(row) == terms.Reach(5, 5, 2, 1)
    page = Client().get(reverse("terms_version", args=["terms", terms.short(row)])).content.decode()
    assert "5 of 5 people, 1 of 2 subscribers" in " ".join(page.split())
    terms.unsubscribe(signing.dumps(omar.pk, salt="antiphon.terms.subscriber"))
    assert mail.mailbox("nora@example.org") is not None
    terms.unsubscribe(signing.dumps(nora.pk, salt="antiphon.terms.subscriber"))
    assert mail.mailbox("nora@example.org") is None, "nothing is known of an address that ended its letters"
    assert terms.reach(row) == terms.Reach(5, 5, 2, 1)
    assert {one.number for one in SubscriberNotice.objects.all()} == {nora.pk, omar.pk}
    told = json.loads(Client().get(reverse("terms_json", args=["terms"])).content)["versions"][-1]
    assert (told["told"], told["reached"], told["subscribers_told"], told["subscribers_reached"]) == (5, 5, 2, 1)


def test_subscribers_are_told_in_parts_and_nobody_twice(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    from antiphon.terms.service import telling

    monkeypatch.setattr(telling, "PART", 2)
    for number in range(5):
        subscriber(f"s{number}@example.org")
    row = publish(material(), days=31)
    terms.tell(row.pk, lambda: True)
    Version.objects.filter(pk=row.pk).update(told_upto=0, subscribers_told_upto=0)  # as one that an older release told
    terms.tell(row.pk, lambda: True)
    assert Letter.objects.filter(key__startswith=f"terms:{row.pk}:s").count() == 5
    assert Letter.objects.filter(key__startswith=f"terms:{row.pk}:").count() == 10
    assert AppNotice.objects.filter(kind=AppNotice.Kind.TERMS).count() == 5


def test_who_looked_before_they_were_told_gets_their_letter_too(people: People) -> None:
    row = terms.publish(terms.Draft(material(), "It rains.", clock.now() + 31 * DAY, "Mo"))
    terms.see(people.ada, row)
    jobs.run_due()
    assert Letter.objects.filter(to="ada@example.org", key__startswith=f"terms:{row.pk}:").count() == 1
    assert Notice.objects.filter(version=row).count() == 5


def test_telling_asks_few_questions_a_part(people: People, django_assert_max_num_queries: Any) -> None:
    row = terms.publish(terms.Draft(material(), "It rains.", clock.now() + 31 * DAY, "Mo"))
    with django_assert_max_num_queries(32):
        terms.tell(row.pk, lambda: True)


PEOPLE = """
from datetime import timedelta
from antiphon.accounts import service as accounts
from antiphon.kernel import clock
from antiphon.terms import service as terms
from antiphon.terms.models import Subscriber
accounts.User.objects.bulk_create([accounts.User(email=f"n{n}@example.org") for n in range(600)])
Subscriber.objects.bulk_create([Subscriber(email=f"s{n}@example.org", confirmed_at=clock.now()) for n in range(40)])
words = terms.current().text + "\\n## Rain {#rain}\\nIt rains.\\n"
print(terms.publish(terms.Draft(words, "It rains.", clock.now() + timedelta(days=31), "Mo")).pk)
"""
TELL = """
import sys, django
django.setup()
from antiphon.terms import service as terms
from antiphon.terms.service import telling
telling.PART = 7
print("ready", flush=True)
sys.stdin.readline()
parts = 0
def go_on():
    global parts
    parts += 1
    return True
terms.tell(int(sys.argv[1]), go_on)
print(parts)
"""


@pytest.fixture
def version_to_tell(tmp_path: Path, with_tables: Installation) -> Iterator[tuple[Any, str]]:
    with installed(tmp_path / "site", like=with_tables) as site:
        number = site.python(PEOPLE).strip()
        site.rest()
        yield site, number


def test_two_workers_who_tell_at_once_tell_everybody_once(version_to_tell: tuple[Any, str]) -> None:
    site, number = version_to_tell
    tellers = [
        subprocess.Popen(
            [sys.executable, "-c", TELL, number], env=site.env, cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for _ in range(2)
    ]  # fmt: skip
    for one in tellers:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in tellers:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    parts = [int(one.communicate()[0]) for one in tellers]
    assert [one.returncode for one in tellers] == [0, 0]
    # Eighty-six parts of the people and six of the subscribers, each told by one of them; and a last look by each.
    assert sum(parts) == 86 + 6 + 2
    rows = site.rows("SELECT user_id, count(*) FROM community_notice WHERE kind = 'terms' GROUP BY user_id")
    assert (len(rows), {count for _user, count in rows}) == (600, {1}), "one notice a person"
    rows = site.rows('SELECT "to", count(*) FROM mail_letter GROUP BY "to"')
    assert (len(rows), {count for _to, count in rows}) == (640, {1}), "and one letter"
    assert site.rows("SELECT count(*) FROM terms_notice")[0][0] == 600
    assert site.rows("SELECT count(*) FROM terms_subscribernotice")[0][0] == 40
