"""Budgets and the ladder: who takes and does not listen climbs it; whoever listens never meets it."""

from hypothesis import given
from hypothesis import strategies as st

from antiphon.guard.core.pace import FINE, HOUR_S, PASSED, Limits, Pace, Step, Visit, step_of
from antiphon.guard.core.table import Taken

LIMITS = Limits()


def pace() -> Pace:
    return Pace(LIMITS, visitors=1024, networks=256)


def play(budgets: Pace, visitor: int, network: int, track: int, at_s: float, *, reports: bool = True) -> Step:
    """What one listen asks of the door: page, player, sound in ranges; reported after a minute."""
    steps = [
        budgets.ask(Visit(visitor, network, 0.25, track), at_s).step,
        budgets.ask(Visit(visitor, network, 0.25, track), at_s).step,
        *(budgets.ask(Visit(visitor, network, 1.0, track), at_s + 10 * n).step for n in range(5)),
    ]
    if reports:
        budgets.heard(visitor, network, 1, at_s + 60)
    return max(steps)


def test_an_evening_of_listening_meets_nothing() -> None:
    budgets = pace()
    assert max(play(budgets, 1, 2, 5 * n + 1, n * 180.0) for n in range(100)) is Step.PASS


def test_so_does_an_album_in_order_and_a_player_that_reports_nothing() -> None:
    budgets = pace()
    assert max(play(budgets, 1, 2, n + 1, n * 180.0, reports=False) for n in range(100)) is Step.PASS


def test_a_two_hour_mix_in_many_pieces_meets_nothing() -> None:
    budgets = pace()
    for n in range(1500):
        assert budgets.ask(Visit(1, 2, 1.0, 7), n * 5.0) is FINE


def test_a_phone_that_changes_networks_meets_nothing() -> None:
    budgets = pace()
    assert max(play(budgets, 1, 2 + n, 3 * n + 1, n * 120.0) for n in range(60)) is Step.PASS


def test_a_school_behind_one_address_meets_nothing() -> None:
    budgets = Pace(LIMITS, visitors=4096, networks=256)
    worst = Step.PASS
    for minute in range(0, 60, 3):
        for pupil in range(500):
            at_s = minute * 60 + pupil * 0.3
            worst = max(worst, budgets.ask(Visit(1000 + pupil, 9, 1.0, 1 + (minute * 7 + pupil) % 900), at_s).step)
        for pupil in range(500):
            budgets.heard(1000 + pupil, 9, 1, minute * 60 + 170)
    assert worst is Step.PASS


def test_somebody_who_skips_through_everything_meets_nothing() -> None:
    budgets = pace()
    assert max(play(budgets, 1, 2, (n * 37) % 500 + 1, n * 30.0, reports=False) for n in range(120)) is Step.PASS


def test_who_takes_and_does_not_listen_climbs_the_whole_ladder() -> None:
    budgets = pace()
    met = [budgets.ask(Visit(1, 2, 1.0, n * 11 + 1), n * 0.5).step for n in range(9000)]
    assert set(met) == set(Step)
    assert met == sorted(met)
    assert met.index(Step.SLOW) >= LIMITS.tracks * 0.9


def test_who_waits_as_long_as_told_comes_down() -> None:
    budgets = pace()
    at_s = 0.0
    while (said := budgets.ask(Visit(1, 0, 1.0, int(at_s * 11) + 1), at_s)).step < Step.WAIT:
        at_s += 1
    assert budgets.ask(Visit(1, 0, 1.0, 5), at_s + said.wait_s).step <= Step.SLOW


def test_a_new_cookie_for_each_request_does_not_help() -> None:
    budgets = Pace(LIMITS, visitors=16_384, networks=256)
    met = [budgets.ask(Visit(100 + n, 2, 1.0, n * 11 + 1), n * 0.2).step for n in range(12_000)]
    assert met[-1] >= Step.CHALLENGE


def test_what_other_networks_take_holds_nobody_up() -> None:
    budgets = Pace(Limits(), visitors=65_536, networks=4096)
    for n in range(60_000):
        budgets.ask(Visit(10_000 + n, 1 + n % 200, 1.0, n * 11 + 1), n * 0.02)
    assert budgets.ask(Visit(5, 70_000, 1.0, 3, is_known=True), 1200.0) is FINE
    assert max(play(budgets, 600_000 + n, 70_001, n + 1, 1200.0, reports=False) for n in range(500)) is Step.PASS


def test_a_walk_through_the_catalogue_is_seen_and_a_quick_album_is_not() -> None:
    budgets = pace()
    met = [budgets.ask(Visit(1, 0, 1.0, n + 1), n * 1.0) for n in range(130)]
    assert met[30] is FINE
    assert met[-1].because == "walk"
    assert met[-1].step >= Step.WAIT


