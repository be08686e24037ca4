"""Two months of plays for the pages of history and statistics, recorded as a browser's reports are."""

import random
import uuid
from datetime import timedelta

from antiphon.accounts import service as accounts
from antiphon.community.core.tickets import Ticket, seal
from antiphon.community.service import plays
from antiphon.kernel import clock
from antiphon.storage import service as storage

DAYS, LENGTH_MS = 60, 40_000
SOURCES = ("page", "page", "page", "set", "set", "home", "search", "profile", "embed", "link")
COUNTRIES = ("DE", "DE", "DE", "NO", "NO", "FR", "PL", "")


def hear(owner: accounts.User, tracks: dict[str, int]) -> None:
    """Let somebody hear their own tracks, which need not be ready yet, more often as time goes on."""
    dice = random.Random(5)
    now = clock.now()
    keys = storage.signing_keys()
    for day in range(DAYS, 0, -1):
        binding = storage.binding_of(f"{day}")
        at = now - timedelta(days=day)
        for _ in range(dice.randint(0, 3 + (DAYS - day) // 8)):
            at += timedelta(minutes=dice.randint(2, 90))
            issued = int(at.timestamp() * 1000)
            track = dice.choice(list(tracks.values()))
            ticket = seal(keys, Ticket(track, track, LENGTH_MS, owner.pk, False, issued, dice.getrandbits(63)), binding)
            said = {
                "play": str(uuid.UUID(int=dice.getrandbits(128), version=4)), "ticket": ticket,
                "heard_ms": dice.choice((9_000, 31_000, 38_000, 40_000)), "source": dice.choice(SOURCES),
            }  # fmt: skip
            with clock.frozen(at + timedelta(seconds=60)):
                [answer] = plays.record(binding, [said], country=dice.choice(COUNTRIES))
            assert answer.why is None, answer.why
