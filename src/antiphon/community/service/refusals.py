"""What was turned away, by name, counted before it is refused: moderators see the day's numbers.

Counted in the cache, as rates are: each process on its own, and a new start begins at nothing.
"""

import logging

from django.core.cache import cache

from antiphon.kernel import clock

_log = logging.getLogger("antiphon.community")
_DAY_S = 86_400
REASONS = ("comment-too-large", "comment-too-long", "comment-too-often", "comments-of-track-too-often")


def count(reason: str) -> int:
    """Count one more refusal of today; return how many that makes."""
    key = _key(reason)
    cache.add(key, 0, 2 * _DAY_S)
    number = cache.incr(key)
    _log.info("refused: %s, number %s of today", reason, number)
    return number


def of_today() -> dict[str, int]:
    """Return how often each reason was given today; those that were not are left out."""
    return {reason: number for reason in REASONS if (number := cache.get(_key(reason)))}


def _key(reason: str) -> str:
    return f"refused:{reason}:{int(clock.now().timestamp()) // _DAY_S}"
