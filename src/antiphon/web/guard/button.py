"""The button for people who took much at once: a form that posts, without script, good for an hour of more.

It is a cost and no wall: a program may press it as well, and then meets the same ladder further up.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from antiphon.guard import service as guard
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput
from antiphon.web.accounts import limits

PER_HOUR = 120  # for one address: it may be a whole school
SOONEST_S, LATEST_S = 2, 3600  # nobody reads a page sooner; whoever leaves it open for long gets a new one
_SALT = "antiphon.guard.button"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def button(request: HttpRequest) -> HttpResponse:
    """Show the button; let whoever pressed it go on."""
    said = request.POST if request.method == "POST" else request.GET
    back = said.get("next", "")[:300]
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None) or not back.startswith("/"):
        back = "/"
    if request.method == "POST":
        limits.count(request, "guard-button", most=PER_HOUR, seconds=3600)
        if not _is_fresh(request.POST.get("shown", "")):
            raise BadInput(_("That was sooner or later than a person presses a button."), hint=_("Press it again."))
        reply = redirect(back)
        reply.set_cookie(
            guard.PASS_COOKIE,
            guard.a_pass(request.META.get("REMOTE_ADDR", ""), request.COOKIES.get(settings.LISTENER_COOKIE_NAME, "")),
            max_age=guard.PASS_S,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return reply
    shown = signing.dumps(clock.now().timestamp(), salt=_SALT)
    return render(request, "guard/button.html", {"next": back, "shown": shown})


def _is_fresh(shown: str) -> bool:
    try:
        at_s = float(signing.loads(shown[:200], salt=_SALT))
    except (signing.BadSignature, ValueError, TypeError):
        return False
    return SOONEST_S <= clock.now().timestamp() - at_s <= LATEST_S
