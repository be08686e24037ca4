"""What every button of a tie has in common: who presses it, what is shown afterwards, and where one comes back to.

A press is a form that works by itself. Scripts send it in the background and put back the few buttons it stood among,
with a refusal beside them; without scripts one is led back to where one was.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from antiphon.kernel.errors import AntiphonError, TooMany
from antiphon.web.listen.reading import viewer_of

View = Callable[..., HttpResponse]


def button(view: View) -> View:
    """Let a view take presses of people who are signed in; others are led to the sign-in, and back to the page."""

    @require_POST
    @wraps(view)
    def pressed(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if viewer_of(request) is not None:
            return view(request, *args, **kwargs)
        where = redirect_to_login(back(request)).headers["Location"]
        if not is_part(request):
            return HttpResponseRedirect(where)
        reply = HttpResponse(status=204)
        reply.headers["HX-Redirect"] = where
        return reply

    return pressed


def do(
    request: HttpRequest, act: Callable[[], object], part: str, shown: Callable[[], dict[str, object]]
) -> HttpResponse:
    """Do it, and return the buttons as they are now, with the refusal if there was one; or lead back."""
    if not is_part(request):
        act()  # a refusal is a page of its own
        return HttpResponseRedirect(back(request))
    refused: AntiphonError | None = None
    try:
        act()
    except AntiphonError as error:
        refused = error
    reply = render(request, part, {**shown(), "refused": refused}, status=refused.status if refused else 200)
    if isinstance(refused, TooMany):
        reply.headers["Retry-After"] = str(refused.retry_after_s)
    return reply


def is_on(request: HttpRequest) -> bool:
    """Tell whether a press switches something on; one that says nothing does."""
    return request.POST.get("on", "1") != "0"


def is_part(request: HttpRequest) -> bool:
    """Tell whether a script asks for the buttons alone."""
    return "HX-Request" in request.headers and "HX-Boosted" not in request.headers


def back(request: HttpRequest, otherwise: str = "/") -> str:
    """Where the button was, if that is ours."""
    wanted = request.POST.get("next") or request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return otherwise
