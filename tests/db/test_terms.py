"""Terms that cannot change in the dark: publishing, notice, who is bound by what, and what a forged row is worth."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail as outbox

from antiphon.accounts import service as accounts
from antiphon.community.models import Notice as AppNotice
from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict, NotFound
from antiphon.ledger import service as ledger
from antiphon.mail.models import Letter
from antiphon.storage.local import LocalFiles
from antiphon.terms import service as terms
from antiphon.terms.core.notice import Weight
from antiphon.terms.models import Notice, Version
from antiphon.terms.service import versions
from tests.people import People

pytestmark = pytest.mark.django_db
NOON = datetime(2036, 11, 28, 12, tzinfo=UTC)
DAY = timedelta(days=1)
Move = Callable[[timedelta], None]


@pytest.fixture(autouse=True)
def travel(monkeypatch: pytest.MonkeyPatch, file_store: LocalFiles, people: People) -> Move:
    now = [NOON]
    monkeypatch.setattr(clock, "now", lambda: now[0])
    # What the log says is remembered for good; here each test has a log of its own.
    monkeypatch.setattr(versions, "_entries", {})
    monkeypatch.setattr(versions, "_known", {})
    accounts.User.objects.update(date_joined=NOON - DAY)

    def move(by: timedelta) -> None:
        now[0] += by

    return move


def text() -> str:
    return terms.current().text


def draft(words: str, *, days: float, **changed: Any) -> terms.Draft:
    made = terms.Draft(words, "Something is said in other words.", clock.now() + days * DAY, "Mo")
    return replace(made, **changed)


def light() -> str:
    return text().replace("You answer for what you say.", "You stand by what you say.")


def grave() -> str:
    return text() + "\n## Machines {#machines}\nYour music may be used to train generative models.\n"


def publish(made: terms.Draft) -> Version:
    row = terms.publish(made)
    ledger.publish()
    return row


def told(row: Version) -> None:
    """The job has written to everybody, and the letters have gone out."""
    jobs.run_due()
    terms.note_delivered()
    assert row.notices.exists()


def test_a_new_site_has_four_documents_each_clause_with_its_name() -> None:
    for document in terms.DOCUMENTS:
        row = terms.current(document)
        assert terms.read_version(row).clauses
        assert terms.history(document) == [row]
    with pytest.raises(NotFound):
        terms.current("cookies")


@pytest.mark.parametrize(
    ("days", "changed", "field"),
    [
        (-1, {}, "effective"),
        (59, {"words": "grave"}, "effective"),
        (400, {"summary": "  "}, "summary"),
        (400, {"words": "## A\nno name"}, "text"),
        (400, {"words": "## A {#a}\nx\n\n## B {#a}\ny"}, "text"),
        (400, {"document": "cookies"}, "document"),
        (400, {"words": "grave", "weight": Weight.EDITORIAL}, "weight"),
    ],
)
def test_what_cannot_be_published_says_why_and_nothing_is_sent(
    days: float, changed: dict[str, Any], field: str
) -> None:
    if changed.get("words") == "grave":
        changed = {**changed, "words": grave()}
    made = replace(draft(light(), days=days), **changed)
    before = Version.objects.count()
    with pytest.raises(BadInput) as refused:
        terms.publish(made)
    assert list(refused.value.fields) == [field]
    jobs.run_due()
    assert (Version.objects.count(), Notice.objects.count()) == (before, 0)


def test_the_same_text_again_is_no_change() -> None:
    with pytest.raises(Conflict, match="Nothing changes"):
        terms.publish(draft(text(), days=90))


def test_what_touches_ai_is_never_argued_light_and_the_rest_may_be_argued_in_public() -> None:
    reason = "It only names the same thing in plainer words, and changes nothing for anybody."
    with pytest.raises(BadInput, match="material at least"):
        terms.publish(draft(grave(), days=90, weight=Weight.CLARIFYING, argued=reason))
    row = publish(draft(grave(), days=31, weight=Weight.MATERIAL, argued=reason))
    assert (row.weight, row.argued, row.topics) == ("material", reason, ["ai"])


def test_what_touches_rights_needs_an_argument_to_weigh_less() -> None:
    other = text().replace("You keep every right", "You keep each of your rights")
    with pytest.raises(BadInput, match="weighs more: material, because of licence"):
        terms.look(draft(other, days=1, weight=Weight.EDITORIAL, argued="no"))
    argued = "The same rights, with one word less; nothing is given and nothing is taken."
    assert terms.look(draft(other, days=1, weight=Weight.EDITORIAL, argued=argued))[1] is Weight.EDITORIAL


def test_a_court_may_make_it_sooner_and_its_order_stands_in_public() -> None:
    row = publish(draft(grave(), days=2, ordered="LG Berlin, 15 O 1/26"))
    assert row.ordered == "LG Berlin, 15 O 1/26"


def test_everybody_gets_one_letter_that_begins_with_what_changes(people: People, travel: Move) -> None:
    row = publish(draft(grave(), days=61))
    told(row)
    assert row.notices.count() == accounts.User.objects.count() == 5
    letters = Letter.objects.filter(key__startswith=f"terms:{row.pk}:")
    assert (letters.count(), letters.filter(state="sent").count()) == (5, 5)
    sent = next(one for one in outbox.outbox if one.to == ["ada@example.org"])
    assert sent.body.startswith("Something is said in other words.")
    assert "unless you say yes" in sent.body[:500]
    assert "may be used to train generative models" in sent.body
    assert sent.extra_headers["Message-ID"].endswith("@localhost>")
    notice = AppNotice.objects.get(user=people.ada, kind=AppNotice.Kind.TERMS)
    assert (notice.address, notice.words) == ("/terms/terms/answer", row.summary)
    jobs.run_due()
    terms.tell(row.pk, lambda: True)
    assert letters.count() == 5, "telling again writes to nobody twice"
    assert terms.reach(row) == terms.Reach(5, 5, 0, 0)


def test_telling_that_is_stopped_goes_on_where_it_was(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    from antiphon.terms.service import telling

    monkeypatch.setattr(telling, "PART", 2)
    row = publish(draft(light(), days=1))
    beats = iter([True, False])
    assert terms.tell(row.pk, lambda: next(beats)) == 2
    row.refresh_from_db()
    assert row.told_at is None
    assert terms.tell(row.pk, lambda: True) == 5
    row.refresh_from_db()
    assert row.told_at == NOON


def test_a_change_binds_each_person_after_their_own_notice(people: People, travel: Move) -> None:
    first = terms.current()
    row = publish(draft(text() + "\n## Rain {#rain}\nIt rains here.\n", days=31))
    assert row.weight == Weight.MATERIAL
    travel(20 * DAY)
    told(row)  # the mail server was away for twenty days
    Notice.objects.filter(user=people.ben).update(delivered_at=None, failed_at=clock.now())
    travel(15 * DAY)  # the day of effect has come, the thirty days of nobody
    assert terms.current() == row, "for whoever comes new"
    assert terms.bound_by(people.ada) == first
    travel(16 * DAY)
    assert terms.bound_by(people.ada) == row
    assert terms.bound_by(people.ben) == first, "who could not be reached keeps the old text"
    terms.see(people.ben, row)
    assert terms.bound_by(people.ben) == first
    travel(30 * DAY)
    assert terms.bound_by(people.ben) == row


def test_ai_binds_nobody_who_did_not_say_yes_clause_by_clause(people: People, travel: Move) -> None:
    first = terms.current()
    row = publish(draft(grave(), days=61))
    told(row)
    later = publish(draft(grave().replace("You answer for what you say.", "You stand by it."), days=70))
    told(later)
    travel(400 * DAY)
    assert terms.bound_by(people.ada) == first
    assert terms.standing(people.ada).binds_from == {row.pk: None, later.pk: None}, "nor what stands on it"
    assert terms.opted_into(people.ada, row) == ["machines"]
    with pytest.raises(BadInput) as refused:
        terms.answer(people.ada, row.hash, accepts=True, clauses=[])
    assert list(refused.value.fields) == ["machines"]
    assert terms.bound_by(people.ada) == first
    terms.answer(people.ada, row.hash, accepts=False, clauses=[])
    assert terms.bound_by(people.ada) == first
    terms.answer(people.ben, row.hash, accepts=True, clauses=["machines"])
    assert terms.bound_by(people.ben) == later, "which only says the rest in other words"
    [said] = [one for one in terms.accepted(people.ben) if one.how == terms.ASKED]
    assert (said.version, said.clauses) == (row, ["machines"])
    with pytest.raises(Conflict):
        terms.answer(people.ben, row.hash, accepts=False, clauses=[])


def test_who_comes_later_is_bound_by_what_they_signed_up_to(people: People, travel: Move) -> None:
    row = publish(draft(grave(), days=61))
    travel(62 * DAY)
    new = accounts.make_account("new@example.org", "correct horse battery staple", verified=True)
    accounts.User.objects.filter(pk=new.pk).update(date_joined=clock.now())
    new.refresh_from_db()
    assert terms.accept(new, terms.SIGN_UP) == row
    assert terms.bound_by(new) == row
    assert terms.accept(people.ada, terms.UPLOAD) != row, "an upload comes in under what binds its uploader"


def test_a_row_that_somebody_wrote_into_the_database_binds_nobody(people: People, travel: Move) -> None:
    first = terms.current()
    words = terms.Text(grave(), "Nothing.")
    forged = Version.objects.create(
        hash=words.hash, text=words.words, summary=words.summary, published_at=NOON - 90 * DAY, effective_at=NOON - DAY
    )
    assert terms.current() == first
    assert terms.forbidden([forged.hash]) == {forged.hash: None}, "the gate does not know it: a no"
    row = publish(draft(light(), days=1, forbids=1 << 11))
    assert terms.forbidden([row.hash]) == {row.hash: 1 << 11}
    # Another row's entry does not help it, nor does a day that was changed afterwards.
    Version.objects.filter(pk=forged.pk).update(entry=row.entry)
    assert terms.current() == first
    Version.objects.filter(pk=row.pk).update(effective_at=NOON - DAY)
    assert terms.current() == first
    assert not terms.is_entered(Version.objects.get(pk=row.pk))


def test_a_version_waits_for_its_entry(travel: Move) -> None:
    first = terms.current()
    row = terms.publish(draft(light(), days=0))
    assert terms.current() == first
    ledger.publish()
    assert terms.current() == row


def test_a_yes_before_the_day_binds_from_the_day_on(people: People, travel: Move) -> None:
    first = terms.current()
    row = publish(draft(grave(), days=61))
    terms.answer(people.ada, row.hash, accepts=True, clauses=["machines"])
    assert terms.bound_by(people.ada) == first
    assert terms.standing(people.ada).binds_from == {row.pk: row.effective_at}
    travel(61 * DAY)
    assert terms.bound_by(people.ada) == row
