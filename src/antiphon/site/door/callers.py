"""Who sends a file: a person by session cookie from the site's own pages, or a program by key.

Django's sessions and the accounts are asked in a thread, and the answer is kept for a few seconds, so that the
pieces of one file cost one look-up.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from importlib import import_module
from typing import Any, Generic, ParamSpec, TypeVar

from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections
from django.http import HttpRequest
from django.http.request import split_domain_port, validate_host
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.kernel.errors import NotAllowed, NotSignedIn
from antiphon.site.door.asgi import Ask
from antiphon.site.door.threads import Threads

KEPT_S = 10.0
_Params = ParamSpec("_Params")
_Value = TypeVar("_Value")


class Kept(Generic[_Value]):
    """Answers kept for a short while, the oldest dropped first."""

    def __init__(self, seconds: float = KEPT_S, most: int = 2000) -> None:
        self.seconds = seconds
        self.most = most
        self._kept: OrderedDict[Hashable, tuple[float, _Value]] = OrderedDict()

    def get(self, key: Hashable) -> _Value | None:
        until, value = self._kept.get(key, (0.0, None))
        return value if until > time.monotonic() else None

    def put(self, key: Hashable, value: _Value) -> None:
        self._kept.pop(key, None)
        self._kept[key] = (time.monotonic() + self.seconds, value)
        while len(self._kept) > self.most:
            self._kept.popitem(last=False)

    def drop(self, key: Hashable) -> None:
        self._kept.pop(key, None)


class Rooms:
    """Calls what asks the database, in threads of the door's own, so that full pages do not stop an upload."""

    def __init__(self, threads: int = 4) -> None:
        self._threads = Threads("door", threads)

    async def __call__(self, verb: Callable[_Params, _Value], *args: _Params.args, **kwargs: _Params.kwargs) -> _Value:
        def call() -> _Value:
            close_old_connections()
            try:
                return verb(*args, **kwargs)
            finally:
                close_old_connections()

        return await self._threads.run(call)

    def close(self) -> None:
        """Let the threads end."""
        self._threads.close()


class Callers:
    """Finds out who asks, and whether this request can be of their own making."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms
        self._kept: Kept[accounts.User] = Kept()

    async def of(self, ask: Ask, *, writes: bool) -> accounts.User:
        """The person behind a request. Raises `NotSignedIn`; `NotAllowed` for a foreign page or a key without scope."""
        secret = ask.bearer()
        if secret:
            return await self._known("key", secret, _user_of_key)
        cookie = ask.cookie(settings.SESSION_COOKIE_NAME)
        if not cookie:
            raise _nobody()
        # A browser sends the cookie whoever made the page: only a page of this site may write with it.
        if writes and not own_page(ask):
            raise NotAllowed(_("Uploads come from this site's own pages, or from a program with a key."))
        return await self._known("session", cookie, _user_of_session)

    async def _known(self, kind: str, secret: str, find: Callable[[str], accounts.User]) -> accounts.User:
        key = (kind, hashlib.sha256(secret.encode()).digest())
        user = self._kept.get(key)
        if user is None:
            user = await self.rooms(find, secret)
            self._kept.put(key, user)
        return user


def _nobody() -> NotSignedIn:
    return NotSignedIn(_("Sign in to upload."), hint=_("Programs send “Authorization: Bearer <key>”."))


def _user_of_key(secret: str) -> accounts.User:
    key = accounts.api_key_for(secret)
    if key is None:
        raise NotSignedIn(_("This key is not known, or has ended."), hint=_("Make a new one in your settings."))
    if "upload" not in key.scopes:
        raise NotAllowed(_("This key may not upload."), hint=_("Make a key with the scope “upload”."))
    return key.user


def _user_of_session(session_key: str) -> accounts.User:
    engine: Any = import_module(settings.SESSION_ENGINE)
    request = HttpRequest()
    request.session = engine.SessionStore(session_key)
    user = get_user(request)
    if not isinstance(user, accounts.User) or not user.is_active or user.suspended_at is not None:
        raise _nobody()
    return user


def own_page(ask: Ask) -> bool:
    """Tell whether a browser says that a page of this site made the request (Origin, else Sec-Fetch-Site)."""
    origin = ask.header(b"origin")
    if not origin:
        return ask.header(b"sec-fetch-site") == "same-origin"
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    host = ask.header(b"host")
    scheme = ask.scope.get("scheme", "http")
    return origin == f"{scheme}://{host}" and validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)
