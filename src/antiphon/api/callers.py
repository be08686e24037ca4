"""Who is asking: a program with a key, a person with a session, or nobody in particular.

A key in the `Authorization` header stands before the session cookie, and needs no CSRF token, because no browser sends
it by itself. A session that writes needs the token.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.api.problems import BadKey, WrongScope
from antiphon.community.core.writing import MOST_BYTES
from antiphon.community.service import refusals
from antiphon.guard import service as guard
from antiphon.guard.core.visitors import where
from antiphon.kernel.errors import NotAllowed, NotSignedIn, TooLarge

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Caller:
    """Somebody who asks the API for something."""

    user: accounts.User | AnonymousUser
    key: accounts.ApiKey | None
    # What signed media addresses are bound to: the key's secret, or the listener's cookie.
    secret: str
    # What the rate is counted for.
    name: str

    @property
    def person(self) -> accounts.User:
        """The account behind the request. Raises `NotSignedIn`."""
        if not isinstance(self.user, accounts.User):
            raise NotSignedIn(
                _("This needs somebody who is signed in."),
                hint=_("Send “Authorization: Bearer <key>”, with a key from your settings."),
            )
        return self.user

    def may(self, scope: str) -> bool:
        """Tell whether the request may do what this scope is for; a session may do all its person may."""
        return self.key is None or scope in self.key.scopes


class ApiRequest(HttpRequest):
    """A request that has come through `envelope`."""

    caller: Caller


def caller_of(request: HttpRequest) -> Caller:
    """Return who asks. Raises `BadKey` for a key that does not live, `NotAllowed` for a stale CSRF token."""
    header = request.META.get("HTTP_AUTHORIZATION", "")
    if header:
        return _program(header)
    listener = request.COOKIES.get(settings.LISTENER_COOKIE_NAME, "")
    if settings.SESSION_COOKIE_NAME in request.COOKIES and isinstance(request.user, accounts.User):
        if request.method not in SAFE and _lacks_token(request):
            raise NotAllowed(
                _("The CSRF token is missing or stale."),
                hint=_("With a session cookie, send the CSRF cookie's value as X-CSRFToken; with a key, no cookie."),
            )
        return Caller(request.user, None, listener, f"user:{request.user.pk}")
    return Caller(AnonymousUser(), None, listener, place_of(request))


def place_of(request: HttpRequest) -> str:
    """Return by where they come from whoever shows nothing else is counted: one household has many addresses."""
    return f"address:{where(request.META.get('REMOTE_ADDR', '')).household}"


class _TokenCheck(CsrfViewMiddleware):
    """The site's own check, without the page that it would draw for a person."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(reason, status=403)


def _lacks_token(request: HttpRequest) -> bool:
    check = _TokenCheck(lambda _request: HttpResponse())
    request.csrf_processing_done = False  # type: ignore[attr-defined]  # our views are exempt from the usual pass
    check.process_request(request)
    return check.process_view(request, lambda *_args: HttpResponse(), (), {}) is not None


def _program(header: str) -> Caller:
    kind, _space, secret = header.partition(" ")
    secret = secret.strip()
    sound = kind.lower() == "bearer" and secret.isascii() and secret.isprintable()
    key = accounts.api_key_for(secret) if sound else None
    if key is None:
        raise BadKey(
            _("This key is not known, or has ended."),
            hint=_("Send “Authorization: Bearer <key>”; keys are made in your settings."),
        )
    guard.budgets().know_key(secret, key.user.pk)
    return Caller(key.user, key, secret, f"key:{key.pk}")


class Needs:
    """An operation is for somebody with this scope: checked by the framework before anything else is read."""

    def __init__(self, scope: str, *, session: bool = False, most_bytes: int = 0) -> None:
        self.scope = scope
        self.session = session  # a key will not do: it must be the person at the keyboard
        self.most_bytes = most_bytes  # of the body, by what its head says; 0: as everywhere

    def __call__(self, request: Any) -> Caller:
        caller: Caller = request.caller
        caller.person  # noqa: B018  (raises when there is nobody)
        if self.session and caller.key is not None:
            raise NotAllowed(
                _("A key cannot do this; sign in on the site."),
                hint=_("So that a stolen key cannot make itself a new one."),
            )
        if not caller.may(self.scope):
            raise WrongScope(self.scope)
        said = request.META.get("CONTENT_LENGTH") or "0"
        if self.most_bytes and said.isascii() and said.isdigit() and int(said) > self.most_bytes:
            refusals.count("comment-too-large")
            raise TooLarge(
                _("This is far longer than a comment."), hint=_("At most %(most)s bytes.") % {"most": self.most_bytes}
            )
        return caller


class Anyone:
    """An operation is for everybody; who is signed in may see more."""

    scope = "read"

    def __call__(self, request: Any) -> Caller:
        caller: Caller = request.caller
        if not caller.may(self.scope):
            raise WrongScope(self.scope)
        return caller


ANYONE = Anyone()
READ = Needs("read")
WRITE = Needs("write")
COMMENT = Needs("write", most_bytes=MOST_BYTES)
UPLOAD = Needs("upload")
AT_THE_KEYBOARD = Needs("write", session=True)
