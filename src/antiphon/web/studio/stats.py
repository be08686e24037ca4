"""How one's music is heard: charts with a table beside each, for all of it and for one track; and as CSV."""

import csv
from io import StringIO

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from antiphon.catalogue import service as catalogue
from antiphon.community.service import stats as sums
from antiphon.kernel.sheets import harmless
from antiphon.web.studio import stats_charts as charts
from antiphon.web.studio.asking import person, signed_in

USUAL = 28


def source_names() -> dict[str, str]:
    """Return where a play can begin, in words."""
    return {
        "page": _("Track page"),
        "set": _("Sets"),
        "feed": _("Feed"),
        "search": _("Search"),
        "embed": _("Other sites"),
        "similar": _("More like this"),
        "profile": _("Profile"),
        "home": _("First page"),
        "queue": _("Queue"),
        "link": _("Shared link"),
    }


@signed_in
@never_cache
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """Show how all of one's music is heard."""
    days = _period(request)
    found = sums.of_person(person(request), days)
    if request.GET.get("as") == "csv":
        return _csv(found, "antiphon-stats")
    return render(request, "studio/stats.html", _shown(found, days))


@signed_in
@never_cache
@require_safe
def track(request: HttpRequest, track_id: int) -> HttpResponse:
    """Show how one of one's tracks is heard."""
    row = catalogue.own_track(person(request), track_id)
    days = _period(request)
    found = sums.of_track(row, days)
    if request.GET.get("as") == "csv":
        return _csv(found, f"antiphon-stats-{row.slug}")
    return render(request, "studio/stats.html", {"track": row, **_shown(found, days)})


def _period(request: HttpRequest) -> int:
    said = request.GET.get("days", "")
    return int(said) if said in {str(one) for one in sums.PERIODS} else USUAL


def _shown(found: sums.Stats, days: int) -> dict[str, object]:
    names = source_names()
    sources = [(names.get(line.name, line.name), line) for line in found.sources]
    countries = [(line.name, line) for line in found.countries]
    return {
        "stats": found,
        "days": days,
        "periods": [(one, _("All") if not one else _("%(n)s days") % {"n": one}) for one in sums.PERIODS],
        "columns": charts.columns(found.days),
        "sources": sources,
        "countries": countries,
        "source_bars": charts.bars([(name, line.plays) for name, line in sources]),
        "country_bars": charts.bars([(name, line.plays) for name, line in countries]),
        "newest_first": found.days[::-1],
    }


def _csv(found: sums.Stats, name: str) -> HttpResponse:
    """Return the days, sources and countries of a period as one table: what, which, and its sums."""
    text = StringIO()
    rows = csv.writer(text)
    rows.writerow(["kind", "name", "plays", "heard_seconds", "finished"])
    kinds = (("day", found.days), ("source", found.sources), ("country", found.countries))
    for kind, lines in kinds:
        rows.writerows([kind, line.name, line.plays, line.heard_ms // 1000, line.finishes] for line in lines)
    for line, row in found.tracks:
        rows.writerow(["track", harmless(row.title), line.plays, line.heard_ms // 1000, line.finishes])
    reply = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    period = f"{found.first:%Y-%m-%d}-{found.last:%Y-%m-%d}"
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}-{period}.csv"'
    return reply
