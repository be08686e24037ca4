"""A case between Cleo, who uploaded, and Ada, who holds: letters, the ledger, decisions, appeal, clocks, leaving."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from pytest_django import DjangoAssertNumQueries

from antiphon.accounts import service as accounts
from antiphon.cases import service as cases
from antiphon.cases.core.course import Act, Outcome, Side, Stage
from antiphon.cases.models import CaseEntry, CaseFile
from antiphon.cases.service import packing
from antiphon.catalogue import service as catalogue
from antiphon.community.models import Notice
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict, NotAllowed, NotFound
from antiphon.ledger.models import Entry
from antiphon.mail.models import Letter
from tests.db.cases.conftest import DAY, Opens, Quarrel
from tests.people import People

Later = Callable[[timedelta], datetime]


def letters_to(address: str) -> list[str]:
    return [letter.body for letter in Letter.objects.filter(to=address).order_by("pk")]


def decided(people: People, file: cases.CaseFile, outcome: Outcome = Outcome.AGAINST) -> cases.CaseFile:
    cases.act(people.cleo, file.uid, Act.ANSWER, "I play it myself.")
    cases.decide(people.mo, file.pk, outcome, "Both are heard.")
    return CaseFile.objects.get(pk=file.pk)


def test_the_uploader_is_told_in_the_app_and_by_letter_and_whoever_opened_it_is_not(
    people: People, open_case: Opens
) -> None:
    file = open_case()
    (letter,) = letters_to("cleo@example.org")
    assert "A quarrel with its uploader, 100 % so." in letter
    assert "You have until" in letter
    assert f"/studio/cases/{file.uid}" in letter
    assert letters_to("ada@example.org") == []
    assert Notice.objects.get().user_id == people.cleo.pk


def test_each_step_stands_in_the_ledger_by_commitment_alone(people: People, open_case: Opens) -> None:
    file = open_case(words="Secret words of Ada")
    cases.act(people.cleo, file.uid, Act.ANSWER, "Secret words of Cleo")
    rows = Entry.objects.filter(subject=f"case:{file.uid}").order_by("pk")
    assert [row.pk for row in rows] == list(file.entries.order_by("pk").values_list("ledger", flat=True))
    assert b'"act":"answer"' in bytes(rows[1].entry)
    for row in rows:
        assert b"Secret" not in bytes(row.entry)
        assert file.uid.encode() not in bytes(row.entry)


def test_a_moderator_decides_and_both_read_why(people: People, open_case: Opens, quarrel: Quarrel) -> None:
    file = decided(people, open_case())
    assert (file.stage, file.outcome, quarrel.ended) == ("decided", "against", [(Outcome.AGAINST, "Both are heard.")])
    for name in ("ada", "cleo"):
        assert "Both are heard." in letters_to(f"{name}@example.org")[-1]
        assert "mo@example.org" not in letters_to(f"{name}@example.org")[-1]
    lines = catalogue.trail_lines(catalogue.TrailFilters(kind="quarrel"))
    assert [told.line.what for told in lines] == ["case-decide"]


def test_an_appeal_is_answered_by_another_moderator_and_turns_it_round(
    people: People, open_case: Opens, quarrel: Quarrel
) -> None:
    accounts.grant_role(people.lux, "moderator")
    file = decided(people, open_case())
    with pytest.raises(Conflict):
        cases.act(people.ada, file.uid, Act.APPEAL, "I won, and am not content.")
    cases.act(people.cleo, file.uid, Act.APPEAL, "It is my own.")
    with pytest.raises(NotAllowed):
        cases.answer_appeal(people.mo, file.pk, keep=False, because="I was wrong.")
    cases.answer_appeal(people.lux, file.pk, keep=False, because="It is hers.")
    assert quarrel.ended[-1] == (Outcome.FREE, "It is hers.")
    with pytest.raises(Conflict):
        cases.act(people.ada, file.uid, Act.APPEAL, "Again?")


def test_a_decision_is_final_when_nobody_appeals(people: People, open_case: Opens, later: Later) -> None:
    file = decided(people, open_case())
    cases.keep_time(later(29 * DAY))
    assert CaseFile.objects.get(pk=file.pk).stage == "decided"
    cases.keep_time(later(2 * DAY))
    assert CaseFile.objects.get(pk=file.pk).stage == "closed"
    assert CaseFile.objects.get(pk=file.pk).outcome == "against"


def test_the_clocks_remind_and_then_bring_it_before_a_moderator(
    people: People, open_case: Opens, quarrel: Quarrel, later: Later
) -> None:
    file = open_case()
    for days, stage, letters in ((6, "answer", 1), (2, "answer", 2), (5, "answer", 3), (2, "judge", 4)):
        now = later(days * DAY)
        cases.keep_time(now)
        cases.keep_time(now)
        assert CaseFile.objects.get(pk=file.pk).stage == stage
        assert len(letters_to("cleo@example.org")) == letters
    assert quarrel.unheard == [file.pk]


def test_after_weeks_of_standing_still_one_reminder_goes_out_and_time_is_left(
    people: People, open_case: Opens, later: Later
) -> None:
    file = open_case()
    now = later(40 * DAY)
    assert cases.keep_time(now) == 1
    assert cases.keep_time(now) == 0
    assert len(letters_to("cleo@example.org")) == 2
    assert CaseFile.objects.get(pk=file.pk).stage == "answer"
    cases.keep_time(later(2 * DAY))
    assert CaseFile.objects.get(pk=file.pk).stage == "judge"


def test_a_holder_who_does_not_reply_lets_it_lapse(
    people: People, open_case: Opens, quarrel: Quarrel, later: Later
) -> None:
    file = open_case()
    cases.act(people.cleo, file.uid, Act.ANSWER, "Ada knows.", asks_holder=True)
    assert "The uploader has answered" in letters_to("ada@example.org")[0]
    cases.keep_time(later(8 * DAY))
    cases.keep_time(later(3 * DAY))
    assert quarrel.ended == [(Outcome.LAPSED, "")]


def test_others_learn_nothing_of_a_case(people: People, open_case: Opens) -> None:
    file = open_case()
    with pytest.raises(NotFound):
        cases.read(people.ben, file.uid)
    with pytest.raises(NotFound):
        cases.act(people.ben, file.uid, Act.ANSWER, "Mine too.")
    with pytest.raises(NotAllowed):
        cases.judged(people.ben, file.pk)
    with pytest.raises(BadInput):
        cases.act(people.cleo, file.uid, Act.ANSWER, " ")


def test_a_screened_case_reaches_its_uploader_only_through_a_moderator(
    people: People, open_case: Opens, quarrel: Quarrel
) -> None:
    file = open_case(Stage.SCREEN)
    assert cases.mine(people.cleo) == []
    with pytest.raises(NotFound):
        cases.read(people.cleo, file.uid)
    assert letters_to("cleo@example.org") == []
    assert [one.file.pk for one in cases.queue(people.mo)] == [file.pk]
    assert quarrel.heard == []
    cases.let_through(people.mo, file.pk)
    assert quarrel.heard == [file.pk]
    assert "A quarrel with its uploader" in letters_to("cleo@example.org")[0]
    assert [one.is_their_turn for one in cases.mine(people.cleo)] == [True]


def test_abuse_counts_while_the_decision_stands(people: People, open_case: Opens) -> None:
    accounts.grant_role(people.lux, "moderator")
    long_ago = clock.now() - 365 * DAY
    file = open_case()
    cases.act(people.cleo, file.uid, Act.ANSWER, "It is birdsong.")
    with pytest.raises(BadInput):
        cases.decide(people.mo, file.pk, Outcome.AGAINST, "Hers.", is_abuse=True)
    cases.decide(people.mo, file.pk, Outcome.FREE, "Birds.", is_abuse=True)
    assert cases.abuses_of(people.ada.pk, "quarrel", long_ago) == 1
    cases.act(people.ada, file.uid, Act.APPEAL, "I taught the bird.")
    cases.answer_appeal(people.lux, file.pk, keep=False, because="She did.")
    assert cases.abuses_of(people.ada.pk, "quarrel", long_ago) == 0


def test_two_moderators_do_not_do_the_same(people: People, open_case: Opens) -> None:
    accounts.grant_role(people.lux, "moderator")
    file = open_case(Stage.JUDGE)
    cases.claim(people.mo, file.pk)
    with pytest.raises(Conflict):
        cases.claim(people.lux, file.pk)
    with pytest.raises(Conflict):
        cases.decide(people.lux, file.pk, Outcome.FREE, "Quickly.")
    cases.unclaim(people.mo, file.pk)
    cases.note(people.lux, file.pk, "Between us.")
    assert "Between us." not in [entry.words for entry in cases.read(people.cleo, file.uid).entries]
    assert "Between us." in [entry.words for entry in cases.judged(people.mo, file.pk).entries]


def test_nobody_decides_about_their_own(people: People, open_case: Opens) -> None:
    accounts.grant_role(people.cleo, "moderator")
    file = open_case(Stage.JUDGE)
    with pytest.raises(NotAllowed):
        cases.decide(people.cleo, file.pk, Outcome.FREE, "I am right.")


def test_nobody_changes_or_deletes_what_was_done(people: People, open_case: Opens) -> None:
    file = open_case()
    for change in (
        lambda: file.entries.update(words="Never said."),
        lambda: file.entries.update(act="yes", words="", told={}),
        lambda: CaseEntry.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert file.entries.get().words == "That is my song."


def test_an_account_that_ends_takes_its_words_along_and_closes_its_cases(
    people: People, open_case: Opens, quarrel: Quarrel
) -> None:
    file = open_case()
    cases.act(people.cleo, file.uid, Act.ANSWER, "I am Cleo.")
    cases.CasesOfPeople().forget_person(people.cleo.pk)
    kept = CaseFile.objects.get(pk=file.pk)
    assert (kept.stage, kept.outcome, kept.uploader_id) == ("closed", "moot", None)
    assert [entry.words for entry in kept.entries.order_by("pk")] == ["That is my song.", "", ""]
    answered = kept.entries.get(act="answer")
    assert Entry.objects.get(pk=answered.ledger).private is None
    assert quarrel.ended == [(Outcome.MOOT, "")]
    assert "is gone" in letters_to("ada@example.org")[-1]


def test_everybody_takes_along_what_was_said_in_their_cases(people: People, open_case: Opens) -> None:
    file = open_case()
    cases.note(people.mo, file.pk, "Between us.")
    packed = {piece.name: "".join(piece.text()) for piece in packing.pieces(people.cleo) if piece.text}
    assert "That is my song." in packed["entries.json"]
    assert "Between us." not in packed["entries.json"]
    assert "That is my song." not in "".join("".join(one.text()) for one in packing.pieces(people.ben) if one.text)


def test_the_queue_costs_the_same_however_long(
    people: People, open_case: Opens, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for subject in range(12):
        open_case(Stage.JUDGE, subject=subject)
    accounts.is_moderator(people.mo)
    with django_assert_max_num_queries(2):
        shown = cases.queue(people.mo)
    assert len(shown) == 12
    with django_assert_max_num_queries(1):
        assert len(cases.mine(people.cleo)) == 12
    assert cases.counts(people.mo) == {"open": 12, "mine": 0, "appealed": 0}
    assert cases.mine(people.ada)[0].side is Side.HOLDER
