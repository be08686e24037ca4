"""What happens around every request: who asks, how often, what kind of body, once or again, and errors as problems.

Wraps the framework's own view of a path; the routers below never see a request that has not come through here.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja.operation import Operation, PathView

from antiphon.api import idempotency, limits
from antiphon.api.callers import SAFE, ApiRequest, Caller, caller_of, place_of
from antiphon.api.problems import WrongMediaType, WrongMethod, from_exception
from antiphon.kernel.errors import NotFound

View = Callable[..., HttpResponse]
_MEDIA_TYPES = {"body": "application/json", "form": "multipart/form-data", "file": "multipart/form-data"}


def around(path_view: PathView) -> View:
    """Return the view that answers a path's operations, whatever may happen."""

    def view(request: HttpRequest, **path: Any) -> HttpResponse:
        return _answered(request, partial(_run, path_view, request, path))

    view.csrf_exempt = True  # type: ignore[attr-defined]  # checked in `callers`, where a session is what speaks
    return view


def unknown(request: HttpRequest) -> HttpResponse:
    """Answer for every address below /api/ where there is nothing."""

    def refuse(caller: Caller) -> HttpResponse:
        raise NotFound(_("There is nothing at this address."), hint=_("/api/v1/docs lists every address."))

    return _answered(request, refuse)


unknown.csrf_exempt = True  # type: ignore[attr-defined]


def _answered(request: HttpRequest, run: Callable[[Caller], HttpResponse]) -> HttpResponse:
    rate: limits.Rate | None = None
    try:
        try:
            caller = caller_of(request)
        except Exception:
            # Whoever guesses at keys is counted by where they come from.
            rate = limits.take(place_of(request))
            raise
        rate = limits.take(caller.name)
        cast(ApiRequest, request).caller = caller
        reply = run(caller)
    except Exception as error:  # noqa: BLE001  (the one place that maps them; nothing is swallowed)
        reply = from_exception(request, error)
    if rate is not None:
        rate.say(reply)
    reply.setdefault("Cache-Control", "private, no-cache")
    reply.setdefault("Vary", "Authorization, Cookie, Accept-Language")
    return reply


def _run(path_view: PathView, request: HttpRequest, path: dict[str, Any], caller: Caller) -> HttpResponse:
    asked = request.method or ""
    by_method = {method: operation for operation in path_view.operations for method in operation.methods}
    if asked == "OPTIONS":
        reply = HttpResponse(status=204)
        reply["Allow"] = _allow(by_method)
        return reply
    operation = by_method.get("GET" if asked == "HEAD" else asked)
    if operation is None:
        reply = from_exception(
            request,
            WrongMethod(_("%(method)s cannot be done here.") % {"method": asked}, hint=_("Allow says what can.")),
        )
        reply["Allow"] = _allow(by_method)
        return reply
    for check in operation.auth_callbacks:
        check(request)  # before anything of the request is read
    answer = cast(Callable[[], HttpResponse], partial(operation.run, request, **path))
    if asked == "HEAD":
        return _without_body(answer())
    if asked in SAFE:
        return answer()
    _check_media_type(request, operation)
    key = idempotency.key_of(request)
    if key and caller.user.is_authenticated:
        return idempotency.once(request, caller.person, key, answer)
    return answer()


def _allow(by_method: dict[str, Operation]) -> str:
    return ", ".join(sorted({*by_method, *(["HEAD"] if "GET" in by_method else []), "OPTIONS"}))


def _without_body(reply: HttpResponse) -> HttpResponse:
    length = len(reply.content)
    reply.content = b""
    reply["Content-Length"] = str(length)
    return reply


def _check_media_type(request: HttpRequest, operation: Operation) -> None:
    sources = [str(model.__ninja_param_source__) for model in operation.models]
    wanted = next((_MEDIA_TYPES[source] for source in sources if source in _MEDIA_TYPES), None)
    if wanted is None or request.META.get("CONTENT_LENGTH", "") in ("", "0"):
        return
    if request.content_type != wanted:
        raise WrongMediaType(
            _("This address reads %(wanted)s.") % {"wanted": wanted}, hint=_("Say so in Content-Type.")
        )
