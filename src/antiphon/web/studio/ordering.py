"""The order of a list after one press of a button, and keeping it."""

from collections.abc import Callable, Sequence

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from antiphon.kernel.errors import AntiphonError
from antiphon.web.studio.asking import numbers, tell_why_not, wants_part


def moved(held: Sequence[int], press: str) -> list[int]:
    """Return the ids after `up:7`, `down:7` or `out:7`; as they were for any other press."""
    way, _, word = press.partition(":")
    wanted, named = list(held), numbers([word])
    if not named or named[0] not in wanted:
        return wanted
    at = wanted.index(named[0])
    if way == "out":
        wanted.pop(at)
        return wanted
    to = at + {"up": -1, "down": 1}.get(way, 0)
    if 0 <= to < len(wanted):
        wanted[at], wanted[to] = wanted[to], wanted[at]
    return wanted


def rearranged(held: Sequence[int], press: QueryDict) -> list[int]:
    """Return the ids after what was pressed: a whole new `order`, a `move` of one, or some to `add`."""
    if press.get("do") == "order":
        wanted = [pk for pk in numbers(press.getlist("order")) if pk in held]
        return wanted + [pk for pk in held if pk not in wanted]
    if "move" in press:
        return moved(held, press.get("move", ""))
    return [*held, *(pk for pk in numbers(press.getlist("add")) if pk not in held)]


def rearrange(
    request: HttpRequest, held: Sequence[int], keep: Callable[[list[int]], object], back: str
) -> HttpResponse:
    """Let `keep` have the list after what was pressed, and lead back; a script hears only whether it is kept."""
    try:
        keep(rearranged(held, request.POST))
    except AntiphonError as error:
        if wants_part(request):
            return HttpResponse(error.message, status=error.status, content_type="text/plain; charset=utf-8")
        tell_why_not(request, error)
    return HttpResponse(status=204) if wants_part(request) else redirect(back)
