"""How far sound runs ahead: whoever listens never waits, whatever others take; whoever does not gets little."""

from itertools import count
from math import isfinite

from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.guard.core.ahead import (
    LEAST_LEAD_KB,
    LEAST_POOL_KB,
    LEAST_START_KB,
    MOST_TRUST_KB,
    ROOM_S,
    Ahead,
    Lead,
    Taker,
)
from tests.unit.ears import PIECE_KB, REPORTS_AT_S, SOUND_KB_PER_S, Ear, ahead, harvest


def test_when_nothing_presses_a_whole_track_goes_out_at_once() -> None:
    accounts = ahead()
    assert all(accounts.wait_s(Taker(1, 2), PIECE_KB, 0.0) == 0 for _n in range(256))
    assert 0 < accounts.wait_s(Taker(1, 2), PIECE_KB, 0.0) <= 1.0


def test_past_the_lead_it_goes_on_three_times_as_fast_as_it_is_played() -> None:
    accounts, sent = ahead(), 0.0
    for second in range(600):
        while not accounts.wait_s(Taker(1, 2), PIECE_KB, float(second)):
            sent += PIECE_KB
    assert 16 * 1024 + 600 * 60 < sent < 16 * 1024 + 601 * 64 + PIECE_KB


def test_two_hours_are_heard_without_a_gap_under_full_pressure_and_so_they_are_without_any() -> None:
    for pressed in (False, True):
        accounts = ahead(pressed=pressed)
        ear = Ear(accounts, Taker(1, 2), 7200)
        for second in range(7300):
            ear.second(float(second))
            if pressed:
                accounts.site_kb = accounts.room_kb * 1.5
        assert ear.is_over
        assert ear.silent_s == 0


def test_without_script_two_minutes_are_heard_under_pressure_and_the_button_brings_the_rest() -> None:
    accounts = ahead(pressed=True)
    accounts.limits = Lead(share=0.003)
    ear = Ear(accounts, Taker(1, 2), 600, reports=False)
    for second in range(300):
        ear.second(float(second))
    assert 110 < ear.heard_s < 150
    accounts.ran_dry(ear.taker, 300.0)
    assert accounts.is_dry(ear.taker, 301.0)
    ear.taker = Taker(1, 2, has_passed=True)
    assert not accounts.is_dry(ear.taker, 301.0)
    ear.silent_s = 0
    for second in range(302, 900):
        ear.second(float(second))
    assert ear.is_over
    assert ear.silent_s <= 3


