"""How many tracks one takes: budgets for a visitor and a network, and the ladder of answers. Pure; time is told.

How fast sound goes out, `core.ahead` says. Every number is a leaky bucket: it fills with what is taken, empties by its
limit within an hour, and by what is heard. Its level is how many times the limit it holds: past 1 slow, past 2 wait,
past 4 press a button, past 8 no. Whoever is refused and goes on climbs; whoever waits comes down.
"""

from dataclasses import dataclass
from enum import IntEnum

from antiphon.guard.core.table import Taken

HOUR_S = 3600.0
PLAY_UNITS = 1.5  # what one play takes: the page, what the player asks, the sound
GOING_ON = 0.5  # what a refused request adds
MOST_RATIO = 16.0
PASSED = 4.0  # whoever pressed the button may take so many times more
WALK_WITHIN_S, WALK = 20.0, 60  # so many tracks in the catalogue's order, each so soon after the one before
FRESH_S = 60.0  # a browser that has been here for so long is somebody; before that it may be made for one request
SETTLED = 0.25  # what somebody who has been here for longer counts in their network
NETWORK_TRAPS = 25  # one visitor of a trap is that visitor; so many are a network


class Step(IntEnum):
    """The steps of the ladder. The last one, suspension, is a moderator's alone."""

    PASS = 0
    SLOW = 1
    WAIT = 2
    CHALLENGE = 3
    REFUSE = 4


@dataclass(frozen=True)
class Limits:
    """What may be taken within an hour; 0 is no limit."""

    tracks: float = 240.0
    network_tracks: float = 1200.0
    sign_ups: float = 30.0


@dataclass(frozen=True)
class Verdict:
    """What a request is answered: a step, how long to wait, and what is too much."""

    step: Step
    wait_s: float = 0.0
    because: str = ""


FINE = Verdict(Step.PASS)


@dataclass(frozen=True)
class Visit:
    """One request: keys of visitor and network (0: none), what it takes, and of whom."""

    visitor: int
    network: int
    units: float
    track: int  # a number in the catalogue's order, 0 for none
    is_known: bool = False  # signed in: known by themselves, and not by the house they live in
    has_passed: bool = False


