"""How often one household may do something that needs no account. Counted in the cache: each process on its own."""

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from antiphon.guard.core.visitors import where
from antiphon.kernel import clock
from antiphon.kernel.errors import TooMany


def count(request: HttpRequest, action: str, *, most: int, seconds: int) -> None:
    """Count one more time. Raises `TooMany` when this client has done it `most` times in this stretch of time."""
    now = int(clock.now().timestamp())
    key = f"limit:{action}:{where(request.META.get('REMOTE_ADDR', '')).household}:{now // seconds}"
    cache.add(key, 0, seconds)
    if cache.incr(key) > most:
        wait = seconds - now % seconds
        raise TooMany(
            _("That was too often."), retry_after_s=wait, hint=_("Wait a while, or write to whoever runs this site.")
        )
