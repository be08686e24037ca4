"""How often one may comment, and how much a track gets: counted in the cache, as other rates are."""

from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from antiphon.community.service import refusals
from antiphon.kernel import clock
from antiphon.kernel.errors import TooMany

_MINUTE_S, _HOUR_S = 60, 3600
MOST_A_MINUTE = 8  # nobody types faster


@dataclass(frozen=True)
class _Limit:
    key: str
    most: int  # 0: no limit
    seconds: int
    reason: str


def take(user_id: int, track_id: int, *, is_owner: bool) -> None:
    """Count one more comment of this person, and one more on this track. Raises `TooMany` with the count and the wait.

    A creator who answers on their own track is not held up by what others write there.
    """
    config = settings.ANTIPHON
    _take(_Limit(f"person:{user_id}", MOST_A_MINUTE, _MINUTE_S, "comment-too-often"))
    _take(_Limit(f"person:{user_id}", config.comments_per_hour, _HOUR_S, "comment-too-often"))
    if not is_owner:
        _take(_Limit(f"track:{track_id}", config.comments_per_hour_track, _HOUR_S, "comments-of-track-too-often"))


def _take(limit: _Limit) -> None:
    if limit.most == 0:
        return
    now = int(clock.now().timestamp())
    key = f"comments:{limit.key}:{limit.seconds}:{now // limit.seconds}"
    cache.add(key, 0, limit.seconds)
    if cache.incr(key) <= limit.most:
        return
    refusals.count(limit.reason)
    wait_s = limit.seconds - now % limit.seconds
    minutes = -(-wait_s // 60)
    hint = ngettext("Come back in %(count)s minute.", "Come back in %(count)s minutes.", minutes) % {"count": minutes}
    raise TooMany(_said(limit), retry_after_s=wait_s, hint=hint)


def _said(limit: _Limit) -> str:
    if limit.reason == "comments-of-track-too-often":
        return _("%(count)s comments were written on this track in an hour, which is as many as it takes.") % {
            "count": limit.most
        }
    if limit.seconds == _MINUTE_S:
        return _("You wrote %(count)s comments in a minute, which is as many as one may.") % {"count": limit.most}
    return _("You wrote %(count)s comments in an hour, which is as many as one may.") % {"count": limit.most}