def test_a_trap_weighs_and_is_forgotten_within_hours() -> None:
    budgets = pace()
    for n in range(180):
        budgets.ask(Visit(1, 0, 1.0, n * 11 + 1), 0.0)
    assert budgets.ask(Visit(1, 0, 0.0, 0), 0.0) is FINE
    budgets.trapped(1, 0, 1.0)
    assert budgets.ask(Visit(1, 0, 0.0, 0), 1.0).step is Step.SLOW
    assert budgets.ask(Visit(1, 0, 0.0, 0), 3 * HOUR_S) is FINE


def test_the_button_lets_somebody_take_more_and_not_everything() -> None:
    budgets = pace()
    for n in range(5000):
        budgets.ask(Visit(1, 0, 1.0, n * 11 + 1), n * 0.1)
    before = budgets.ask(Visit(1, 0, 0.0, 0), 500.0).step
    assert before >= Step.CHALLENGE
    assert budgets.ask(Visit(1, 0, 0.0, 0, has_passed=True), 500.0).step < before
    for n in range(20_000):
        budgets.ask(Visit(1, 0, 1.0, n * 13 + 1), 500 + n * 0.1)
    assert budgets.ask(Visit(1, 0, 0.0, 0, has_passed=True), 2500.0).step >= Step.WAIT
    assert PASSED < 8


def test_a_burst_of_accounts_waits_and_a_class_does_not() -> None:
    budgets = pace()
    met = []
    for n in range(60):
        met.append(budgets.sign_up(3, n * 10.0).step)
        assert budgets.sign_up(3, n * 10.0).step is met[-1], "a form that comes back makes no account"
        if met[-1] is Step.PASS:
            budgets.signed_up(3, n * 10.0)
    assert met[:30] == [Step.PASS] * 30
    assert met[-1] is Step.WAIT
    assert budgets.sign_up(4, 600.0) is FINE
    assert budgets.sign_up(0, 600.0) is FINE


def test_without_limits_nobody_is_asked_anything() -> None:
    budgets = Pace(Limits(0, 0, 0), visitors=64, networks=64)
    for n in range(3000):
        assert budgets.ask(Visit(1, 2, 1.0, n + 1), n * 0.1).step is Step.PASS
        assert budgets.sign_up(2, n * 0.1) is FINE


def test_memory_is_the_same_for_a_million_visitors() -> None:
    budgets = Pace(LIMITS)
    held = budgets.bytes_held
    assert held < 20 * 1024 * 1024
    tables = [len(budgets.visitors.maps), len(budgets.visitors.keys), len(budgets.networks.keys)]
    for n in range(200_000):
        budgets.ask(Visit(hash((n, "x")), hash((n // 50, "y")), 1.0, n + 1), n * 0.08)
    assert budgets.bytes_held == held
    assert tables == [len(budgets.visitors.maps), len(budgets.visitors.keys), len(budgets.networks.keys)]


acts = st.lists(
    st.tuples(
        st.sampled_from(["ask", "heard", "trapped", "sign_up"]),
        st.integers(-(2**63), 2**63),
        st.integers(0, 3),
        st.floats(0, 1e7),
        st.floats(0, 1e6),
    ),
    max_size=60,
)


@given(acts)
def test_no_order_of_acts_and_no_clock_breaks_it(told: list[tuple[str, int, int, float, float]]) -> None:
    budgets = Pace(LIMITS, visitors=16, networks=8)
    for act, visitor, network, much, at_s in told:
        match act:
            case "ask":
                said = budgets.ask(Visit(visitor, network, min(much, 1.0), int(much)), at_s)
                assert 0 <= said.wait_s <= 2 * HOUR_S
            case "heard":
                budgets.heard(visitor, network, int(much) % 50, at_s)
            case "trapped":
                budgets.trapped(visitor, network, at_s)
            case _:
                budgets.sign_up(network, at_s)
                budgets.signed_up(network, at_s)
        assert all(value >= 0 for value in (*budgets.visitors.units, *budgets.networks.units))


@given(st.floats(0, 100), st.floats(0, 100))
def test_the_ladder_only_goes_up(one: float, other: float) -> None:
    assert (step_of(one) <= step_of(other)) or one > other


@given(st.lists(st.integers(1, 2**64 - 1), min_size=1, max_size=200))
def test_whoever_is_quiet_longest_gives_way(keys: list[int]) -> None:
    table = Taken(16, maps=True)
    for at_s, key in enumerate(keys):
        place = table.place_of(key, float(at_s))
        table.at[place] = float(at_s)
        table.units[place] += 1
    assert table.keys[table.place_of(keys[-1], float(len(keys)))] == keys[-1]
    assert table.units[table.place_of(keys[-1], float(len(keys)))] >= 1
