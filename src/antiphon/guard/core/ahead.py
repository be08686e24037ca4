"""How far sound may run ahead of listening. Pure; time is told, and what goes out is asked for piece by piece.

Three accounts. A visitor's sets the pace: past a *lead*, sound goes out as fast as it is played. A network's is a
*pool* of what was sent and not heard, from which everybody there begins to listen; who reports what they hear gets out
of it and needs it no more. The site's, of the same, makes the *pressure*, from 0 to 1: while strangers take more of the
catalogue than they hear, leads and pools shrink, down to what a start needs, and pools are filled again by listening
alone.

So N networks that never hear anything get at most `room_kb` + N * `LEAST_POOL_KB` + `room_kb` for every `ROOM_S`
(`most_unheard_kb`), whatever they do, and whoever listens waits for nobody.
"""

from dataclasses import dataclass

from antiphon.guard.core.table import MASK, Listeners, Pools

HEARD_KB_PER_S = 40.0  # credited for what is heard: more than any copy here needs
CALM_KB_PER_S = 64.0  # three times as fast as it is played
PLAYED_KB_PER_S = 24.0  # a little faster than it is played
POOL_KB_PER_S = 512.0  # how fast a pool fills again when nothing presses
KNOWN_TIMES = 8.0  # who is known has so much more of a lead, and so much faster: several machines, or a program
LEAST_LEAD_KB = 320.0  # some sixteen seconds
LEAST_START_KB = 128.0  # and some six, for each of many who begin at the same moment
LEAST_POOL_KB = 8 * LEAST_LEAD_KB
START_SHARE = 8  # a visitor's first sound takes at most so much of what is left in the pool
PROVES = 3.0  # a second heard frees so many from the pool: five seconds prove a whole start
MOST_TRUST_KB = 640.0  # twice what is played between two reports
MOST_OWED_KB = 1e6
LEAST_ROOM_KB = 256 * 1024.0  # however small the catalogue
ROOM_S = 6 * 3600.0  # in which the site forgets so much
POLL_S = 1.0  # a report may come at any moment
DRY_S = 600.0  # who waited in vain is told so, for so long


@dataclass(frozen=True)
class Lead:
    """Limits, as the operator set them; 0 is none."""

    kb: float = 16 * 1024.0  # a visitor's lead when nothing presses
    pool_kb: float = 512 * 1024.0  # a network's pool then
    share: float = 0.003  # of the catalogue, unheard: past half of it the site is pressed


@dataclass(frozen=True)
class Taker:
    """Whom a piece of sound goes to: keys of visitor and network (0: none), and what frees from pressure."""

    visitor: int
    network: int
    is_known: bool = False  # signed in: neither pressure nor pool is theirs
    has_passed: bool = False  # pressed the button: at the pace of listening, without the pool
    is_given: bool = False  # a file to keep or a feed: counted for its network alone


