"""Every error as a page, in one place: ours by their status, Django's by its handlers.

A program that asked for JSON is told the same as `application/problem+json`.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from antiphon.kernel.errors import AntiphonError, TooMany
from antiphon.kernel.ids import MOST_ID

log = logging.getLogger("antiphon.web")


@dataclass(frozen=True)
class Trouble:
    """What an error page says."""

    status: int
    title: str
    message: str
    hint: str = ""


class ErrorPages:
    """Middleware that turns a kernel error of any view into its page, and gives a number of nothing its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, named: dict[str, object]
    ) -> HttpResponse | None:
        """Answer an address with a number that no row can have: a database would not take the question."""
        too_large = any(isinstance(one, int) and one > MOST_ID for one in named.values())
        return not_found(request) if too_large else None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, AntiphonError):
            return None
        return reply_to(request, error)


def reply_to(request: HttpRequest, error: AntiphonError) -> HttpResponse:
    """Return what a person or program is told of an error; who is not signed in is led there and back."""
    if error.status == 401 and request.method == "GET" and not _wants_json(request):
        return redirect_to_login(request.get_full_path())
    if error.status >= 500:
        log.error("%s: %s (%s)", error.code, error.message, error.subject)
    trouble = Trouble(error.status, _title(error.status), error.message, error.hint)
    response = _reply(request, trouble, error.code)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    message = _("The address or the form could not be understood.")
    return _reply(request, Trouble(400, _title(400), message), "bad-request")


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _reply(request, Trouble(403, _title(403), _("This page is not for you.")), "not-allowed")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    message = _("Nothing has this address. It may have been mistyped, or what was here may have been made private.")
    return _reply(request, Trouble(404, _title(404), message), "not-found")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    message = _("This form has gone stale, so nothing was changed.")
    hint = _("Go back, reload the page and send it again. If it comes back, allow cookies for this site.")
    return _reply(request, Trouble(403, _("Please send that again"), message, hint), "stale-form")


def broken(request: HttpRequest) -> HttpResponse:
    """The page of last resort: it asks neither the database nor the session, which may be what is broken."""
    if _wants_json(request):
        return _problem(Trouble(500, _title(500), _("Something broke on our side.")), "error")
    return HttpResponse(render_to_string("errors/broken.html"), status=500)


def _reply(request: HttpRequest, trouble: Trouble, code: str) -> HttpResponse:
    if _wants_json(request):
        return _problem(trouble, code)
    return render(request, "errors/error.html", {"trouble": trouble}, status=trouble.status)


def _problem(trouble: Trouble, code: str) -> HttpResponse:
    said = {"title": trouble.title, "status": trouble.status, "detail": trouble.message, "code": code}
    if trouble.hint:
        said["hint"] = trouble.hint
    return JsonResponse(said, status=trouble.status, content_type="application/problem+json")


def _wants_json(request: HttpRequest) -> bool:
    if request.path.endswith(".json"):
        return True
    accepted = request.headers.get("Accept", "")
    return "json" in accepted and "html" not in accepted and "*/*" not in accepted


def _title(status: int) -> str:
    titles = {
        400: _("That did not make sense"),
        401: _("Please sign in first"),
        403: _("Not for you"),
        404: _("Nothing here"),
        409: _("That clashes with something"),
        410: _("Withdrawn"),
        413: _("Too large"),
        415: _("Not music we can read"),
        422: _("That cannot be used"),
        429: _("Too often"),
        503: _("Not just now"),
    }
    return titles.get(status, _("Something broke"))
