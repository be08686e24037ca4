"""The course of a case: who may do what, and when clocks strike."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.cases.core import clocks
from antiphon.cases.core.clocks import AFTER_A_REMINDER
from antiphon.cases.core.course import Act, Course, Outcome, Side, Stage, Standing, acts_of, after, begun, may

BEGAN = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
CLAIM = Course(14 * DAY, 10 * DAY, (7 * DAY, 12 * DAY), (7 * DAY,), lapses=True)
MATCH = Course(None, 10 * DAY, (7 * DAY, 12 * DAY), (7 * DAY,))


def go(standing: Standing, side: Side, act: Act, *, asks_holder: bool = True, days: int = 1) -> Standing:
    outcome = Outcome.AGAINST if act is Act.DECIDE else Outcome.NONE
    return after(CLAIM, standing, side, act, standing.since + days * DAY, asks_holder=asks_holder, outcome=outcome)


def test_a_claim_is_answered_replied_to_decided_and_appealed_against_once() -> None:
    answered = go(begun(BEGAN), Side.UPLOADER, Act.ANSWER)
    assert answered.stage is Stage.REPLY
    objected = go(answered, Side.HOLDER, Act.OBJECT)
    assert objected.stage is Stage.JUDGE
    decided = go(objected, Side.MODERATOR, Act.DECIDE)
    assert (decided.stage, decided.outcome) == (Stage.DECIDED, Outcome.AGAINST)
    assert not may(decided, Side.HOLDER, Act.APPEAL)
    appealed = go(decided, Side.UPLOADER, Act.APPEAL)
    changed = go(appealed, Side.MODERATOR, Act.CHANGE)
    assert (changed.stage, changed.outcome) == (Stage.CLOSED, Outcome.FREE)
    assert not acts_of(changed, Side.UPLOADER) | acts_of(changed, Side.HOLDER)


def test_whoever_objected_before_the_answer_is_not_waited_for() -> None:
    objected = go(begun(BEGAN), Side.HOLDER, Act.OBJECT)
    assert objected.stage is Stage.ANSWER
    assert go(objected, Side.UPLOADER, Act.ANSWER).stage is Stage.JUDGE


def test_an_answer_that_the_holder_cannot_confirm_goes_to_a_moderator() -> None:
    assert go(begun(BEGAN), Side.UPLOADER, Act.ANSWER, asks_holder=False).stage is Stage.JUDGE


def test_a_screened_case_is_nothing_to_its_uploader() -> None:
    screened = begun(BEGAN, Stage.SCREEN)
    assert acts_of(screened, Side.UPLOADER) == frozenset()
    assert go(screened, Side.MODERATOR, Act.PASS).stage is Stage.ANSWER


def test_silence_is_not_a_yes_and_not_a_no_of_the_same_kind() -> None:
    assert go(begun(BEGAN), Side.RULE, Act.RUN_OUT, days=14).stage is Stage.JUDGE
    lapsed = go(go(begun(BEGAN), Side.UPLOADER, Act.ANSWER), Side.RULE, Act.RUN_OUT, days=10)
    assert lapsed.outcome is Outcome.LAPSED


def test_reminders_come_after_seven_and_twelve_days_and_the_end_after_fourteen() -> None:
    standing, struck = begun(BEGAN), []
    for hour in range(24 * 30):
        now = BEGAN + timedelta(hours=hour)
        act = clocks.strikes(CLAIM, standing, now)
        if act is not None and standing.stage is Stage.ANSWER:
            struck.append(((now - BEGAN).days, act))
            standing = after(CLAIM, standing, Side.RULE, act, now)
    assert struck == [(7, Act.REMIND), (12, Act.REMIND), (14, Act.RUN_OUT)]


def test_a_held_upload_waits_as_long_as_its_uploader_likes() -> None:
    reminded = Standing(Stage.ANSWER, BEGAN, reminded=2, reminded_at=BEGAN + 12 * DAY)
    assert clocks.due_at(MATCH, reminded) is None


def test_another_stage_begins_its_clock_anew_and_words_do_not() -> None:
    answered = go(begun(BEGAN), Side.UPLOADER, Act.ANSWER)
    again = go(answered, Side.UPLOADER, Act.ANSWER, days=5)
    assert again.since == answered.since


def test_what_may_not_be_done_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot decide"):
        after(CLAIM, begun(BEGAN), Side.HOLDER, Act.DECIDE, BEGAN)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=40), st.sampled_from([CLAIM, MATCH]))
def test_whenever_the_clocks_are_looked_at_nobody_runs_out_of_time_unreminded(gaps: list[int], rules: Course) -> None:
    standing, now = begun(BEGAN), BEGAN
    for gap in gaps:
        now += gap * DAY
        for _again in range(2):  # twice is as good as once
            act = clocks.strikes(rules, standing, now)
            if act is None:
                continue
            if act is Act.RUN_OUT and standing.stage is Stage.ANSWER:
                assert standing.reminded == len(rules.answer_reminders)
                assert standing.reminded_at is not None
                assert now >= standing.reminded_at + AFTER_A_REMINDER
            standing = after(rules, standing, Side.RULE, act, now)


@given(st.lists(st.tuples(st.sampled_from(Side), st.sampled_from(Act), st.integers(0, 9)), max_size=30))
def test_every_way_through_a_case_ends_for_good(steps: list[tuple[Side, Act, int]]) -> None:
    standing, appeals, now = begun(BEGAN), 0, BEGAN
    for side, act, days in steps:
        now += days * DAY
        if not may(standing, side, act):
            continue
        before = standing
        outcome = Outcome.FREE if act is Act.DECIDE else Outcome.NONE
        standing = after(CLAIM, standing, side, act, now, outcome=outcome)
        appeals += act is Act.APPEAL
        assert standing.since >= before.since
        assert (standing.outcome is Outcome.NONE) == (standing.stage in (
            Stage.SCREEN, Stage.ANSWER, Stage.REPLY, Stage.JUDGE,
        ))  # fmt: skip
        if before.stage is Stage.CLOSED:
            assert standing == before
    assert appeals <= 1
