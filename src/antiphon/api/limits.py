"""How often one may ask: a token bucket for each key, person or network address, kept in the cache.

Said in the headers of draft-ietf-httpapi-ratelimit-headers. The bucket is for fairness, not for safety: two servers
with caches of their own each count for themselves.
"""

import math
import time
from dataclasses import dataclass
from threading import Lock

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.utils.translation import gettext as _

from antiphon.kernel.errors import TooMany

WINDOW_S = 60
_lock = Lock()  # read and write of a bucket belong together; the cache offers no such pair


@dataclass(frozen=True)
class Rate:
    """What is left in a bucket after this request."""

    policy: str
    most: int
    left: int
    full_in_s: int

    def say(self, reply: HttpResponse) -> None:
        reply["RateLimit-Policy"] = f'"{self.policy}";q={self.most};w={WINDOW_S}'
        reply["RateLimit"] = f'"{self.policy}";r={self.left};t={self.full_in_s}'


def take(name: str, *, at_s: float | None = None) -> Rate | None:
    """Take one from the bucket of this name (`key:3`, `user:5`, `address:…`). None where nothing is limited.

    Raises `TooMany` when it is empty, with the seconds until there is one again.
    """
    policy = name.partition(":")[0]
    most = int(settings.ANTIPHON.api_per_minute_address if policy == "address" else settings.ANTIPHON.api_per_minute)
    if most == 0:
        return None
    now = time.time() if at_s is None else at_s
    with _lock:
        left, since = cache.get(f"api-rate:{name}", (float(most), now))
        left = min(float(most), left + max(0.0, now - since) * most / WINDOW_S)
        empty = left < 1
        if not empty:
            left -= 1
        cache.set(f"api-rate:{name}", (left, now), WINDOW_S * 2)
    if empty:
        wait = math.ceil((1 - left) * WINDOW_S / most)
        raise TooMany(
            _("You ask more often than %(most)s times a minute.") % {"most": most},
            retry_after_s=wait,
            hint=_("Wait as long as Retry-After says, and spread the requests out."),
        )
    return Rate(policy, most, int(left), math.ceil((most - left) * WINDOW_S / most))
