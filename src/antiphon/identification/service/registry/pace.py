"""How often one asker may ask the registry by sound. Counted in the cache, each process on its own; never by whom
in a table."""

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from antiphon.kernel import clock
from antiphon.kernel.errors import TooMany

_HOUR_S, _DAY_S = 3600, 24 * 3600


def count_asked(asker: str, *, is_known: bool) -> None:
    """Count one more question of somebody, by the name under which they are counted. Raises `TooMany`."""
    rules = settings.ANTIPHON
    most = int(rules.registry_per_hour if is_known else rules.registry_per_hour_address)
    if wait_s := _over("asked", asker, 1, most, _HOUR_S):
        raise TooMany(
            _("You have asked %(most)s times within an hour, which is as many as go.") % {"most": most},
            retry_after_s=wait_s,
            hint=_("Wait as long as Retry-After says, or send many fingerprints as a batch."),
        )


def count_batched(asker: str, number: int) -> None:
    """Count so many more fingerprints of batches. Raises `TooMany`."""
    most = int(settings.ANTIPHON.registry_batched_per_day)
    if wait_s := _over("batched", asker, number, most, _DAY_S):
        raise TooMany(
            _("You have sent %(most)s fingerprints today, which is as many as go.") % {"most": most},
            retry_after_s=wait_s,
            hint=_("The batch stays as it is: go on with it tomorrow."),
        )


def _over(verb: str, asker: str, number: int, most: int, seconds: int) -> int:
    """Count; return the seconds until there is room again, 0 while there is (and where nothing is limited)."""
    if most == 0:
        return 0
    now = int(clock.now().timestamp())
    key = f"registry:{verb}:{asker}:{now // seconds}"
    cache.add(key, 0, seconds)
    if cache.get(key, 0) + number > most:
        return seconds - now % seconds
    cache.incr(key, number)
    return 0
