"""How much of a claim to have heard something is believed. Pure arithmetic: totals, bounds, what counts as a play.

A play is one round of a track, with a running total of what was heard of it. Totals only grow, so that a report that
comes twice, late or out of order changes nothing. Three bounds hold whoever reports: a ticket cannot have been heard
longer than it exists, a round is no longer than its track, and a browser hears a few things at once and not hundreds.
All times are whole milliseconds; the clock is the server's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

COUNTS_MS = 30_000  # heard for this long, or whole, is a play
WHOLE_SLACK_MS = 500  # a decoder may end a little before the measured length
SLACK_MS = 2_000  # between the clocks of sound and server, and for what is under way
FINISHED = 0.9  # heard to the end: this share of the length, since many fade out on the last bars


class Why(StrEnum):
    """Why a report is not believed."""

    NOT_A_NUMBER = "not-a-number"
    NEGATIVE = "negative"
    NOT_A_PLAY = "not-a-play"  # no uid, or no source that there is
    NO_TICKET = "no-ticket"  # made up, changed, or another browser's
    TICKET_ENDED = "ticket-ended"
    OTHER_TRACK = "other-track"  # this play began with a ticket of another track
    FUTURE = "future"  # more than the time that has passed
    LONGER_THAN_TRACK = "longer-than-track"
    TOO_MUCH_AT_ONCE = "too-much-at-once"
    GONE = "gone"
    WITHDRAWN = "withdrawn"
    NOT_FOR_YOU = "not-for-you"


@dataclass(frozen=True)
class Claim:
    """A report whose ticket is good: so much was heard of a play, in all."""

    key: bytes
    ticket: int  # its number
    issued_ms: int
    length_ms: int
    heard_ms: int


@dataclass(frozen=True)
class Spent:
    """What one browser has been believed on one ticket, over all of its plays."""

    issued_ms: int
    heard_ms: int


Kept = dict[bytes, int]
Refused = dict[bytes, Why]


def most_of_a_round(length_ms: int) -> int:
    """Return the most that one play can hold."""
    return length_ms + SLACK_MS


def counts(heard_ms: int, length_ms: int) -> bool:
    """Tell whether so much heard is a play: 30 s, or the whole of what is shorter."""
    whole = length_ms - min(WHOLE_SLACK_MS, length_ms // 10)
    return heard_ms >= min(COUNTS_MS, max(1, whole))


def is_finished(heard_ms: int, length_ms: int) -> bool:
    """Tell whether somebody heard it to its end, all but a tenth."""
    return heard_ms >= max(1, int(length_ms * FINISHED))


def judge(
    claims: Iterable[Claim],
    had: Mapping[bytes, int],
    spent: Mapping[int, Spent],
    *,
    now_ms: int,
    at_once: int,
) -> tuple[Kept, Refused]:
    """Return the total to keep for each play that is believed, and why the others are not.

    `had` is the total that is kept of a play already, `spent` what this browser was believed before, by ticket, over
    all tickets that still live. A smaller total than the one that is kept changes nothing, and is no refusal. Nothing
    depends on the order of the claims.
    """
    on = dict(spent)
    room = _Room(spent.values(), now_ms, at_once)
    kept: Kept = {}
    refused: Refused = {}
    for claim in sorted(claims, key=lambda one: (one.issued_ms, one.key, one.heard_ms)):
        before = kept.get(claim.key, had.get(claim.key, 0))
        if claim.heard_ms > before:
            more, so_far = claim.heard_ms - before, on.get(claim.ticket, Spent(claim.issued_ms, 0))
            why = _too_much(claim, so_far.heard_ms + more, now_ms)
            if why is None and more > room.left_on(claim.issued_ms):
                why = Why.TOO_MUCH_AT_ONCE
            if why is not None:
                refused[claim.key] = why
                continue
            room.take(more)
            on[claim.ticket] = Spent(so_far.issued_ms, so_far.heard_ms + more)
        kept[claim.key] = max(before, claim.heard_ms)
    # One play may be claimed twice in a batch; what is believed of it stands.
    return kept, {key: why for key, why in refused.items() if key not in kept}


def _too_much(claim: Claim, on_ticket_ms: int, now_ms: int) -> Why | None:
    if claim.heard_ms > most_of_a_round(claim.length_ms):
        return Why.LONGER_THAN_TRACK
    # Whoever has a ticket plays one thing at a time with it, so all of its plays fit into the time since its issue.
    return Why.FUTURE if on_ticket_ms > max(0, now_ms - claim.issued_ms) + SLACK_MS else None


class _Room:
    """How much more one browser can have heard on tickets, asked for in the order of their issue.

    Everything on tickets that were issued at or after some moment was heard since that moment. This has to hold for
    the issue of every ticket that is as old or older, or many tickets, each of them in good order, would pass. In this
    order what is taken on one ticket counts for all moments up to its issue, and for none after: so one number is kept.
    """

    def __init__(self, spent: Iterable[Spent], now_ms: int, at_once: int) -> None:
        self._now_ms, self._at_once = now_ms, at_once
        self._later = sorted(spent, key=lambda one: one.issued_ms, reverse=True)  # the next one last
        self._heard_later = sum(one.heard_ms for one in self._later)
        self._left = float("inf")

    def left_on(self, issued_ms: int) -> float:
        """Return how much more fits on a ticket of this age; the ones after are as old or younger."""
        while self._later and self._later[-1].issued_ms < issued_ms:
            one = self._later.pop()
            self._pass(one.issued_ms)
            self._heard_later -= one.heard_ms
        self._pass(issued_ms)
        return self._left

    def take(self, more_ms: int) -> None:
        """Count more on the ticket that was asked for last."""
        self._left -= more_ms

    def _pass(self, moment_ms: int) -> None:
        since = max(0, self._now_ms - moment_ms) + SLACK_MS
        self._left = min(self._left, self._at_once * since - self._heard_later)


def began_ms(*, at_ms: float | None, began: float | None, issued_ms: int, now_ms: int) -> int:
    """Return when a play began by the server's clock. The listener's own clock serves only as an offset.

    at_ms, began: the listener's clock when it reports, and when it began. Nonsense falls back on now.
    """
    if at_ms is None or began is None or not 0 <= at_ms - began <= now_ms:
        return now_ms
    return min(now_ms, max(issued_ms, now_ms - int(at_ms - began)))
