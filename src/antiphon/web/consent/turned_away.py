"""Who came for one's music and was turned away at the door: known AI agents by name, and those who took too much."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from antiphon.catalogue import service as catalogue
from antiphon.guard import service as guard
from antiphon.guard.core.agents import Kind

TAB = "turned-away"  # the tab of Who asked that leads here
DAYS = 365
_MOST_TRACKS = 50
_FOR = {
    Kind.TRAINING: gettext_lazy("gathers to train models"),
    Kind.CONTROL: gettext_lazy("a name for training that no visitor should bear"),
    Kind.UNKNOWN: gettext_lazy("gathers for AI and does not say what for"),
    Kind.SEARCH: gettext_lazy("builds a search index for AI"),
    Kind.USER: gettext_lazy("comes for one person"),
}


def number(mine: set[int]) -> int:
    """Return how often anybody was turned away from these recordings' tracks within a year."""
    return sum(one.number for one in guard.from_tracks(_tracks(mine), DAYS))


def page(request: HttpRequest, mine: set[int], tabs: list[dict[str, object]]) -> HttpResponse:
    """List who was turned away, and from which tracks."""
    tracks = _tracks(mine)
    by_track = guard.by_track(tracks, DAYS)
    titles = {one.track_id: one for one in catalogue.titles_of(mine).values() if one.current}
    often = sorted((pk for pk in by_track if pk in titles), key=lambda pk: (-by_track[pk], pk))
    context = {
        "rows": lines(guard.from_tracks(tracks, DAYS)),
        "tracks": [(titles[pk], by_track[pk]) for pk in often[:_MOST_TRACKS]],
        "tabs": tabs,
    }
    return render(request, "consent/turned_away.html", context)


def lines(sums: list[guard.Sum]) -> list[dict[str, object]]:
    """Return who was turned away as pages list it: name, who runs it, what for, how often, and when last."""
    known = {one.name: one for one in guard.roll().agents}
    found: list[dict[str, object]] = []
    for one in sums:
        agent = known.get(one.name)
        found.append(
            {
                "name": one.name if agent else str(_PACE.get(one.name, one.name)),
                "operator": agent.operator if agent else "",
                "why": _FOR[agent.kind] if agent else _("said no name"),
                "sum": one,
            }
        )
    return found


# What is counted under no agent's name: steps of the ladder.
_PACE = {
    "too-fast": gettext_lazy("Took too much too fast"),
    "challenged": gettext_lazy("Was asked to press a button first"),
    "refused": gettext_lazy("Went on all the same, and was refused"),
    "trapped": gettext_lazy("Followed an address that nobody is led to"),
}


def _tracks(recordings: set[int]) -> set[int]:
    return set(catalogue.track_ids_among((), recordings)[1].values())
