"""Every error as `application/problem+json` (RFC 9457), in one place: the kernel's tree, and what the framework raises.

A problem says `type`, `title`, `status`, `detail`, `instance`, `code`, `hint` and, where fields are at fault,
`errors`: a list of `{"field", "in", "detail"}`.
"""

import json
import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DataError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja.errors import HttpError, ValidationError

from antiphon.kernel import errors

MEDIA_TYPE = "application/problem+json"
REALM = 'Bearer realm="Antiphon"'
log = logging.getLogger(__name__)


class BadRequest(errors.AntiphonError):
    """What was sent cannot even be read."""

    status = 400
    code = "bad-request"


class WrongMethod(errors.AntiphonError):
    """The address is there, the verb is not."""

    status = 405
    code = "wrong-method"


class WrongMediaType(errors.AntiphonError):
    """A body of a kind that this address does not read."""

    status = 415
    code = "wrong-media-type"


class Changed(errors.AntiphonError):
    """Somebody changed the thing since it was read (If-Match)."""

    status = 412
    code = "changed-since"


class WrongScope(errors.NotAllowed):
    """A good key, but not one for this."""

    code = "wrong-scope"

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__(
            _("This key may not do that: it lacks the scope “%(scope)s”.") % {"scope": scope},
            hint=_("Make a key with this scope in the settings, under “Keys for programs”."),
        )


class BadKey(errors.NotSignedIn):
    """A key that nobody has, or had."""

    code = "bad-key"


class StillRunning(errors.Conflict):
    """The first request with this key has not been answered yet."""

    code = "still-running"


class KeyReused(errors.BadInput):
    """The key belongs to another request."""

    code = "key-reused"


CODES: dict[str, int] = {
    kind.code: kind.status
    for kind in (
        BadRequest, errors.NotSignedIn, BadKey, errors.NotAllowed, WrongScope, errors.NotFound, WrongMethod,
        errors.Conflict, errors.Gone, Changed, errors.TooLarge, errors.OverQuota, WrongMediaType, errors.NotMusic,
        errors.BadInput, KeyReused, StillRunning, errors.TooMany, errors.Unavailable, errors.AntiphonError,
    )
}  # fmt: skip


def problem(request: HttpRequest, error: errors.AntiphonError, *, faults: Iterable[Any] = ()) -> HttpResponse:
    """Return the reply for an error; `faults` are the fields at fault, beside the error's own."""
    found = [{"field": name, "in": "body", "detail": str(words)} for name, words in error.fields.items()]
    found.extend(faults)
    body: dict[str, Any] = {
        "type": f"{settings.SITE_URL}/api/v1/docs#problem-{error.code}",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "detail": str(error.message),
        "instance": request.path,
        "code": error.code,
        "hint": str(error.hint),
        "errors": found,
    }
    reply = HttpResponse(json.dumps(body), status=error.status, content_type=MEDIA_TYPE)
    if isinstance(error, errors.TooMany):
        reply["Retry-After"] = str(max(1, error.retry_after_s))
    if error.status == 401:
        reply["WWW-Authenticate"] = f'{REALM}, error="invalid_token"' if isinstance(error, BadKey) else REALM
    if isinstance(error, WrongScope):
        reply["WWW-Authenticate"] = f'{REALM}, error="insufficient_scope", scope="{error.scope}"'
    if error.status == 503:
        reply["Retry-After"] = "5"
    return reply


def from_exception(request: HttpRequest, raised: Exception) -> HttpResponse:
    """Return the reply for anything that was raised while a request was answered."""
    if isinstance(raised, errors.AntiphonError):
        return problem(request, raised)
    if isinstance(raised, ValidationError):
        return _invalid(request, raised)
    if isinstance(raised, Http404):
        return problem(request, errors.NotFound(_("There is nothing at this address.")))
    if isinstance(raised, RequestDataTooBig):
        return problem(request, errors.TooLarge(_("This is more than one request may carry."), hint=_SMALLER()))
    if isinstance(raised, MultiPartParserError | SuspiciousOperation):
        return problem(request, BadRequest(_("What was sent cannot be read."), hint=_("Check how it is encoded.")))
    if isinstance(raised, HttpError):
        return problem(request, _framework(raised))
    if isinstance(raised, DataError):
        log.warning("the database cannot hold what came with %s %s: %s", request.method, request.path, raised)
        return problem(request, errors.BadInput(_("Some of this cannot be stored."), hint=_("Check the text for NUL.")))
    if isinstance(raised, OperationalError):
        log.warning("the database did not answer %s %s: %s", request.method, request.path, raised)
        return problem(request, errors.Unavailable(_("The database is busy."), hint=_("Try again in a moment.")))
    log.error("%s %s failed", request.method, request.path, exc_info=raised)
    return problem(
        request,
        errors.AntiphonError(_("Something broke on our side."), hint=_("It was noted. Please try again later.")),
    )


def _SMALLER() -> str:  # noqa: N802
    return _("Files go by tus to /uploads/; anything else fits into %(most)s MB.") % {
        "most": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2
    }


def _framework(raised: HttpError) -> errors.AntiphonError:
    if raised.status_code == 401:
        return errors.NotSignedIn(_("This needs somebody who is signed in."), hint=_("Send an API key."))
    if raised.status_code == 403:
        return errors.NotAllowed(_("This is not for you."))
    return BadRequest(_("The body is not JSON that can be read."), hint=_("Send UTF-8 JSON, without NaN."))


def _invalid(request: HttpRequest, raised: ValidationError) -> HttpResponse:
    faults = []
    for fault in raised.errors:
        where, *path = [str(part) for part in fault.get("loc", ())] or ["body"]
        # A single body model adds a step with the parameter's own name, which the sender never wrote.
        if where in ("body", "form", "file") and len(path) > 1 and path[0] == "body":
            path = path[1:]
        field = ".".join(path) or where
        faults.append({"field": field, "in": where, "detail": str(fault.get("msg", ""))})
    said = "; ".join(f"{fault['field']}: {fault['detail']}" for fault in faults[:3])
    return problem(request, errors.BadInput(_("Some of this cannot be used."), hint=said), faults=faults)
