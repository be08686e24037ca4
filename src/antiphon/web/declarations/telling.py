"""Every reply tells something: what its view knows of its music, or else what holds for the whole site."""

from collections.abc import Callable
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from antiphon.declarations import service as declarations
from antiphon.declarations.core import lines
from antiphon.declarations.core.declaration import Declaration
from antiphon.declarations.core.lines import Place

_headers = lru_cache(maxsize=2048)(lines.headers)


def tell(response: HttpResponse, said: Declaration, place: Place) -> HttpResponse:
    """Let a reply tell this; its headers are written last, by the middleware."""
    declarations.note(response, said, place)
    return response


def head(said: Declaration, place: Place, *, listed: bool = True) -> SafeString:
    """Return what stands in the head of a page. One that is not `listed` is kept from search engines anyway."""
    return mark_safe(  # noqa: S308  (each part is escaped where it is made)
        format_html_join("", '<meta name="{}" content="{}">', lines.metas(said, place, listed=listed))
        + format_html('<link rel="license" type="{}" href="{}">', lines.RSL_TYPE, place.rsl)
    )


class DeclarationsMiddleware:
    """Writes the headers of what a reply tells. A view that told nothing tells what holds for the whole site."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in _headers(*declarations.noted(request, response)):
            # What a view says to search engines, or links to, stays: bare words after ours, links after ours.
            before = response.headers.get(name, "")
            response.headers[name] = f"{value}, {before}" if before else value
        return response
