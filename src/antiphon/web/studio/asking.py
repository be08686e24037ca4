"""Who asks, and what they marked: the small readings every studio view begins with."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from antiphon.accounts import service as accounts
from antiphon.kernel.errors import AntiphonError, NotSignedIn

View = Callable[..., HttpResponse]
MOST_IDS = 500


def person(request: HttpRequest) -> accounts.User:
    """Return who is signed in. Raises `NotSignedIn`; views behind `signed_in` never see it."""
    user = request.user
    if not isinstance(user, accounts.User):
        raise NotSignedIn("Sign in first.")
    return user


def signed_in(view: View) -> View:
    """Open a view to people who are signed in; programs that ask for JSON get 401 in place of the sign-in page."""

    guarded: View = login_required(view)

    def open_or_send(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated and request.path.endswith(".json"):
            return HttpResponse(status=401)
        return guarded(request, *args, **kwargs)

    return open_or_send


def wants_part(request: HttpRequest) -> bool:
    """Tell whether the page asked for a fragment only: what the upload page puts into a row."""
    return request.headers.get("X-Part") == "1"


def numbers(values: Iterable[str]) -> list[int]:
    """Return the whole numbers among these words, each once, in order; anything else is passed over."""
    found = [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 19]
    return list(dict.fromkeys(found))[:MOST_IDS]


def uids(values: Iterable[str]) -> list[uuid.UUID]:
    """Return the UUIDs among these words, each once, in order; anything else is passed over."""
    found = []
    for value in values:
        try:
            found.append(uuid.UUID(value))
        except ValueError:
            continue
    return list(dict.fromkeys(found))[:MOST_IDS]


def tell(request: HttpRequest, words: str) -> None:
    messages.success(request, words)


def tell_why_not(request: HttpRequest, error: AntiphonError) -> None:
    """Say on the next page what was refused and what to do about it."""
    messages.error(request, " ".join(part for part in (error.message, error.hint, *error.fields.values()) if part))
