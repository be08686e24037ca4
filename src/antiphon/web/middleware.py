"""What every request knows of who listens: their secret for media addresses, their time zone and language."""

import re
import secrets
from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.community.core.writing import MOST_BYTES
from antiphon.community.service import refusals
from antiphon.guard import service as guard
from antiphon.kernel.errors import TooLarge
from antiphon.web.accounts import letters
from antiphon.web.errors import reply_to

Reply = Callable[[HttpRequest], HttpResponse]

_SECRET = re.compile(r"[0-9a-f]{32}")
_COMMENTS = re.compile(r"/listen/[0-9]+/comments(?:/acts)?")
_YEAR_S = 365 * 24 * 3600
_SEEN_EVERY_S = 600


class ListenerMiddleware:
    """Gives every browser a secret of its own, `request.listener_secret`, to which media addresses are bound.

    The cookie is set with the first page; it says nothing about the person and is readable by no script.
    """

    def __init__(self, get_response: Reply) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        held = request.COOKIES.get(settings.LISTENER_COOKIE_NAME, "")
        known = _SECRET.fullmatch(held) is not None
        secret = held if known else secrets.token_hex(16)
        request.listener_secret = secret  # type: ignore[attr-defined]
        response = self.get_response(request)
        # Only with pages: a program or an embed that fetches data must not be handed a new identity each time.
        if not known and response.headers.get("Content-Type", "").startswith("text/html"):
            response.set_cookie(
                settings.LISTENER_COOKIE_NAME,
                secret,
                max_age=_YEAR_S,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


class PreferencesMiddleware:
    """Shows times and words as the signed-in person chose; nobody signed in costs no query."""

    def __init__(self, get_response: Reply) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return self.get_response(request)
        user = request.user
        if user.language and translation.check_for_language(user.language):
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()
        _note_seen(request, user)
        guard.budgets().know(request.COOKIES[settings.SESSION_COOKIE_NAME], user.pk)
        try:
            zone = ZoneInfo(user.time_zone or settings.TIME_ZONE)
        except (ZoneInfoNotFoundError, ValueError):  # a zone that tzdata has dropped since it was chosen
            zone = ZoneInfo(settings.TIME_ZONE)
        with timezone.override(zone):
            return self.get_response(request)


def _note_seen(request: HttpRequest, user: accounts.User) -> None:
    """Keep the list of sessions current, and whether letters reach its owner, at most every ten minutes each: a write a
    page would be too dear."""
    key = request.session.session_key
    if key and cache.add(f"seen:{key}", 1, _SEEN_EVERY_S):
        UserSession.objects.create_from_request(request)
        letters.look(request, user)


class CommentSizeMiddleware:
    """Refuses a comment of a megabyte by what its head says, before anything reads or parses the rest."""

    def __init__(self, get_response: Reply) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and _COMMENTS.fullmatch(request.path) and _length(request) > MOST_BYTES:
            refusals.count("comment-too-large")
            return reply_to(request, TooLarge(_("This is far longer than a comment."), hint=_("Say it shorter.")))
        return self.get_response(request)


def _length(request: HttpRequest) -> int:
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isascii() and said.isdigit() else 0
