"""What the player says that it played: batches of running totals, answered play by play.

No token guards this against foreign pages, because a browser that leaves a page can send none: a report needs a ticket
that was sealed for this very browser, which no other page can read.
"""

import json
import re
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from antiphon.community.core.hearing import Why
from antiphon.community.core.reports import MOST_REPORTS
from antiphon.community.service import plays as hearing
from antiphon.guard import service as guard
from antiphon.guard.core.visitors import Shown
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, TooLarge, TooMany
from antiphon.web.accounts import limits
from antiphon.web.listen.reading import binding
from antiphon.web.listen.views_player import for_one_listener

MOST_BYTES = 32 * 1024
PER_MINUTE, PER_MINUTE_ADDRESS = 240, 2400  # batches: ten tabs send forty, a school of five hundred two thousand
_COUNTRY = re.compile(r"[A-Z]{2}")
_NOWHERE = frozenset({"XX", "ZZ"})


@csrf_exempt
@require_POST
@for_one_listener
def plays(request: HttpRequest) -> HttpResponse:
    """Take a batch; say of each play how much is kept of it, or why nothing is, and how many were refused."""
    return taken(request, binding(request), batch_in(request)["plays"])


def taken(request: HttpRequest, bound: str, said: list[Any], *, audience: str = "") -> JsonResponse:
    """Answer a batch of plays of whoever is bound so: a browser, or the audience of a player. Raises `TooMany`."""
    limits.count(request, "plays", most=PER_MINUTE_ADDRESS, seconds=60)
    _count(bound)
    answers = hearing.record(bound, said, country=country_of(request))
    shown = shown_by(request, audience)
    for one in answers:
        if one.kept_ms and one.is_new:
            guard.budgets().heard(shown, one.play, one.kept_ms)
    words = sentences()
    told = [
        {"play": one.play, "kept_ms": one.kept_ms}
        if one.why is None
        else {"play": one.play, "refused": str(one.why), "why": words[one.why]}
        for one in answers
    ]
    refused = sum(one.why is not None for one in answers)
    unchanged = sum(one.why is None and not one.is_new for one in answers)
    return JsonResponse({"plays": told, "refused": refused, "unchanged": unchanged})


def shown_by(request: HttpRequest, audience: str) -> Shown:
    """Return what a request shows of who sends it, as the door reads it."""
    cookies = request.COOKIES
    return Shown(
        request.META.get("REMOTE_ADDR", ""),
        cookies.get(settings.LISTENER_COOKIE_NAME, ""),
        cookies.get(settings.SESSION_COOKIE_NAME, ""),
        audience=audience,
    )


def batch_in(request: HttpRequest) -> dict[str, Any]:
    """Return what was sent, whose `plays` is a list that fits. Raises `TooLarge`, `BadInput`."""
    if len(request.body) > MOST_BYTES:
        raise TooLarge(
            _("A batch of plays has at most %(most)s kB.") % {"most": MOST_BYTES // 1024},
            hint=_("Send the rest in the next one."),
        )
    try:
        said = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise BadInput(_("This is not JSON."), hint=_("Send {“plays”: […]}.")) from error
    found = said.get("plays") if isinstance(said, dict) else None
    if not isinstance(found, list):
        raise BadInput(_("There are no plays in it."), hint=_("Send {“plays”: […]}."))
    if len(found) > MOST_REPORTS:
        raise TooLarge(
            _("A batch holds at most %(most)s plays.") % {"most": MOST_REPORTS},
            hint=_("Send the rest in the next one."),
        )
    return dict(said)


def _count(bound: str) -> None:
    """Count a batch of this browser. Raises `TooMany`."""
    cache, now = caches["anybody"], int(clock.now().timestamp())
    key = f"limit:plays:{bound}:{now // 60}"
    cache.add(key, 0, 60)
    if cache.incr(key) > PER_MINUTE:
        raise TooMany(
            _("This browser reports plays too often."),
            retry_after_s=60 - now % 60,
            hint=_("Wait as long as Retry-After says; nothing is lost, totals only grow."),
        )


def country_of(request: HttpRequest) -> str:
    """Return the listener's country, where a header of a trusted proxy is named for it; the door drops all others."""
    name = settings.ANTIPHON.country_header
    said = request.headers.get(name, "").strip().upper() if name else ""
    return said if _COUNTRY.fullmatch(said) and said not in _NOWHERE else ""


def sentences() -> dict[Why, str]:
    """Return why a report may be refused, in words."""
    return {
        Why.NOT_A_NUMBER: _("What was heard is a whole number of milliseconds."),
        Why.NEGATIVE: _("Nobody hears less than nothing."),
        Why.NOT_A_PLAY: _("A play has an id (a UUID of version 4) and a source that there is."),
        Why.NO_TICKET: _("This ticket is not ours, was changed, or was given to another browser."),
        Why.TICKET_ENDED: _("This ticket has ended: what was heard is to be said within three days."),
        Why.OTHER_TRACK: _("This play began with a ticket of another track."),
        Why.FUTURE: _("More than the time that has passed since the ticket was given."),
        Why.LONGER_THAN_TRACK: _("More than the track’s length: hearing it again is another play."),
        Why.TOO_MUCH_AT_ONCE: _("More at the same time than one browser can play."),
        Why.GONE: _("This track is not here any more."),
        Why.WITHDRAWN: _("This track has been withdrawn by its creator."),
        Why.NOT_FOR_YOU: _("This track is not open to you."),
    }
