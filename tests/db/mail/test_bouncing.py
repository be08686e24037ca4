"""A letter that comes back: known by its name alone, noted once, and its address paused after several."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from antiphon.community.service import digests, notices
from antiphon.jobs import service as jobs
from antiphon.mail import service as mail
from antiphon.mail.models import Bounce, Letter, Mailbox, Words
from antiphon.mail.service import bouncing
from tests import bounced
from tests.db.mail.conftest import DAY, NOON, Move, Send
from tests.people import People


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, datetime]]:
    told: list[tuple[str, datetime]] = []
    monkeypatch.setattr(bouncing, "_listeners", {"test": lambda key, at: told.append((key, at))})
    return told


def test_a_letter_that_came_back_says_so_and_whoever_listens_is_told_once(
    send: Send, heard: list[tuple[str, datetime]], travel: Move
) -> None:
    letter = send(key="terms:1:2")
    travel(3 * DAY)
    for is_first in (True, False):  # read again after a crash, it changes nothing
        taken = mail.take(bounced.report(letter.name))
        assert (taken.verdict, taken.letter_id, taken.is_new) == (mail.Verdict.FAILED, letter.pk, is_first)
    letter.refresh_from_db()
    assert (letter.state, letter.sent_at) == (Letter.State.BOUNCED, NOON)
    assert (letter.bounce.at, letter.bounce.status) == (NOON + 3 * DAY, "5.1.1")
    assert heard == [("terms:1:2", NOON + 3 * DAY)]
    assert mail.outcomes(["terms:1:2"]) == {"terms:1:2": mail.Outcome(NOON, NOON + 3 * DAY, False)}


def test_nothing_of_the_servers_words_is_kept(send: Send) -> None:
    letter = send()
    mail.take(bounced.report(letter.name))
    kept = [str(value) for row in Bounce.objects.values() for value in row.values()]
    assert not [value for value in kept if "@" in value or "rejected" in value]


def test_whoever_does_not_know_the_name_cannot_make_a_letter_bounce(send: Send, heard: list[Any]) -> None:
    letter = send()
    for name in ("0" * 32, str(letter.pk), "", letter.name[:-1] + ("0" if letter.name[-1] != "0" else "1")):
        assert mail.take(bounced.report(name, to="ada@example.org")).letter_id is None
    letter.refresh_from_db()
    assert (letter.state, Bounce.objects.count(), heard) == (Letter.State.SENT, 0, [])


def test_a_delay_is_noted_and_a_failure_after_it_counts(send: Send, heard: list[Any]) -> None:
    letter = send()
    later = {"action": "delayed", "status": "4.4.1"}
    assert mail.take(bounced.report(letter.name, **later)).is_new
    letter.refresh_from_db()
    assert (letter.state, letter.bounce.is_final, heard) == (Letter.State.SENT, False, [])
    assert mail.lately().delayed == 1
    mail.take(bounced.report(letter.name, action="failed", status="4.4.7"))
    assert not mail.take(bounced.report(letter.name, **later)).is_new, "whichever is read last"
    letter.refresh_from_db()
    assert (letter.state, letter.bounce.status, len(heard)) == (Letter.State.BOUNCED, "4.4.7", 1)
    assert not Mailbox.objects.exists(), "a server that could not be reached says nothing of the address"


@pytest.mark.parametrize(
    "raw", [bounced.vacation, lambda name: bounced.report(name, action="delivered", status="2.0.0")]
)
def test_an_answer_and_an_arrival_change_nothing(send: Send, heard: list[Any], raw: Any) -> None:
    letter = send()
    assert not mail.take(raw(letter.name)).is_new
    letter.refresh_from_db()
    assert (letter.state, heard) == (Letter.State.SENT, [])


def test_a_letter_that_came_back_before_its_sending_was_noted_is_not_sent_again(send: Send) -> None:
    mail.post("ada@example.org", "Hello", "Words to a person.", key="quick")
    letter = Letter.objects.get(key="quick")
    mail.take(bounced.report(letter.name))
    jobs.run_due()
    letter.refresh_from_db()
    assert (letter.state, letter.body, letter.sent_at) == (Letter.State.BOUNCED, "", NOON)


def test_three_in_a_row_pause_what_can_wait_until_the_address_is_confirmed(send: Send, travel: Move) -> None:
    for _ in range(mail.PAUSED_AFTER):
        assert not mail.is_paused("Ada@example.org")
        mail.take(bounced.report(send().name))
        travel(DAY)
    assert mail.is_paused("Ada@example.org")
    assert not mail.is_paused("ben@example.org")
    mail.believe("ADA@example.org")
    assert not mail.is_paused("ada@example.org")


def test_a_letter_that_arrived_in_between_begins_the_row_anew(send: Send, travel: Move) -> None:
    for _ in range(mail.PAUSED_AFTER - 1):
        mail.take(bounced.report(send().name))
        travel(DAY)
    send()
    travel(timedelta(days=6))
    mail.take(bounced.report(send().name))
    row = mail.mailbox("ada@example.org")
    assert row is not None
    assert (row.in_a_row, row.paused_at) == (1, None)


def test_a_digest_waits_while_the_address_is_paused_and_the_rest_goes_out(
    people: People, send: Send, travel: Move
) -> None:
    for _ in range(mail.PAUSED_AFTER):
        mail.take(bounced.report(send().name))
    notices.tell(people.ada.pk, notices.Kind.COMMENT, address="/x", by=people.cleo_park, words="Lovely.")
    travel(DAY)
    assert digests.send(people.ada.pk) is False
    assert send(key="ruling:1:1").to == "ada@example.org", "what somebody needs or is owed does not wait"
    mail.believe("ada@example.org")
    assert digests.send(people.ada.pk) is True


def test_how_letters_fared_is_counted_in_two_questions(send: Send, django_assert_num_queries: Any) -> None:
    for to in ("ada@example.org", "ada@example.org", "ben@example.org", "cleo@example.org"):
        letter = send(to)
    mail.take(bounced.report(letter.name))
    with django_assert_num_queries(2):
        found = mail.lately()
    assert (found.sent, found.bounced, found.addresses, found.bounced_addresses) == (4, 1, 3, 1)
    assert round(found.percent) == 33


def test_noting_a_bounce_asks_few_questions(send: Send, django_assert_max_num_queries: Any) -> None:
    for _ in range(2):
        mail.take(bounced.report(send().name))
    name = send().name
    with django_assert_max_num_queries(18):
        mail.take(bounced.report(name))


def test_letters_are_kept_for_as_long_as_they_may_come_back(send: Send, travel: Move, settings: Any) -> None:
    settings.ANTIPHON.keep_log_days, before = 1, settings.ANTIPHON.keep_log_days
    try:
        mail.take(bounced.report(send().name))
        mail.keep_words("old", "Hello", "Words")
        send()
        travel(9 * DAY)
        assert mail.forget_sent() == 0
        travel(2 * DAY)
        assert mail.forget_sent() == 2
    finally:
        settings.ANTIPHON.keep_log_days = before
    assert [table.objects.count() for table in (Letter, Bounce, Words, Mailbox)] == [0, 0, 0, 0]
