"""A table of visitors in a fixed number of bytes. Pure; not thread-safe: its owner holds a lock or stays in one loop.

Eight places a bucket: whoever comes new takes the place of whoever has been quiet longest. A key is 64 bits of a keyed
hash, so that nobody can choose whom they push out.
"""

from abc import ABC, abstractmethod
from array import array

_WAYS = 8
MAP_BITS = 1024  # which tracks a visitor took this hour, as one bit each
MAP_FULL = 768  # past so many bits a map tells little, and everything counts as new
_MAP_BYTES = MAP_BITS // 8
MASK = 0xFFFF_FFFF_FFFF_FFFF


class Table(ABC):
    """Whose numbers stand where; what the numbers are, those below say."""

    def __init__(self, places: int) -> None:
        self.places = max(_WAYS, places // _WAYS * _WAYS)
        self.keys = array("Q", bytes(8 * self.places))
        self.at = array("d", bytes(8 * self.places))  # when last seen

    @property
    def bytes_each(self) -> int:
        """How much memory one visitor takes."""
        return 16

    def place_of(self, key: int, at_s: float) -> int:
        """Return where a visitor's numbers stand; whoever is new begins at nothing."""
        key = key & MASK or 1
        start = key % (self.places // _WAYS) * _WAYS
        quietest = start
        for place in range(start, start + _WAYS):
            if self.keys[place] == key:
                return place
            if self.at[place] < self.at[quietest]:
                quietest = place
        self._clear(quietest, at_s)
        self.keys[quietest] = key
        self.at[quietest] = at_s
        return quietest

    def passed_s(self, place: int, at_s: float) -> float:
        """Return how long it is since this was asked last. A clock that was set back has let no time pass."""
        passed = at_s - self.at[place]
        self.at[place] = at_s
        return passed if passed > 0 else 0.0

    @abstractmethod
    def _clear(self, place: int, at_s: float) -> None:
        """Let a place begin at nothing."""

    def _floats(self) -> "array[float]":
        return array("f", bytes(4 * self.places))


class Taken(Table):
    """What each has taken; with `maps`, also which tracks."""

    def __init__(self, places: int, *, maps: bool) -> None:
        super().__init__(places)
        self.units = self._floats()  # tracks taken and not heard
        self.other = self._floats()  # sign-ups of a network
        self.traps = array("H", bytes(2 * self.places))
        self.maps = bytearray(_MAP_BYTES * self.places if maps else 0)
        self.hour = array("I", bytes(4 * self.places if maps else 0))
        self.last = array("Q", bytes(8 * self.places if maps else 0))  # the track taken last
        self.bits = array("H", bytes(2 * self.places if maps else 0))
        self.first = array("d", bytes(8 * self.places if maps else 0))  # when first seen
        self.run = array("H", bytes(2 * self.places if maps else 0))  # so many in the catalogue's order

    @property
    def bytes_each(self) -> int:
        """How much memory one visitor takes."""
        return 26 + ((_MAP_BYTES + 24) if self.maps else 0)

    def _clear(self, place: int, at_s: float) -> None:
        self.units[place] = self.other[place] = 0.0
        self.traps[place] = 0
        if self.maps:
            self.maps[place * _MAP_BYTES : (place + 1) * _MAP_BYTES] = bytes(_MAP_BYTES)
            self.hour[place] = 0
            self.last[place] = self.run[place] = self.bits[place] = 0
            self.first[place] = at_s

    def is_new_track(self, place: int, track: int, at_s: float) -> bool:
        """Note that a visitor took a track; tell whether it is the first time this hour. Sometimes errs for them."""
        hour = int(at_s // 3600) & 0xFFFF_FFFF
        base = place * _MAP_BYTES
        if self.hour[place] != hour:
            self.maps[base : base + _MAP_BYTES] = bytes(_MAP_BYTES)
            self.hour[place] = hour
            self.bits[place] = 0
        if self.bits[place] >= MAP_FULL:
            return True
        spot = _mixed(track) % MAP_BITS
        bit = 1 << (spot & 7)
        if self.maps[base + (spot >> 3)] & bit:
            return False
        self.maps[base + (spot >> 3)] |= bit
        self.bits[place] += 1
        return True


class Listeners(Table):
    """How far sound runs ahead of what each has heard. Sound is in kB; shares are of a limit that may shrink."""

    def __init__(self, places: int) -> None:
        super().__init__(places)
        self.ahead = self._floats()  # sent sooner than it is played, as a share of their lead
        self.owed = self._floats()  # sent and never heard
        self.pooled = self._floats()  # of it, what came out of their network's pool
        self.pool = self._floats()  # the same as a share of that pool, when it was taken
        self.trust = self._floats()  # what they have proved to listen to, and may have without the pool
        self.net = array("Q", bytes(8 * self.places))  # whose pool it was
        self.dry = array("d", bytes(8 * self.places))  # when they last waited in vain

    @property
    def bytes_each(self) -> int:
        """How much memory one visitor takes."""
        return 52

    def _clear(self, place: int, at_s: float) -> None:
        self.ahead[place] = self.owed[place] = self.pooled[place] = self.pool[place] = self.trust[place] = 0.0
        self.net[place] = 0
        self.dry[place] = 0.0


class Pools(Table):
    """What a network has of sound that nobody there has proved to hear, as shares of what it may have."""

    def __init__(self, places: int) -> None:
        super().__init__(places)
        self.pool = self._floats()
        self.given = self._floats()  # files to keep, and sound for programs of podcasts

    @property
    def bytes_each(self) -> int:
        """How much memory one network takes."""
        return 24

    def _clear(self, place: int, at_s: float) -> None:
        self.pool[place] = self.given[place] = 0.0


def _mixed(number: int) -> int:
    """Spread numbers that follow each other over all bits (Steele, Lea, Flood 2014: SplitMix64, its last step)."""
    number = (number ^ number >> 30) * 0xBF58_476D_1CE4_E5B9 & MASK
    number = (number ^ number >> 27) * 0x94D0_49BB_1331_11EB & MASK
    return number ^ number >> 31