class Pace:
    """Everybody's budgets, in a fixed number of bytes."""

    def __init__(self, limits: Limits, *, visitors: int = 65_536, networks: int = 32_768) -> None:
        self.limits = limits
        self.visitors = Taken(visitors, maps=True)
        self.networks = Taken(networks, maps=False)

    @property
    def bytes_held(self) -> int:
        """How much memory this takes, whoever comes."""
        return sum(table.places * table.bytes_each for table in (self.visitors, self.networks))

    def ask(self, visit: Visit, at_s: float) -> Verdict:
        """Return what a request is answered, and count what it takes if it may go on."""
        mine = self._place(self.visitors, visit.visitor, at_s, self.limits.tracks)
        nets = self._place(self.networks, visit.network, at_s, self.limits.network_tracks)
        units = visit.units
        if mine >= 0 and visit.track:
            self._walk(mine, visit.track, at_s)
            if not self.visitors.is_new_track(mine, visit.track * 4 + (units < 1), at_s):
                units = 0.0
        ratio, because = self._ratio(mine, nets, visit)
        step = step_of(ratio)
        took = units if step < Step.WAIT else GOING_ON
        if mine >= 0 and self.visitors.units[mine] < MOST_RATIO * self.limits.tracks:
            self.visitors.units[mine] += took
        if nets >= 0 and self.networks.units[nets] < MOST_RATIO * self.limits.network_tracks:
            self.networks.units[nets] += took if self._is_fresh(mine, at_s) else took * SETTLED
        return Verdict(step, _wait_s(ratio), because) if step else FINE

    def heard(self, visitor: int, network: int, plays: float, at_s: float) -> None:
        """Take away what was played, a part of a play too: listening is what tracks are for."""
        mine = self._place(self.visitors, visitor, at_s, self.limits.tracks)
        nets = self._place(self.networks, network, at_s, self.limits.network_tracks)
        for table, place in ((self.visitors, mine), (self.networks, nets)):
            if place >= 0:
                table.units[place] = max(0.0, table.units[place] - plays * PLAY_UNITS)

    def trapped(self, visitor: int, network: int, at_s: float) -> None:
        """Note somebody who followed an address that nobody is led to."""
        mine = self._place(self.visitors, visitor, at_s, self.limits.tracks)
        nets = self._place(self.networks, network, at_s, self.limits.network_tracks)
        for table, place in ((self.visitors, mine), (self.networks, nets)):
            if place >= 0:
                table.traps[place] = min(1000, table.traps[place] + 1)

    def sign_up(self, network: int, at_s: float) -> Verdict:
        """Return whether a network makes too many accounts. A form that was filled in wrongly makes none."""
        nets = self._place(self.networks, network, at_s, self.limits.network_tracks)
        if nets < 0 or not self.limits.sign_ups:
            return FINE
        if self.networks.other[nets] + 1 <= self.limits.sign_ups:
            return FINE
        return Verdict(Step.WAIT, HOUR_S / self.limits.sign_ups, "sign-ups")

    def signed_up(self, network: int, at_s: float) -> None:
        """Count a new account."""
        nets = self._place(self.networks, network, at_s, self.limits.network_tracks)
        if nets >= 0:
            self.networks.other[nets] += 1

    def _place(self, table: Taken, key: int, at_s: float, limit: float) -> int:
        """Where a key stands, emptied by the time that went by; -1 for nobody."""
        if not key:
            return -1
        place = table.place_of(key, at_s)
        passed = table.passed_s(place, at_s)
        if passed:
            table.units[place] = max(0.0, table.units[place] - passed * limit / HOUR_S)
            table.other[place] = max(0.0, table.other[place] - passed * self.limits.sign_ups / HOUR_S)
            if passed > HOUR_S:
                table.traps[place] = 0
        # A walk is told by how soon the next track is asked for, so the run ends here and not where it is read.
        if table is self.visitors and passed > WALK_WITHIN_S:
            table.run[place] = 0
        return place

    def _is_fresh(self, mine: int, at_s: float) -> bool:
        return mine < 0 or at_s - self.visitors.first[mine] < FRESH_S

    def _walk(self, place: int, track: int, at_s: float) -> None:
        last = self.visitors.last[place]
        if track == last:
            return
        in_order = last and abs(track - last) <= 3
        self.visitors.run[place] = min(60_000, self.visitors.run[place] + 1) if in_order else 0
        self.visitors.last[place] = track & 0xFFFF_FFFF_FFFF_FFFF

    def _ratio(self, mine: int, nets: int, visit: Visit) -> tuple[float, str]:
        """How many times its limit the fullest bucket holds, and which one that is."""
        limits, found = self.limits, []
        if mine >= 0:
            weight = 1.0 + min(8, self.visitors.traps[mine])
            found.append((_over(self.visitors.units[mine], limits.tracks) * weight, "tracks"))
            found.append((self.visitors.run[mine] / WALK if limits.tracks else 0.0, "walk"))
        if nets >= 0:
            # Somebody signed in is known by themselves, and not by the house they live in.
            weight = (1 + min(8, self.networks.traps[nets] // NETWORK_TRAPS)) * (0.25 if visit.is_known else 1.0)
            found.append((_over(self.networks.units[nets], limits.network_tracks) * weight, "network"))
        ratio, because = max(found, default=(0.0, ""))
        return (ratio / PASSED if visit.has_passed else ratio), because


def step_of(ratio: float) -> Step:
    """Return the step of the ladder for so many times a limit."""
    if ratio < 1:
        return Step.PASS
    if ratio < 2:
        return Step.SLOW
    if ratio < 4:
        return Step.WAIT
    return Step.CHALLENGE if ratio < 8 else Step.REFUSE


def _over(held: float, limit: float) -> float:
    return held / limit if limit else 0.0


def _wait_s(ratio: float) -> float:
    """Until it is no more than slow: a limit empties within an hour. For who is slowed down, a moment."""
    return min(2.0, ratio) if ratio < 2 else min(HOUR_S * 2, (ratio - 1.9) * HOUR_S + 1)
