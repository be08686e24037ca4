"""Addresses that other sites' pages and programs fetch: no cookie is read there, and none is set.

What they answer is the same for everybody, so a session would only tell us who reads which page elsewhere.
"""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

_OUTSIDE = re.compile(
    r"/(?:embed(?:/.*)?|oembed|.*/feed\.xml|.*/listen\.m4a"
    r"|robots\.txt|ai\.txt|(?:.*/)?rsl\.xml|\.well-known/tdmrep\.json|policies/.*)"
)


def is_outside(path: str) -> bool:
    """Tell whether an address is for pages and programs elsewhere."""
    return _OUTSIDE.fullmatch(path) is not None


class CookielessMiddleware:
    """Stands outermost, so that nothing behind it can read a cookie there or set one, error pages included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_outside(request.path):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        response = self.get_response(request)
        response.cookies.clear()
        return response