class Ahead:
    """The accounts of everybody's sound, in a fixed number of bytes."""

    def __init__(self, limits: Lead, *, visitors: int = 65_536, networks: int = 32_768) -> None:
        self.limits = limits
        self.visitors = Listeners(visitors)
        self.networks = Pools(networks)
        self.catalogue_kb = 0.0
        self.site_kb, self.site_at = 0.0, 0.0

    @property
    def bytes_held(self) -> int:
        """How much memory this takes, whoever comes."""
        return sum(table.places * table.bytes_each for table in (self.visitors, self.networks))

    @property
    def room_kb(self) -> float:
        """How much unheard sound of strangers the site bears before pressure is full."""
        return max(LEAST_ROOM_KB, self.limits.share * self.catalogue_kb)

    @property
    def pressure(self) -> float:
        """From 0, with half of the room free, to 1, with none."""
        if not self.limits.share:
            return 0.0
        return min(1.0, max(0.0, self.site_kb / self.room_kb * 2 - 1))

    def most_unheard_kb(self, networks: int, seconds: float) -> float:
        """Return what so many networks may get at most, in all of that time, when nobody there ever listens."""
        return self.room_kb * (1 + seconds / ROOM_S) + networks * min(LEAST_POOL_KB, self.limits.pool_kb) + 64

    def wait_s(self, taker: Taker, kb: float, at_s: float) -> float:
        """Return 0 and count a piece that may go out now; else how long to wait before asking again."""
        self._forget(at_s)
        press = 0.0 if taker.is_known or taker.is_given else self.pressure
        mine, nets = self._visitor(taker.visitor, press, at_s), self._network(taker.network, at_s)
        if taker.is_given:
            return self._give(nets, kb)
        times = KNOWN_TIMES if taker.is_known else 1.0
        lead = times * _between(self.limits.kb, LEAST_LEAD_KB, press)
        if mine >= 0 and lead:
            over = self.visitors.ahead[mine] * lead + kb - lead
            if over > 0 and self.visitors.ahead[mine] > 0:
                return min(POLL_S, over / (times * pace_kb_per_s(press)))
        free = kb if taker.is_known or taker.has_passed else 0.0
        if mine >= 0 and not free:
            free = min(kb, self.visitors.trust[mine])
        if nets >= 0 and kb > free and not self._pooled(mine, nets, taker.network, kb - free, press):
            return POLL_S
        if mine >= 0:
            self._count(mine, kb, 0.0 if taker.is_known or taker.has_passed else free, lead)
        return 0.0

    def heard(self, visitor: int, ms: int, at_s: float) -> None:
        """Put back what was heard, as far as it was sent, and more: into the pool that it came from."""
        self._forget(at_s)
        if not visitor:
            return
        table = self.visitors
        mine = self._visitor(visitor, self.pressure, at_s)
        kb = min(max(0, ms) / 1000 * HEARD_KB_PER_S, table.owed[mine])
        table.owed[mine] -= kb
        # Their own pace is not changed by it: it is faster than anybody hears, and who says so falsely gains no time.
        proved, pooled = kb * PROVES, table.pooled[mine]
        part = min(1.0, proved / pooled) if pooled > 0 else 0.0
        nets = self._network(table.net[mine], at_s)
        if nets >= 0:
            self.networks.pool[nets] = max(0.0, self.networks.pool[nets] - part * table.pool[mine])
        self.site_kb = max(0.0, self.site_kb - part * pooled)
        table.pool[mine] *= 1 - part
        table.pooled[mine] = pooled * (1 - part)
        table.trust[mine] = min(MOST_TRUST_KB, table.trust[mine] + max(0.0, proved - part * pooled))

    def ran_dry(self, taker: Taker, at_s: float) -> None:
        """Note that somebody waited in vain for what they had begun to fetch."""
        if taker.visitor:
            self.visitors.dry[self.visitors.place_of(taker.visitor, at_s)] = at_s

    def is_dry(self, taker: Taker, at_s: float) -> bool:
        """Tell whether somebody waited in vain a short while ago, and would again."""
        if not taker.visitor or not taker.network or taker.is_known or taker.has_passed:
            return False
        mine = self.visitors.place_of(taker.visitor, at_s)
        if not 0 <= at_s - self.visitors.dry[mine] < DRY_S or not self.visitors.dry[mine]:
            return False
        nets = self._network(taker.network, at_s)
        pool = _between(self.limits.pool_kb, LEAST_POOL_KB, self.pressure)
        return (1 - self.networks.pool[nets]) * pool < LEAST_START_KB and self.visitors.trust[mine] < LEAST_START_KB

    def _visitor(self, visitor: int, press: float, at_s: float) -> int:
        """Where a visitor stands, emptied by the time that went by; -1 for nobody."""
        if not visitor:
            return -1
        table = self.visitors
        place = table.place_of(visitor, at_s)
        passed = table.passed_s(place, at_s)
        if passed and self.limits.kb:
            lead = _between(self.limits.kb, LEAST_LEAD_KB, press)
            table.ahead[place] = max(0.0, table.ahead[place] - passed * pace_kb_per_s(press) / lead)
        return place

    def _network(self, network: int, at_s: float) -> int:
        """Where a network stands, filled again by the time that went by: as pressure on strangers is, whoever asks."""
        if not network:
            return -1
        table = self.networks
        place = table.place_of(network, at_s)
        passed = table.passed_s(place, at_s)
        if passed and self.limits.pool_kb:
            press = self.pressure
            pool = _between(self.limits.pool_kb, LEAST_POOL_KB, press)
            table.pool[place] = max(0.0, table.pool[place] - passed * POOL_KB_PER_S * (1 - press) / pool)
            table.given[place] = max(0.0, table.given[place] - passed * POOL_KB_PER_S / self.limits.pool_kb)
        return place

    def _give(self, nets: int, kb: float) -> float:
        if nets < 0 or not self.limits.pool_kb:
            return 0.0
        if self.networks.given[nets] + kb / self.limits.pool_kb > 1 and self.networks.given[nets] > 0:
            return min(POLL_S, kb / POOL_KB_PER_S)
        self.networks.given[nets] += kb / self.limits.pool_kb
        return 0.0

    def _pooled(self, mine: int, nets: int, network: int, kb: float, press: float) -> bool:
        """Take from a network's pool what a visitor has not proved to hear; false where it is not there."""
        pool, part = _between(self.limits.pool_kb, LEAST_POOL_KB, press), 0.0
        if pool:
            left, part = (1 - self.networks.pool[nets]) * pool, kb / pool
            if kb > left:
                return False
            if mine >= 0 and self.limits.kb:
                # Many who begin at one moment share what there is, and each has enough to prove that they listen.
                had = self.visitors.ahead[mine] * _between(self.limits.kb, LEAST_LEAD_KB, press)
                if had + kb > max(LEAST_START_KB + 1, left / START_SHARE) if had > 0 else left < LEAST_START_KB:
                    return False
            self.networks.pool[nets] = min(1.0, self.networks.pool[nets] + part)
        if mine >= 0:
            self._owe(mine, network & MASK, part, kb)
        self.site_kb += kb
        return True

    def _owe(self, mine: int, net: int, part: float, kb: float) -> None:
        table = self.visitors
        if table.net[mine] != net:
            # Somebody who moves to another network cannot pay there for what was taken here.
            table.net[mine] = net
            table.pool[mine] = table.pooled[mine] = 0.0
        table.pool[mine] += part
        table.pooled[mine] += kb

    def _count(self, mine: int, kb: float, trusted: float, lead: float) -> None:
        table = self.visitors
        table.trust[mine] = max(0.0, table.trust[mine] - trusted)
        table.owed[mine] = min(MOST_OWED_KB, table.owed[mine] + kb)
        if lead:
            table.ahead[mine] += kb / lead

    def _forget(self, at_s: float) -> None:
        passed = at_s - self.site_at
        self.site_at = at_s
        if passed > 0:
            self.site_kb = max(0.0, self.site_kb - passed * self.room_kb / ROOM_S)


def _between(calm: float, least: float, press: float) -> float:
    """What a limit has shrunk to: by the same part for each step of pressure."""
    return calm if press <= 0 else calm * (min(calm, least) / calm) ** press if calm else 0.0


def pace_kb_per_s(press: float) -> float:
    """Return how fast sound goes out past a lead."""
    return CALM_KB_PER_S + (PLAYED_KB_PER_S - CALM_KB_PER_S) * press
