"""How long a job rests, and when it is given up."""

from hypothesis import given
from hypothesis import strategies as st

from antiphon.jobs.core import retry

failures = st.integers(1, 50)
dice = st.floats(0, 1, exclude_max=True)


@given(failures, dice)
def test_a_rest_is_never_short_and_never_endless(count: int, thrown: float) -> None:
    rest = retry.pause_s(count, thrown)
    assert 0.75 * retry.FIRST_PAUSE_S <= rest <= 1.25 * retry.LONGEST_PAUSE_S


@given(failures, dice)
def test_each_failure_rests_longer_than_the_one_before(count: int, thrown: float) -> None:
    assert retry.pause_s(count + 1, thrown) >= retry.pause_s(count, thrown)


def test_jobs_that_failed_together_come_back_apart() -> None:
    assert retry.pause_s(3, 0.0) < retry.pause_s(3, 0.99)


def test_a_crash_costs_no_rest_until_it_happens_again_and_again() -> None:
    assert [retry.crash_pause_s(count) for count in range(1, 9)] == [0, 0, 4, 8, 16, 32, 60, 60]


def test_a_job_is_spent_with_its_last_attempt() -> None:
    assert [retry.is_spent(count, 3) for count in range(1, 5)] == [False, False, True, True]


def test_a_job_may_lose_its_worker_more_often_than_it_may_fail() -> None:
    assert not retry.is_poison(5, 5)
    assert retry.is_poison(10, 5)
