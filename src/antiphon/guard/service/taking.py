"""The budgets of this process: what the door asks before it hands out music, and what pages tell of listening.

Kept in memory alone, in a fixed number of bytes; a new start begins at nothing. Several server processes each count
for themselves.
"""

import hashlib
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Mapping
from typing import TypeVar

from django.conf import settings
from django.core import signing

from antiphon.audio import service as audio
from antiphon.guard.core.ahead import Ahead, Lead, Taker, pace_kb_per_s
from antiphon.guard.core.pace import FINE, Limits, Pace, Step, Verdict, Visit
from antiphon.guard.core.visitors import Shown, keys_of, where
from antiphon.kernel import clock

PASS_COOKIE = "antiphon_pass"  # noqa: S105  (a name)
PASS_S = 3600
PLAY_MS = 5000
_SALT = "antiphon.guard.pass"
_MOST = 20_000
_MOST_REFUSED = 1000
_WEIGH_EVERY_S = 600.0
_DRY_WAIT_S = 60.0  # what somebody is told whose network has no sound left that nobody paid for by listening
_lock = threading.Lock()

Key = TypeVar("Key")
Value = TypeVar("Value")


class Budgets:
    """One process's budgets, with the people that pages have recognised."""

    def __init__(self, pace: Pace, ahead: Ahead) -> None:
        self.pace = pace
        self.ahead = ahead
        self.weighed_at: float | None = None
        self._people: OrderedDict[str, int] = OrderedDict()
        self._plays: OrderedDict[int, int] = OrderedDict()
        self._refused: Counter[int] = Counter()
        self._passes: OrderedDict[tuple[str, str], float] = OrderedDict()

    def ask(self, shown: Shown, *, units: float, track: int, cookie: str = "") -> Verdict:
        """Return what a request for music is answered, and count it."""
        taker = self.taker(shown, cookie)
        if not taker.visitor and not taker.network:
            return FINE
        at_s = clock.now().timestamp()
        visit = Visit(taker.visitor, taker.network, units, track, taker.is_known, taker.has_passed)
        with _lock:
            if self.ahead.is_dry(taker, at_s):
                return Verdict(Step.CHALLENGE, _DRY_WAIT_S, "unheard")
            verdict = self.pace.ask(visit, at_s)
            person = self._person(shown) if verdict.step is Step.REFUSE else None
            if person is not None and len(self._refused) < _MOST_REFUSED:
                self._refused[person] += 1
            return verdict

    def refused_people(self) -> dict[int, int]:
        """Return the accounts that were refused since the last time, each with how often, and forget them."""
        with _lock:
            found, self._refused = dict(self._refused), Counter()
        return found

    def put_back(self, found: Mapping[int, int]) -> None:
        """Remember accounts again that could not be told of."""
        with _lock:
            self._refused.update(found)

    def taker(self, shown: Shown, cookie: str = "", *, is_given: bool = False) -> Taker:
        """Return whom sound goes to. Asked once for a reply, however many pieces it has."""
        visitor, network = self._keys(shown)
        passed = bool(cookie) and self._passed(cookie, shown)
        return Taker(visitor, network, self._person(shown) is not None, passed, is_given)

    def wait_s(self, taker: Taker, length: int) -> float:
        """Return 0 and count so many bytes that may go out now; else how long to wait before asking again."""
        if not taker.visitor and not taker.network:
            return 0.0
        at_s = clock.now().timestamp()
        with _lock:
            return self.ahead.wait_s(taker, length / 1024, at_s)

    def pace_kb(self, taker: Taker) -> float:
        """Return how fast sound may go out to whom nobody counts piece by piece; 0 for any pace."""
        if taker.is_known or taker.is_given or not (taker.visitor or taker.network):
            return 0.0
        return pace_kb_per_s(self.ahead.pressure)

    def ran_dry(self, taker: Taker) -> None:
        """Note that somebody waited in vain."""
        with _lock:
            self.ahead.ran_dry(taker, clock.now().timestamp())

    def weigh(self) -> None:
        """Find out, now and then, how much sound there is to be taken. Asks the database."""
        now_s = time.monotonic()
        if self.weighed_at is None or now_s - self.weighed_at > _WEIGH_EVERY_S:
            self.ahead.catalogue_kb = audio.sound_bytes() / 1024
            self.weighed_at = now_s

    def heard(self, shown: Shown, play: str, total_ms: int) -> None:
        """Take away what a play has grown by. One counts once, and whole after five seconds: a moment of each of a
        thousand tracks is no listening."""
        visitor, network = self._keys(shown)
        key = hash(play)
        with _lock:
            before = self._plays.pop(key, -1)
            _keep(self._plays, key, max(before, total_ms))
            more = max(0, total_ms - max(0, before))
            at_s = clock.now().timestamp()
            plays = min(1.0, max(before, total_ms, 0) / PLAY_MS) - min(1.0, max(before, 0) / PLAY_MS)
            self.pace.heard(visitor, network, plays, at_s)
            self.ahead.heard(visitor, more, at_s)

    def trapped(self, shown: Shown) -> None:
        """Note that somebody followed the address that nobody is led to."""
        visitor, network = self._keys(shown)
        with _lock:
            self.pace.trapped(visitor, network, clock.now().timestamp())

    def sign_up(self, shown: Shown) -> Verdict:
        """Return whether somebody may make an account: their network may have made too many."""
        _visitor, network = self._keys(shown)
        with _lock:
            return self.pace.sign_up(network, clock.now().timestamp())

    def signed_up(self, shown: Shown) -> None:
        """Count a new account."""
        _visitor, network = self._keys(shown)
        with _lock:
            self.pace.signed_up(network, clock.now().timestamp())

    def know(self, session: str, user_id: int) -> None:
        """Note whose session this is: pages say so, because only they ask the database."""
        if self._people.get(session) != user_id:
            with _lock:
                _keep(self._people, session, user_id)

    def know_key(self, secret: str, user_id: int) -> None:
        """Note whose API key this is."""
        self.know(_key_name(secret), user_id)

    def _keys(self, shown: Shown) -> tuple[int, int]:
        return keys_of(shown, self._person(shown))

    def _person(self, shown: Shown) -> int | None:
        if shown.session:
            return self._people.get(shown.session)
        return self._people.get(_key_name(shown.bearer)) if shown.bearer else None

    def _passed(self, cookie: str, shown: Shown) -> bool:
        place = _pass_for(shown)
        now_s = clock.now().timestamp()
        key = (cookie[:300], place)
        until = self._passes.get(key)
        if until is None:
            try:
                said = signing.loads(cookie[:300], salt=_SALT)
                until = float(said["until"]) if said["for"] == place else 0.0
            except (signing.BadSignature, ValueError, TypeError, KeyError):
                until = 0.0
            with _lock:
                _keep(self._passes, key, until)
        return until > now_s


