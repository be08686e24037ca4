"""What is believed of what a player says it played: any order, any repetition, the same sum; never more than time."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.community.core import hearing, reports, tickets
from antiphon.community.core.hearing import SLACK_MS, Claim, Spent, Why
from antiphon.community.core.tickets import Ticket
from antiphon.storage.core.signing import SigningKey, SigningKeys

NOW = 1_800_000_000_000
AT_ONCE = 10
KEYS = SigningKeys((SigningKey("b", b"two"), SigningKey("a", b"one")))
TICKET = Ticket(7, 9, 200_000, 3, False, NOW, 2**62 + 5)


class Server:
    """Keeps totals as the service does, in memory."""

    def __init__(self) -> None:
        self.plays: dict[bytes, tuple[int, int, int]] = {}  # ticket, its issue, heard
        self.refused: list[Why] = []

    def take(self, claims: list[Claim], now_ms: int) -> None:
        spent: dict[int, Spent] = {}
        for ticket, issued, heard in self.plays.values():
            before = spent.get(ticket, Spent(issued, 0))
            spent[ticket] = Spent(issued, before.heard_ms + heard)
        had = {key: heard for key, (_ticket, _issued, heard) in self.plays.items()}
        kept, refused = hearing.judge(claims, had, spent, now_ms=now_ms, at_once=AT_ONCE)
        by_key = {claim.key: claim for claim in claims}
        for key, heard in kept.items():
            self.plays[key] = (by_key[key].ticket, by_key[key].issued_ms, heard)
        self.refused += refused.values()

    @property
    def total(self) -> int:
        return sum(heard for _ticket, _issued, heard in self.plays.values())


@st.composite
def honest(draw: st.DrawFn) -> tuple[list[Claim], int, int]:
    """What up to ten tabs say, each of which plays one round after another; the true sum; and the time at the end."""
    said, true, end = [], 0, NOW
    for tab in range(draw(st.integers(1, AT_ONCE))):
        at = NOW + draw(st.integers(0, 5000))
        for number in range(draw(st.integers(1, 3))):
            length = draw(st.integers(1000, 300_000))
            heard = draw(st.integers(1, length))
            issued, at = at, at + heard
            key = bytes([tab, number])
            steps = sorted(draw(st.lists(st.integers(0, heard), max_size=4)))
            said += [Claim(key, tab * 10 + number, issued, length, step) for step in [*steps, heard]]
            true += heard
        end = max(end, at)
    return said, true, end


@given(honest(), st.randoms(use_true_random=False), st.data())
def test_any_order_and_repetition_of_honest_reports_gives_the_true_sum(
    told: tuple[list[Claim], int, int], dice: random.Random, data: st.DataObject
) -> None:
    said, true, end = told
    said = said + data.draw(st.lists(st.sampled_from(said), max_size=10))
    dice.shuffle(said)
    server, place = Server(), 0
    while place < len(said):
        size = dice.randint(1, 50)
        server.take(said[place : place + size], end)
        place += size
    assert server.total == true
    assert server.refused == []


claims = st.builds(
    Claim,
    key=st.sampled_from([bytes([number]) for number in range(30)]),
    ticket=st.integers(0, 12),
    issued_ms=st.just(0),
    length_ms=st.integers(0, 100_000),
    heard_ms=st.integers(0, 200_000),
)


@given(st.lists(st.lists(claims, max_size=20), max_size=6), st.lists(st.integers(0, 60_000), min_size=13, max_size=13))
def test_whatever_is_said_nobody_hears_more_than_there_was_time(batches: list[list[Claim]], ages: list[int]) -> None:
    # A ticket has one moment of issue, a play one ticket.
    server = Server()
    of_play: dict[bytes, int] = {}
    for batch in batches:
        fixed = []
        for one in batch:
            ticket = of_play.setdefault(one.key, one.ticket)
            fixed.append(replace(one, ticket=ticket, issued_ms=NOW - ages[ticket]))
        server.take(fixed, NOW)
    by_ticket: dict[int, int] = {}
    for ticket, _issued, heard in server.plays.values():
        by_ticket[ticket] = by_ticket.get(ticket, 0) + heard
    for ticket, heard in by_ticket.items():
        assert heard <= ages[ticket] + SLACK_MS
    for age in ages:
        since = sum(heard for ticket, heard in by_ticket.items() if ages[ticket] <= age)
        assert since <= AT_ONCE * (age + SLACK_MS)


@given(
    st.lists(st.tuples(st.integers(0, 40_000), st.integers(0, 60_000)), max_size=8),
    st.lists(st.tuples(st.integers(0, 40_000), st.integers(1, 50_000)), max_size=12),
    st.integers(1, 3),
)
def test_what_fits_is_what_fits_since_each_moment(
    before: list[tuple[int, int]], more: list[tuple[int, int]], at_once: int
) -> None:
    spent = {number: Spent(NOW - age, heard) for number, (age, heard) in enumerate(before)}
    said = [Claim(bytes([place]), 100 + place, NOW - age, 60_000, heard) for place, (age, heard) in enumerate(more)]
    on = [(one.issued_ms, one.heard_ms) for one in spent.values()]
    expected: dict[bytes, Why] = {}
    for claim in sorted(said, key=lambda one: (one.issued_ms, one.key)):
        moments = [at for at, _heard in on if at <= claim.issued_ms] + [claim.issued_ms]
        rooms = [at_once * (NOW - at + SLACK_MS) - sum(heard for it, heard in on if it >= at) for at in moments]
        if claim.heard_ms > NOW - claim.issued_ms + SLACK_MS:
            expected[claim.key] = Why.FUTURE
        elif claim.heard_ms > min(rooms):
            expected[claim.key] = Why.TOO_MUCH_AT_ONCE
        else:
            on.append((claim.issued_ms, claim.heard_ms))
    assert hearing.judge(said, {}, spent, now_ms=NOW, at_once=at_once)[1] == expected


def test_many_tickets_in_good_order_do_not_add_up_to_a_hundred_tabs() -> None:
    server = Server()
    server.take([Claim(bytes([number]), number, NOW - 60_000 + number, 300_000, 59_000) for number in range(100)], NOW)
    assert server.total <= AT_ONCE * (60_000 + SLACK_MS)
    assert set(server.refused) == {Why.TOO_MUCH_AT_ONCE}


def test_a_round_is_no_longer_than_its_track() -> None:
    long_ago = NOW - 3_600_000
    kept, refused = hearing.judge(
        [Claim(b"a", 1, long_ago, 200_000, 201_000), Claim(b"b", 2, long_ago, 200_000, 400_000)],
        {}, {}, now_ms=NOW, at_once=AT_ONCE,
    )  # fmt: skip
    assert kept == {b"a": 201_000}
    assert refused == {b"b": Why.LONGER_THAN_TRACK}


def test_more_than_the_time_that_has_passed_is_refused_and_believed_once_it_has() -> None:
    claim = Claim(b"a", 1, NOW, 200_000, 30_000)
    assert hearing.judge([claim], {}, {}, now_ms=NOW + 20_000, at_once=AT_ONCE)[1] == {b"a": Why.FUTURE}
    assert hearing.judge([claim], {}, {}, now_ms=NOW + 30_000, at_once=AT_ONCE)[0] == {b"a": 30_000}


@pytest.mark.parametrize(
    ("heard_ms", "length_ms", "is_play"),
    [(29_999, 200_000, False), (30_000, 200_000, True), (12_000, 12_000, True), (11_600, 12_000, True),
     (11_400, 12_000, False), (0, 0, False), (1, 0, True)],
)  # fmt: skip
def test_thirty_seconds_or_the_whole_count(heard_ms: int, length_ms: int, is_play: bool) -> None:
    assert hearing.counts(heard_ms, length_ms) is is_play


@pytest.mark.parametrize("off_ms", [0, 86_400_000, -86_400_000])
def test_a_clock_that_is_wrong_by_a_day_says_the_same(off_ms: int) -> None:
    began = hearing.began_ms(at_ms=NOW + off_ms, began=NOW - 45_000 + off_ms, issued_ms=NOW - 60_000, now_ms=NOW)
    assert began == NOW - 45_000


@given(st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)), st.one_of(st.none(), st.integers()))
def test_nonsense_of_a_clock_never_leads_out_of_the_tickets_time(at_ms: float | None, began: int | None) -> None:
    assert NOW - 1000 <= hearing.began_ms(at_ms=at_ms, began=began, issued_ms=NOW - 1000, now_ms=NOW) <= NOW


def test_a_ticket_opens_for_its_browser_alone() -> None:
    text = tickets.seal(KEYS, TICKET, "browser")
    assert tickets.unseal(KEYS, text, "browser") == TICKET
    older = tickets.seal(SigningKeys((KEYS.live[1],)), TICKET, "browser")
    assert tickets.unseal(KEYS, older, "browser") == TICKET
    for wrong, who in ((text, "other"), (text.replace("200000", "300000"), "browser"), ("", "browser")):
        with pytest.raises(tickets.NotSealed):
            tickets.unseal(KEYS, wrong, who)


@given(st.integers(0, len(tickets.seal(KEYS, TICKET, "browser")) - 1), st.characters(codec="ascii"))
def test_a_ticket_with_one_other_letter_opens_for_nobody(place: int, letter: str) -> None:
    text = tickets.seal(KEYS, TICKET, "browser")
    changed = text[:place] + letter + text[place + 1 :]
    if changed != text:
        with pytest.raises(tickets.NotSealed):
            tickets.unseal(KEYS, changed, "browser")


GOOD = {"play": "0b6f4f1e-3a65-4c1d-9a53-0f3b8f0e1a2b", "ticket": "t", "heard_ms": 1000, "source": "page"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"heard_ms": -1}, Why.NEGATIVE),
        ({"heard_ms": float("-inf")}, Why.NEGATIVE),
        ({"heard_ms": float("nan")}, Why.NOT_A_NUMBER),
        ({"heard_ms": float("inf")}, Why.NOT_A_NUMBER),
        ({"heard_ms": 10**400}, Why.NOT_A_NUMBER),
        ({"heard_ms": 0.5}, Why.NOT_A_NUMBER),
        ({"heard_ms": True}, Why.NOT_A_NUMBER),
        ({"heard_ms": "1000"}, Why.NOT_A_NUMBER),
        ({"heard_ms": None}, Why.NOT_A_NUMBER),
        ({"play": "1"}, Why.NOT_A_PLAY),
        ({"play": ["x"]}, Why.NOT_A_PLAY),
        ({"source": "nowhere"}, Why.NOT_A_PLAY),
        ({"source": ["page"]}, Why.NOT_A_PLAY),
        ({"source_id": -4}, Why.NOT_A_PLAY),
        ({"source_id": 10**30}, Why.NOT_A_PLAY),
        ({"ticket": None}, Why.NO_TICKET),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_word(change: dict[str, object], why: Why) -> None:
    assert reports.read(GOOD | change) is why


said_things = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.sampled_from([*GOOD, "x"]), inner)),
)


@given(said_things)
def test_reading_never_fails(said: object) -> None:
    assert isinstance(reports.read(said), Why | reports.Report)
