"""The person behind a request that `login_required` has let through."""

from collections.abc import Callable
from typing import cast

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponse, QueryDict

from antiphon.accounts import service as accounts
from antiphon.kernel.errors import NotSignedIn

View = Callable[..., HttpResponse]


def confirmed(view: View) -> View:
    """Ask for the password (or the second factor) again before a change that a borrowed laptop must not make."""
    return cast("View", reauthentication_required(view, allow_get=True))


def member(request: HttpRequest) -> accounts.User:
    """Return who is signed in. Raises `NotSignedIn`."""
    user = request.user
    if not isinstance(user, accounts.User):
        raise NotSignedIn("Sign in first.")
    return user


def reader(request: HttpRequest) -> accounts.User | None:
    """Return who is signed in, or None."""
    return request.user if isinstance(request.user, accounts.User) else None


def sent(request: HttpRequest) -> QueryDict | None:
    """Return the form that was sent, however empty; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None