def _keep(kept: OrderedDict[Key, Value], key: Key, value: Value) -> None:
    kept[key] = value
    while len(kept) > _MOST:
        kept.popitem(last=False)


def _key_name(secret: str) -> str:
    return "key " + secret


def _pass_for(shown: Shown) -> str:
    """Whose a pass is: this browser's in this network, so that one press is one who listens."""
    return hashlib.sha256(f"{where(shown.address).network} {shown.listener}".encode()).hexdigest()[:24]


def a_pass(address: str, listener: str) -> str:
    """Return what somebody gets who pressed the button: good for an hour, in their browser and network."""
    until = clock.now().timestamp() + PASS_S
    return signing.dumps({"until": until, "for": _pass_for(Shown(address, listener))}, salt=_SALT)


def limits() -> Limits:
    """Return the limits as the operator set them."""
    config = settings.ANTIPHON
    return Limits(
        tracks=float(config.guard_tracks_per_hour),
        network_tracks=float(config.guard_tracks_per_hour_network),
        sign_ups=float(config.guard_sign_ups_per_hour),
    )


def lead() -> Lead:
    """Return how far sound may run ahead, as the operator set it."""
    config = settings.ANTIPHON
    return Lead(
        kb=float(config.guard_unheard_mb) * 1024,
        pool_kb=float(config.guard_unheard_mb_network) * 1024,
        share=config.guard_unheard_per_mille / 1000,
    )


_budgets: Budgets | None = None


def budgets() -> Budgets:
    """Return this process's budgets."""
    global _budgets
    if _budgets is None:
        _budgets = Budgets(Pace(limits()), Ahead(lead()))
    return _budgets
