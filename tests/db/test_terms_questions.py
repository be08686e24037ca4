"""Asked and answered: questions about terms that are to come, in the open, and what they hold up."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail as outbox
from django.test import Client

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.jobs import service as jobs
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict, NotAllowed, NotFound, TooMany
from antiphon.ledger import service as ledger
from antiphon.mail.models import Letter
from antiphon.storage.local import LocalFiles
from antiphon.terms import service as terms
from antiphon.terms.service import versions
from tests.db.answering import signed_in, text
from tests.people import People

pytestmark = pytest.mark.django_db
NOON = datetime(2036, 11, 28, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WHY = "Which machines will learn from my voice, and who may look at what they learned?"


class Times:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch, file_store: LocalFiles, people: People) -> Times:
    made = Times()
    monkeypatch.setattr(clock, "now", made)
    monkeypatch.setattr(versions, "_entries", {})
    monkeypatch.setattr(versions, "_known", {})
    accounts.User.objects.update(date_joined=NOON - DAY)
    accounts.grant_role(people.mo, "operator")
    return made


@pytest.fixture
def coming(times: Times) -> terms.Version:
    """A version with a clause about machines, in force in sixty-one days."""
    words = terms.current().text + "\n## Machines {#machines}\nSoftware may learn from your music, if you say yes.\n"
    row = terms.publish(terms.Draft(words, "Machines may learn, if you say yes.", times.now + 61 * DAY, "Mo"))
    ledger.publish()
    jobs.run_due()
    terms.note_delivered()
    return row


def test_a_question_about_ai_holds_a_version_up_until_it_is_answered(
    people: People, coming: terms.Version, times: Times
) -> None:
    first = terms.current()
    row = terms.ask(people.ada, coming.hash, "machines", WHY)
    assert (row.name, row.is_about_rights) == ("Ada Quill", True)
    times.now += 70 * DAY
    assert terms.current() == first, "its day has gone by, and nobody has answered"
    assert terms.effective_moment(coming) is None
    new = accounts.make_account("new@example.org", "correct horse battery staple", verified=True)
    accounts.User.objects.filter(pk=new.pk).update(date_joined=times.now)
    new.refresh_from_db()
    assert terms.accept(new, terms.SIGN_UP) == first
    page = text(Client(), f"/terms/terms/version/{terms.short(coming)}")
    assert "Unanswered for 70 days." in page
    assert WHY in page
    times.now += DAY
    terms.answer_question(people.mo, row.pk, "Those that tell bells. Nobody but you.")
    assert terms.current() == coming
    assert terms.effective_moment(coming) == times.now
    assert terms.bound_by(new) == coming, "it was public when they came, and is in force now"
    assert terms.bound_by(people.ada) == first, "an answer is no yes of hers"
    letter = Letter.objects.get(to="ada@example.org", key=f"question:{row.pk}:answered")
    assert "Those that tell bells." in letter.body
    assert Letter.objects.filter(to="mo@example.org", key__startswith=f"question:{row.pk}:").exists()
    for path in (f"/terms/terms/version/{terms.short(coming)}", "/terms", "/terms/terms/clause/machines"):
        assert "Those that tell bells." in text(Client(), path), "the answer stays beside the clause"
    with pytest.raises(Conflict, match="what was said stays"):
        terms.answer_question(people.mo, row.pk, "Something else.")
    with pytest.raises(Conflict, match="questions came before"):
        terms.ask(people.ben, coming.hash, "machines", WHY)


def test_a_question_about_anything_else_holds_nothing_up(people: People, coming: terms.Version, times: Times) -> None:
    assert not terms.ask(people.ben, coming.hash, "say", "What does it mean to say so?").is_about_rights
    assert terms.ask(people.ben, coming.hash, "say", "And what of the fee?").is_about_rights
    assert terms.open_questions()[0].words == "And what of the fee?", "what holds it up comes first"
    terms.answer_question(people.mo, terms.open_questions()[0].pk, "There is none.")
    times.now += 70 * DAY
    assert terms.current() == coming


@pytest.mark.parametrize(
    ("clause", "words", "error"),
    [("none", WHY, NotFound), ("machines", "  ", BadInput), ("machines", "x" * 1001, BadInput)],
)
def test_what_is_no_question_is_refused(
    people: People, coming: terms.Version, clause: str, words: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        terms.ask(people.ada, coming.hash, clause, words)


def test_only_who_runs_the_site_answers_and_nobody_asks_all_day(people: People, coming: terms.Version) -> None:
    rows = [terms.ask(people.ada, coming.hash, "say", f"What of {n}?") for n in range(10)]
    with pytest.raises(TooMany):
        terms.ask(people.ada, coming.hash, "say", "And this?")
    with pytest.raises(NotAllowed):
        terms.answer_question(people.ada, rows[0].pk, "So.")
    with pytest.raises(NotFound):
        terms.answer_question(people.mo, 99_999, "So.")
    with pytest.raises(BadInput):
        terms.answer_question(people.mo, rows[0].pk, " ")


def test_asking_and_answering_on_the_pages(people: People, coming: terms.Version) -> None:
    short = terms.short(coming)
    ada, mo = signed_in(people.ada), signed_in(people.mo)
    assert "Ask about this clause" not in text(Client(), f"/terms/terms/version/{short}")
    assert "Ask about this clause" in text(ada, f"/terms/terms/version/{short}")
    sent = ada.post(f"/terms/terms/version/{short}/ask", {"clause": "machines", "words": "<b>Which</b> machines?"})
    assert sent.url == f"/terms/terms/version/{short}#machines"
    page = text(ada, f"/terms/terms/version/{short}")
    assert "&lt;b&gt;Which&lt;/b&gt; machines?" in page
    assert "this version binds nobody" in page
    assert ada.get("/terms/questions").status_code == 403
    assert "holds the version up" in text(mo, "/terms/questions")
    [row] = terms.open_questions()
    mo.post("/terms/questions", {"question": row.pk, "words": "None yet."})
    assert "Nothing waits for an answer" in text(mo, "/terms/questions")
    assert "None yet." in text(Client(), f"/terms/terms/version/{short}")
    assert "Ask about this clause" not in text(ada, "/terms"), "what is in force was asked about before"


def test_a_question_is_reported_and_hidden_and_holds_the_version_up_all_the_same(
    people: People, coming: terms.Version, times: Times
) -> None:
    row = terms.ask(people.ada, coming.hash, "machines", WHY + " You thieves.")
    page = f"/terms/terms/version/{terms.short(coming)}"
    ben = signed_in(people.ben)
    assert f"/report?kind=question&amp;id={row.pk}" in text(ben, page)
    assert "You thieves" in text(ben, f"/report?kind=question&id={row.pk}")
    case_id = catalogue.report(people.ben, "question", row.pk, "hate", "It calls names.").case_id or 0
    accounts.grant_role(people.cleo, "moderator")
    catalogue.rule(people.cleo, case_id, "hide", "Without names, please.")
    jobs.run_due()
    shown = text(Client(), page)
    assert "You thieves" not in shown
    assert "A moderator has hidden these words: Without names, please." in shown
    assert "Unanswered for 0 days." in shown
    times.now += 70 * DAY
    assert terms.effective_moment(coming) is None, "hiding a question is no way around it"
    assert [one for one in outbox.outbox if one.to == ["ada@example.org"] and "Without names, please." in one.body]
    terms.answer_question(people.mo, row.pk, "None, unless you say yes.")
    assert terms.effective_moment(coming) == times.now
