"""What stands around every page: rendered once, and kept for the pages that say the same there."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from antiphon.accounts import service as accounts
from antiphon.community.service import hearing
from antiphon.terms import service as terms

register = template.Library()

_SITE = ("SITE_NAME", "SOURCE_URL", "SIGN_UP")
_MARKED = frozenset(
    {"/", "/feed", "/notices", "/upload", "/studio", "/studio/answers", "/studio/asked"}
)  # links that say "you are here"
_READ = "terms_read"  # in a session: the newest version when everything had been read
_NOTHING = SafeString("")
_OPEN = "the-token-of-the-page"  # stands in a kept header where each page puts its own


@register.simple_tag(takes_context=True)
def fixed(context: template.Context, name: str) -> SafeString:
    """Include a template that is the same on every page of a language. It is rendered once in a process."""
    return _fixed(name, get_language() or "", *_site(context))


@register.simple_tag(takes_context=True)
def header(context: template.Context) -> SafeString:
    """The head of the page for whoever looks at it: kept for all their pages, but for the words they search."""
    request, user = context.get("request"), context.get("user")
    path = request.path if request is not None and request.path in _MARKED else ""
    person = _person(user, accounts.profiles_of(user)) if isinstance(user, accounts.User) else None
    searched = context.get("searched", "")
    render = _header.__wrapped__ if searched else _header
    drawn = render(get_language() or "", path, searched, person, *_site(context))
    return drawn if person is None else mark_safe(drawn.replace(_OPEN, str(context.get("csrf_token", ""))))  # noqa: S308


@register.simple_tag(takes_context=True)
def unread_terms(context: template.Context) -> SafeString:
    """What is told of new terms, on every page until it was read there. Whoever has read it costs no query."""
    request, user = context.get("request"), context.get("user")
    if request is None or not isinstance(user, accounts.User):
        return _NOTHING
    newest = terms.newest()
    if newest is None or newest.published_at <= user.date_joined:
        return _NOTHING
    if request.session.get(_READ) == newest.pk:
        return _NOTHING
    rows = terms.unread(user)
    if not rows:
        request.session[_READ] = newest.pk
        return _NOTHING
    shown = [{"row": row, "name": terms.names()[row.document]} for row in rows]
    return render_to_string("terms/parts/banner.html", {"unread": shown})


class _Person(NamedTuple):
    theme: str
    profiles: tuple[tuple[str, str], ...]  # name, address
    is_moderator: bool
    is_operator: bool
    unseen: int  # notices


def _person(user: accounts.User, profiles: Iterable[accounts.Profile]) -> _Person:
    lines = tuple((one.name, one.get_absolute_url()) for one in profiles)
    return _Person(user.theme, lines, accounts.is_moderator(user), accounts.is_operator(user), hearing.unseen(user))


def _site(context: template.Context) -> list[str]:
    return [str(context.get(key, "")) for key in _SITE]


@lru_cache(maxsize=64)
def _fixed(name: str, language: str, *site: str) -> SafeString:
    return render_to_string(name, dict(zip(_SITE, site, strict=True)))


@lru_cache(maxsize=1024)
def _header(language: str, path: str, searched: str, person: _Person | None, *site: str) -> SafeString:
    shown = {"path": path, "searched": searched, "person": person, "csrf_token": _OPEN}
    return render_to_string("parts/header.html", {**shown, **dict(zip(_SITE, site, strict=True))})