def test_pupils_of_a_school_get_in_one_after_the_other_while_others_harvest() -> None:
    accounts, visitors = ahead(pressed=True), count(10_000)
    pupils = [Ear(accounts, Taker(100 + n, 900), 180) for n in range(100)]
    for second in range(240):
        accounts.site_kb = max(accounts.site_kb, accounts.room_kb)
        if second < 60:
            harvest(accounts, 50, float(second), visitors, most=1)
        for n, pupil in enumerate(pupils):
            if second >= n * 60 // 100:
                pupil.second(float(second))
    assert all(pupil.is_over for pupil in pupils)
    assert sum(pupil.silent_s for pupil in pupils) == 0
    late = [pupil.began(999) - n * 60 // 100 for n, pupil in enumerate(pupils)]
    assert max(late) <= 6
    assert sum(late) / len(late) < 1


def test_a_class_that_presses_play_at_the_same_second_hears_it_within_seconds() -> None:
    accounts = ahead(pressed=True)
    pupils = [Ear(accounts, Taker(100 + n, 900), 60) for n in range(25)]
    for second in range(120):
        accounts.site_kb = max(accounts.site_kb, accounts.room_kb)
        for pupil in pupils:
            pupil.second(float(second))
    assert max(pupil.began(999) for pupil in pupils) <= 6
    assert sum(pupil.silent_s for pupil in pupils) == 0


def test_somebody_who_has_listened_here_needs_no_pool() -> None:
    accounts = ahead(pressed=True)
    ear = Ear(accounts, Taker(1, 2), 60)
    for second in range(70):
        ear.second(float(second))
    harvest(accounts, 2, 71.0, count(100))
    assert accounts.wait_s(Taker(5, 2), PIECE_KB, 71.0)
    again = Ear(accounts, Taker(1, 2), 60)
    for second in range(71, 140):
        again.second(float(second))
    assert again.began_s == 71
    assert again.silent_s == 0


def test_a_phone_that_changes_networks_goes_on() -> None:
    accounts = ahead(pressed=True)
    ear = Ear(accounts, Taker(1, 2), 240)
    for second in range(250):
        if second % 40 == 20:
            ear.taker = Taker(1, 3 + second)
        ear.second(float(second))
    assert ear.is_over
    assert ear.silent_s == 0


def test_what_was_heard_is_put_back_where_it_was_taken_whoever_brings_the_word() -> None:
    accounts = ahead(pressed=True)
    for pupil in range(100, 140):  # sound by one network, words by another, as with two kinds of addresses
        assert accounts.wait_s(Taker(pupil, 900), PIECE_KB, float(pupil)) == 0
        accounts.wait_s(Taker(pupil, 901), 0.0, float(pupil))
        accounts.heard(pupil, 4000, pupil + 0.5)
    assert accounts.networks.pool[accounts.networks.place_of(900, 150.0)] == 0


def test_members_and_what_is_given_feel_no_pressure_and_press_on_nobody() -> None:
    accounts = ahead()
    for n in range(3000):
        accounts.wait_s(Taker(1, 2, is_known=True), PIECE_KB, n * 1.0)
        accounts.wait_s(Taker(9, 2, is_given=True), PIECE_KB, n * 1.0)
    assert accounts.pressure == 0
    accounts.site_kb = accounts.room_kb * 2
    assert not accounts.wait_s(Taker(3, 2, is_known=True), PIECE_KB, 3001.0)
    assert not accounts.wait_s(Taker(4, 2), PIECE_KB, 3001.0)


def test_somebody_known_plays_on_eight_machines() -> None:
    accounts, sent = ahead(pressed=True), 0.0
    for second in range(300):
        while not accounts.wait_s(Taker(1, 2, is_known=True), PIECE_KB, float(second)):
            sent += PIECE_KB
    assert sent / 8 > 16 * 1024 + 290 * 64
    assert accounts.networks.pool[accounts.networks.place_of(2, 300.0)] == 0


def test_what_is_given_is_bounded_for_a_network() -> None:
    accounts = ahead()
    got = sum(not accounts.wait_s(Taker(n, 2, is_given=True), PIECE_KB, 0.0) for n in range(20_000)) * PIECE_KB
    assert got <= accounts.limits.pool_kb


def test_heard_credits_nothing_that_was_not_sent() -> None:
    accounts = ahead(pressed=True)
    for n in range(1000):
        accounts.heard(1, 3_600_000, float(n))
    assert accounts.visitors.trust[accounts.visitors.place_of(1, 0.0)] == 0
    before = harvest(accounts, 2, 1000.0, count(10))
    again = ahead(pressed=True)
    assert before == harvest(again, 2, 1000.0, count(10))


def test_two_hundred_networks_that_never_listen_get_less_than_a_hundredth() -> None:
    accounts, visitors, got = ahead(), count(1), 0.0
    for minute in range(60):
        got += harvest(accounts, 200, 1000.0 + minute * 60, visitors)
    assert got <= accounts.most_unheard_kb(200, 3600)
    assert got <= 0.01 * accounts.catalogue_kb


@given(
    st.integers(1, 40),
    st.lists(st.tuples(st.floats(0, 4000), st.booleans(), st.integers(1, 400)), min_size=1, max_size=40),
)
@settings(deadline=None, max_examples=60)
def test_networks_that_never_hear_get_no_more_than_the_formula(
    networks: int, rounds: list[tuple[float, bool, int]]
) -> None:
    accounts = Ahead(Lead(kb=16_384, pool_kb=65_536, share=0.003), visitors=8192, networks=4096)
    at_s, got, visitors = 1000.0, 0.0, count(1)
    for passed, patient, pieces in rounds:
        at_s += passed
        for network in range(1, networks + 1):
            taker = Taker(network if patient else next(visitors), network)
            for _n in range(pieces):
                got += 0 if accounts.wait_s(taker, PIECE_KB, at_s) else PIECE_KB
        assert got <= accounts.most_unheard_kb(networks, at_s - 1000) * (1 + 1e-4)


@given(st.integers(0, 2**32), st.integers(0, 30), st.integers(1, 120))
@settings(deadline=None, max_examples=25)
def test_whatever_others_do_who_listens_and_says_so_has_no_gap(seed: int, starts: int, length_s: int) -> None:
    accounts, visitors = ahead(), count(10_000)
    ear = Ear(accounts, Taker(1, 900), length_s)
    for second in range(starts + length_s + 10):
        dice = (seed * (second + 1) * 2654435761) % 2**32
        if dice % 3:
            harvest(accounts, dice % 60, float(second), visitors, most=dice % 5)
        accounts.site_kb = max(accounts.site_kb, accounts.room_kb * (dice % 5) / 2)
        if dice % 7 == 0:  # a neighbour who skips through everything
            for n in range(dice % 20):
                if accounts.wait_s(Taker(2, 900), PIECE_KB, float(second)) == 0 and n % 3 == 0:
                    accounts.heard(2, 1000, float(second))
        if second >= starts:
            ear.second(float(second))
    if ear.began_s is not None:
        assert ear.silent_s == 0


acts = st.lists(
    st.tuples(
        st.sampled_from(["sent", "heard", "dry"]),
        st.integers(-(2**63), 2**63),
        st.integers(0, 3),
        st.floats(0, 1e6),
        st.floats(-1e6, 1e7),
        st.sampled_from(["", "known", "passed", "given"]),
    ),
    max_size=80,
)


@given(acts, st.sampled_from([(16_384.0, 524_288.0, 0.003), (0.0, 0.0, 0.0), (0.0, 4096.0, 0.5), (64.0, 0.0, 0.1)]))
def test_no_order_of_acts_and_no_clock_breaks_it(
    told: list[tuple[str, int, int, float, float, str]], limits: tuple[float, float, float]
) -> None:
    accounts = Ahead(Lead(*limits), visitors=16, networks=8)
    for act, visitor, network, much, at_s, how in told:
        taker = Taker(visitor, network, how == "known", how == "passed", how == "given")
        match act:
            case "sent":
                assert 0 <= accounts.wait_s(taker, much, at_s) <= 1.0
            case "heard":
                accounts.heard(visitor, int(much), at_s)
            case _:
                accounts.ran_dry(taker, at_s)
                accounts.is_dry(taker, at_s)
        held, pools = accounts.visitors, accounts.networks
        numbers = (*held.ahead, *held.owed, *held.pooled, *held.pool, *held.trust, *pools.pool, *pools.given)
        assert all(isfinite(one) and one >= 0 for one in (*numbers, accounts.site_kb))
        assert max(held.trust) <= MOST_TRUST_KB
        assert 0 <= accounts.pressure <= 1


def test_a_clock_that_was_set_back_stops_nobody_for_long() -> None:
    accounts = ahead(pressed=True)
    accounts.wait_s(Taker(1, 2), PIECE_KB, 1e9)
    ear = Ear(accounts, Taker(1, 2), 60)
    for second in range(70):
        ear.second(float(second))
    assert ear.is_over
    assert ear.silent_s == 0


def test_pressure_comes_of_strangers_and_goes_by_time_and_by_listening() -> None:
    accounts = ahead()
    ear = Ear(accounts, Taker(1, 2), 240)
    for second in range(250):
        ear.second(float(second))
    assert accounts.site_kb == 0
    harvest(accounts, 200, 250.0, count(10))
    assert accounts.pressure == 1
    accounts.wait_s(Taker(1, 2), PIECE_KB, 250.0 + 2 * ROOM_S)
    assert accounts.pressure < 1


def test_what_stands_in_the_docs() -> None:
    assert LEAST_POOL_KB == 8 * LEAST_LEAD_KB
    assert REPORTS_AT_S[0] + 1 < LEAST_START_KB / SOUND_KB_PER_S
    accounts = Ahead(Lead())
    assert accounts.bytes_held < 5 * 1024 * 1024
