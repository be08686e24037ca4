"""How often one person may do what others notice. Counted in the cache: each process on its own."""

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from antiphon.kernel import clock
from antiphon.kernel.errors import TooMany

_MINUTE_S, _DAY_S = 60, 24 * 3600


def count_like(user_id: int) -> None:
    """Count one more like. Raises `TooMany`."""
    most = int(settings.ANTIPHON.likes_per_minute)
    if wait_s := _over("like", user_id, most, _MINUTE_S):
        raise TooMany(
            _("You have liked %(most)s things within a minute, which is as many as go.") % {"most": most},
            retry_after_s=wait_s, hint=_("Go on in a minute."),
        )  # fmt: skip


def count_repost(user_id: int) -> None:
    """Count one more repost. Raises `TooMany`."""
    most = int(settings.ANTIPHON.reposts_per_day)
    if wait_s := _over("repost", user_id, most, _DAY_S):
        raise TooMany(
            _("You have reposted %(most)s things today, which is as many as go.") % {"most": most},
            retry_after_s=wait_s, hint=_("Go on tomorrow."),
        )  # fmt: skip


def count_follow(user_id: int) -> None:
    """Count one more follow. Raises `TooMany`: whoever follows by a program comes to its end."""
    most = int(settings.ANTIPHON.follows_per_day)
    if wait_s := _over("follow", user_id, most, _DAY_S):
        raise TooMany(
            _("You have followed %(most)s profiles today, which is as many as go.") % {"most": most},
            retry_after_s=wait_s, hint=_("Go on tomorrow."),
        )  # fmt: skip


def _over(verb: str, user_id: int, most: int, seconds: int) -> int:
    """Count one more; return the seconds until there is room again, 0 while there is (and where nothing is limited)."""
    if most == 0:
        return 0
    now = int(clock.now().timestamp())
    key = f"pace:{verb}:{user_id}:{now // seconds}"
    cache.add(key, 0, seconds)
    return seconds - now % seconds if cache.incr(key) > most else 0
